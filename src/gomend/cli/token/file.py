"""Which file of tokens the commands of this group are about."""

import os
from pathlib import Path

import click

from gomend.cli.command import current_voice
from gomend.server.access.tokenfile import TokenFile, TokenFileError, token_file
from gomend.server.access.tokens import Token
from gomend.texts import text


def option() -> click.Option:
    """`--file`."""
    said = text(current_voice().lang, "token.option/file")
    return click.Option(["--file"], type=click.Path(), metavar="FILE", help=said)


def chosen(file: str | None) -> TokenFile:
    """The file of `--file`, else the user's. Raises click.UsageError where no home is known."""
    path = Path(file).absolute() if file else token_file(os.environ)
    if path is None:
        raise click.UsageError(text(current_voice().lang, "token.error/no_home"))
    return TokenFile(path)


def read(file: TokenFile) -> tuple[Token, ...]:
    """Its tokens. Raises click.UsageError."""
    try:
        return file.tokens()
    except TokenFileError as error:
        raise click.UsageError(str(error)) from error
