"""GOSUMDB: which checksum database is asked, by which key, and where.

Source: cmd/go/internal/modfetch (sumdb.go: dbDial, useSumDB; key.go).
"""

import re
from dataclasses import dataclass

from gomend.gomod.note import Verifier, VerifierKeyError, parse_verifier
from gomend.gomod.private import matches
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.weburl import URLError, parse_url

KNOWN_KEYS = {"sum.golang.org": "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"}
_ALIASES = {"sum.golang.google.cn": "sum.golang.org https://sum.golang.google.cn"}
_NAME = re.compile(r"[^/?#@\s]+(?:/[^?#\s]*)?")


class GoSumdbError(GoRefusalError):
    """A GOSUMDB that go refuses. `str()` is go's text."""


@dataclass(frozen=True, slots=True)
class Database:
    """A checksum database as GOSUMDB names it."""

    verifier: Verifier
    url: str  # where it is asked directly, no trailing slash
    is_direct: bool  # GOSUMDB names the address: no proxy is asked whether it supports the database

    @property
    def name(self) -> str:
        """The name in its key."""
        return self.verifier.name


def parse_gosumdb(value: str) -> Database | None:
    """The database of a GOSUMDB; None for `off`. Raises GoSumdbError."""
    if value == "off":
        return None
    words = _ALIASES.get(value, value).split()
    if not words:
        raise GoSumdbError("missing GOSUMDB")
    if len(words) > 2:
        raise GoSumdbError("invalid GOSUMDB: too many fields")
    try:
        verifier = parse_verifier(KNOWN_KEYS.get(words[0], words[0]))
    except VerifierKeyError as error:
        raise GoSumdbError(f"invalid GOSUMDB: {error}") from None
    if len(words) == 2:
        try:
            parse_url(words[1])
        except URLError as error:
            raise GoSumdbError(f"invalid GOSUMDB URL: {error}") from None
        return Database(verifier, words[1].rstrip("/"), is_direct=True)
    if not _NAME.fullmatch(verifier.name):
        raise GoSumdbError(f"invalid sumdb name (must be host[/path]): {verifier.name} ")
    return Database(verifier, f"https://{verifier.name}", is_direct=False)


def is_exempt(module: str, gonosumdb: str) -> bool:
    """Whether go does not ask the database about a module. golang.org/toolchain is always asked about."""
    return module != "golang.org/toolchain" and matches(gonosumdb, module)
