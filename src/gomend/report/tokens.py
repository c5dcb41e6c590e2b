"""`gomend token list`: who holds which token of a server, never the token itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from gomend.report.clean import one_line
from gomend.report.ending import next_line
from gomend.report.layout import Screen
from gomend.report.table import table
from gomend.texts import text


class TokenEntry(msgspec.Struct, frozen=True):
    """One token. `grants` are `right:pattern`; times are RFC 3339, empty for never; `tenants` is empty for the whole
    server.
    """

    id: str
    name: str
    grants: tuple[str, ...]
    created: str
    expires: str
    expired: bool
    used: str
    tenants: tuple[str, ...]


class TokenList(msgspec.Struct, frozen=True):
    """`gomend token list`."""

    schema: str
    file: str
    tokens: tuple[TokenEntry, ...]


class KeptToken(msgspec.Struct, frozen=True):
    """What a list tells of a token."""

    id: str
    name: str
    grants: Sequence[tuple[str, str]]
    created: datetime
    expires: datetime | None
    tenants: Sequence[str] = ()


def token_list(file: str, tokens: Sequence[KeptToken], used: Mapping[str, datetime], now: datetime) -> TokenList:
    """The document."""
    return TokenList(
        schema="gomend.tokens/1",
        file=file,
        tokens=tuple(
            TokenEntry(
                id=token.id,
                name=token.name,
                grants=tuple(f"{right}:{pattern}" for right, pattern in token.grants),
                created=_when(token.created),
                expires=_when(token.expires),
                expired=token.expires is not None and token.expires <= now,
                used=_when(used.get(token.id)),
                tenants=tuple(token.tenants),
            )
            for token in tokens
        ),
    )


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time else ""


def tokens_screen(document: TokenList, lang: str, screen: Screen) -> str:
    """A row a token."""
    if not document.tokens:
        lines = [text(lang, "token.list/none", file=one_line(document.file))]
        return "".join(f"{line}\n" for line in [*lines, *next_line("gomend token create NAME", lang, screen)])
    has_tenants = any(token.tenants for token in document.tokens)
    names = ("id", "name", "expires", "used", "grants", *(("tenants",) if has_tenants else ()))
    rows = [[text(lang, f"token.column/{name}") for name in names]]
    for token in document.tokens:
        expires = token.expires[:10] or text(lang, "token.list/never")
        if token.expired:
            expires = text(lang, "token.list/expired", day=expires)
        used = token.used[:10] or text(lang, "token.list/never")
        tenants = [one_line(", ".join(token.tenants))] if has_tenants else []
        rows.append([token.id, one_line(token.name), expires, used, one_line(", ".join(token.grants)), *tenants])
    return "".join(f"{line}\n" for line in table(rows, screen))
