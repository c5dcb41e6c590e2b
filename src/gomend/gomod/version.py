"""Versions: semantic versions as Go reads them, pseudo-versions, +incompatible, and the words of a query.

Source: golang.org/x/mod/semver, golang.org/x/mod/module (module.go, pseudo.go), cmd/go/internal/modload (query.go).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cmp_to_key
from typing import NamedTuple

from gomend.gomod.path import InvalidVersionError, split_major
from gomend.gomod.path import check_module_path as _check_module_path
from gomend.gomod.quoting import quote

__all__ = [
    "InvalidVersionError",
    "PseudoKind",
    "PseudoVersion",
    "Query",
    "Semver",
    "canonical",
    "check",
    "check_major",
    "compare",
    "is_incompatible",
    "is_pseudo",
    "is_valid",
    "major",
    "matches_major",
    "parse",
    "parse_pseudo",
    "pseudo_version",
    "query_kind",
    "sort_versions",
]

_NUMBER = "(?:0|[1-9][0-9]*)"
_PRE_IDENT = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"v(?P<major>{_NUMBER})(?:\.(?P<minor>{_NUMBER})(?:\.(?P<patch>{_NUMBER})"
    rf"(?P<prerelease>-{_PRE_IDENT}(?:\.{_PRE_IDENT})*)?(?P<build>\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?"
)
_PSEUDO = re.compile(
    r"v[0-9]+\.(?:0\.0-|[0-9]+\.[0-9]+-(?:[^+]*\.)?0\.)[0-9]{14}-[A-Za-z0-9]+(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


class Semver(NamedTuple):
    """A semantic version, taken apart. Numbers stay text: they may be of any length."""

    major: str
    minor: str
    patch: str
    prerelease: str  # with its leading `-`, or empty
    build: str  # with its leading `+`, or empty


def parse(version: str) -> Semver | None:
    """The parts of `vMAJOR[.MINOR[.PATCH[-PRE][+BUILD]]]`; None where it is no version. Source: semver.parse."""
    found = _SEMVER.fullmatch(version)
    if found is None:
        return None
    major, minor, patch, prerelease, build = found.groups()
    return Semver(major, minor or "0", patch or "0", prerelease or "", build or "")


def is_valid(version: str) -> bool:
    """Whether this is a semantic version; `v1` and `v1.2` are. Source: semver.IsValid."""
    return _SEMVER.fullmatch(version) is not None


def canonical(version: str) -> str:
    """The version with all three numbers and no build but `+incompatible`; empty where it is no version.

    A version is canonical when this gives it back unchanged; only such ones have .mod and .zip files.
    Source: module.CanonicalVersion.
    """
    parts = parse(version)
    if parts is None:
        return ""
    suffix = parts.build if parts.build == "+incompatible" else ""
    return f"v{parts.major}.{parts.minor}.{parts.patch}{parts.prerelease}{suffix}"


def is_incompatible(version: str) -> bool:
    """Whether the version says +incompatible: v2 or higher of a repository without a go.mod."""
    parts = parse(version)
    return parts is not None and parts.build == "+incompatible"


def _identifier_key(identifier: str) -> tuple[int, int, str]:
    return (0, len(identifier), identifier) if identifier.isdigit() else (1, 0, identifier)


_Key = tuple[tuple[int, str], tuple[int, str], tuple[int, str], bool, tuple[tuple[int, int, str], ...]]


def _key(parts: Semver) -> _Key:
    identifiers = tuple(map(_identifier_key, parts.prerelease[1:].split("."))) if parts.prerelease else ()
    numbers = ((len(n), n) for n in parts[:3])
    return (*numbers, not parts.prerelease, identifiers)  # type: ignore[return-value]


def compare(first: str, second: str) -> int:
    """-1, 0 or 1 by precedence; build metadata does not count, what is no version comes before all.

    Source: semver.Compare.
    """
    one, two = parse(first), parse(second)
    if one is None or two is None:
        return (one is not None) - (two is not None)
    a, b = _key(one), _key(two)
    return (a > b) - (a < b)


def sort_versions(versions: Iterable[str]) -> list[str]:
    """Ascending by precedence, equals by text. Source: semver.Sort."""

    def order(a: str, b: str) -> int:
        return compare(a, b) or (a > b) - (a < b)

    return sorted(versions, key=cmp_to_key(order))


def major(version: str) -> str:
    """`v2` of `v2.1.0`; empty where it is no version. Source: semver.Major."""
    parts = parse(version)
    return f"v{parts.major}" if parts else ""


def check_major(version: str, path_major: str) -> None:
    """Raise InvalidVersionError unless the version's major fits the path's suffix, as `split_major` gives it.

    Source: CheckPathMajor.
    """
    wanted = path_major.removesuffix("-unstable") if path_major.startswith(".v") else path_major
    if version.startswith("v0.0.0-") and wanted == ".v1":
        return  # old pseudo-versions of gopkg.in
    actual = major(version)
    if not wanted:
        if actual in ("v0", "v1") or is_incompatible(version):
            return
        wanted = "v0 or v1"
    else:
        wanted = wanted[1:]
        if actual == wanted:
            return
    raise InvalidVersionError(version, f"should be {wanted}, not {actual}")


def matches_major(version: str, path_major: str) -> bool:
    """Whether the version's major fits the path's suffix. Source: MatchPathMajor."""
    try:
        check_major(version, path_major)
    except InvalidVersionError:
        return False
    return True


def check(path: str, version: str) -> None:
    """Raise InvalidPathError or InvalidVersionError unless path and version are valid and fit together.

    Source: module.Check.
    """
    _check_module_path(path)
    if not is_valid(version):
        raise InvalidVersionError(version, "not a semantic version")
    split = split_major(path)
    check_major(version, split[1] if split else "")


class PseudoKind(StrEnum):
    """What a pseudo-version builds on (https://go.dev/ref/mod#pseudo-versions)."""

    NO_BASE = "vX.0.0-"  # no earlier tag
    AFTER_RELEASE = "vX.Y.(Z+1)-0."
    AFTER_PRERELEASE = "vX.Y.Z-pre.0."


class PseudoVersion(NamedTuple):
    """A pseudo-version, taken apart."""

    kind: PseudoKind
    base: str  # the tag it builds on, `+incompatible` included; empty for NO_BASE
    time: datetime | None  # UTC; None where the digits are no time
    timestamp: str  # yyyymmddhhmmss, as written
    revision: str  # the commit, normally 12 hexadecimal digits
    build: str  # with its leading `+`, or empty


def is_pseudo(version: str) -> bool:
    """Whether the version has the form of a pseudo-version. Source: module.IsPseudoVersion."""
    return version.count("-") >= 2 and _PSEUDO.fullmatch(version) is not None and is_valid(version)


def parse_pseudo(version: str) -> PseudoVersion:
    """Take a pseudo-version apart. Raises InvalidVersionError (pseudo=True).

    Source: pseudo.go (parsePseudoVersion, PseudoVersionBase, PseudoVersionTime).
    """
    if not is_pseudo(version):
        raise InvalidVersionError(version, "syntax error", pseudo=True)
    parts = parse(version)
    build = parts.build if parts else ""
    rest, _, revision = version.removesuffix(build).rpartition("-")
    cut = max(rest.rfind("-"), rest.rfind("."))
    base, timestamp = rest[:cut], rest[cut + 1 :]
    before = parse(base)
    prerelease = before.prerelease if before else ""
    if not prerelease:
        if build:
            raise InvalidVersionError(
                version, f"lacks base version, but has build metadata {quote(build)}", pseudo=True
            )
        kind, base = PseudoKind.NO_BASE, ""
    elif prerelease == "-0":
        kind = PseudoKind.AFTER_RELEASE
        base = base.removesuffix("-0")
        head, _, patch = base.rpartition(".")
        if not patch.strip("0"):
            raise InvalidVersionError(version, f"version before {base} would have negative patch number", pseudo=True)
        base = f"{head}.{_decrement(patch)}{build}"
    else:
        kind = PseudoKind.AFTER_PRERELEASE
        base = base.removesuffix(".0") + build
    return PseudoVersion(kind, base, _time(timestamp), timestamp, revision, build)


def pseudo_version(path_major: str, older: str, time: datetime, revision: str) -> str:
    """The pseudo-version of a commit made at `time`, `revision` its first 12 hexadecimal digits.

    `older` is the highest version among its ancestors, empty for none; `path_major` the major that the path's suffix
    asks for (`v2`), empty for none. Source: module.PseudoVersion.
    """
    commit = f"{time.astimezone(UTC):%Y%m%d%H%M%S}-{revision}"
    parts = parse(older)
    if parts is None:
        return f"{path_major or 'v0'}.0.0-{commit}"
    base = f"v{parts.major}.{parts.minor}"
    if parts.prerelease:
        return f"{base}.{parts.patch}{parts.prerelease}.0.{commit}{parts.build}"
    return f"{base}.{_increment(parts.patch)}-0.{commit}{parts.build}"


def _increment(decimal: str) -> str:
    """`decimal` and one more, as text: it may be longer than Python converts to an int."""
    kept = decimal.rstrip("9")
    raised = kept[:-1] + str(int(kept[-1]) + 1) if kept else "1"
    return raised + "0" * (len(decimal) - len(kept))


def _decrement(decimal: str) -> str:
    """`decimal` less one, as text: it may be longer than Python converts to an int."""
    kept = decimal.rstrip("0")
    lowered = kept[:-1] + str(int(kept[-1]) - 1) + "9" * (len(decimal) - len(kept))
    return lowered.lstrip("0") or "0"


def _time(timestamp: str) -> datetime | None:
    year, month, day, hour, minute, second = (
        int(timestamp[at:end]) for at, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
    )
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


class Query(StrEnum):
    """What the part after `@` asks for (https://go.dev/ref/mod#version-queries)."""

    LATEST = "latest"
    UPGRADE = "upgrade"
    PATCH = "patch"
    NONE = "none"
    COMPARISON = "comparison"  # <v1.2, >=v1.2.3
    EXACT = "exact"  # a whole semantic version, pseudo-versions too
    PREFIX = "prefix"  # v1, v1.2
    REVISION = "revision"  # a branch, a tag that is no version, a commit


def query_kind(query: str) -> Query:
    """What kind of query this is, going by its text alone. Source: modload (query.go: newQueryMatcher)."""
    if query in ("latest", "upgrade", "patch", "none"):
        return Query(query)
    if query.startswith(("<", ">")):
        return Query.COMPARISON
    parts = parse(query)
    if parts is None:
        return Query.REVISION
    return Query.EXACT if query.count(".") >= 2 else Query.PREFIX
