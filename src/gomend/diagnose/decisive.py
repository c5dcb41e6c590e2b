"""Findings in the order of decisiveness, without those that only follow from others. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gomend.causes import Code, Finding, Severity
from gomend.explain.outcome import rank
from gomend.net.hostport import host_and_port

_ON_THE_WAY = ("names", "connections")  # checks of what lies between here and a source
_MOST_EVIDENCE = 3
_VERSION = "version"  # the check that knows most about one version
_WAY = ("dns", "net", "tls", "proxy", "auth", "vcs", "module", "checksum")  # steps that a request to one host takes


def decisive(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, fatal ones first, then by what causes what; equals in the order given.

    What an earlier step of the way to the same host explains is left out, and so is what was found twice.
    """
    ordered = sorted(_weighed(_aggravated(list(findings))), key=_weight)
    kept: list[Finding] = []
    for one in ordered:
        if not explained(one, kept):
            kept.append(one)
    return tuple(kept)


def _aggravated(findings: list[Finding]) -> list[Finding]:
    """Findings that are warnings by themselves, and fatal where something else does not work because of them.

    A list that begins with direct is why modules stay away where their own hosts are out of reach; a wrong clock is why
    certificates seem to be out of date.
    """
    fatal = [one for one in findings if one.severity is Severity.FATAL]
    harmful = {
        "swapped": any(one.check in _ON_THE_WAY for one in fatal),
        "clock": any(one.code is Code.TLS_EXPIRED for one in fatal),
    }
    return [
        replace(one, severity=Severity.FATAL) if harmful.get(one.facts.get("matter", "")) else one for one in findings
    ]


def _weighed(findings: Sequence[Finding]) -> Iterator[Finding]:
    """What names and connections found at a source, as grave as the chain of sources shows it to be.

    Where the chain met the same fault, the finding also has what that knows: the file, and whether go moves on.
    """
    for one in findings:
        seen = [other for other in findings if _is_the_chains(other) and _host(other) == _host(one)]
        same = [other for other in seen if other.code is one.code]
        if one.check not in _ON_THE_WAY or not seen:
            yield one
        elif same:
            gravest = min(same, key=lambda other: other.severity is not Severity.FATAL)
            more = tuple(each for each in gravest.evidence if each not in one.evidence)
            told = (*one.evidence[:_MOST_EVIDENCE], *more)
            yield replace(one, severity=gravest.severity, subject=gravest.subject, evidence=told)
        else:
            fatal = any(other.severity is Severity.FATAL for other in seen)
            yield replace(one, severity=Severity.FATAL if fatal else Severity.WARNING)


def _is_the_chains(finding: Finding) -> bool:
    return finding.check == "chain" and bool(finding.subject.host)


def _host(finding: Finding) -> str:
    """The host alone: a source's finding has its port."""
    return host_and_port(finding.subject.host)[0]


def _weight(one: Finding) -> tuple[bool, int, bool, bool]:
    """Of findings with equal codes, what is known about the version or the clock itself goes first, then what concerns
    all hosts.
    """
    first = one.check == _VERSION or one.facts.get("matter") == "clock"
    return one.severity is not Severity.FATAL, rank(one.code), not first, bool(one.subject.host)


def explained(finding: Finding, kept: Iterable[Finding]) -> str:
    """The check whose finding explains one that was left out; "" where none does."""
    return next((other.check for other in kept if _repeats(finding, other) or _follows(finding, other)), "")


def _repeats(one: Finding, other: Finding) -> bool:
    same = one.subject == other.subject or (_host(one) and _host(one) == _host(other))
    if one.check == "chain" and other.check in _ON_THE_WAY and one.subject.url.endswith(".zip"):
        same = True  # a redirect leads to where its zips lie: the same failure, under another host's name
    return bool(one.code is other.code and same and one.check != other.check)


def _follows(one: Finding, other: Finding) -> bool:
    if other.check == _VERSION and one.code is Code.PROXY_NOT_FOUND and one.subject.module == other.subject.module:
        return True  # why no source has it
    if _concerns_all(other):
        return one.code in (other.code, Code.CHECKSUM_SUMDB_UNREACHABLE) and one is not other
    host = _host(one)
    if not host or host != _host(other) or one.check == other.check:
        return False
    if one.check in _ON_THE_WAY:  # a host that modules do without: the checksum database's own, which tells it
        is_its_own = one.subject.host == other.subject.host and one.severity is not Severity.FATAL
        return is_its_own and other.code is Code.CHECKSUM_SUMDB_UNREACHABLE
    no_name = other.check == "names" and one.code.layer == "dns"  # whatever keeps the resolvers away
    if no_name or (other.check in _ON_THE_WAY and one.code.layer == other.code.layer):
        return True  # the same step of the same way, in the words of somebody who saw less of it
    step, before = (_WAY.index(code.layer) if code.layer in _WAY else -1 for code in (one.code, other.code))
    return step > before >= 0


def _concerns_all(finding: Finding) -> bool:
    """Whether it is why every host fails: nobody is trusted here, a login page stands before them, the clock is off."""
    if finding.severity is not Severity.FATAL:
        return False
    nobody = finding.code is Code.TLS_UNKNOWN_AUTHORITY and not finding.subject.host
    return nobody or finding.facts.get("matter") in ("portal", "clock")
