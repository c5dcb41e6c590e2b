"""What the commands that look hand out, for the tests of every form."""

from gomend.causes import Certainty, Code, Evidence, Finding, Severity, Subject
from gomend.report.names import ComparedAddress, GoLookup, NameLine, NameReport, ResolverRow, name_report
from gomend.report.parts import findings

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
