"""Tokens: what a client shows, what is kept of it, and what it is good for. Pure, but for the random bytes.

A token is `gomend_<id>_<secret>`. The id names it and is no secret; of the secret only a salted scrypt hash is kept
(RFC 7914; the parameters are OWASP's for interactive use).
"""

import hashlib
import hmac
import os
import re
from base64 import b32encode, b64decode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from gomend.gomod.private import matches

_N, _R, _P = 1 << 15, 8, 1  # 32 MiB for each check
_SHOWN = re.compile(r"gomend_([0-9a-f]{8})_([a-z2-7]{52})")


class Right(StrEnum):
    """What a token lets its holder do."""

    READ = "read"  # have what the store holds
    FETCH = "fetch"  # that, and what the server has to fetch first
    ADMIN = "admin"  # call what changes the server


class Grant(msgspec.Struct, frozen=True):
    """A right for the modules that a pattern of GOPRIVATE's kind covers."""

    right: Right
    pattern: str = "*"


class Token(msgspec.Struct, frozen=True):
    """What is kept of a token. Times are RFC 3339; `expires` is empty for never. One with `tenants` is good for these
    alone, one without for the whole server.
    """

    id: str
    name: str
    salt: bytes
    hash: bytes
    grants: tuple[Grant, ...]
    created: datetime
    expires: datetime | None = None
    tenants: tuple[str, ...] = ()

    def is_good(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < self.expires

    def is_for(self, tenant: str) -> bool:
        """Whether it is good for a tenant (by its name; empty: for what is no tenant's)."""
        return not self.tenants or tenant in self.tenants

    def may(self, right: Right, module: str = "", tenant: str = "") -> bool:
        """Whether it gives this right, for `module` where the right is about one. To fetch includes to read."""
        enough = {right, Right.FETCH} if right is Right.READ else {right}
        return self.is_for(tenant) and any(
            grant.right in enough and (right is Right.ADMIN or matches(grant.pattern, module)) for grant in self.grants
        )


OWNER = Token("", "socket", b"", b"", (Grant(Right.FETCH), Grant(Right.ADMIN)), datetime.min.replace(tzinfo=UTC))
"""Whoever may open the server's Unix socket: no token that could be shown."""


def new_token(
    name: str,
    grants: Iterable[Grant],
    now: datetime,
    expires: datetime | None = None,
    *,
    tenants: Iterable[str] = (),
    random: Callable[[int], bytes] = os.urandom,
) -> tuple[str, Token]:
    """A token as its holder shows it, and what is kept of it."""
    id_, secret, salt = random(4).hex(), b32encode(random(32)).decode().rstrip("=").lower(), random(16)
    kept = Token(id_, name, salt, _hash(secret, salt), tuple(grants), now, expires, tuple(tenants))
    return f"gomend_{id_}_{secret}", kept


def id_of(shown: str) -> str:
    """The id in a token that somebody shows; empty where it is none."""
    found = _SHOWN.fullmatch(shown)
    return found[1] if found else ""


def is_of(shown: str, token: Token) -> bool:
    """Whether this is the token. Takes some 50 ms and 32 MiB, so that stolen hashes are of no use."""
    found = _SHOWN.fullmatch(shown)
    return found is not None and hmac.compare_digest(_hash(found[2], token.salt), token.hash)


def _hash(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=64 << 20, dklen=32)


def shown_in(headers: Mapping[str, str]) -> str | None:
    """The token in a request: as a bearer, or as the password of Basic with any user, as netrc has it.

    None where the request shows none; empty where what it shows cannot be read. Source: RFC 6750 §2.1, RFC 7617.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "":
            return None
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[2]
            except ValueError:
                return ""
        case _:
            return ""
