"""`gomend cache clean`: versions that were not used for long, or that no go.sum names, go from the module cache."""

import re
import shlex
import sys
import time
from pathlib import Path

import click

from gomend.cli import exits
from gomend.cli.cache.ground import cache_folder, go_at_hand, recorded_in, toolchains_in_use
from gomend.cli.cache.progress import progress
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.output import hand_out
from gomend.gocmd.inherited import environment
from gomend.mend.cacheclean import chosen, clean, leftovers
from gomend.mend.journal import remove_trees
from gomend.modcache.recorded import sums_below
from gomend.modcache.sizes import bytes_of, measure
from gomend.report.amounts import size
from gomend.report.cachesize import CacheClean, clean_done, clean_plan
from gomend.texts import text

_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400}


class _Age(click.ParamType[float]):
    """A number with h, d or w behind it, as seconds."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"([0-9]{1,6})([hdw])", str(value))
        if found is None:
            self.fail(text(current_voice().lang, "cache.error/age", word=str(value)), param, ctx)
        return float(int(found[1]) * _SECONDS[found[2]])


def _clean(
    context: click.Context, *, older: float | None, keep_in: tuple[str, ...], dry_run: bool, agreed: bool
) -> int:
    loaded, voice = in_force(context)
    if older is None and not keep_in:
        raise click.UsageError(text(voice.lang, "cache.error/what"), context)
    cache, _ = cache_folder(loaded, voice)
    kept = None
    if keep_in:
        files = [file for word in keep_in for file in (sums_below(Path(word)) if Path(word).is_dir() else [Path(word)])]
        recorded = recorded_in(files, voice)
        kept = {*recorded.zips, *recorded.gomods}
    told = environment()
    go = go_at_hand(loaded, voice)
    before = None if older is None else time.time() - older
    sizes = measure(cache)
    versions = chosen(sizes.versions, before=before, kept=kept, toolchains_in_use=toolchains_in_use(cache, go, told))
    aside = leftovers(cache, before)
    quarantine = sum(map(bytes_of, aside))
    again = shlex.join(["gomend", *(word for word in sys.argv[1:] if word != "--dry-run")])
    document = clean_plan(str(cache), sizes, versions, quarantine, again)
    if document.outcome == "planned" and not dry_run:
        if not agreed and not _agrees(document, voice.lang, context):
            return exits.PROBLEM
        with progress(loaded, voice) as tell:
            try:
                done = clean(cache, versions, tell)
            except OSError as error:
                reason = error.strerror or str(error)
                path = error.filename or cache
                raise click.UsageError(text(voice.lang, "cache.error/not_written", path=path, reason=reason)) from error
        remove_trees(map(str, aside))
        document = clean_done(str(cache), sizes, done, quarantine, again)
    hand_out(document, loaded, voice)
    return exits.PROBLEM if document.outcome == "partly" else exits.FINE


def _agrees(document: CacheClean, lang: str, context: click.Context) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError(text(lang, "cache.error/yes"), context)
    question = text(lang, "cache.clean/ask", count=len(document.versions), size=size(document.bytes))
    return click.confirm(question, err=True)


def _help(name: str) -> str:
    return text(current_voice().lang, f"cache.option/{name}")


command = make(
    "clean",
    _clean,
    [
        click.Option(["--older"], type=_Age(), metavar="AGE", help=_help("older")),
        click.Option(["--keep-in"], multiple=True, type=click.Path(exists=True), metavar="FILE", help=_help("keep_in")),
        click.Option(["--dry-run"], is_flag=True, help=_help("dry_run")),
        click.Option(["--yes", "agreed"], is_flag=True, help=_help("yes")),
    ],
    group="cache",
)
