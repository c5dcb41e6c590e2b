"""`gomend store stats`: how many versions of which modules are stored, and what they take up."""

from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, on_store, where
from gomend.report.stores import store_stats
from gomend.settings.load import Loaded

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.told import Told


def _stats(context: click.Context) -> int:
    from gomend.server.keeping.contents import contents, may_change, versions  # noqa: PLC0415  (an extra's packages)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        held = on_store(told, contents)
        document = store_stats(
            told.store,
            versions(held),
            files=len(held),
            every=sum(one.size for one in held),
            changing=sum(one.size for one in held if may_change(one)),
            databases=sum(one.size for one in held if one.asked is not None and one.asked.sumdb),
        )
        hand_out(document, loaded, voice)
        return exits.FINE

    return acting(context, act)


command = make("stats", _stats, where(), group="store")
