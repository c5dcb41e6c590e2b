"""`gomend probe`: what was seen of URLs, as a document and as a screen."""

from collections.abc import Iterable, Sequence

import msgspec

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import finding_lines, marked, next_line
from gomend.report.layout import Screen, columns
from gomend.report.parts import Finding, Fix
from gomend.report.table import table
from gomend.texts import text

_PHASES = ("dns", "connect", "tls", "wait", "transfer")
_BARS = "_▁▂▃▄▅▆▇█"  # of none, of few, of most
_ASCII_BARS = "_.:-=+*#@"


class PhaseTimes(msgspec.Struct, frozen=True):
    """Seconds of each phase; null for what did not happen."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    wait: float | None = None
    transfer: float | None = None


class ProbedAddress(msgspec.Struct, frozen=True):
    """One address. `status` 0 where no answer came; `code` and `words` where it failed."""

    address: str
    phases: PhaseTimes
    status: int
    bytes: int
    tls_version: str
    alpn: str
    code: str = ""
    words: str = ""


class ChainCertificate(msgspec.Struct, frozen=True):
    """One certificate of a chain, the server's own first; `until` is a date, `days_left` counts whole days."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    since: str
    until: str
    days_left: int


class ProbedHop(msgspec.Struct, frozen=True):
    """One request on the way of redirects."""

    url: str
    status: int
    address: str
    seconds: float


class Runs(msgspec.Struct, frozen=True):
    """Repeated requests, in seconds; `bars` counts them in equal steps from the least to the greatest."""

    count: int
    failed: int
    least: float
    median: float
    p95: float
    greatest: float
    bars: tuple[int, ...]


class ProbedUrl(msgspec.Struct, frozen=True):
    """One URL. `proxy` is the forward proxy before it, `http2` what a request by HTTP/2 came to, where offered."""

    url: str
    method: str
    proxy: str
    status: int
    reason: str
    http: str
    bytes: int
    seconds: float
    rate: float  # bytes a second of the transfer; 0 where that cannot be told
    addresses: tuple[ProbedAddress, ...]
    hops: tuple[ProbedHop, ...]
    chain: tuple[ChainCertificate, ...]
    headers: dict[str, str]  # those that tell of caches and of who answered
    first: str  # the beginning of the body
    skew: float | None  # seconds by which the server's clock is ahead of this machine's
    http2: str
    runs: Runs | None
    code: str = ""
    words: str = ""
    tries: int = 1  # of the request that is told of, with --retry


class ProbeReport(msgspec.Struct, frozen=True):
    """`gomend probe`. `outcome` is ok, or problems where a finding is fatal."""

    schema: str
    outcome: str
    urls: tuple[ProbedUrl, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    next: str


def probe_report(
    urls: Iterable[ProbedUrl], found: Sequence[Finding], fixes: Sequence[Fix], *, problems: bool, step: str
) -> ProbeReport:
    """The document."""
    return ProbeReport(
        schema="gomend.probe/1",
        outcome="problems" if problems else "ok",
        urls=tuple(urls),
        findings=tuple(found),
        fixes=tuple(fixes),
        next=step,
    )


def probe_screen(document: ProbeReport, lang: str, screen: Screen) -> str:
    """Each URL with its addresses, certificates and answer, then what was found; last what to do now."""
    lines: list[str] = []
    for one in document.urls:
        lines += [*([""] if lines else []), *_url_lines(one, lang, screen)]
    for finding in document.findings:
        lines += finding_lines(finding, lang, screen)
    if document.next:
        lines += next_line(document.next, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _url_lines(one: ProbedUrl, lang: str, screen: Screen) -> list[str]:
    shown = f"{one.method} " if one.method != "GET" else ""
    lines = [screen.paint(f"{shown}{one_line(one.url)}", "bold")]
    if one.status:
        said = text(
            lang,
            "probe.line/answer",
            status=f"{one.status} {one_line(one.reason)}".strip(),
            size=size(one.bytes),
            milliseconds=_time(one.seconds),
            http=one.http,
        )
        if one.tries > 1:
            said += text(lang, "probe.line/tries", count=one.tries)
        lines += marked("✓" if one.status < 400 else "!", said, screen)
    if one.addresses:
        rows = [[text(lang, "probe.column/address"), *(text(lang, f"trace.phase/{name}") for name in _PHASES), ""]]
        rows += [_address_row(address, screen) for address in one.addresses]
        lines += table(rows, screen, right=set(range(1, 6)), indent=2)
    facts = [row for row in _facts(one, lang, screen) if row[1]]
    width = max((columns(label) for label, _ in facts), default=0) + 4
    for label, words in facts:
        lines += screen.block(f"  {label}", words, label_width=width)
    for hop in one.hops[1:]:
        said = text(lang, "probe.line/hop", url=one_line(hop.url), milliseconds=_time(hop.seconds))
        lines.append(f"  {screen.spell(said)}")
    return lines


def _address_row(one: ProbedAddress, screen: Screen) -> list[str]:
    values = [getattr(one.phases, name) for name in _PHASES]
    sign = "✗" if one.code else "!" if one.status >= 400 else "✓"
    shown = sign if screen.unicode else {"✗": "x", "✓": "ok", "!": "!"}[sign]
    said = one_line(one.words) if one.code else str(one.status or "")
    if one.code and one.address in said:  # it stands in the first column
        said = said.rpartition(": ")[2]
    return [one_line(one.address), *("–" if value is None else _time(value) for value in values), f"{shown} {said}"]


def _facts(one: ProbedUrl, lang: str, screen: Screen) -> Iterable[tuple[str, str]]:
    yield text(lang, "probe.fact/proxy"), one.proxy
    leaf = one.chain[0] if one.chain else None
    if leaf is not None:
        spoken = next((address.tls_version for address in one.addresses if address.tls_version), "")
        alpn = next((address.alpn for address in one.addresses if address.alpn), "")
        words = text(lang, "probe.line/certificate", subject=one_line(leaf.subject), days=leaf.days_left)
        yield "TLS", " · ".join(part for part in (spoken, alpn, words) if part)
        yield text(lang, "probe.fact/issuer"), " < ".join(one_line(each.issuer) for each in one.chain[:3])
    yield "HTTP/2", one.http2
    cache = [f"{name}: {one_line(value)}" for name, value in one.headers.items()]
    yield text(lang, "probe.fact/headers"), " · ".join(cache)
    yield text(lang, "probe.fact/first"), one_line(one.first)
    if one.rate:
        yield text(lang, "probe.fact/rate"), f"{size(int(one.rate))}/s"
    if one.skew is not None and abs(one.skew) > 2:
        yield text(lang, "probe.fact/clock"), text(lang, "probe.line/skew", seconds=f"{one.skew:+.0f}")
    if one.runs is not None:
        bars = "".join(_bar(count, max(one.runs.bars), screen) for count in one.runs.bars)
        yield (
            text(lang, "probe.fact/runs", count=one.runs.count + one.runs.failed),
            text(
                lang,
                "probe.line/runs",
                least=_time(one.runs.least),
                median=_time(one.runs.median),
                p95=_time(one.runs.p95),
                failed=one.runs.failed,
                bars=bars,
            ),
        )


def _bar(count: int, most: int, screen: Screen) -> str:
    signs = _BARS if screen.unicode else _ASCII_BARS
    return signs[0 if not count else max(1, round(count / most * (len(signs) - 1)))]


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
