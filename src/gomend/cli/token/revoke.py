"""`gomend token revoke`: a token that counts no more, at once, on every server that reads the file."""

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.token.file import chosen, option, read
from gomend.texts import text


def _revoke(context: click.Context, name: str, file: str | None) -> int:
    _, voice = in_force(context)
    kept = chosen(file)
    found = [token for token in read(kept) if name in (token.id, token.name)]
    if not found:
        raise click.UsageError(text(voice.lang, "token.error/none_such", name=name, file=str(kept.path)), context)
    try:
        kept.change(lambda tokens: tuple(token for token in tokens if token.id != found[0].id))
    except OSError as error:
        raise click.UsageError(f"{kept.path}: {error.strerror or error}") from error
    voice.line(text(voice.lang, "token.revoke/told", name=found[0].name, id=found[0].id))
    return exits.FINE


command = make("revoke", _revoke, [click.Argument(["name"], metavar="NAME|ID"), option()], group="token")
