"""What a server makes of its settings, before it does anything."""

import pytest

from gomend.server.plan import Address, ServeError, may_be_asked_as, parse_listen, upstream_of

OWN = Address("127.0.0.1", 8081)


def shown(wanted: str, goproxy: str = "", own: Address = OWN) -> tuple[list[str], tuple[str, ...]]:
    found = upstream_of(wanted, {"GOPROXY": goproxy}, own)
    return [entry.redacted for entry in found.entries], found.left_out


@pytest.mark.parametrize(
    ("words", "host", "port"),
    [
        ("127.0.0.1:8081", "127.0.0.1", 8081),
        (":80", "0.0.0.0", 80),
        ("[::1]:80", "::1", 80),
        ("modules.corp.example:443", "modules.corp.example", 443),
    ],
)
def test_an_address_is_a_host_and_a_port(words: str, host: str, port: int) -> None:
    assert parse_listen(words) == Address(host, port)


@pytest.mark.parametrize("words", ["", "8081", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "::1:80", "a b:80"])
def test_what_is_no_address_is_refused(words: str) -> None:
    with pytest.raises(ServeError):
        parse_listen(words)


def test_loopback_is_told_from_everything_else() -> None:
    for host, is_loopback in (
        ("127.0.0.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("h", False),
    ):
        assert Address(host, 1).is_loopback is is_loopback
    assert Address("0.0.0.0", 80).url == "http://127.0.0.1:80"
    assert Address("::1", 80).url == "http://[::1]:80"


def test_the_sources_are_those_asked_for_else_gos_own_else_its_default() -> None:
    assert shown("https://a|https://b,direct") == (["https://a", "https://b", "direct"], ())
    assert shown("", "https://a,off") == (["https://a", "off"], ())
    assert shown("") == (["https://proxy.golang.org", "direct"], ())
    for own_choice in ("direct", "off"):  # who asks no proxy has no public one put in
        assert shown("", own_choice) == ([own_choice], ())
    with pytest.raises(ServeError):
        shown("ftp://a")


@pytest.mark.parametrize(
    "entry", ["http://127.0.0.1:8081", "http://localhost:8081/", "http://127.0.0.9:8081/x", "http://[::1]:8081"]
)
def test_what_leads_back_is_left_out(entry: str) -> None:
    assert shown("", f"{entry},direct") == (["https://proxy.golang.org", "direct"], (entry,))
    assert shown("", f"{entry}|https://a")[0] == ["https://a"]
    assert shown(f"{entry},direct")[0] == ["direct"]
    with pytest.raises(ServeError) as refused:
        shown(entry)
    assert refused.value.reason == "no_source"


def test_another_port_or_host_does_not_lead_back() -> None:
    entries = ["http://127.0.0.1:8082", "https://modules.corp.example"]
    assert shown(",".join(entries)) == (entries, ())
    assert shown("http://modules.corp.example:80,direct", own=Address("modules.corp.example", 80))[1]
    assert shown("http://127.0.0.1:80,direct", own=Address("0.0.0.0", 80))[1]


def test_a_web_page_cannot_give_its_own_name_our_address() -> None:
    for host in ("127.0.0.1:8081", "localhost:8081", "localhost", "[::1]:8081", "x.localhost", ""):
        assert may_be_asked_as(host, OWN), host
    for host in ("evil.example", "evil.example:8081", "10.0.0.1", "localhost.evil.example", "[::"):
        assert not may_be_asked_as(host, OWN), host
