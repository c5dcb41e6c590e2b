"""Sources measured: what works, what agrees, what if the first one failed, what waiting costs; names stay in."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.diagnose.worlds import world
from tests.lab import upstream as lab
from tests.lab.listener import Silent, refused_port
from tests.lab.modules import Module
from tests.lab.modules import World as Modules
from tests.lab.upstream import Act, module_proxy

from gomend.causes import Finding
from gomend.diagnose.asking import WELL_KNOWN
from gomend.diagnose.chain import Chain
from gomend.diagnose.proxies.judging import judge, sentences
from gomend.diagnose.proxies.measuring import Measured, measure, measure_chain, measure_public
from gomend.diagnose.proxies.recommending import recommended
from gomend.diagnose.world import Patience, World
from gomend.gomod.proxylist import parse_proxy_list
from gomend.report.measured import source_in_chain

M, V = "example.com/m", "v1.0.0"
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


def told(made: World, chain: Chain, seen: Sequence[Measured]) -> tuple[list[str], list[Finding]]:
    said = [f"{one.sign} {one.text}" for one in sentences(chain, seen, made.say)]
    return said, list(judge(chain, seen, "proxy", made.say))


def patient(folder: Path, patience: Patience = PATIENT, **variables: str) -> World:
    return world(folder, {"GOSUMDB": "sum.golang.org", **variables}, patience=patience)


def codes(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(one.code.value, one.severity.value) for one in found]


def test_two_sound_sources_that_agree(tmp_path: Path) -> None:
    made = patient(tmp_path)
    with module_proxy(MODULES) as one, module_proxy(MODULES) as other:
        chain, seen = measured(made, f"{one.url}|{other.url},direct", times=5, named=False)
        said, found = told(made, chain, seen)
    assert found == []
    assert said[0].startswith("✓ Works today: 1 serves it; 1, 2 agree on h1:")
    assert said[1] == "✓ If 1 failed, go would take 2, which works"
    rows = [source_in_chain(chain, at, one, made.say) for at, one in enumerate(seen)]
    assert [(row.number, row.then, row.status, row.note) for row in rows] == [
        (1, "any", "ok", "go uses this"),
        (2, "not_found", "ok", "works"),
        (3, "", "neutral", "git, not measured"),
    ]
    assert rows[0].h1 == rows[1].h1 == H1
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
    assert one.paths("*example.com/m*")
    assert later.requests
    assert not later.paths("*example.com*")
    made = patient(tmp_path)
    with module_proxy(ONLY_WELL_KNOWN) as lacking, module_proxy(MODULES) as later:
        chain, seen = measured(made, f"{lacking.url},{later.url}")
        said, found = told(made, chain, seen)
    assert later.paths("*example.com/m*")
    assert (said[0], found) == ("✓ Works today: 2 serves it", [])


def test_a_private_module_is_told_to_no_proxy(tmp_path: Path) -> None:
    made = patient(tmp_path, GOPRIVATE="example.com")
    with module_proxy(MODULES) as one:
        chain, seen = measured(made, f"{one.url},direct")
        row = source_in_chain(chain, 1, seen[1], made.say)
    assert one.requests
    assert not one.paths("*example.com*")
    assert (row.number, row.status, row.note) == (1, "neutral", "not asked: GONOPROXY")


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
    assert {path for one in (slow, quick, broken) for path in one.paths("*example.com*")} == set()


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
