"""Sources measured: what works, what agrees, what if the first one failed, what waiting costs; names stay in."""

import asyncio
import io
import random
import tracemalloc
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from tests.diagnose.worlds import world
from tests.lab import upstream as lab
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.listener import Silent, refused_port
from tests.lab.modules import Module, h1, make_zip
from tests.lab.modules import World as Modules
from tests.lab.repositories import repositories
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Answers, Upstream, module_proxy

from gomend.causes import Code, Finding
from gomend.diagnose.asking import WELL_KNOWN, Sink, ask
from gomend.diagnose.chain import Chain
from gomend.diagnose.proxies.direct import measure_direct
from gomend.diagnose.proxies.judging import judge, sentences
from gomend.diagnose.proxies.measured import Measured
from gomend.diagnose.proxies.measuring import measure, measure_chain, measure_public
from gomend.diagnose.proxies.recommending import recommended
from gomend.diagnose.world import Patience, World
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import parse_proxy_list
from gomend.gomod.proxynames import list_of
from gomend.gomod.publicproxies import public_proxies
from gomend.report.measured import source_in_chain

T = TypeVar("T")
M, V = "github.com/acme/m", "v1.0.0"
MODULES = Modules([Module(M, V), Module(*WELL_KNOWN)])
OTHER_BYTES = Modules([Module(M, V, extra="// changed"), Module(*WELL_KNOWN)])
H1 = MODULES.get(M, V).sum_lines[0].split()[-1]
ONLY_WELL_KNOWN = Modules([Module(*WELL_KNOWN)])
PATIENT = Patience(connect=20, tls=20, first_byte=20, stall=20)


def measured(made: World, goproxy: str, *, times: int = 1, named: bool = True) -> tuple[Chain, list[Measured]]:
    entries = parse_proxy_list(goproxy, made.settings.get("GONOPROXY"))

    async def run() -> tuple[Chain, list[Measured]]:
        try:
            return await measure_chain(made, entries, M, V, times, named=named)
        finally:
            await made.close()

    return asyncio.run(run())


def finished(made: World, act: Coroutine[None, None, T]) -> T:
    async def run() -> T:
        try:
            return await act
        finally:
            await made.close()

    return asyncio.run(run())


def told(made: World, chain: Chain, seen: Sequence[Measured]) -> tuple[list[str], list[Finding]]:
    said = [f"{one.sign} {one.text}" for one in sentences(chain, seen, made.say)]
    return said, list(judge(chain, seen, "proxy", made.say))


def patient(folder: Path, patience: Patience = PATIENT, **variables: str) -> World:
    git = repositories(folder / "git", [MODULES.get(M), Module(*WELL_KNOWN)])
    return world(folder, {"GOSUMDB": "sum.golang.org", **git, **variables}, patience=patience)


def patient_again(folder: Path, **variables: str) -> World:
    """A second world beside one that `patient` made."""
    git = {"GIT_CONFIG_GLOBAL": str(folder / "git" / "gitconfig")}
    return world(folder, {"GOSUMDB": "sum.golang.org", **git, **variables}, patience=PATIENT)


def codes(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(one.code.value, one.severity.value) for one in found]


def test_two_sound_sources_that_agree(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(MODULES) as one, module_proxy(MODULES) as other:
        chain, seen = measured(made, f"{one.url}|{other.url},direct", times=5, named=False)
        said, found = told(made, chain, seen)
    assert found == []
    assert said[0].startswith("✓ Works today: 1 serves it; 1, 2, 3 agree on h1:")
    assert said[1] == "✓ If 1 failed, go would take 2, which works"
    rows = [source_in_chain(chain, at, one, made.say) for at, one in enumerate(seen)]
    assert [(row.number, row.then, row.status, row.note) for row in rows] == [
        (1, "any", "ok", "go uses this"),
        (2, "not_found", "ok", "works"),
        (3, "", "ok", "git, 1 tag"),
    ]
    assert rows[0].h1 == rows[1].h1 == rows[2].h1 == H1
    assert (rows[2].measured, rows[2].sumdb, rows[2].told) == (1, "", f"{M}@{V}")
    assert [endpoint.kind for endpoint in rows[0].endpoints] == ["list", "latest", "info", "mod", "zip"]
    assert (rows[0].measured, rows[0].sumdb) == (5, "no")
    assert 0 < rows[0].least <= rows[0].median <= rows[0].p95


def test_a_sole_source_and_a_comma_are_told(tmp_path: Path) -> None:
    for number, (ending, sentence) in enumerate(
        (
            ("", "! If 1 failed, nothing would come: no source follows it"),
            (",direct", '! If 1 failed, go would stop there: "," moves on after 404 and 410 only'),
            ("|direct", "✓ If 1 failed, go would go to the repositories themselves"),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = patient(folder)
        with module_proxy(MODULES) as one:
            said, found = told(made, *measured(made, one.url + ending))
        assert (said[1], found) == (sentence, [])


FAULTS: Mapping[str, tuple[str, Act | None, list[tuple[str, str]], str]] = {
    "500 and a comma": (",", lab.status(500), [("proxy.server_error", "fatal")], "go stops there"),
    "500 and a bar": ("|", lab.status(500), [("proxy.server_error", "warning")], "every file is asked there first"),
    "403 and a comma": (",", lab.status(403), [("proxy.unauthorized", "fatal")], "go stops there"),
    "a page for a zip, and a bar": ("|", lab.page("<html>"), [("proxy.bad_response", "fatal")], "go takes it for good"),
    "nobody listens, a comma": (",", None, [("net.connect_refused", "fatal")], "go stops there"),
    "nobody listens, a bar": ("|", None, [("net.connect_refused", "warning")], "1 is of no use"),
    "404 and a comma": (",", lab.status(404), [], ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_first_source(tmp_path: Path, fault: str) -> None:
    separator, act, expected, words = FAULTS[fault]
    made = patient(tmp_path)
    with (
        module_proxy(MODULES, [("*.zip" if "zip" in fault else "*", act or lab.serve)]) as first,
        module_proxy(MODULES) as second,
    ):
        address = first.url if act else f"http://127.0.0.1:{refused_port()}"
        said, found = told(made, *measured(made, f"{address}{separator}{second.url}"))
    assert codes(found) == expected
    assert not found or words in found[0].text
    assert any(line.startswith("✓ Works today: 2") for line in said) == (not expected or expected[0][1] == "warning")


def test_a_later_source_that_swallows_packets_costs_what_go_waits(tmp_path: Path) -> None:
    made = patient(tmp_path, Patience(connect=20, tls=0.5, first_byte=20, stall=20))
    with module_proxy(MODULES) as one, Silent() as mute:
        chain, seen = measured(made, f"{one.url},https://127.0.0.1:{mute.port}")
        _, found = told(made, chain, seen)
    assert codes(found) == [("tls.handshake", "warning")]
    assert found[0].text == "Whenever 1 answers 404, go loses 10 s at 2"


def test_sources_that_serve_different_bytes_are_named(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(MODULES) as one, module_proxy(OTHER_BYTES) as other:
        chain, seen = measured(made, f"{one.url},{other.url}", named=False)
        _, found = told(made, chain, seen)
    assert codes(found) == [("checksum.sumdb_mismatch", "fatal")]
    assert "1 and 2 serve different bytes" in found[0].text
    assert len(found[0].evidence) == 2


def test_a_named_module_is_told_only_where_go_itself_would_ask(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(MODULES) as one, module_proxy(MODULES) as later:
        measured(made, f"{one.url},{later.url}")
    assert one.paths("*acme/m*")
    assert later.requests
    assert not later.paths("*acme*")
    made = patient_again(tmp_path)
    with module_proxy(ONLY_WELL_KNOWN) as lacking, module_proxy(MODULES) as later:
        chain, seen = measured(made, f"{lacking.url},{later.url}")
        said, found = told(made, chain, seen)
    assert later.paths("*acme/m*")
    assert (said[0], found) == ("✓ Works today: 2 serves it", [])


def test_a_private_module_is_told_to_its_repository_alone(tmp_path: Path) -> None:
    made = patient(tmp_path, GOPRIVATE="github.com/acme")
    with module_proxy(MODULES) as one:
        chain, seen = measured(made, f"{one.url},direct")
    rows = [source_in_chain(chain, at, one, made.say) for at, one in enumerate(seen)]
    assert one.requests
    assert not one.paths("*acme*")
    assert [(row.number, row.source, row.status, row.note) for row in rows] == [
        (0, "direct", "ok", "git, 1 tag"),
        (1, one.url, "neutral", "not told: private"),
        (2, "direct", "neutral", "go does not come here"),
    ]
    said = [
        "✓ Works today: go makes it from the repository itself",
        "· 1 was asked for github.com/pkg/errors, since go does not tell it your module's name",
    ]
    assert told(made, chain, seen) == (said, [])


DIRECT: Mapping[str, tuple[Mapping[str, str], list[tuple[str, str]], str]] = {
    "no such repository": ({"GIT_CONFIG_GLOBAL": "{folder}/gitconfig"}, [("vcs.not_found", "fatal")], "fails"),
    "git is missing": ({"PATH": "/nowhere"}, [("vcs.tool_missing", "fatal")], "fails"),
    "git is forbidden": ({"GOVCS": "*:off"}, [("vcs.disallowed", "fatal")], "fails"),
}


@pytest.mark.parametrize("fault", DIRECT)
def test_each_fault_of_a_repository_that_go_comes_to(tmp_path: Path, fault: str) -> None:
    variables, expected, note = DIRECT[fault]
    (tmp_path / "gitconfig").write_text(f'[url "file://{tmp_path}/none/"]\n\tinsteadOf = https://github.com/\n')
    given = {name: value.format(folder=tmp_path) for name, value in variables.items()}
    with ForwardProxy({"*": b"HTTP/1.1 502 Bad Gateway\r\n\r\n"}) as outside:  # go looks whether the URL is a page
        made = patient(tmp_path, GOPROXY="direct", HTTPS_PROXY=f"http://127.0.0.1:{outside.port}", **given)
        chain, seen = measured(made, "direct")
    said, found = told(made, chain, seen)
    assert (said, codes(found)) == ([], expected)
    assert found[0].text.endswith("go comes to it directly, and no source is left")
    assert source_in_chain(chain, 0, seen[0], made.say).note == note


@pytest.mark.parametrize("goproxy", ["off", "{url},off"])
def test_a_list_that_ends_in_off_before_anybody_has_the_module_is_fatal(tmp_path: Path, goproxy: str) -> None:
    made = patient(tmp_path)
    with module_proxy(ONLY_WELL_KNOWN) as lacking:
        said, found = told(made, *measured(made, goproxy.format(url=lacking.url)))
    assert (said, codes(found)) == ([], [("proxy.off", "fatal")])


def test_a_version_that_the_repository_alone_lacks_is_no_fault_of_the_chain(tmp_path: Path) -> None:
    made = patient(tmp_path)
    newer = Modules([Module(M, "v1.9.0")])
    with module_proxy(newer) as one:
        entries = parse_proxy_list(f"{one.url},direct")
        chain, seen = finished(made, measure_chain(made, entries, M, "v1.9.0", 1, named=False))
    assert told(made, chain, seen)[1] == []
    assert source_in_chain(chain, 1, seen[1], made.say).note == "has not this module"


def test_a_tag_that_was_moved_is_other_bytes_than_the_proxys(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(OTHER_BYTES) as one:
        _, found = told(made, *measured(made, f"{one.url},direct", named=False))
    assert codes(found) == [("checksum.sumdb_mismatch", "fatal")]
    assert "1 and 2 serve different bytes" in found[0].text


def test_a_repository_that_does_not_answer_is_left_after_its_own_limit(tmp_path: Path) -> None:
    with Silent() as mute:
        (tmp_path / "gitconfig").write_text(
            f'[url "http://{mute.host}:{mute.port}/"]\n\tinsteadOf = https://github.com/\n'
        )
        made = patient(tmp_path, GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig"))
        (entry,) = parse_proxy_list("direct")
        seen = finished(made, measure_direct(made, entry, (M, V), seconds=1))
    assert seen.fault is not None
    assert (seen.fault.code, seen.fault.words) == (Code.NET_RESPONSE_TIMEOUT, "no end after 1 s")


def test_a_module_that_the_public_database_has_is_told_to_later_sources(tmp_path: Path) -> None:
    """Through the source that was told it already; nobody new hears of it before."""
    sums = SumDb([MODULES.get(M), Module(*WELL_KNOWN)])
    made = patient(tmp_path, GOSUMDB=sums.key)
    with (
        Upstream(Answers(MODULES, [], other=sums.proxied)) as one,
        module_proxy(MODULES) as later,
        module_proxy(MODULES) as hidden,
    ):
        chain, seen = measured(made, f"{one.url}|{later.url},direct")
        measured(
            patient_again(tmp_path, GOSUMDB=sums.key, GONOSUMDB="github.com/acme"), f"{one.url}|{hidden.url},direct"
        )
    assert [one.told for one in seen] == [(M, V)] * 3
    assert told(made, chain, seen)[0][0].startswith("✓ Works today: 1 serves it; 1, 2, 3 agree on h1:")
    assert not hidden.paths("*acme*")


def test_a_zip_above_what_is_kept_in_memory_is_hashed_as_go_hashes_it(tmp_path: Path) -> None:
    big = Module(M, V, files={"data.txt": "", "m.go": "package m\n"})
    noise = random.Random(1).randbytes(70 << 20)
    content = make_zip({f"{M}@{V}/go.mod": big.go_mod, f"{M}@{V}/data.bin": noise})
    made = patient(tmp_path)

    def large(exchange: lab.Exchange, _: bytes | None) -> None:
        exchange.send(200, length=len(content))
        exchange.connection.sendall(content)

    with module_proxy(MODULES, [("*.zip", large)]) as one:
        (entry,) = parse_proxy_list(one.url)
        tracemalloc.start()
        seen = finished(made, measure(made, entry, (M, V), 1))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert seen.h1 == h1([(f"{M}@{V}/go.mod", big.go_mod), (f"{M}@{V}/data.bin", noise)])
    assert seen.replies[Kind.ZIP].size == len(content) > 64 << 20
    assert peak < 16 << 20


def test_a_zip_larger_than_go_takes_is_not_read_on(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(MODULES) as one:
        (entry,) = parse_proxy_list(one.url)
        sink = Sink(io.BytesIO(), 100, 60)
        reply = finished(made, ask(made, entry, Asked(Kind.ZIP, M, V), sink=sink))
    assert (reply.code, reply.is_whole) == (None, False)


def test_the_order_is_by_what_is_served_then_by_latency(tmp_path: Path) -> None:
    made = patient(tmp_path)

    def late(exchange: lab.Exchange, content: bytes | None) -> None:
        exchange.closing.wait(0.05)
        lab.serve(exchange, content)

    with (
        module_proxy(ONLY_WELL_KNOWN, [("*", late)]) as slow,
        module_proxy(ONLY_WELL_KNOWN) as quick,
        module_proxy(ONLY_WELL_KNOWN, [("*.zip", lab.status(502))]) as broken,
        module_proxy(ONLY_WELL_KNOWN, [("*/@v/list", lab.status(403))]) as unlisted,
    ):
        urls = [slow.url, f"http://127.0.0.1:{refused_port()}", broken.url, unlisted.url, quick.url]
        seen = asyncio.run(measure_public(made, urls, 3))
    best = recommended(seen)
    assert best is not None
    assert [one.entry.url for one in best.order] == [quick.url, slow.url, unlisted.url]
    assert best.goproxy == f"{quick.url}|{slow.url}|direct"
    named = [one.entry.url for one in best.chosen]
    assert named == [quick.url, slow.url]
    assert {path for one in (slow, quick, broken) for path in one.paths("*acme*")} == set()


def test_one_that_fails_now_and_then_comes_after_one_that_never_does(tmp_path: Path) -> None:
    made = patient(tmp_path)

    def late(exchange: lab.Exchange, content: bytes | None) -> None:
        exchange.closing.wait(0.05)
        lab.serve(exchange, content)

    seen_info: list[str] = []

    def flaky(exchange: lab.Exchange, content: bytes | None) -> None:
        seen_info.append(exchange.path)
        lab.status(503)(exchange, None) if len(seen_info) % 2 == 0 else lab.serve(exchange, content)

    with (
        module_proxy(ONLY_WELL_KNOWN, [("*.info", flaky)]) as unsteady,
        module_proxy(ONLY_WELL_KNOWN, [("*", late)]) as steady,
    ):
        best = recommended(finished(made, measure_public(made, [unsteady.url, steady.url], 4)))
    assert best is not None
    assert [one.entry.url for one in best.order] == [steady.url, unsteady.url]


def test_the_line_that_is_proposed_stores_the_list_that_is_recommended() -> None:
    one, other = public_proxies()[1:3]
    assert list_of([one.name, other.name], "") == f"{one.url}|{other.url}|direct"


def test_nothing_is_recommended_where_nothing_works(tmp_path: Path) -> None:
    made = patient(tmp_path)
    seen = asyncio.run(measure_public(made, [f"http://127.0.0.1:{refused_port()}"], 1))
    assert recommended(seen) is None


def test_a_folder_is_measured_like_a_server(tmp_path: Path) -> None:
    for path in (f"/{M}/@v/{V}.info", f"/{M}/@v/{V}.mod", f"/{M}/@v/{V}.zip", f"/{M}/@v/list"):
        file = tmp_path / "proxy" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        content = MODULES.file(path)
        assert content is not None
        file.write_bytes(content)
    made = patient(tmp_path)
    (entry,) = parse_proxy_list(f"file://{tmp_path}/proxy")
    one = asyncio.run(measure(made, entry, (M, V), 1))
    assert one.serves
    assert one.h1 == H1
