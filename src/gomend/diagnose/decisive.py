"""Findings in the order of decisiveness, without those that only follow from others. Pure."""

from collections.abc import Iterable

from gomend.causes import Code, Finding, Severity
from gomend.explain.outcome import rank

_VERSION = "version"  # the check that knows most about one version
_WAY = ("dns", "net", "tls", "proxy", "auth", "vcs", "module", "checksum")  # steps that a request to one host takes


def decisive(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, fatal ones first, then by what causes what; equals in the order given.

    What an earlier step of the way to the same host explains is left out, and so is what was found twice.
    """
    ordered = sorted(findings, key=_weight)
    kept: list[Finding] = []
    for one in ordered:
        if not explained(one, kept):
            kept.append(one)
    return tuple(kept)


def _weight(one: Finding) -> tuple[bool, int, bool, bool]:
    """Of findings with equal codes, what is known about the version itself goes first, then what concerns all hosts."""
    return one.severity is not Severity.FATAL, rank(one.code), one.check != _VERSION, bool(one.subject.host)


def explained(finding: Finding, kept: Iterable[Finding]) -> str:
    """The check whose finding explains one that was left out; "" where none does."""
    return next((other.check for other in kept if _repeats(finding, other) or _follows(finding, other)), "")


def _repeats(one: Finding, other: Finding) -> bool:
    same = one.subject == other.subject or (one.subject.host and one.subject.host == other.subject.host)
    return bool(one.code is other.code and same and one.check != other.check)


def _follows(one: Finding, other: Finding) -> bool:
    if other.check == _VERSION and one.code is Code.PROXY_NOT_FOUND and one.subject.module == other.subject.module:
        return True  # why no source has it
    host = one.subject.host
    if host and other.code is Code.TLS_UNKNOWN_AUTHORITY and not other.subject.host:
        return one.code in (Code.TLS_UNKNOWN_AUTHORITY, Code.CHECKSUM_SUMDB_UNREACHABLE)  # nobody is trusted here
    if not host or host != other.subject.host or one.check == other.check:
        return False
    step, before = (_WAY.index(code.layer) if code.layer in _WAY else -1 for code in (one.code, other.code))
    return step > before >= 0
