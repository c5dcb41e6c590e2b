"""The certificate authorities that go trusts, from the places its crypto/x509 reads, as a TLS client context.

Source: crypto/x509/root_unix.go and root_linux.go of Go 1.26: the first readable file of a list, and every file of two
folders; SSL_CERT_FILE and SSL_CERT_DIR replace them. Python's defaults (OpenSSL's own folder) differ from machine to
machine.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
# What crypto/tls offers for TLS 1.2 since Go 1.23 (defaults.go). Level 1 refuses, as go does, RSA keys below 1024 bits
# and signatures with MD5 and SHA-1; OpenSSL's own default, and Debian's, refuse RSA keys that go accepts.
_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:@SECLEVEL=1"
)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


def _in_folder(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        # A link within the folder is a hash name of a file that is read anyway.
        if not (entry.is_symlink() and "/" not in str(entry.readlink())):
            yield entry


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def certificates(environment: Mapping[str, str]) -> list[bytes]:
    """PEM blocks of all trusted certificates, each once, in the order read."""
    one = environment.get("SSL_CERT_FILE")
    readable = (data for file in ((one,) if one else _FILES) if (data := _read(Path(file))) is not None)
    bundles = [next(readable, b"")]
    folders = environment.get("SSL_CERT_DIR")
    for folder in folders.split(":") if folders else _FOLDERS:
        bundles += (data for file in _in_folder(Path(folder)) if (data := _read(file)) is not None)
    return list(dict.fromkeys(block for data in bundles for block in _CERTIFICATE.findall(data)))


def client_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """A context that trusts what go trusts, TLS 1.2 and up. `environment` is that of the go command."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    # go accepts an intermediate or leaf that is itself in the pool, and no common name in place of a SAN.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.hostname_checks_common_name = False
    found = certificates(environment)
    try:
        context.load_verify_locations(cadata=b"\n".join(found).decode("ascii"))
    except (ssl.SSLError, ValueError):  # one of them is no certificate: go skips that one
        for block in found:
            try:
                context.load_verify_locations(cadata=block.decode("ascii"))
            except ssl.SSLError:
                continue
    return context
