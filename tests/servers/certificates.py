"""A certificate authority and a server certificate for 127.0.0.1, made with openssl for one run."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.places import Missing


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form."""

    authority: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """Certificates that are valid for two days."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise Missing("openssl, to make a certificate")
    authority, authority_key = folder / "ca.crt", folder / "ca.key"
    request, certificate, key = folder / "http.csr", folder / "http.crt", folder / "http.key"
    names = folder / "names.cnf"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n", "utf-8")
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    sign = ["x509", "-req", "-days", "2", "-CAcreateserial", "-extfile", str(names)]
    for arguments in (
        [*new, "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", authority_key, "-out", authority],
        [*new, "-subj", "/CN=localhost", "-keyout", key, "-out", request],
        [*sign, "-in", request, "-CA", authority, "-CAkey", authority_key, "-out", certificate],
    ):
        subprocess.run([openssl, *map(str, arguments)], check=True, capture_output=True)
    return Certificates(authority, certificate, key)
