"""HTTP/1.1 through forward proxies, HTTP, HTTPS and SOCKS5, over aiohttp: loaded when the first is named."""

import ssl
from collections.abc import Mapping
from socket import AF_UNSPEC, AddressFamily

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDictProxy
from yarl import URL

from gomend.masking import mask
from gomend.net import socks
from gomend.net.faults import LostError, MalformedError, ProxyRefusedError, RequestError
from gomend.net.forward import ForwardProxy
from gomend.net.timing import Resolver, current, in_brackets, timed_socket

_AS_GO = {"User-Agent": "Go-http-client/1.1"}  # with a CONNECT: what a forward proxy's rules may know


class Reply:
    """One answer whose head is in."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.reason = response.reason or ""
        self.headers: CIMultiDictProxy[str] = response.headers
        self._response = response
        self._protocol = response.connection.protocol if response.connection is not None else None

    def at_hand(self) -> bytes | None:
        """Not known without waiting."""
        return None

    async def read(self) -> bytes:
        """What has come of the body since, b"" at its end. Raises LostError when it is cut."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            # Why the connection ended, if not in order.
            raise LostError from ((self._protocol.exception() if self._protocol is not None else None) or error)

    def done(self) -> None:
        """No more will be read."""
        # A body that was not read to its end leaves the connection in an unknown state: close, do not reuse.
        self._response.close() if not self._response.content.at_eof() else self._response.release()


class Proxied:
    """Connections through proxies, at most `per_host` to each host, until `close`."""

    def __init__(self, tls: ssl.SSLContext, resolver: Resolver, per_host: int) -> None:
        self._tls = tls
        self._per_host = per_host
        plain = aiohttp.TCPConnector(
            limit=0,
            limit_per_host=per_host,
            keepalive_timeout=90,
            resolver=_Resolver(resolver),
            ssl=tls,
            socket_factory=timed_socket,
        )
        self._over_http = _session(plain)
        self._over_socks: dict[ForwardProxy, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """End all connections."""
        for session in (self._over_http, *self._over_socks.values()):
            await session.close()

    async def ask(self, method: str, target: URL, headers: Mapping[str, str], through: ForwardProxy) -> Reply:
        """The answer to a request, its head read.

        Raises OSError, LostError, MalformedError, RequestError, ProxyRefusedError, SocksError.
        """
        try:
            return Reply(await self._response(method, target, headers, through))
        except aiohttp.ClientHttpProxyError as error:
            raise ProxyRefusedError(error.status, error.message) from error
        except aiohttp.ClientResponseError as error:
            raise MalformedError(error.message) from error
        except aiohttp.InvalidURL as error:
            raise RequestError(f"invalid URL {mask(str(target))}") from error
        except aiohttp.ClientError as error:
            raise LostError from error

    async def _response(
        self, method: str, target: URL, headers: Mapping[str, str], through: ForwardProxy
    ) -> aiohttp.ClientResponse:
        if through.is_socks:
            if through not in self._over_socks:
                self._over_socks[through] = _session(socks.connector(through, self._tls, self._per_host))
            with socks.faults_named():
                return await self._over_socks[through].request(method, target, headers=headers, allow_redirects=False)
        of_proxy = dict(_AS_GO)
        if through.authorization is not None:
            if target.scheme == "https":
                of_proxy["Proxy-Authorization"] = through.authorization
            else:
                headers = {**headers, "Proxy-Authorization": through.authorization}
        return await self._over_http.request(
            method,
            target,
            headers=headers,
            allow_redirects=False,
            proxy=URL.build(scheme="https" if through.is_tls else "http", host=through.host, port=through.port),
            proxy_headers=of_proxy,
        )


class _Resolver(AbstractResolver):
    """aiohttp's view of a resolver, timed."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC) -> list[ResolveResult]:
        marks = current.get()
        if marks is not None:
            marks.dns_start()
        found = await self._resolver.addresses(host, port)
        if marks is not None:
            marks.dns_end()
        return [
            ResolveResult(hostname=host, host=str(place[0]), port=port, family=kind, proto=protocol, flags=0)
            for kind, _, protocol, _, place in found
            if family in (AF_UNSPEC, kind)
        ]

    async def close(self) -> None:
        """Holds nothing."""


async def _over_another_connection(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Sends a request again where the connection had been kept alive and was closed meanwhile, as net/http does."""
    marks = current.get()
    while True:
        try:
            return await handler(request)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            if marks is None or not marks.exchange.reused:
                # No ClientError: aiohttp would send the request again, unseen.
                raise LostError from error
            marks.exchange.reused = False


def _session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        trace_configs=[_trace()],
        middlewares=(_over_another_connection,),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        read_bufsize=1 << 18,
        max_line_size=1 << 16,
        max_field_size=1 << 16,
    )


async def _on_sent(*_: object) -> None:
    marks = current.get()
    if marks is not None:
        marks.sent()


async def _on_queued(*_: object) -> None:
    marks = current.get()
    if marks is not None:  # waiting for one of the connections to be free is no fault of the source
        marks.limit(None)


async def _on_dequeued(*_: object) -> None:
    marks = current.get()
    if marks is not None:
        marks.limit(marks.limits.connect)


async def _on_create(*_: object) -> None:
    marks = current.get()
    if marks is not None and marks.through is not None and marks.through.is_socks:  # no hook sees its socket
        marks.connect_start(in_brackets(marks.through.host, marks.through.port))


async def _on_reused(*_: object) -> None:
    marks = current.get()
    if marks is not None:
        marks.exchange.reused = True


def _trace() -> aiohttp.TraceConfig:
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_on_sent)
    config.on_connection_queued_start.append(_on_queued)
    config.on_connection_queued_end.append(_on_dequeued)
    config.on_connection_create_start.append(_on_create)
    config.on_connection_reuseconn.append(_on_reused)
    return config
