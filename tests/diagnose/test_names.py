"""What becomes of names: each fault of a resolver is found for what it is, and a healthy place brings nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.diagnose.nameslab import Place, place
from tests.lab import dns as lab
from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.modules import World as Modules
from tests.lab.upstream import Answers, Upstream

from gomend.causes import Finding
from gomend.diagnose.names.judging import judge
from gomend.diagnose.names.looking import Names, Seen
from gomend.diagnose.names.privacy import Privacy, is_private_address, privacy_of
from gomend.diagnose.names.tracing import trace
from gomend.gomod.goenv import GoEnv
from gomend.net.dns.reply import Reply
from gomend.net.dns.server import Server
from gomend.report.nameline import name_line

HOST = "goproxy.cn"
GOOD = {HOST: "198.51.100.7 2001:db8::7"}


def seen(at: Place, host: str = HOST, *, port: int = 443) -> Seen:
    async def run() -> Seen:
        try:
            return await Names(at.world, seconds=0.8, connect=20, port=port).see(host)
        finally:
            await at.world.close()

    return asyncio.run(run())


def judged(one: Seen, at: Place) -> list[Finding]:
    return list(judge(one, at.world.machine, "names", at.world.say))


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code.value, one.severity.value) for one in found]


def test_a_healthy_place_brings_nothing(tmp_path: Path) -> None:
    with place(tmp_path, GOOD, GOOD, public=GOOD) as at:
        found = seen(at)
        assert judged(found, at) == []
        assert (found.privacy, found.shaken) == (None, ())
        line = name_line(found, at.world.machine, at.world.say)
        assert [row.status for row in line.resolvers] == ["ok", "ok", "ok"]
        assert (line.go.status, line.notes, line.go.wasted) == ("ok", (), 0)


SILENT = {"*": lab.SILENT}
FAULTS: Mapping[str, tuple[tuple[Mapping[str, str] | None, ...], Mapping[str, str], list[tuple[str, str]], str]] = {
    "second is silent": ((GOOD, SILENT), GOOD, [("dns.timeout", "warning")], "2nd resolver is dead: when an earlier"),
    "first is silent": (
        (SILENT, GOOD),
        GOOD,
        [("dns.timeout", "warning")],
        "every lookup of go waits 5 s for it",
    ),
    "all are silent": ((SILENT, SILENT), GOOD, [("dns.timeout", "fatal")], "no resolver answers"),
    "second is closed": ((GOOD, None), GOOD, [("dns.server_failure", "warning")], "2nd resolver, 127.0.53.2:"),
    "all are closed": ((None,), GOOD, [("dns.server_failure", "fatal")], "the resolvers fail"),
    "there is no such name": (({}, {}), {}, [("dns.nxdomain", "fatal")], "does not exist, say the resolvers"),
    "the name is hidden": (({},), GOOD, [("dns.nxdomain", "fatal")], "127.0.53.99:"),
    "first does not know it": (({}, GOOD), GOOD, [("dns.nxdomain", "fatal")], "but 127.0.53.2:"),
    "second does not know it": ((GOOD, {}), GOOD, [("dns.nxdomain", "warning")], "contradict each other"),
    "servfail": (({HOST: lab.SERVFAIL},), GOOD, [("dns.server_failure", "fatal")], "the resolvers fail"),
    "refused": (({HOST: lab.REFUSED},), GOOD, [("dns.server_failure", "fatal")], "the resolvers fail"),
    "first fails": (({HOST: lab.SERVFAIL}, GOOD), GOOD, [("dns.server_failure", "warning")], "1st resolver"),
    "blocked by policy": (({HOST: f"{lab.BLOCKED} {lab.NXDOMAIN}"},), {}, [("dns.nxdomain", "fatal")], "not exist"),
    "another id": (({HOST: f"{lab.WRONG_ID} 198.51.100.7"},), GOOD, [("dns.timeout", "fatal")], "no resolver answers"),
    "deaf to EDNS": (({HOST: f"{lab.DEAF_TO_EDNS} 198.51.100.7"},), GOOD, [("dns.timeout", "fatal")], "EDNS"),
    "no EDNS": (({HOST: f"{lab.NO_EDNS} 198.51.100.7"},), GOOD, [("dns.server_failure", "fatal")], "EDNS"),
    "second has no EDNS": (
        (GOOD, {HOST: f"{lab.NO_EDNS} 198.51.100.7"}),
        GOOD,
        [("dns.server_failure", "warning")],
        "does not understand EDNS",
    ),
    "cut, and no TCP": (
        ({HOST: f"{lab.CUT} 198.51.100.7"},),
        GOOD,
        [("dns.server_failure", "fatal")],
        "too long for UDP",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_and_nothing_else(tmp_path: Path, fault: str) -> None:
    tables, public, expected, words = FAULTS[fault]
    with place(tmp_path, *tables, public=public) as at:
        found = judged(seen(at), at)
    assert codes(found) == expected
    assert words in found[0].text
    assert all(one.evidence for one in found)


def test_an_extended_error_stands_in_the_evidence(tmp_path: Path) -> None:
    with place(tmp_path, {HOST: f"{lab.BLOCKED} {lab.NXDOMAIN}"}) as at:
        (found,) = judged(seen(at), at)
    assert "15 blocked: by policy" in found.evidence[0].text


def test_a_cut_answer_is_no_fault_where_tcp_brings_the_whole(tmp_path: Path) -> None:
    with place(tmp_path, {HOST: f"{lab.CUT} 198.51.100.7"}, public=GOOD, tcp=True) as at:
        found = seen(at)
        assert judged(found, at) == []
        assert name_line(found, at.world.machine, at.world.say).notes == ("cut over UDP, whole over TCP",)


def test_search_domains_that_cost_time_are_named(tmp_path: Path) -> None:
    conf = "search svc.example\noptions ndots:5 timeout:1\n"
    with place(tmp_path, {f"{HOST}.svc.example": lab.SILENT, **GOOD}, conf=conf, public=GOOD) as at:
        found = judged(seen(at), at)
    assert codes(found) == [("dns.timeout", "warning")]
    assert "search domains are tried before it (1)" in found[0].text


def certified(ca: Authority, address: str, name: str, port: int = 0) -> Upstream:
    return Upstream(Answers(Modules([]), []), tls=ca.server(name), address=(address, port))


def test_an_address_where_somebody_elses_certificate_is_means_that_the_name_is_misdirected(tmp_path: Path) -> None:
    ca = Authority.new()
    variables = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem"))}
    with (
        certified(ca, "127.0.0.66", "portal.example") as wrong,
        certified(ca, "127.0.0.7", HOST, wrong.port),
        place(tmp_path, {HOST: "127.0.0.66"}, public={HOST: "127.0.0.7"}, **variables) as at,
    ):
        found = seen(at, port=wrong.port)
        (finding,) = judged(found, at)
    assert (finding.code.value, finding.severity.value) == ("tls.hostname_mismatch", "fatal")
    assert "goproxy.cn is misdirected: go gets 127.0.0.66" in finding.text
    assert "issued by" in finding.evidence[1].text


def test_different_addresses_that_all_have_the_right_certificate_are_no_fault(tmp_path: Path) -> None:
    ca = Authority.new()
    variables = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem"))}
    with (
        certified(ca, "127.0.0.8", HOST) as one,
        certified(ca, "127.0.0.7", HOST, one.port),
        place(tmp_path, {HOST: "127.0.0.8"}, public={HOST: "127.0.0.7"}, **variables) as at,
    ):
        found = seen(at, port=one.port)
        assert judged(found, at) == []
        assert "as with a content network" in name_line(found, at.world.machine, at.world.say).notes[0]


def test_the_hosts_file_is_named_where_go_reads_it(tmp_path: Path) -> None:
    with place(tmp_path, GOOD, public=GOOD, hosts=f"127.0.0.1 localhost\n198.51.100.7 {HOST}\n") as at:
        found = seen(at)
        assert judged(found, at) == []
        assert "/etc/hosts line 2" in name_line(found, at.world.machine, at.world.say).go.note


def test_what_a_forward_proxy_looks_up_is_no_fault_of_this_machine(tmp_path: Path) -> None:
    with place(tmp_path, {}, public=GOOD, HTTPS_PROXY="http://proxy.corp.example:3128") as at:
        found = seen(at)
        assert judged(found, at) == []
        assert "proxy.corp.example:3128" in name_line(found, at.world.machine, at.world.say).go.note


@pytest.mark.parametrize(
    ("host", "variables", "why"),
    [
        ("git.corp.example", {"GOPRIVATE": "*.corp.example"}, Privacy.PATTERN),
        ("git.corp.example", {"GONOSUMDB": "git.corp.example/team/*"}, Privacy.PATTERN),
        ("athens.example", {"GOPROXY": "https://athens.example:8443/x,direct"}, Privacy.OWN_PROXY),
        ("nexus", {}, Privacy.SHORT),
        ("nexus.corp", {}, Privacy.ENDING),
        ("db.eu.internal", {}, Privacy.ENDING),
        ("git.example", {"GOPRIVATE": "github.com/corp"}, Privacy.ADDRESS),
    ],
)
def test_a_private_name_never_leaves(tmp_path: Path, host: str, variables: Mapping[str, str], why: Privacy) -> None:
    with place(tmp_path, {host: "10.0.0.9"}, public={host: "198.51.100.9"}, **variables) as at:
        found = seen(at, host)
        assert found.privacy is why
        assert at.public.asked == []
        assert judged(found, at) == []
        assert name_line(found, at.world.machine, at.world.say).resolvers[1].note.startswith("not asked: ")


def test_a_public_name_stays_one_whatever_the_settings_and_the_resolvers_say() -> None:
    settings = GoEnv({"GOPRIVATE": "github.com/corp", "GOPROXY": "https://goproxy.cn,https://goproxy.io"})
    for host in ("github.com", "goproxy.cn", "GOPROXY.io.", "sum.golang.org", "vanity.example"):
        assert privacy_of(host, settings) is None


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("100.64.0.9", True),
        ("127.0.0.1", True),
        ("169.254.1.1", True),
        ("fd00::1", True),
        ("fe80::1", True),
        ("93.184.216.34", False),
        ("2606:2800::1", False),
    ],
)
def test_private_addresses_are_known(address: str, private: bool) -> None:
    assert is_private_address(address) is private


def test_a_public_name_is_followed_from_the_root_down(tmp_path: Path) -> None:
    with (
        Resolver({"*": f"{lab.REFER} ns.cn 127.0.53.61"}, ("127.0.53.60", 0)) as root,
        Resolver({"*": f"{lab.REFER} ns.goproxy.cn 127.0.53.62"}, ("127.0.53.61", root.port)),
        Resolver({HOST: "198.51.100.7"}, ("127.0.53.62", root.port)),
        place(tmp_path, GOOD) as at,
    ):

        async def run() -> list[Reply]:
            try:
                return await trace(Names(at.world, seconds=5), HOST, (Server("127.0.53.60", root.port),))
            finally:
                await at.world.close()

        steps = asyncio.run(run())
    assert [(one.server.host, one.authority, one.addresses) for one in steps] == [
        ("127.0.53.60", ("ns.cn",), ()),
        ("127.0.53.61", ("ns.goproxy.cn",), ()),
        ("127.0.53.62", (), ("198.51.100.7",)),
    ]


def test_a_resolver_that_never_answers_is_not_asked_for_every_search_domain(tmp_path: Path) -> None:
    conf = "search a.example b.example c.example\noptions ndots:5\n"
    with place(tmp_path, SILENT, conf=conf, public=GOOD) as at:
        assert codes(judged(seen(at), at)) == [("dns.timeout", "fatal")]
        assert len(set(at.system[0].asked)) <= 2


def test_a_root_server_that_knows_a_host_is_none(tmp_path: Path) -> None:
    with Resolver(GOOD, ("127.0.53.60", 0)) as root, place(tmp_path, GOOD, public=GOOD) as at:

        async def run() -> Seen:
            names = Names(at.world, seconds=5)
            try:
                steps = await trace(names, HOST, (Server("127.0.53.60", root.port),))
                return replace(await names.see(HOST), steps=tuple(steps))
            finally:
                await at.world.close()

        line = name_line(asyncio.run(run()), at.world.machine, at.world.say)
    assert [step.resolver for step in line.steps] == [f"127.0.53.60:{root.port}"]
    assert "somebody on the way answers in its place" in line.notes[0]
