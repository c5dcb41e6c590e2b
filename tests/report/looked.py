"""What the commands that look hand out, for the tests of every form."""

from gomend.causes import Certainty, Code, Evidence, Finding, Severity, Subject
from gomend.report.names import ComparedAddress, GoLookup, NameLine, NameReport, ResolverRow, name_report
from gomend.report.parts import findings
from gomend.report.probe import (
    ChainCertificate,
    PhaseTimes,
    ProbedAddress,
    ProbedHop,
    ProbedUrl,
    ProbeReport,
    Runs,
    probe_report,
)
from gomend.report.proxytest import Conclusion, MeasuredEndpoint, MeasuredSource, ProxyTest, proxy_test

DEAD = Finding(
    Code.DNS_TIMEOUT,
    Severity.WARNING,
    Certainty.CERTAIN,
    Subject(host="192.0.2.54"),
    "dns",
    "The 2nd resolver is dead: when an earlier one is slow, lookups wait 5 s for it",
    (Evidence("probe", "192.0.2.54: no answer, 3 of 3"), Evidence("settings", "/etc/resolv.conf line 2")),
)


def names() -> NameReport:
    """One host with a dead second resolver."""
    rows = (
        ResolverRow(
            "192.0.2.53", "UDP", "system", 1, True, "ok", "198.51.100.7", "1st in resolv.conf, go's one", 0.002,
            ("198.51.100.7",), ("cdn.example",), 60, "NOERROR", ("15 blocked",), False, "",
        ),
        ResolverRow("192.0.2.54", "UDP", "system", 2, True, "problem", "", "2nd: no answer, 3 of 3", 2.0),
        ResolverRow("1.1.1.1", "DoH", "public", 0, False, "neutral", "", "not asked: an internal name", None),
    )  # fmt: skip
    go = GoLookup("go", "built_without", "dns", "ok", ("198.51.100.7",), 0.002, 0.0, ("proxy.corp.example",), "gets")
    compared = (ComparedAddress("198.51.100.7", True, "Corp CA", "tls.hostname_mismatch", "x509: …"),)
    line = NameLine("proxy.corp.example", "ending", "", rows, go, compared, ("a note",), rows[:1])
    return name_report([line], findings([DEAD]), (), problems=False, step="gomend explain dns.timeout")


def probe() -> ProbeReport:
    """A URL of two addresses, one of them dead, asked ten times."""
    addresses = (
        ProbedAddress("198.51.100.7", PhaseTimes(0.002, 0.012, 0.025, 0.031, 0.001), 200, 57, "TLSv1.3", "h2"),
        ProbedAddress("2001:db8::7", PhaseTimes(0.002), 0, 0, "", "", "net.connect_timeout", "dial tcp: i/o timeout"),
    )
    chain = (ChainCertificate("goproxy.cn", "Google (WR2)", ("goproxy.cn",), "2026-10-01", "2026-12-30", 34),)
    hops = (
        ProbedHop("https://goproxy.cn/x", 302, "198.51.100.7:443", 0.03),
        ProbedHop("https://b.example/x", 200, "", 0.01),
    )
    url = ProbedUrl(
        "https://goproxy.cn/x", "GET", "", 200, "OK", "1.1", 57, 0.21, 0.0, addresses, hops, chain,
        {"age": "12"}, "v0.8.0 v0.8.1", 5.0, "200 · 190 ms",
        Runs(9, 1, 0.031, 0.033, 0.06, 0.07, (5, 2, 0, 1, 0, 0, 0, 1)),
    )  # fmt: skip
    return probe_report([url], findings([DEAD]), (), problems=False, step="gomend explain dns.timeout")


def proxies() -> ProxyTest:
    """A chain of a sound source, a dead one, and direct."""
    fine = tuple(MeasuredEndpoint(kind, 200, 0.05, "", "200 OK") for kind in ("info", "mod", "zip"))
    dead = (MeasuredEndpoint("info", 0, 5.0, "net.connect_timeout", "dial tcp: i/o timeout"),)
    nothing = (0, 0.0, 0.0, 0.0, 0.0, "")
    told = "golang.org/x/net@v0.30.0"
    sources = (
        MeasuredSource(
            1, "https://goproxy.cn", "goproxy.cn", "not_found", told, "ok", "go uses this", fine, "yes",
            3, 0.04, 0.048, 0.06, 2_400_000.0, "h1:2Jv4N=",
        ),
        MeasuredSource(
            2, "https://proxy.golang.org", "proxy.golang.org", "any", "github.com/pkg/errors@v0.9.1", "problem",
            "unreachable", dead, "", *nothing,
        ),
        MeasuredSource(3, "direct", "", "", "", "neutral", "git, not measured", (), "", *nothing),
    )  # fmt: skip
    said = [Conclusion("✓", "Works today: 1 serves it")]
    return proxy_test(
        module="golang.org/x/net", version="v0.30.0", sources=sources, conclusions=said, recommended="",
        found=findings([DEAD]), fixes=(), problems=False, step="gomend explain dns.timeout",
    )  # fmt: skip
