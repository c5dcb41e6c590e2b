"""`gomend token create`: a new token, printed this once."""

import re
from datetime import UTC, datetime, timedelta

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.token.file import chosen, option, read
from gomend.gocmd.streams import write_all
from gomend.gomod.private import faults
from gomend.server.access.tokens import Grant, Right, new_token
from gomend.settings.serverfile import is_tenant_name
from gomend.texts import text

_SPAN = re.compile(r"([1-9][0-9]{0,4})([dhw])")
_SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}


def _create(
    context: click.Context,
    name: str,
    *,
    read_patterns: tuple[str, ...],
    fetch_patterns: tuple[str, ...],
    admin: bool,
    expires: str | None,
    tenants: tuple[str, ...],
    file: str | None,
) -> int:
    _, voice = in_force(context)
    for pattern in (*read_patterns, *fetch_patterns):
        if not pattern or "," in pattern or faults(pattern):
            raise click.UsageError(text(voice.lang, "token.error/pattern", pattern=pattern), context)
    for tenant in tenants:
        if not is_tenant_name(tenant):
            raise click.UsageError(text(voice.lang, "token.error/tenant", name=tenant), context)
    grants = [Grant(Right.READ, pattern) for pattern in read_patterns]
    grants += [Grant(Right.FETCH, pattern) for pattern in fetch_patterns]
    grants += [Grant(Right.ADMIN)] if admin else []
    now = datetime.now(UTC).replace(microsecond=0)
    kept = chosen(file)
    if any(token.name == name for token in read(kept)):
        raise click.UsageError(text(voice.lang, "token.error/taken", name=name), context)
    shown, token = new_token(name, grants or [Grant(Right.FETCH)], now, _until(now, expires, context), tenants=tenants)
    try:
        kept.change(lambda tokens: (*tokens, token))
    except OSError as error:
        raise click.UsageError(f"{kept.path}: {error.strerror or error}") from error
    voice.line(text(voice.lang, "token.create/told", name=name, file=str(kept.path)))
    write_all(1, f"{shown}\n".encode())
    return exits.FINE


def _until(now: datetime, span: str | None, context: click.Context) -> datetime | None:
    if span is None:
        return None
    found = _SPAN.fullmatch(span)
    if found is None:
        raise click.UsageError(text(current_voice().lang, "token.error/span", span=span), context)
    return now + timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _help(name: str) -> str:
    return text(current_voice().lang, f"token.option/{name}")


command = make(
    "create",
    _create,
    [
        click.Argument(["name"]),
        click.Option(["--read", "read_patterns"], multiple=True, metavar="PATTERN", help=_help("read")),
        click.Option(["--fetch", "fetch_patterns"], multiple=True, metavar="PATTERN", help=_help("fetch")),
        click.Option(["--admin"], is_flag=True, help=_help("admin")),
        click.Option(["--tenant", "tenants"], multiple=True, metavar="NAME", help=_help("tenant")),
        click.Option(["--expires"], metavar="SPAN", help=_help("expires")),
        option(),
    ],
    group="token",
)
