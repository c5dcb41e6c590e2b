"""`gomend store export FOLDER [MODULE[@VERSION]…]`: stored versions into a folder that go can use as a proxy."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, on_store, where
from gomend.report.stores import store_export
from gomend.settings.load import Loaded
from gomend.storage.base import Store

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.keeping.exporting import Exported
    from gomend.server.told import Told


def _export(context: click.Context, *, folder: str, words: tuple[str, ...]) -> int:
    from gomend.server.keeping.contents import contents, versions  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.server.keeping.exporting import export, named  # noqa: PLC0415  (as above)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        there = Path(folder).absolute()

        async def bring(store: Store) -> "Exported":
            return await export(store, named(versions(await contents(store)), words), there)

        done = on_store(told, bring)
        counts = {"stored": done.new, "known": done.known, "size": done.bytes}
        hand_out(store_export(told.store, str(there), **counts, failed=done.failed), loaded, voice)
        return exits.PROBLEM if done.failed else exits.FINE

    return acting(context, act)


command = make(
    "export", _export, [click.Argument(["folder"]), click.Argument(["words"], nargs=-1), *where()], group="store"
)
