"""Of several findings the one that decides comes first, and what only follows from it is left out."""

from gomend.causes import Certainty, Code, Evidence, Finding, Severity, Subject
from gomend.diagnose.decisive import decisive


def found(check: str, code: Code, host: str = "", severity: Severity = Severity.FATAL, said: str = "") -> Finding:
    evidence = (Evidence("probe", said),) if said else ()
    return Finding(code, severity, Certainty.CERTAIN, Subject(host=host), check, check, evidence)


def kept(*findings: Finding) -> list[tuple[str, Code, Severity]]:
    return [(one.check, one.code, one.severity) for one in decisive(findings)]


def test_fatal_ones_come_first_then_what_causes_the_others() -> None:
    assert kept(
        found("gomod", Code.CHECKSUM_MISSING),
        found("settings", Code.ENV_INVALID, severity=Severity.WARNING),
        found("chain", Code.PROXY_SERVER_ERROR, "a.example"),
    ) == [
        ("chain", Code.PROXY_SERVER_ERROR, Severity.FATAL),
        ("gomod", Code.CHECKSUM_MISSING, Severity.FATAL),
        ("settings", Code.ENV_INVALID, Severity.WARNING),
    ]


def test_what_a_name_that_does_not_resolve_leads_to_is_left_out() -> None:
    dns = found("names", Code.DNS_NXDOMAIN, "a.example")
    assert kept(dns, found("sumdb", Code.CHECKSUM_SUMDB_UNREACHABLE, "a.example")) == [
        ("names", Code.DNS_NXDOMAIN, Severity.FATAL)
    ]
    assert len(kept(dns, found("sumdb", Code.CHECKSUM_SUMDB_UNREACHABLE, "b.example"))) == 2


def test_a_source_that_go_gets_past_is_no_problem_whatever_the_connection_says() -> None:
    (one,) = decisive(
        [
            found("connections", Code.NET_CONNECT_REFUSED, "a.example", said="10.0.0.1:443 refused"),
            found("chain", Code.NET_CONNECT_REFUSED, "a.example:443", Severity.WARNING, said='"|" moves on'),
        ]
    )
    assert (one.check, one.severity, one.subject.host) == ("connections", Severity.WARNING, "a.example:443")
    assert [each.text for each in one.evidence] == ["10.0.0.1:443 refused", '"|" moves on']


def test_a_machine_that_trusts_nobody_explains_every_certificate() -> None:
    assert kept(
        found("connections", Code.TLS_UNKNOWN_AUTHORITY, "a.example"),
        found("machine", Code.TLS_UNKNOWN_AUTHORITY),
        found("sumdb", Code.CHECKSUM_SUMDB_UNREACHABLE, "a.example"),
    ) == [("machine", Code.TLS_UNKNOWN_AUTHORITY, Severity.FATAL)]


def test_what_is_known_about_a_version_goes_before_the_answer_of_the_sources() -> None:
    subject = Subject("example.com/m", "v1.0.0")
    chain = Finding(Code.PROXY_NOT_FOUND, Severity.FATAL, Certainty.CERTAIN, subject, "chain", "no source has it")
    version = Finding(Code.VCS_UNKNOWN_REVISION, Severity.FATAL, Certainty.CERTAIN, subject, "version", "no tag")
    assert decisive([chain, version]) == (version,)


def test_one_check_never_explains_itself() -> None:
    both = (found("private", Code.DNS_NXDOMAIN, "a.example"), found("private", Code.AUTH_SSH, "a.example"))
    assert len(decisive(both)) == 2


def test_only_the_databases_own_place_is_told_by_the_checksum_database() -> None:
    def at(check: str, code: Code, host: str, severity: Severity) -> Finding:
        return Finding(code, severity, Certainty.CERTAIN, Subject(host=host), check, "")

    database = at("sumdb", Code.CHECKSUM_SUMDB_UNREACHABLE, "a.example:8443", Severity.FATAL)
    same = at("connections", Code.NET_CONNECT_REFUSED, "a.example:8443", Severity.WARNING)
    other = at("connections", Code.NET_CONNECT_REFUSED, "a.example:9443", Severity.WARNING)
    assert decisive([database, same, other]) == (database, other)


def test_a_clock_that_is_off_is_why_certificates_seem_to_be_out_of_date() -> None:
    clock = Finding(
        Code.TLS_EXPIRED, Severity.WARNING, Certainty.LIKELY, Subject(), "machine", "", facts={"matter": "clock"}
    )
    expired = Finding(Code.TLS_EXPIRED, Severity.FATAL, Certainty.CERTAIN, Subject(host="a.example"), "connections", "")
    (only,) = decisive([expired, clock])
    assert (only.check, only.severity) == ("machine", Severity.FATAL)
    assert decisive([clock]) == (clock,)
