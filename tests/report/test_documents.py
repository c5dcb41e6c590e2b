"""The documents as design.md has them, and their schemas."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import jsonschema
import msgspec
import pytest
from tests.report.cache_examples import CHECKED, CLEANED, REPAIRED, SIZES
from tests.report.deps_examples import DEPS
from tests.report.examples import CUT_OFF, FAILED, GO_LINE, NOISY, SAFE, WARNED, doctor, run
from tests.report.looked import names, probe, proxies
from tests.report.mends import ENTRY, KEPT, PLANS
from tests.trace.examples import failing, trace

from gomend.causes import Code, Outcome, Verdict
from gomend.gomod.goenv import GoEnv
from gomend.gomod.proxylist import parse_proxy_list
from gomend.gomod.publicproxies import public_proxies
from gomend.gomod.route import route
from gomend.mend.journal import Undone
from gomend.report import model, plans, render
from gomend.report.model import DOCUMENTS, Document, Exchanges, Setting
from gomend.report.pins import Flushed, FlushedCache, PinLine, PinList, Pinned, TriedPart
from gomend.report.plans import ChangePart
from gomend.report.proxies import proxy_list
from gomend.report.proxyuse import ProxyUse, proxy_save
from gomend.report.route import route_list
from gomend.report.schema import schema
from gomend.report.storeimport import RefusedFile, store_import
from gomend.report.stores import (
    DamagedFile,
    gc_done,
    gc_plan,
    store_check,
    store_export,
    store_purge,
    store_stats,
    store_warm,
)
from gomend.report.tokens import KeptToken, token_list
from gomend.texts import text
from gomend.trace.difference import difference
from gomend.trace.runs import RunEntry, run_list

GOPROXY = GoEnv({"GOPROXY": "https://goproxy.cn|direct", "GOPRIVATE": "*.corp.example, x"})
CAUSE_KEYS = ["code", "certainty", "module", "version", "host", "url", "file", "lines", "text", "evidence"]

TOKEN = KeptToken("4da15f7c", "ci", [("fetch", "github.com/*")], datetime(2026, 11, 1, tzinfo=UTC), None)

TRIED = (TriedPart("127.0.0.9", 2, 0.031, "", ""), TriedPart("127.0.0.8", 1, -1.0, "tls.expired", "x509: …"))
PIN_LINE = PinLine("a.example", "127.0.0.9", "2026-11-26T18:00:00Z", "2026-11-26T20:00:00Z", True, "valid", "")


class Kept(NamedTuple):
    module: str
    version: str
    size: int
    stored: float
    used: float = 1_700_000_001


KEPT_ZIPS = [Kept("example.com/a", "v1.0.0", 1000, 1_700_000_000), Kept("example.com/b", "v1.0.0", 20, 1_600_000_000)]
BAD = DamagedFile("example.com/a/@v/v1.0.0.zip", "mismatch", "stored: h1:x, on record: h1:y")
COUNTS = {"files": 3, "size": 1024, "recorded": 1, "by_rules": 1, "foreign": 1, "removed": 0}
STORES: list[tuple[str, Document]] = [
    ("store_check", store_check("/store", [BAD], **COUNTS)),
    ("store_check", store_check("/store", [], **COUNTS)),
    ("store_stats", store_stats("/store", KEPT_ZIPS, files=3, every=1100, changing=10, databases=20)),
    ("store_gc", gc_plan("/store", KEPT_ZIPS, KEPT_ZIPS[:1], by="use", again="gomend store gc")),
    ("store_gc", gc_done("/store", KEPT_ZIPS, KEPT_ZIPS[:1], [(KEPT_ZIPS[1], "why")], by="storing", again="gomend")),
    ("store_export", store_export("/store", "/out", stored=2, known=1, size=9, failed=[("a/@v/v1.mod", "why")])),
    ("store_warm", store_warm("/store", ["go.mod"], 3, 1, [RefusedFile("a/@v/v1.mod", "unknown", "why")])),
    ("store_purge", store_purge("/store", [("example.com/a", True), ("example.com/b", False)])),
]

PRODUCED: list[tuple[str, Document]] = [
    *(("explanation", model.explanation("a.log", one, "en")) for one in (FAILED, NOISY, WARNED, CUT_OFF)),
    *(("report", run(one)) for one in (FAILED, NOISY, WARNED, CUT_OFF, Verdict(Outcome.OK))),
    ("doctor", doctor()),
    ("codes", model.code_list("zh")),
    *(("code", model.code_page(code, "en", (SAFE,))) for code in (Code.UNKNOWN, Code.DNS_TIMEOUT)),
    ("settings", model.setting_list([Setting("lang", "zh", "environment", "GOMEND_LANG")])),
    *(("trace", one) for one in (trace(), trace(failing(), exit_status=1))),
    ("traces", run_list([RunEntry("7f3a", "2026-11-22T10:00:00Z", ("go", "build"), 0, 4.5, 37, 1024, True)])),
    ("trace_diff", difference(trace(), trace(failing()))),
    ("store_import", store_import("/go/pkg/mod", "/store", 3, 1, [RefusedFile("a/@v/v1.mod", "unknown", "why")])),
    *STORES,
    ("tokens", token_list("/etc/tokens.json", [TOKEN], {"4da15f7c": TOKEN.created}, TOKEN.created)),
    ("proxies", proxy_list(GOPROXY.setting("GOPROXY"), parse_proxy_list(GOPROXY.get("GOPROXY")), public_proxies())),
    ("route", route_list([route("git.corp.example/lib", GOPROXY)], GOPROXY, "zh", explain=True)),
    ("deps", DEPS),
    ("cache_check", CHECKED),
    ("cache_repair", REPAIRED),
    (
        "proxy_use",
        ProxyUse("gomend.proxy_use/1", "corp", (ChangePart("GOPROXY", "", "x"),), "3c1f", ("GOPROXY",)),
    ),
    ("proxy_save", proxy_save("corp", {"GOPROXY": "https://me:hunter2@corp.example", "GOSUMDB": None}, "3c1f")),
    ("pinned", Pinned("gomend.pinned/1", "a.example", "127.0.0.9", "2026-11-26T20:00:00Z", False, "3c1f", TRIED)),
    ("pins", PinList("gomend.pins/1", (PIN_LINE,), ("3c1f",))),
    ("flushed", Flushed("gomend.flushed/1", (FlushedCache("nscd", ("nscd -i hosts",), "emptied", 0, ""),))),
    ("fixes", plans.fix_list(KEPT, [plans.plan_part(plan, 0, KEPT, "en") for plan in PLANS], KEPT.at + 90)),
    ("mended", plans.Mended("gomend.mended/1", "7f3a", (1,), ("3c1f",), KEPT.command, "mended", ())),
    ("mends", plans.mend_list([ENTRY])),
    ("undone", plans.undone(Undone(ENTRY, whole=True))),
    ("dns", names()),
    ("cache_size", SIZES),
    ("cache_clean", CLEANED),
    ("probe", probe()),
    ("proxy_test", proxies()),
    ("error", model.input_error("a.log", "No such file or directory")),
]


@pytest.mark.parametrize(("name", "document"), PRODUCED)
def test_every_document_is_as_its_schema_says(name: str, document: Document) -> None:
    jsonschema.validate(json.loads(render(document, "json")), schema(name), jsonschema.Draft202012Validator)


def test_there_is_an_example_of_every_document() -> None:
    assert {name for name, _ in PRODUCED} == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_is_one_and_asks_for_its_own_name(name: str) -> None:
    found = schema(name)
    jsonschema.Draft202012Validator.check_schema(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": f"gomend.{name}/2"}, found)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"outcome": "fine"}, "outcome"),
        ({"schema": "gomend.report/1"}, "schema"),
        ({"roots": [{"code": "dns.timeout"}]}, "roots"),
        ({"harmless": {"progress.download": "38"}}, "harmless"),
        ({"fixes": [{"id": 1, "level": "reckless", "title": "", "commands": []}]}, "fixes"),
    ],
)
def test_a_schema_refuses_what_is_wrong(change: dict[str, Any], where: str) -> None:
    document = json.loads(render(model.explanation("a.log", FAILED, "en"), "json")) | change
    with pytest.raises(jsonschema.ValidationError) as caught:
        jsonschema.validate(document, schema("explanation"))
    assert caught.value.absolute_path[0] == where


@pytest.mark.parametrize(("name", "document"), PRODUCED)
def test_every_key_is_required(name: str, document: Document) -> None:
    whole = json.loads(render(document, "json"))
    for path in _paths(whole):
        lacking = json.loads(render(document, "json"))
        owner = lacking
        for step in path[:-1]:
            owner = owner[step]
        del owner[path[-1]]
        if not {"harmless", "params", "settings", "headers"} & set(path[:-1]):  # names are as they come there
            assert not jsonschema.Draft202012Validator(schema(name)).is_valid(lacking), path


def _paths(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if isinstance(node, dict):
            yield (*at, key)
        yield from _paths(value, (*at, key))


def test_further_keys_are_allowed_since_later_versions_may_add_them() -> None:
    document = json.loads(render(run(FAILED), "json")) | {"newer": True}
    jsonschema.validate(document, schema("report"))


def test_an_explanation_has_the_keys_of_the_design() -> None:
    document = json.loads(render(model.explanation("build.log", FAILED, "en"), "json"))
    assert list(document) == ["schema", "input", "outcome", "roots", "warnings", "harmless", "fixes"]
    assert document["schema"] == "gomend.explanation/1"
    assert document["input"] == "build.log"
    (root,) = document["roots"]
    assert list(root) == CAUSE_KEYS
    assert root["code"] == "proxy.server_error"
    assert root["certainty"] == "certain"
    assert root["lines"] == [1, 1]
    assert root["text"] == GO_LINE
    assert root["evidence"][1] == {
        "source": "probe",
        "text": "502 again, 3 of 3, in 31 ms; DNS, TCP and TLS are fine",
    }
    assert document["fixes"][0] == {
        "id": 1,
        "level": "safe",
        "title": text("en", "fixes.move_on_public/title"),
        "commands": list(SAFE.commands),
        "key": "move_on_public",
        "params": {"code": "proxy.server_error", "host": "goproxy.corp.example"},
    }


def test_keys_are_there_even_when_empty() -> None:
    document = json.loads(render(run(Verdict(Outcome.OK), exit_status=0), "json"))
    assert document == {
        "schema": "gomend.report/1",
        "run": "7f3a",
        "command": ["go", "build", "./..."],
        "exit": 0,
        "started": "2026-11-22T10:00:00Z",
        "seconds": 8.4,
        "relay": True,
        "verdict": {"outcome": "ok", "roots": [], "warnings": [], "harmless": {}, "fixes": []},
        "exchanges": {
            "count": 0,
            "bytes": 0,
            "attempts": 0,
            "rescued": 0,
            "ahead": {"fetched": 0, "used": 0, "bytes_fetched": 0, "bytes_used": 0},
            "faults": {},
        },
        "folder": "/home/dev/app/cmd",
        "root": "/home/dev/app",
        "recorded": True,
        "variables": {},
    }


def test_exchanges_are_handed_on() -> None:
    ahead, faults = model.Ahead(fetched=36, used=35, bytes_fetched=4096, bytes_used=4000), {"proxy.server_error": 2}
    exchanges = Exchanges(count=37, bytes=13421772, attempts=41, rescued=2, ahead=ahead, faults=faults)
    document = json.loads(render(run(NOISY, exchanges=exchanges), "json"))
    assert document["exchanges"] == {
        "count": 37,
        "bytes": 13421772,
        "attempts": 41,
        "rescued": 2,
        "ahead": {"fetched": 36, "used": 35, "bytes_fetched": 4096, "bytes_used": 4000},
        "faults": {"proxy.server_error": 2},
    }


def test_codes_and_keys_are_not_translated_but_titles_are() -> None:
    english = json.loads(render(model.explanation("a", FAILED, "en"), "json", lang="en"))
    chinese = json.loads(render(model.explanation("a", FAILED, "zh"), "json", lang="zh"))
    assert chinese["fixes"][0].pop("title") != english["fixes"][0].pop("title")
    english["fixes"][1].pop("title"), chinese["fixes"][1].pop("title")
    assert chinese == english


def test_a_harmless_code_that_was_not_seen_is_left_out() -> None:
    document = model.explanation("a", Verdict(Outcome.OK, harmless={Code.PROXY_NOT_FOUND: 0, Code.NET_RESET: 1}), "en")
    assert document.harmless == {"net.reset": 1}


def test_one_document_is_one_line() -> None:
    for name, document in PRODUCED:
        assert render(document, "json").count("\n") == 1
        lines = render(document, "ndjson").splitlines()
        assert len(lines) == (len(Code) if name == "codes" else 1)
        assert all(json.loads(line) for line in lines)


def test_a_document_can_be_read_back() -> None:
    for name, document in PRODUCED:
        assert msgspec.json.decode(render(document, "json"), type=DOCUMENTS[name]) == document
