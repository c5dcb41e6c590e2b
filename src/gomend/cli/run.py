"""`gomend [options] run [options] -- COMMAND…`"""

import click

from gomend.cli.command import make
from gomend.cli.go import check
from gomend.cli.options import given
from gomend.cli.wrapping import wrap


def _run(context: click.Context, words: tuple[str, ...]) -> int:
    check(context)
    return wrap(words, go=False, flags=given(context))


command = make(
    "run",
    _run,
    [click.Argument(["words"], nargs=-1, type=click.UNPROCESSED, required=True, metavar="COMMAND")],
    wraps=True,
)
