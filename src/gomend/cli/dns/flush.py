"""`gomend dns flush`: empties the system's caches of names, and looks whether they are empty."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.output import hand_out
from gomend.mend.dnscache import Cache, Words, caches
from gomend.report.pins import Flushed, FlushedCache

_SECONDS = 20.0
_ERRORS = 200  # characters of what a program says

Run = Callable[[Words], tuple[int, str]]
"""Runs a program; its exit status and what it said."""


def _flush(context: click.Context) -> int:
    loaded, voice = in_force(context)
    found = caches(sys.platform, lambda name: shutil.which(name) is not None, lambda path: Path(path).exists(), _text)
    rights = os.name != "posix" or os.geteuid() == 0
    document = Flushed("gomend.flushed/1", tuple(emptied(cache, _run, may=rights) for cache in found))
    hand_out(document, loaded, voice)
    return exits.FINE if all(one.state in ("emptied", "unseen") for one in document.caches) else exits.PROBLEM


def emptied(cache: Cache, run: Run, *, may: bool) -> FlushedCache:
    """Empties a cache and looks at it again. `may`: this process may do what only root may."""
    commands = tuple(shlex.join(words) for words in cache.empty)
    if cache.needs_root and not may:
        return FlushedCache(cache.name, commands, "refused", -1, "root")
    for words in cache.empty:
        status, said = run(words)
        if status:
            return FlushedCache(cache.name, commands, "failed", -1, said)
    left = cache.size(run(cache.look)[1]) if cache.look else None
    if left is None:
        return FlushedCache(cache.name, commands, "unseen", -1, "")
    return FlushedCache(cache.name, commands, "failed" if left else "emptied", left, "")


def _run(words: Words) -> tuple[int, str]:
    try:
        ran = subprocess.run(
            list(words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return 1, str(error)
    return ran.returncode, ran.stdout if ran.returncode == 0 else (ran.stderr.strip() or ran.stdout)[:_ERRORS]


def _text(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="utf-8", errors="replace")
    return ""


command = make("flush", _flush, group="dns")
