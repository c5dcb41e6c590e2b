"""A server with TLS: its certificate, renewed at will, and clients that trust it and say what they like."""

import contextlib
import datetime
import socket
import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.server.serving import PATIENCE, Served


@dataclass
class Identity:
    """A certificate for 127.0.0.1 and its key, in one file of `folder`."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    def __post_init__(self) -> None:
        self.trusts = ssl.create_default_context()
        self.authority.configure_trust(self.trusts)
        self.pem = self.folder / "leaf.pem"
        self.renew()

    @property
    def options(self) -> tuple[str, ...]:
        """For `gomend serve`."""
        return ("--certificate", str(self.pem), "--key", str(self.pem))

    def renew(self, ends: datetime.datetime | None = None) -> None:
        """Put another one in its place, at once. It is good until `ends`."""
        leaf = self.authority.issue_cert("127.0.0.1", "localhost", not_after=ends)
        self.put(leaf.private_key_and_cert_chain_pem.bytes())

    def put(self, content: bytes) -> None:
        """Put this in the place of both."""
        made = self.folder / "new.pem"
        made.write_bytes(content)
        made.replace(self.pem)


def secured(server: Served, *protocols: str) -> ssl.SSLSocket:
    """A connection that offers these protocols by ALPN."""
    assert server.trusts is not None
    offers = server.trusts if not protocols else _offering(server.trusts, protocols)
    plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    return offers.wrap_socket(plain, server_hostname="127.0.0.1")


@lru_cache(8)
def _offering(trusts: ssl.SSLContext, protocols: tuple[str, ...]) -> ssl.SSLContext:
    """The like of a context that is used by others, too."""
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for certificate in trusts.get_ca_certs(binary_form=True):
        own.load_verify_locations(cadata=certificate)
    own.set_alpn_protocols(list(protocols))
    return own


def said(client: socket.socket, words: bytes) -> bytes:
    """All that a server says to these bytes, until it ends the connection."""
    answer = b""
    with client:
        with contextlib.suppress(OSError):  # it has heard enough; what it said can still be read
            client.sendall(words)
        with contextlib.suppress(ConnectionResetError, ssl.SSLError):  # it ended before it had read all
            while piece := client.recv(65536):
                answer += piece
    return answer


def self_signed(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """A certificate of one's own."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    return made + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def with_key_of(pem: bytes) -> bytes:
    """A certificate with a key that belongs to this other one."""
    return self_signed(ec.generate_private_key(ec.SECP256R1())).split(b"-----BEGIN PRIVATE")[0] + pem
