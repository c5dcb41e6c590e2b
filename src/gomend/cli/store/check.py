"""`gomend store check`: each stored file against the hash on record, or the rules that go has for it."""

from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.cache.progress import progress
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, on_store, said, where
from gomend.report.stores import DamagedFile, store_check
from gomend.settings.load import Loaded
from gomend.storage.base import Store

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.keeping.checking import Checked
    from gomend.server.told import Told


def _check(context: click.Context, *, remove: bool) -> int:
    from gomend.server.keeping import checking  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.server.plan import database_of  # noqa: PLC0415  (as above)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        with progress(loaded, voice, "store.check/progress") as tell:

            async def look(store: Store) -> "tuple[Checked, int]":
                checked = await checking.check(store, database_of(told.go), tell)
                return checked, await checking.remove(store, checked.damage) if remove else 0

            checked, removed = on_store(told, look)
        document = store_check(
            told.store,
            [DamagedFile(one.key, one.kind.value, one.words) for one in checked.damage],
            files=checked.files,
            size=checked.bytes,
            recorded=checked.recorded,
            by_rules=checked.by_rules,
            foreign=checked.foreign,
            removed=removed,
        )
        hand_out(document, loaded, voice)
        return exits.PROBLEM if document.outcome == "problems" else exits.FINE

    return acting(context, act)


command = make(
    "check", _check, [click.Option(["--remove"], is_flag=True, help=said("remove")), *where()], group="store"
)
