"""What a server writes to its log."""

import json

import pytest

from gomend.telemetry.logs import make_log

FACTS = {"status": 502, "method": "GET", "path": "/a", "code": "net.reset", "seconds": 0.5}


def test_a_line_is_json_with_its_facts_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    log = make_log(failures_only=False)
    log.warning("source", url="https://user:secret@a.example/x")
    log.info("request", status=200)
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"]) == ("source", "warning") and "secret" not in str(first)
    assert second["status"] == 200 and second["time"].endswith("Z")


def test_what_goes_well_is_left_out_where_failures_alone_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    log = make_log(failures_only=True)
    log.info("request", status=200)
    log.warning("request", status=502)
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not log.tells_all


def test_people_get_a_line_of_words_for_each_failure(capsys: pytest.CaptureFixture[str]) -> None:
    log = make_log(failures_only=True, for_people=True)
    log.warning("source", url="https://a.example/x", error="reset")
    log.warning("request", **FACTS)
    log.warning("unverified", module="m", version="v1", kind="zip", code="checksum.sumdb_mismatch", error="a, b")
    assert capsys.readouterr().err.splitlines() == [
        "gomend: 502 GET /a net.reset (0.5 s)",
        "gomend: m@v1 .zip: checksum.sumdb_mismatch: a, b",
    ]


def test_the_log_of_a_tenant_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    facts = {"module": "m", "version": "v1", "kind": "zip", "code": "checksum.sumdb_mismatch", "error": "a, b"}
    make_log(failures_only=True, tenant="team-a").warning("unverified", **facts)
    make_log(failures_only=True, for_people=True, tenant="team-a").warning("unverified", **facts)
    machine, words = capsys.readouterr().err.splitlines()
    assert json.loads(machine)["tenant"] == "team-a"
    assert words == "gomend: team-a: m@v1 .zip: checksum.sumdb_mismatch: a, b"
