"""Connections through a SOCKS5 proxy; what they need is loaded only when one is named."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gomend.errors import GomendError
from gomend.net.forward import ForwardProxy

if TYPE_CHECKING:
    import aiohttp

_NOT_ALLOWED = 2  # RFC 1928 §6: not allowed by ruleset


class SocksError(GomendError):
    """The proxy could not be reached, or refused. `final`: it will not change its mind."""

    def __init__(self, words: str, *, final: bool) -> None:
        super().__init__(words)
        self.words = words
        self.final = final


def credentials(proxy: ForwardProxy) -> tuple[str | None, str | None]:
    """User and password for the proxy; None where its URL has no user."""
    user = proxy.url.user
    return (None, None) if user is None else (user, proxy.url.password or "")


def connector(proxy: ForwardProxy, tls: ssl.SSLContext, connections_per_host: int) -> "aiohttp.BaseConnector":
    """What an aiohttp session connects with. Names are resolved by the proxy, as go has it for both schemes."""
    from aiohttp_socks import ProxyConnector, ProxyType  # noqa: PLC0415  (adds a quarter to what aiohttp takes to load)

    user, password = credentials(proxy)
    return ProxyConnector(
        host=proxy.host,
        port=proxy.port,
        proxy_type=ProxyType.SOCKS5,
        username=user,
        password=password,
        rdns=True,
        limit=0,
        limit_per_host=connections_per_host,
        keepalive_timeout=90,
        ssl=tls,
    )


@contextmanager
def faults_named() -> Iterator[None]:
    """Within it, what the libraries raise becomes SocksError."""
    import aiohttp_socks  # noqa: PLC0415
    import python_socks  # noqa: PLC0415

    try:
        yield
    except (aiohttp_socks.ProxyConnectionError, aiohttp_socks.ProxyTimeoutError, python_socks.ProxyConnectionError,
            python_socks.ProxyTimeoutError) as error:  # fmt: skip
        raise SocksError(f"socks connect: {error}", final=False) from error
    except (aiohttp_socks.ProxyError, python_socks.ProxyError) as error:
        refused = error.error_code == _NOT_ALLOWED or "auth" in str(error).lower()
        raise SocksError(f"socks connect: {error}", final=refused) from error
