"""Another gomend server, as the commands about a store talk to it: by its address, or through its Unix socket."""

import http.client
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from time import monotonic

from gomend.errors import GomendError
from gomend.gomod.path import escape_path, wire_form
from gomend.gomod.proxylist import EntryKind, ProxyListError, parse_proxy_list
from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.server.plan import ServeError
from gomend.sources.base import Source
from gomend.sources.credentials.access import access_of
from gomend.sources.credentials.opening import credentials_of
from gomend.sources.entry import HttpEntry, http_entry
from gomend.sources.upstream import Access, Once, Upstream
from gomend.sources.whole import some_text

SOCKET = "unix:"
_PATIENCE = 600.0  # seconds: a server may first have to fetch what it is asked for


class RefusedError(GomendError):
    """A server did not do what it was asked to: `status` (0 where it did not answer) and its words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def address_of(url: str) -> HttpEntry:
    """The address of a server. Raises ServeError."""
    try:
        entry = parse_proxy_list(url)[0]
        found = http_entry(entry) if entry.kind is EntryKind.URL else None
    except (ProxyListError, IndexError):
        found = None
    if found is None:
        raise ServeError("server", value=url)
    return found


@asynccontextmanager
async def server_at(address: HttpEntry, goauth: str, environment: Mapping[str, str]) -> AsyncIterator["Server"]:
    """The server at an address, asked with the credentials that go would show it."""
    client = Client(
        tls=client_context(environment),
        clock=monotonic,
        record=lambda _: None,
        proxy_for=ForwardProxies(environment).for_url,
    )
    credentials = credentials_of(goauth, environment, "/", client)
    try:
        yield Server(client, address, access_of(address, credentials))
    finally:
        await credentials.close()
        await client.close()


class Server:
    """A server that can be asked for files, and to forget."""

    def __init__(self, client: Client, address: HttpEntry, access: Access | None) -> None:
        self._client = client
        self._address = address
        self._access = access
        self._limits = Limits(first_byte=_PATIENCE)
        self.files: Source = Once(Upstream(client, address.url, 0, access), self._limits)

    async def purge(self, module: str) -> bool:
        """Have what may change about a module forgotten; whether there was anything. Raises RefusedError."""
        url = self._address.url(_purge_path(module)[1:])
        secrets = await self._access.known(url) if self._access is not None else ()
        try:
            async with self._client.get(Ask(url, method="POST", secrets=secrets), self._limits) as answer:
                words = (await some_text(answer)).partition("\n")[0]
                return _purged(answer.status, words or answer.reason)
        except WireError as error:
            raise RefusedError(0, error.words) from error


def purge_by_socket(path: str, module: str, tenant: str = "") -> bool:
    """As `Server.purge`, through the Unix socket at `path`; at a `tenant` if one is named."""
    try:
        with closing(_BySocket(path)) as connection:
            connection.request("POST", f"{tenant and '/'}{tenant}{_purge_path(module)}")
            answer = connection.getresponse()
            return _purged(answer.status, answer.read().decode("utf-8", "replace").partition("\n")[0])
    except (OSError, http.client.HTTPException) as error:
        raise RefusedError(0, getattr(error, "strerror", None) or str(error)) from error


def _purge_path(module: str) -> str:
    return f"/-/purge/{wire_form(escape_path(module))}"


def _purged(status: int, words: str) -> bool:
    if status != 200:
        raise RefusedError(status, words)
    return words == "forgotten"


class _BySocket(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        """To the socket, whatever the host is."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_PATIENCE)
        self.sock.connect(self._path)
