"""`gomend store purge MODULE…`: what may have changed about a module is forgotten: "I just tagged it"."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, on_store, refused, run, said, where
from gomend.gomod.path import check_module_path
from gomend.gomod.refusal import GoRefusalError
from gomend.report.stores import store_purge
from gomend.settings.load import Loaded
from gomend.storage.base import Store
from gomend.storage.opening import is_bucket
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.told import Told

_TO_ACT = 0.2  # seconds that a server may take after it has looked


def _purge(context: click.Context, *, modules: tuple[str, ...], server: str | None) -> int:
    from gomend.server.keeping.asking import RefusedError  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.server.keeping.remote import SOCKET  # noqa: PLC0415  (as above)
    from gomend.server.plan import parse_listening  # noqa: PLC0415  (as above)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        for module in modules:
            try:
                check_module_path(module)
            except GoRefusalError as error:
                raise click.UsageError(text(voice.lang, "store.error/module", word=module), context) from error
        socket = parse_listening(told.listen).socket
        place = server or (f"{SOCKET}{socket}" if socket and Path(socket).is_socket() else told.store)
        try:
            if place == told.store:
                known = on_store(told, lambda store: _in_store(store, modules, is_bucket=is_bucket(told.store)))
            else:
                known = run(_at_server(told, place, modules))
        except RefusedError as error:
            return refused(error, place, voice)
        hand_out(store_purge(place, zip(modules, known, strict=True)), loaded, voice)
        return exits.FINE

    return acting(context, act)


async def _at_server(told: "Told", server: str, modules: tuple[str, ...]) -> list[bool]:
    from gomend.server.keeping.remote import server_at  # noqa: PLC0415  (as above)

    async with server_at(server, told) as there:
        return [await there.purge(module) for module in modules]


async def _in_store(store: Store, modules: tuple[str, ...], *, is_bucket: bool) -> list[bool]:
    """It is over when servers at the store have had the time to hear of it."""
    from gomend.sources.purges import LOOK, LOOK_IN_BUCKET, forget_stored  # noqa: PLC0415  (as above)

    known = [await forget_stored(store, module) for module in modules]
    await asyncio.sleep((LOOK_IN_BUCKET if is_bucket else LOOK) + _TO_ACT)
    return known


command = make(
    "purge",
    _purge,
    [
        click.Argument(["modules"], nargs=-1, required=True),
        click.Option(["--server"], metavar="URL", help=said("server_or_socket")),
        *where(),
    ],
    group="store",
)
