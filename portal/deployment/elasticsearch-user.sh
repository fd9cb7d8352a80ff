#!/usr/bin/env bash
# The role and the user `portal`; run again, it sets the password anew.
set -euo pipefail
tell() {
    curl --silent --show-error --fail --cacert "$CA_FILE" --user "elastic:$ELASTIC_PASSWORD" \
        --header "Content-Type: application/json" --request PUT "$ELASTICSEARCH_URL/_security/$1" --data "$2"
    echo
}
tell role/portal '{"cluster": [], "indices": [{"names": ["portal-*"], "privileges": ["manage", "read", "write"]}]}'
tell user/portal "{\"password\": \"$ELASTICSEARCH_PASSWORD\", \"roles\": [\"portal\"]}"
