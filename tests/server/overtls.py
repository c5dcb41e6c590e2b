"""A server with TLS: its certificate, renewed at will, and clients that trust it and say what they like."""

import contextlib
import datetime
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import trustme
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
        made = self.folder / "new.pem"
        leaf = self.authority.issue_cert("127.0.0.1", "localhost", not_after=ends)
        leaf.private_key_and_cert_chain_pem.write_to_path(str(made))
        made.replace(self.pem)


def secured(server: Served, *protocols: str) -> ssl.SSLSocket:
    """A connection that offers these protocols by ALPN."""
    assert server.trusts is not None
    offers = server.trusts if not protocols else _offering(server.trusts, protocols)
    plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    return offers.wrap_socket(plain, server_hostname="127.0.0.1")


def _offering(trusts: ssl.SSLContext, protocols: tuple[str, ...]) -> ssl.SSLContext:
    """The like of a context that is used by others, too."""
    own = ssl.create_default_context()
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
