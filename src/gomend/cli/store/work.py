"""What the commands of `gomend store` share: the store that the settings name, work on it, and how trouble is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gomend.cli import exits
from gomend.cli.command import current_voice
from gomend.cli.saying import Voice
from gomend.cli.serversettings import option, server_settings, told_by
from gomend.settings.load import Loaded
from gomend.storage.base import Store, StoreError
from gomend.storage.opening import open_store
from gomend.texts import text

if TYPE_CHECKING:  # loaded when such a command runs
    from gomend.server.house import House
    from gomend.server.keeping.asking import RefusedError
    from gomend.server.plan import Upstream
    from gomend.server.told import Told

_T = TypeVar("_T")
_TENANT = "gomend.tenant"  # the key of a context


def where() -> list[click.Parameter]:
    """The options that say which store."""
    return [option("config", "FILE"), option("store", "DIR|URL"), _tenant()]


def _tenant() -> click.Option:
    def take(context: click.Context, _: click.Parameter, value: str | None) -> None:
        context.meta[_TENANT] = value

    return click.Option(["--tenant"], metavar="NAME", expose_value=False, callback=take, help=said("tenant"))


def said(name: str) -> str:
    """The help of one of this group's options."""
    return text(current_voice().lang, f"store.option/{name}")


def acting(context: click.Context, act: Callable[["Told", Loaded, Voice], int]) -> int:
    """Do `act` with the server's settings; what is wrong with them or the store is told, and the status is USAGE."""
    from gomend.server.plan import ServeError  # noqa: PLC0415  (the server's packages: an extra)

    loaded, voice = server_settings(context)
    try:
        told = told_by(loaded)
        tenant = context.meta.get(_TENANT)
        if tenant is not None:
            if tenant not in told.tenants:
                raise ServeError("none_such", value=tenant, known=", ".join(told.tenants) or "-")
            told = told.tenants[tenant]
        try:
            return act(told, loaded, voice)
        except StoreError as error:
            raise ServeError("store", value=told.store, words=error.words) from error
    except ServeError as error:
        voice.line(text(voice.lang, f"serve.error/{error.reason}", **error.facts))
        return exits.USAGE


def on_store(told: "Told", act: Callable[[Store], Awaitable[_T]]) -> _T:
    """What `act` makes of the store. Raises StoreError."""

    async def opened() -> _T:
        store = open_store(told.store)
        try:
            return await act(store)
        finally:
            await store.close()

    return run(opened())


def refused(error: "RefusedError", place: str, voice: Voice) -> int:
    """Say that a running server did not do it; the status."""
    key = "token" if error.status in (401, 403) else "refused"
    voice.line(text(voice.lang, f"store.error/{key}", place=place, words=error.words))
    return exits.PROBLEM


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Do this to its end."""
    return asyncio.run(work)


@asynccontextmanager
async def house_over(told: "Told", sources: "Upstream") -> AsyncIterator["House"]:
    """A server's sources over the store, as for nobody but this machine's user. Raises StoreError."""
    from gomend.server.house import House  # noqa: PLC0415  (as above)
    from gomend.server.wishes import wishes_of  # noqa: PLC0415  (as above)
    from gomend.sources.direct.watch import Nobody  # noqa: PLC0415  (as above)

    wishes = wishes_of(told, sources, is_alone=True)
    house = House(wishes, open_store(told.store), asked=lambda _: None, failed=lambda _: None, watch=Nobody())
    try:
        yield house
    finally:
        await house.close(60)
