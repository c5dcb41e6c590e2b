"""`gomend token list`: which tokens there are."""

from datetime import UTC, datetime

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.output import hand_out
from gomend.cli.token.file import chosen, option, read
from gomend.report.tokens import KeptToken, token_list


def _list(context: click.Context, file: str | None) -> int:
    loaded, voice = in_force(context)
    kept = chosen(file)
    tokens = [
        KeptToken(
            token.id,
            token.name,
            [(grant.right.value, grant.pattern) for grant in token.grants],
            token.created,
            token.expires,
            token.tenants,
        )
        for token in read(kept)
    ]
    hand_out(token_list(str(kept.path), tokens, kept.last_uses(), datetime.now(UTC)), loaded, voice)
    return exits.FINE


command = make("list", _list, [option()], group="token")
