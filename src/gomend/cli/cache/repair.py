"""`gomend cache repair [MODULE@VERSION…]`: damaged versions are fetched anew and change places with whole ones."""

import sys

import click

from gomend.cli import exits
from gomend.cli.cache.fetching import Fetcher
from gomend.cli.cache.ground import (
    cache_folder,
    go_at_hand,
    recorded_here,
    toolchains_in_use,
    verifiers,
    versions_named,
)
from gomend.cli.cache.progress import progress
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.output import hand_out
from gomend.gocmd.inherited import environment
from gomend.mend.cacherepair import plan, repair
from gomend.mend.journal import Journal, NoPlaceError, place_of
from gomend.modcache.check import check
from gomend.report.cacherepair import repair_done, repair_plan
from gomend.texts import text

_STATUS = {"ok": exits.FINE, "planned": exits.PROBLEM, "mended": exits.FINE, "not_mended": exits.PROBLEM}


def _repair(context: click.Context, versions: tuple[str, ...], *, every: bool, dry_run: bool) -> int:
    loaded, voice = in_force(context)
    only = versions_named(versions, voice)
    cache, settings = cache_folder(loaded, voice)
    recorded = recorded_here(settings, voice, every=every)
    with progress(loaded, voice) as tell:
        checked = check(cache, recorded, only, verifiers=verifiers(settings), progress=tell)
    told = environment()
    go = go_at_hand(loaded, voice)
    planned = plan(checked.faults, toolchains_in_use(cache, go, told))
    document = repair_plan(str(cache), planned)
    if not dry_run and document.outcome == "planned":
        try:
            journal = Journal(place_of(told))
        except NoPlaceError as error:
            raise click.UsageError(text(voice.lang, "cache.error/no_journal")) from error
        switches = told if loaded.switch("relay") else {**told, "GOMEND_RELAY": "off"}
        fetch = Fetcher(go, settings, recorded, switches)
        try:
            done = repair(cache, planned, recorded, fetch, journal, command=["gomend", *sys.argv[1:]])
        except OSError as error:
            reason = error.strerror or str(error)
            raise click.UsageError(
                text(voice.lang, "cache.error/not_written", path=error.filename or cache, reason=reason)
            ) from error
        document = repair_done(str(cache), done)
    hand_out(document, loaded, voice)
    return _STATUS[document.outcome]


_lang = current_voice().lang
command = make(
    "repair",
    _repair,
    [
        click.Argument(["versions"], nargs=-1, metavar="[MODULE@VERSION]..."),
        click.Option(["--all", "every"], is_flag=True, help=text(_lang, "cache.option/all")),
        click.Option(["--dry-run"], is_flag=True, help=text(_lang, "cache.option/dry_run")),
    ],
    group="cache",
)
