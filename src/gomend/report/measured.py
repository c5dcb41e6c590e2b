"""A source as it was measured, made the part of a document."""

from gomend.diagnose.chain import Chain, End
from gomend.diagnose.proxies.judging import number
from gomend.diagnose.proxies.measured import ENDPOINTS, NEEDED, Measured
from gomend.diagnose.world import Say
from gomend.gomod.proxylist import EntryKind, Use, use_of
from gomend.gomod.publicproxies import known_as
from gomend.masking import mask
from gomend.report.proxytest import MeasuredEndpoint, MeasuredSource


def source_in_chain(chain: Chain, at: int, one: Measured, say: Say) -> MeasuredSource:
    """A source on its place in a chain."""
    last = at + 1 == len(chain.entries)
    then = "" if last else "any" if one.entry.falls_back_on_error else "not_found"
    serving = [way.at for kind in NEEDED if (way := chain.way(kind)).end in (End.SERVED, End.DIRECT)]
    status, note = _judged(one, say)
    if at in serving and one.serves and one.entry.kind is EntryKind.URL:
        note = say("proxytest.note/uses")
    use = use_of(one.entry, chain.module, chain.gonoproxy)
    if one.entry.kind is EntryKind.URL and use is Use.SKIPPED:
        status, note = "neutral", say("proxytest.note/not_told")
    return _tested(one, number(chain, at), then, status, note)


def source_alone(place: int, one: Measured, say: Say) -> MeasuredSource:
    """A source beside others."""
    status, note = _judged(one, say)
    return _tested(one, place, "", status, note)


def _judged(one: Measured, say: Say) -> tuple[str, str]:
    if one.entry.kind is EntryKind.OFF:
        return "neutral", say("proxytest.note/off")
    if one.entry.kind is not EntryKind.URL:
        return _from_repository(one, say)
    if one.serves:
        return "ok", say("proxytest.note/works")
    fault = one.fault
    if one.is_dead or fault is None:
        return "problem", say("proxytest.note/unreachable")
    return ("neutral", say("proxytest.note/missing")) if one.lacks_it else ("problem", say("proxytest.note/fails"))


def _from_repository(one: Measured, say: Say) -> tuple[str, str]:
    """How the entry `direct` fared."""
    if one.tool not in ("", "git"):
        return "neutral", say("proxytest.note/other_tool", tool=one.tool)
    if not one.is_asked:
        return "neutral", say("proxytest.note/direct")
    if one.serves:
        return "ok", say("proxytest.note/tag" if one.tags == 1 else "proxytest.note/tags", count=one.tags)
    if one.lacks_it:
        return "neutral", say("proxytest.note/missing")
    return "problem", say("proxytest.note/repository_fails")


def _tested(one: Measured, place: int, then: str, status: str, note: str) -> MeasuredSource:
    is_url = one.entry.kind is EntryKind.URL
    known = known_as(one.entry.url) if is_url else None
    endpoints = [
        MeasuredEndpoint(
            kind=kind.value,
            status=reply.status or 0,
            seconds=round(reply.seconds, 4),
            code=reply.code.value if reply.code else "",
            words=reply.words,
        )
        for kind in ENDPOINTS
        if (reply := one.replies.get(kind)) is not None
    ]
    sums = "" if one.sums is None else "yes" if one.sums.code is None else "no"
    times = one.times
    return MeasuredSource(
        number=place,
        source=mask(one.entry.redacted) if is_url else "off" if one.entry.kind is EntryKind.OFF else "direct",
        known=known.name if known else "",
        then=then,
        told="@".join(filter(None, one.told)),
        status=status,
        note=note,
        endpoints=tuple(endpoints),
        sumdb=sums,
        measured=times.count if times else 0,
        least=round(times.least, 4) if times else 0.0,
        median=round(times.median, 4) if times else 0.0,
        p95=round(times.p95, 4) if times else 0.0,
        rate=round(one.rate, 1),
        h1=one.h1,
    )
