#!/usr/bin/env bash
# A certificate authority and a certificate for Elasticsearch in /certificates, unless they are there.
set -euo pipefail
cd /certificates
if [ ! -f ca/ca.crt ]; then
    tool=/usr/share/elasticsearch/bin/elasticsearch-certutil
    "$tool" ca --silent --pem --days 3650 --out ca.zip
    unzip -q ca.zip
    "$tool" cert --silent --pem --days 3650 --name elasticsearch --dns elasticsearch,localhost --ip 127.0.0.1 \
        --ca-cert ca/ca.crt --ca-key ca/ca.key --out elasticsearch.zip
    unzip -q elasticsearch.zip
    rm ca.zip elasticsearch.zip
    chmod 0600 ca/ca.key
    chown -R 1000:0 elasticsearch
    chmod 0640 elasticsearch/elasticsearch.key
fi
