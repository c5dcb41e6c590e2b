"""`./gomend dns check`, `probe` and `proxy test|route|list` run as they are, against real servers on loopback."""

import base64
import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.cli.ownmachine import OwnMachine, Ran, schemas
from tests.diagnose.test_probing import to
from tests.lab import dns as lab
from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.listener import refused_port
from tests.lab.modules import Module, World
from tests.lab.repositories import repositories
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Answers, Exchange, Upstream, module_proxy, status

HOST = "proxy.corp.internal"
GOOD = {HOST: "127.0.0.1"}
M, V = "github.com/acme/m", "v1.0.0"
PATIENT, IMPATIENT = ("--timeout", "30"), ("--timeout", "3")
MODULE = Module(M, V)
# Port 53 of addresses that no other process of the tests takes.
ADDRESSES = [f"127.{53 + at}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}" for at in range(2)]
MODULES = World([MODULE, Module("github.com/pkg/errors", "v0.9.1")])


@contextlib.contextmanager
def machine(folder: Path, *tables: Mapping[str, str], conf: str = "", hosts: str = "") -> Iterator[OwnMachine]:
    """A machine whose resolvers answer from these tables, in the order of its resolv.conf."""
    with contextlib.ExitStack() as stack:
        addresses = ADDRESSES[: len(tables)]
        made = OwnMachine(folder, addresses, conf=conf, hosts=hosts)
        try:
            for address, table in zip(addresses, tables, strict=True):
                stack.enter_context(Resolver(table, (address, 53), tcp=True))
        except PermissionError:
            pytest.skip("port 53 is not to be had here")
        yield made


def document(ran: Ran, name: str) -> dict[str, Any]:
    """The document that was printed, as `gomend schema` says it is."""
    assert ran.stderr == ""
    found: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.validate(found, schemas()[name], jsonschema.Draft202012Validator)
    assert next(iter(found)) == "schema"
    return found


def rows(ran: Ran) -> list[tuple[str, str, str, str]]:
    (host,) = document(ran, "dns")["hosts"]
    return [(row["resolver"], row["over"], row["whose"], row["answer"]) for row in host["resolvers"] if row["asked"]]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_that_resolve_end_with_0_and_one_picture(tmp_path: Path, lang: str) -> None:
    with machine(tmp_path, GOOD, GOOD) as here:
        ran = here.call("--lang", lang, "dns", "check", *PATIENT, HOST)
    lines = ran.stdout.splitlines()
    assert (ran.status, ran.stderr) == (0, "")
    assert [line.split()[:3] for line in lines[2:4]] == [
        [ADDRESSES[0], "UDP", "127.0.0.1"],
        [ADDRESSES[1], "UDP", "127.0.0.1"],
    ]
    assert lines[-1].startswith(f"✓ {HOST}")
    assert all(len(line) <= 80 for line in lines)


BROKEN: Mapping[str, tuple[tuple[Mapping[str, str], ...], str, int, list[tuple[str, str]]]] = {
    "no such name": (({}, {}), "", 1, [("dns.nxdomain", "fatal")]),
    "resolvers fail": (({HOST: lab.SERVFAIL},), "", 1, [("dns.server_failure", "fatal")]),
    "resolvers refuse": (({HOST: lab.REFUSED},), "", 1, [("dns.server_failure", "fatal")]),
    "nobody answers": (({HOST: lab.SILENT},), "options timeout:1 attempts:1\n", 1, [("dns.timeout", "fatal")]),
    "the second is dead": ((GOOD, {HOST: lab.SILENT}), "", 0, [("dns.timeout", "warning")]),
    "they contradict": ((GOOD, {}), "", 0, [("dns.nxdomain", "warning")]),
    "no EDNS": (({HOST: f"{lab.NO_EDNS} 127.0.0.1"},), "", 1, [("dns.server_failure", "fatal")]),
    "search domains": (
        ({HOST: "127.0.0.1", "*": lab.SILENT},),
        "search a.example\noptions ndots:5 timeout:1 attempts:1\n",
        0,
        [("dns.timeout", "warning")],
    ),
    "cut, whole by TCP": (({HOST: f"{lab.CUT} 127.0.0.1"},), "", 0, []),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_fault_of_a_name_ends_with_its_code(tmp_path: Path, fault: str) -> None:
    tables, conf, expected, codes = BROKEN[fault]
    with machine(tmp_path, *tables, conf=conf) as here:
        words = IMPATIENT if lab.SILENT in str(tables) else PATIENT
        ran = here.call("--format", "json", "dns", "check", *words, HOST)
    found = document(ran, "dns")
    assert ran.status == expected
    assert [(one["code"], one["severity"]) for one in found["findings"]] == codes
    assert found["outcome"] == ("problems" if expected else "ok")
    assert found["next"] == (f"gomend explain {codes[0][0]}" if codes else "")


def test_resolvers_are_named_by_every_way_and_asked_only_when_named(tmp_path: Path) -> None:
    ca = Authority.new()
    with machine(tmp_path, GOOD) as here, Resolver(GOOD, tcp=True) as plain:
        tls = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")), "SSL_CERT_DIR": "/nowhere"}

        def over_https(exchange: Exchange) -> None:
            query = exchange.target.partition("?dns=")[2]
            question = base64.urlsafe_b64decode(query + "=" * (-len(query) % 4))
            exchange.send(200, plain._reply(question, over_tcp=True), content_type="application/dns-message")

        with (
            Resolver(GOOD, tls=ca.server("127.0.0.1")) as secure,
            Upstream(over_https, tls=ca.server("127.0.0.1")) as web,
        ):
            places = {
                "UDP": f"127.0.0.1:{plain.port}",
                "TCP": f"tcp://127.0.0.1:{plain.port}",
                "DoT": f"tls://127.0.0.1:{secure.port}",
                "DoH": f"https://127.0.0.1:{web.port}/dns-query",
            }
            named = [word for place in places.values() for word in ("--resolver", place)]
            ran = here.call("--format", "json", "dns", "check", *PATIENT, *named, HOST, **tls)
    assert ran.status == 0
    assert rows(ran) == [
        (ADDRESSES[0], "UDP", "system", "127.0.0.1"),
        (f"127.0.0.1:{plain.port}", "UDP", "named", "127.0.0.1"),
        (f"127.0.0.1:{plain.port}", "TCP", "named", "127.0.0.1"),
        (f"127.0.0.1:{secure.port}", "DoT", "named", "127.0.0.1"),
        (f"127.0.0.1:{web.port}", "DoH", "named", "127.0.0.1"),
    ]


@pytest.mark.parametrize(("lang", "words"), [("en", "so it should be"), ("zh", "本该如此")])
def test_a_resolver_outside_that_knows_no_private_name_is_as_it_should_be(
    tmp_path: Path, lang: str, words: str
) -> None:
    with machine(tmp_path, GOOD) as here, Resolver({}) as outside:
        ran = here.call("--lang", lang, "dns", "check", *PATIENT, "--resolver", f"127.0.0.1:{outside.port}", HOST)
    assert ran.status == 0
    assert words in ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("✓")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_name_that_leads_to_another_server_is_called_misdirected(tmp_path: Path, lang: str) -> None:
    ca = Authority.new()
    tls = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")), "SSL_CERT_DIR": "/nowhere"}
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(machine(tmp_path, {HOST: ADDRESSES[1]}))
        elsewhere = f"127.55.{ADDRESSES[1].partition('.')[2].partition('.')[2]}"
        try:
            for address, name in ((ADDRESSES[1], "portal.example"), (elsewhere, HOST)):
                served = Upstream(Answers(MODULES, []), tls=ca.server(name), address=(address, 443))
                stack.enter_context(served)
        except PermissionError:
            pytest.skip("port 443 is not to be had here")
        other = stack.enter_context(Resolver({HOST: elsewhere}))
        words = (*PATIENT, "--resolver", f"127.0.0.1:{other.port}", HOST)
        ran = here.call("--lang", lang, "dns", "check", *words, **tls)
        told = here.call("--format", "json", "dns", "check", *words, **tls)
    found = document(told, "dns")
    assert (ran.status, told.status) == (1, 1)
    assert [(one["code"], one["severity"]) for one in found["findings"]] == [("tls.hostname_mismatch", "fatal")]
    assert [(one["address"], one["code"]) for one in found["hosts"][0]["compared"]] == [
        (ADDRESSES[1], "tls.hostname_mismatch"),
        (elsewhere, ""),
    ]
    assert ran.stdout.splitlines()[-1].endswith("gomend explain tls.hostname_mismatch")


def test_a_name_that_the_hosts_file_has_is_asked_of_nobody_by_go(tmp_path: Path) -> None:
    with machine(tmp_path, GOOD, hosts=f"127.0.0.9 {HOST}\n") as here:
        ran = here.call("--format", "json", "dns", "check", *PATIENT, HOST)
    (host,) = document(ran, "dns")["hosts"]
    assert (host["go"]["source"], host["go"]["addresses"]) == ("hosts", ["127.0.0.9"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_url_is_probed_by_its_name_phase_by_phase(tmp_path: Path, lang: str) -> None:
    ca = Authority.new()
    tls = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")), "SSL_CERT_DIR": "/nowhere"}
    with machine(tmp_path, GOOD) as here, module_proxy(MODULES, tls=ca.server(HOST)) as upstream:
        url = f"https://{HOST}:{upstream.port}/{M}/@v/{V}.info"
        ran = here.call("--lang", lang, "probe", "-n", "4", url, **tls)
        told = here.call("--format", "json", "probe", "-n", "4", url, **tls)
        bad = here.call("--format", "json", "probe", url, **{**tls, "SSL_CERT_FILE": "/nowhere"})
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[1].startswith("✓ 200 OK")
    (one,) = document(told, "probe")["urls"]
    phases = one["addresses"][0]["phases"]
    assert all(phases[name] is not None for name in ("dns", "connect", "tls", "wait", "transfer"))
    assert (one["chain"][0]["names"], one["runs"]["count"], sum(one["runs"]["bars"])) == ([HOST], 4, 4)
    assert bad.status == 1
    assert document(bad, "probe")["next"] == "gomend explain tls.unknown_authority"


def test_a_probe_through_a_forward_proxy_shows_the_chain(tmp_path: Path) -> None:
    ca = Authority.new()
    tls = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")), "SSL_CERT_DIR": "/nowhere"}
    with (
        machine(tmp_path, {}) as here,
        module_proxy(MODULES, tls=ca.server("p.test")) as upstream,
        ForwardProxy(connect=to(upstream.port)) as proxy,
    ):
        through = {**tls, "HTTPS_PROXY": f"http://user:s3cret@127.0.0.1:{proxy.port}"}
        ran = here.call("--format", "json", "probe", f"https://p.test/{M}/@v/{V}.info", **through)
    (one,) = document(ran, "probe")["urls"]
    assert (ran.status, one["status"], one["chain"][0]["names"]) == (0, 200, ["p.test"])
    assert "s3cret" not in ran.stdout


def test_method_headers_addresses_tries_and_limits_are_as_wished(tmp_path: Path) -> None:
    with machine(tmp_path, {}) as here, module_proxy(MODULES) as upstream:
        place = f"p.test:{upstream.port}"
        words = ["-X", "head", "-H", "X-Own: yes", "--resolve", f"{place}:127.0.0.1", "--http1", "--retry", "1"]
        limits = ["--connect-timeout", "5", "--max-time", "20"]
        ran = here.call("probe", *words, *limits, f"http://{place}/{M}/@v/{V}.info")
        refused = here.call("probe", "--retry", "1", f"http://127.0.0.1:{refused_port()}/")
    assert (ran.status, upstream.exchanges[-1].method, upstream.exchanges[-1].headers["x-own"]) == (0, "HEAD", "yes")
    assert refused.status == 1
    assert refused.stdout.splitlines()[-1] == "next  gomend explain net.connect_refused"


def test_a_chain_is_tested_to_its_end_git_too(tmp_path: Path) -> None:
    git = repositories(tmp_path / "git", [MODULE])
    sums = SumDb([MODULE])
    with (
        machine(tmp_path, {}) as here,
        Upstream(Answers(MODULES, [], other=sums.proxied)) as first,
        module_proxy(MODULES, [("*.zip", status(502))]) as second,
    ):
        goproxy = f"{first.url}|{second.url}|direct"
        ran = here.call("proxy", "test", f"{M}@{V}", GOPROXY=goproxy, GOSUMDB=sums.key, **git)
        told = here.call("--format", "json", "proxy", "test", f"{M}@{V}", GOPROXY=goproxy, GOSUMDB=sums.key, **git)
    found = document(told, "proxy_test")
    assert (ran.status, told.status) == (0, 0)
    assert [(one["source"], one["told"], one["status"]) for one in found["sources"]] == [
        (first.url, f"{M}@{V}", "ok"),
        (second.url, f"{M}@{V}", "problem"),
        ("direct", f"{M}@{V}", "ok"),
    ]
    assert "1, 3 agree on h1:" in ran.stdout
    assert [(one["code"], one["severity"]) for one in found["findings"]] == [("proxy.server_error", "warning")]


def test_a_module_with_a_page_of_its_own_is_found_by_it_and_made_from_its_repository(tmp_path: Path) -> None:
    """As go finds it: the page at the import path names the repository, whose tags and files are fetched."""
    vanity = Module("vanity.test/m", V)
    git = repositories(tmp_path / "git", [MODULE])
    place = tmp_path / "git" / "github.com" / "acme" / "m"
    for name, content in vanity.content.items():
        (place / name).write_bytes(content)
    for words in (["add", "-A"], ["-c", "user.name=d", "-c", "user.email=d@e", "commit", "-qm", "x"], ["tag", "-f", V]):
        subprocess.run(["git", *words], cwd=place, env={**os.environ, **git}, check=True, capture_output=True)
    ca = Authority.new()
    page = b'<html><head><meta name="go-import" content="vanity.test/m git https://github.com/acme/m"></head></html>'

    def answer(exchange: Exchange) -> None:
        exchange.send(200, page, content_type="text/html")

    with machine(tmp_path, {"vanity.test": ADDRESSES[1]}) as here:
        try:
            host = Upstream(answer, tls=ca.server("vanity.test"), address=(ADDRESSES[1], 443))
        except PermissionError:
            pytest.skip("port 443 is not to be had here")
        tls = {"SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")), "SSL_CERT_DIR": "/nowhere"}
        with host:
            private = {"GOPROXY": f"http://127.0.0.1:{refused_port()},direct", "GOPRIVATE": "vanity.test"}
            ran = here.call("--format", "json", "proxy", "test", f"vanity.test/m@{V}", **private, **git, **tls)
    (direct, *_) = document(ran, "proxy_test")["sources"]
    assert (direct["source"], direct["status"], direct["note"]) == ("direct", "ok", "git, 1 tag")
    assert direct["h1"] == vanity.sum_lines[0].split()[-1]
    assert host.exchanges[0].target == "/m?go-get=1"


def test_a_repository_that_wants_a_login_is_named_and_nobody_is_asked(tmp_path: Path) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(401, b"", www_authenticate='Basic realm="x"')

    with machine(tmp_path, {}) as here, Upstream(answer) as host:
        config = tmp_path / "gitconfig"
        config.write_text(f'[url "{host.url}/"]\n\tinsteadOf = https://github.com/\n')
        git = {"GIT_CONFIG_GLOBAL": str(config), "GIT_ASKPASS": "/bin/cat", "GOPRIVATE": "github.com/acme"}
        ran = here.call("proxy", "test", f"{M}@{V}", GOPROXY="direct", **git)
    assert (ran.status, ran.stderr) == (1, "")
    assert "auth.credentials, certain" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "next  gomend explain auth.credentials"


def test_what_is_in_force_and_where_a_module_goes_is_told_offline(tmp_path: Path) -> None:
    with machine(tmp_path, {"*": lab.SILENT}) as here:
        listed = here.call("--format", "json", "proxy", "list", GOPROXY="https://goproxy.cn,direct")
        private = {
            "GOPROXY": "https://goproxy.cn,direct",
            "GOPRIVATE": "git.corp.internal",
            "GOSUMDB": "sum.golang.org",
        }
        routed = here.call("--format", "json", "proxy", "route", "--explain", "git.corp.internal/x", **private)
    assert [one["known"] for one in document(listed, "proxies")["configured"]] == ["goproxy.cn", ""]
    (route,) = document(routed, "route")["routes"]
    assert (route["private"], route["variable"], route["checksums"]["why"]) == (True, "GOPRIVATE", "private")
    assert [one["use"] for one in route["sources"]] == ["direct", "skipped", "direct"]
    assert (listed.status, routed.status) == (0, 0)
