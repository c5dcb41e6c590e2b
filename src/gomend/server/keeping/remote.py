"""Another gomend server, as the commands about a store talk to it: by its address, or through its Unix socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Protocol

from gomend.gomod.proxylist import EntryKind, ProxyListError, parse_proxy_list
from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.server.keeping.asking import RefusedError, purge_path, was_known
from gomend.server.keeping.bysocket import PATIENCE, at_socket
from gomend.server.plan import ServeError
from gomend.server.told import Told
from gomend.sources.base import Source
from gomend.sources.credentials.access import access_of
from gomend.sources.credentials.opening import credentials_of
from gomend.sources.entry import HttpEntry, http_entry
from gomend.sources.upstream import Access, Once, Upstream
from gomend.sources.whole import some_text

SOCKET = "unix:"


def _address_of(url: str) -> HttpEntry:
    """The address of a server. Raises ServeError."""
    try:
        entry = parse_proxy_list(url)[0]
        found = http_entry(entry) if entry.kind is EntryKind.URL else None
    except (ProxyListError, IndexError):
        found = None
    if found is None:
        raise ServeError("server", value=url)
    return found


class Server(Protocol):
    """A server that can be asked for files, and to forget."""

    @property
    def files(self) -> Source:
        """What it answers."""

    async def purge(self, module: str) -> bool:
        """Have what may change about a module forgotten; whether there was anything. Raises RefusedError."""


@asynccontextmanager
async def server_at(place: str, told: Told) -> AsyncIterator[Server]:
    """The server at an address, asked with the credentials that go would show it, or at `unix:/PATH`: what it answers
    to the tenant that is `told`, if one is; an address names it itself.

    Raises ServeError for what is no address, RefusedError where nobody listens at a socket.
    """
    if place.startswith(SOCKET):
        yield await at_socket(place.removeprefix(SOCKET), told.tenant)
        return
    address = _address_of(place)
    client = Client(
        tls=client_context(told.environment),
        clock=monotonic,
        record=lambda _: None,
        proxy_for=ForwardProxies(told.environment).for_url,
    )
    credentials = credentials_of(told.go.get("GOAUTH", "netrc"), told.environment, "/", client)
    try:
        yield _ByAddress(client, address, access_of(address, credentials))
    finally:
        await credentials.close()
        await client.close()


class _ByAddress:
    def __init__(self, client: Client, address: HttpEntry, access: Access | None) -> None:
        self._client = client
        self._address = address
        self._access = access
        self._limits = Limits(first_byte=PATIENCE)
        self.files: Source = Once(Upstream(client, address.url, 0, access), self._limits)

    async def purge(self, module: str) -> bool:
        """As of Server."""
        url = self._address.url(purge_path(module)[1:])
        secrets = await self._access.known(url) if self._access is not None else ()
        try:
            async with self._client.get(Ask(url, method="POST", secrets=secrets), self._limits) as answer:
                words = (await some_text(answer)).partition("\n")[0]
                return was_known(answer.status, words or answer.reason)
        except WireError as error:
            raise RefusedError(0, error.words) from error
