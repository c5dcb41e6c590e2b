"""What a server's audit tells, which versions a rule hides, and what its metrics say of store and sources."""

import http.client
import json
import os
import signal
import threading
import time
from contextlib import closing
from email.utils import formatdate
from pathlib import Path
from typing import Any

from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, Served, lab, serving

GOOD = Module("example.com/good", "v1.0.0")
NEW = Module("example.com/good", "v1.1.0")
BETA = Module("example.com/good", "v1.2.0-beta.1")
DENIED = Module("example.com/denied", "v1.0.0")
BAD = Module("example.com/bad", "v1.0.0")


def lines(file: Path, count: int) -> "list[dict[str, Any]]":
    """The audit, once it has so many lines: each is written a moment after the answer."""
    pause = threading.Event()
    deadline = time.monotonic() + PATIENCE
    while len(found := file.read_text().splitlines()) < count and time.monotonic() < deadline:
        pause.wait(0.01)
    return [json.loads(line) for line in found]


def rules(folder: Path, *, hide: str = "") -> str:
    """A file of rules: one module is denied, versions of another are hidden."""
    words = f'[[rule]]\naction = "deny"\npattern = "{DENIED.path}"\nreason = "advisory 12"\n'
    if hide:
        words += f'[[rule]]\naction = "hide"\npattern = "{GOOD.path}"\nversions = "{hide}"\n'
    (folder / "rules.toml").write_text(words)
    return str(folder / "rules.toml")


def test_the_audit_tells_who_got_what_and_what_was_refused(tmp_path: Path) -> None:
    found = lab([GOOD, DENIED, BAD])
    other = Module(BAD.path, BAD.version, files={"evil.go": "package evil\n"})
    found.broken["/example.com/bad/@v/v1.0.0.zip"] = lambda exchange, _: exchange.send(200, other.zip)
    audit = tmp_path / "audit"
    options = ("--audit", str(audit), "--rules", rules(tmp_path))
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:
        admin = {"authorization": f"Bearer {server.admin}"}
        server.get("/example.com/good/@v/v1.0.0.mod", **admin)
        server.get("/example.com/denied/@v/v1.0.0.zip")
        server.get("/example.com/none/@v/list")
        server.get("/-/healthz")
        server.purge("/example.com/good/@v/list")
        assert server.get("/example.com/bad/@v/v1.0.0.zip").status in (200, 502)
        told = lines(audit, 6)
        served, denied, none, changed, *bad = told
        assert (served["verdict"], served["who"], served["client"]) == ("served", "admin", "127.0.0.1")
        assert (served["module"], served["version"], served["kind"]) == (GOOD.path, "v1.0.0", "mod")
        assert (served["status"], served["bytes"]) == (200, len(GOOD.go_mod))
        assert (denied["verdict"], denied["status"], denied["module"]) == ("refused", 403, DENIED.path)
        assert (none["verdict"], none["status"]) == ("not_found", 404)
        assert (changed["verdict"], changed["method"], changed["who"]) == ("changed", "POST", "admin")
        assert {one["verdict"] for one in bad} == {"mismatch"} and {"client" in one for one in bad} == {True, False}
        assert server.admin.rpartition("_")[2] not in audit.read_text()
        audit.rename(tmp_path / "audit.1")
        server.get("/example.com/good/@v/v1.0.0.mod")
        pause = threading.Event()
        while not audit.exists():
            pause.wait(0.01)
        assert [one["verdict"] for one in lines(audit, 1)] == ["served"]
        assert server.metric("gomend_audit_faults_total") == 0


def test_a_worker_that_is_killed_loses_no_line_of_what_it_has_answered_but_the_last(tmp_path: Path) -> None:
    audit = tmp_path / "audit"
    with Upstream(lab([GOOD])) as upstream, serving(tmp_path, upstream.url, "--audit", str(audit)) as server:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
            for _ in range(50):
                connection.request("GET", "/example.com/good/@v/v1.0.0.info")
                assert connection.getresponse().read() == GOOD.info
            (worker,) = server.workers()
            os.kill(int(worker), signal.SIGKILL)
        assert len(audit.read_text().splitlines()) in (49, 50)
        assert server.log.read_text().count('"event":"request"') in (49, 50)


def shown(server: Served) -> "tuple[list[str], str]":
    latest = server.get("/example.com/good/@latest")
    return server.get("/example.com/good/@v/list").text.split(), (
        json.loads(latest.body)["Version"] if latest.status == 200 else str(latest.status)
    )


def test_a_hidden_version_shows_nowhere(tmp_path: Path) -> None:
    found = lab([GOOD, NEW, BETA])
    with Upstream(found) as upstream:
        newest = {
            "": (["v1.0.0", "v1.1.0", "v1.2.0-beta.1"], "v1.2.0-beta.1"),
            "=v1.2.0-beta.1": (["v1.0.0", "v1.1.0"], "v1.1.0"),
            "<v1.2.0-0": (["v1.2.0-beta.1"], "v1.2.0-beta.1"),
            ">=v0.0.0": ([], "404"),
        }
        for number, (hide, expected) in enumerate(newest.items()):
            folder = tmp_path / str(number)
            folder.mkdir()
            options = ("--rules", rules(folder, hide=hide))
            with serving(folder, upstream.url, *options, gosumdb=found.sums.key) as server:
                for _ in range(2):  # from the source, then from the store
                    assert shown(server) == expected
                is_there = not hide or hide.startswith("=")
                assert server.get("/example.com/good/@v/v1.0.0.info").status == (200 if is_there else 404)
                is_any = expected[1] != "404"
                assert server.get("/example.com/good/@latest", "HEAD").status == (200 if is_any else 404)


def aged(server: Served, path: str, seconds: float) -> None:
    """Make a stored answer so much older."""
    file = server.store / path[1:]
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - seconds))


def test_an_old_answer_without_its_hidden_versions_says_that_it_is_old(tmp_path: Path) -> None:
    found = lab([GOOD, NEW, BETA])
    options = ("--rules", rules(tmp_path, hide="=v1.2.0-beta.1"))
    listed, latest = "/example.com/good/@v/list", "/example.com/good/@latest"
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:
        server.get("/example.com/good/@v/v1.1.0.info")
        for path in (listed, latest):
            assert "warning" not in server.keep(path).headers
        found.broken["*"] = lambda exchange, _: exchange.send(500, b"no")
        aged(server, listed, 120)  # it is what the highest version that is not hidden was found in
        assert server.get(latest).headers["warning"].startswith("110 ")
        aged(server, latest, 120)
        for path in (listed, latest):
            assert server.get(path).headers["warning"].startswith("110 ")
            got = server.get(path, "HEAD")
            assert (got.status, got.body, got.headers["warning"][:3]) == (200, b"", "110")
        aged(server, listed, 1000)
        got = server.get(listed)
        assert (got.headers["warning"][:3], got.text.split()) == ("111", ["v1.0.0", "v1.1.0"])


def test_an_answer_without_its_hidden_versions_has_validators_of_its_own(tmp_path: Path) -> None:
    found = lab([GOOD, NEW, BETA, *(Module("example.com/many", f"v1.0.{number}") for number in range(200))])
    options = ("--rules", rules(tmp_path, hide="=v1.2.0-beta.1"))
    path, many = "/example.com/good/@v/list", "/example.com/many/@v/list"
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:
        got = server.keep(path)
        tag = got.headers["etag"]
        for _ in range(2):  # from the store, then from memory
            same = server.get(path, if_none_match=tag)
            assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
        head = server.get(path, "HEAD")
        assert (head.status, head.headers["etag"], head.headers["content-length"]) == (200, tag, str(len(got.body)))
        assert server.get(path, "HEAD", if_none_match=tag).status == 304
        since = formatdate(time.time() + 60, usegmt=True)  # the rules may be younger than the list
        assert "last-modified" not in got.headers and server.get(path, if_modified_since=since).status == 200
        part = server.get(path, range="bytes=1-3")
        assert (part.status, part.body) == (206, got.body[1:4])
        server.purge(path)
        found.world.add(Module(GOOD.path, "v1.3.0"))
        changed = server.get(path, if_none_match=tag)
        assert (changed.status, changed.text.split()) == (200, ["v1.0.0", "v1.1.0", "v1.3.0"])
        assert server.get(many, accept_encoding="gzip").headers["content-encoding"] == "gzip"


def test_metrics_tell_the_stores_size_and_which_source_is_taken_for_dead(tmp_path: Path) -> None:
    (tmp_path / "store/example.com/x/@v").mkdir(parents=True)
    (tmp_path / "store/example.com/x/@v/v1.0.0.mod").write_bytes(b"12345")
    with serving(tmp_path, "http://127.0.0.1:1", "--timeout", "1") as server:
        pause = threading.Event()
        while server.metric("gomend_store_files") < 1:
            pause.wait(0.01)
        assert (server.metric("gomend_store_files"), server.metric("gomend_store_bytes")) == (1, 5)
        assert server.metric('gomend_source_breaker{host="127.0.0.1:1"}') == 0
        server.get("/example.com/y/@v/list")
        assert server.metric('gomend_source_breaker{host="127.0.0.1:1"}') >= 0.5
        assert server.metric("gomend_waiting_for_git") == 0
