"""`gomend store gc`: versions that were used long ago go, or as many as it takes for the rest to fit."""

import os
import re
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice, write
from gomend.cli.showing import screen
from gomend.cli.store.work import acting, on_store, said, where
from gomend.gomod.gosum import MalformedGoSumError, parse_gosum
from gomend.modcache.recorded import sums_below
from gomend.report.amounts import size as amount
from gomend.report.stores import StoreGc, gc_done, gc_plan
from gomend.report.storescreens import gc_lines
from gomend.settings.load import Loaded
from gomend.storage.base import Store
from gomend.storage.opening import is_bucket
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.told import Told

_SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
_BYTES = {"M": 10**6, "G": 10**9, "T": 10**12}


class _Amount(click.ParamType[float]):
    """A number with one of `units` behind it."""

    def __init__(self, name: str, units: "dict[str, int]") -> None:
        self.name = name
        self._units = units

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(rf"([0-9]{{1,6}})([{''.join(self._units)}])", str(value))
        if found is None:
            self.fail(text(current_voice().lang, f"store.error/{self.name}", word=str(value)), param, ctx)
        return float(int(found[1]) * self._units[found[2]])


def _gc(
    context: click.Context,
    *,
    older: float | None,
    size: float | None,
    keep_in: tuple[str, ...],
    dry_run: bool,
    agreed: bool,
) -> int:
    from gomend.server.keeping.collecting import chosen, collect  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.server.keeping.contents import contents, versions  # noqa: PLC0415  (as above)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        if older is None and size is None:
            raise click.UsageError(text(voice.lang, "store.error/what"), context)
        pinned = _pinned(keep_in, voice)

        by = "storing" if is_bucket(told.store) else "use"
        again = shlex.join(["gomend", *(word for word in sys.argv[1:] if word != "--dry-run")])

        async def look(store: Store) -> StoreGc | None:
            every = versions(await contents(store))
            going = chosen(
                every,
                before=None if older is None else time.time() - older,
                most=None if size is None else int(size),
                pinned=pinned,
            )
            plan = gc_plan(told.store, every, going, by=by, again=again)
            if dry_run or not going:
                return plan
            if not agreed and not _agrees(plan, loaded, voice, context):
                return None
            done = await collect(store, going)
            return gc_done(told.store, every, done.gone, done.failed, by=by, again=again)

        document = on_store(told, look)
        if document is None:
            voice.line(text(voice.lang, "store.gc/no"))
            return exits.PROBLEM
        hand_out(document, loaded, voice)
        return exits.PROBLEM if document.outcome == "partly" else exits.FINE

    return acting(context, act)


def _pinned(words: tuple[str, ...], voice: Voice) -> set[tuple[str, str]]:
    """What these go.sum files, or those below these folders, name. Raises click.UsageError."""
    pinned: set[tuple[str, str]] = set()
    for word in words:
        for file in sums_below(Path(word)) if Path(word).is_dir() else [Path(word)]:
            try:
                pinned |= set(parse_gosum(file.read_bytes(), file=str(file)).modules())
            except (OSError, MalformedGoSumError) as error:
                facts = {"file": str(file), "words": getattr(error, "strerror", None) or str(error)}
                raise click.UsageError(text(voice.lang, "store.error/unreadable", **facts)) from error
    return pinned


def _agrees(document: StoreGc, loaded: Loaded, voice: Voice, context: click.Context) -> bool:
    """Whether a person wants it, who is shown what goes."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError(text(voice.lang, "store.error/yes"), context)
    shown = gc_lines(document, voice.lang, screen(2, loaded, os.environ))
    write(2, "".join(f"{line}\n" for line in shown))
    question = text(voice.lang, "store.gc/ask", count=len(document.versions), size=amount(document.bytes))
    return click.confirm(question, err=True)


command = make(
    "gc",
    _gc,
    [
        click.Option(["--older"], type=_Amount("age", _SECONDS), metavar="AGE", help=said("older")),
        click.Option(["--size"], type=_Amount("size", _BYTES), metavar="SIZE", help=said("size")),
        click.Option(["--keep-in"], multiple=True, type=click.Path(exists=True), metavar="FILE", help=said("keep_in")),
        click.Option(["--dry-run"], is_flag=True, help=said("dry_run")),
        click.Option(["--yes", "agreed"], is_flag=True, help=said("yes")),
        *where(),
    ],
    group="store",
)
