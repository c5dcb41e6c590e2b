"""Hosts by name over HTTPS, without a name server: a forward proxy leads to them."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.githost import GitHost


@contextlib.contextmanager
def internet(folder: Path, *names: str) -> Iterator[tuple[GitHost, dict[str, str]]]:
    """Hosts of these names over TLS, that a forward proxy leads to, and the variables of who goes through it."""
    authority = Authority.new()
    certificates = str(authority.write(folder / "ca.pem"))
    with GitHost(folder, tls=authority.server(*names)) as host:

        def connect(name: str, port: int) -> socket.socket:
            assert (name in names, port) == (True, 443)
            return socket.create_connection(("127.0.0.1", host.port), 10)

        with ForwardProxy(connect=connect) as proxy:
            way = f"http://127.0.0.1:{proxy.port}"
            yield (
                host,
                {
                    "HTTPS_PROXY": way,
                    "https_proxy": way,
                    "NO_PROXY": "127.0.0.1",
                    "SSL_CERT_FILE": certificates,
                    "GIT_SSL_CAINFO": certificates,
                    "HOME": str(folder),
                },
            )
