"""A server that fetches from repositories: what it says of one that has no room, and what it tells of its work."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.lab.githost import GitHost, go_import
from tests.lab.hghost import HgWork, hg_program, hg_serving
from tests.lab.internet import internet
from tests.server.serving import Served, serving
from tests.server.spansent import facts_of, in_order, sent
from tests.trace.collector import Collector

HG = hg_program()


def repository(folder: Path, name: str, size: int, host: str = "github.com/lab") -> None:
    """A bare one below `folder`/lab with one version, whose zip has `size` bytes that do not compress."""
    work = folder / f"{name}.work"
    work.mkdir()
    (work / "go.mod").write_text(f"module {host}/{name}\n")
    (work / "data").write_bytes(os.urandom(size))
    words = (
        "git init -q -b main . && git add . && git -c user.name=a -c user.email=a@b commit -q -m x && git tag v1.0.0"
    )
    subprocess.run(["sh", "-ec", f"{words} && git clone -q --bare . {folder}/lab/{name}"], cwd=work, check=True)


@contextlib.contextmanager
def fetching(folder: Path, *options: str) -> Iterator[Served]:
    """A server whose github.com is a host of ours, with the repositories below `folder`."""
    with GitHost(folder) as host:
        home = folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(f'[url "http://127.0.0.1:{host.port}/"]\n\tinsteadOf = https://github.com/\n')
        with serving(folder / "serve", "direct", "--timeout", "60", *options, HOME=str(home)) as server:
            yield server


def test_a_repository_that_is_too_large_is_told_with_its_size_and_leaves_nothing(tmp_path: Path) -> None:
    repository(tmp_path, "large", 3_000_000)
    repository(tmp_path, "small", 500_000)
    with fetching(tmp_path, "--clone-size", "2M", "--clones-size", "5M") as server:
        got = server.get("/github.com/lab/large/@v/v1.0.0.zip")
        assert (got.status, got.headers["x-gomend-code"]) == (502, "disk.full"), got.text
        assert got.text.startswith("disk.full: github.com/lab/large@v1.0.0: ")
        assert "its clone takes 2." in got.text and "and may take 2.0 MB (--clone-size)" in got.text
        assert server.metric("gomend_clone_bytes") == 0
        assert server.get("/github.com/lab/small/@v/v1.0.0.zip").status == 200
        assert 500_000 < server.metric("gomend_clone_bytes") < 700_000
        clones = server.store / ".gomend/tmp/clones"
        assert len([path for path in clones.iterdir() if path.is_dir()]) == 1


def test_a_size_that_is_none_is_refused(tmp_path: Path) -> None:
    for number, value in enumerate(("2", "0M", "much")):
        folder = tmp_path / str(number)
        with serving(folder, "direct", "--clones-size", value, wait=False) as server:
            assert server.process.wait(60) == 2
        assert f"--clones-size takes a size such as 500M, 20G or 1T, not {value}" in server.log.read_text()


def tree(spans: list[Span], parent: Span | None = None) -> list[object]:
    """Names of spans in the order of their start, each with those below it."""
    below = [one for one in in_order(spans) if one.parent_span_id == (parent.span_id if parent is not None else b"")]
    return [[one.name, *tree(spans, one)] if tree(spans, one) else one.name for one in below]


def test_what_is_done_for_a_module_is_one_span_with_its_parts_below_it(tmp_path: Path) -> None:
    repository(tmp_path, "m", 1000, "go.example")
    with Collector() as collector, internet(tmp_path, "go.example", "git.example") as (host, around):
        host.pages["/m"] = go_import("go.example/m git https://git.example/lab/m")
        options = ("--otlp", collector.url, "--sampling", "1", "--timeout", "60")
        with serving(tmp_path / "serve", "direct", *options, **around) as server:
            assert server.get("/go.example/m/@v/v1.0.0.zip").status == 200
            for command in ("ls-remote", "fetch", "archive"):
                assert server.metric(f'gomend_upstream_phase_seconds_count{{phase="{command}"}}') == 1
            for purpose in ("ls-remote", "fetch"):
                labels = f'code="",purpose="{purpose}",source="direct",status=""'
                assert server.metric(f"gomend_upstream_requests_total{{{labels}}}") == 1
        spans = sent(collector)
    page = ["GET other", "connect", "tls", "wait", "transfer"]
    work = ["direct", page, "git ls-remote", "git fetch", "git archive"]
    assert [["GET /{module}/@v/{version}.zip", work]] == [one for one in tree(spans) if "zip" in str(one)]
    by_name = {one.name: one for one in spans}
    assert facts_of(by_name["direct"].attributes) == {"gomend.module": "go.example/m"}
    for name, kind in (("ls-remote", Span.SPAN_KIND_CLIENT), ("archive", Span.SPAN_KIND_INTERNAL)):
        span = by_name[f"git {name}"]
        assert (span.kind, span.status.code) == (kind, Status.STATUS_CODE_UNSET)
        assert facts_of(span.attributes) == {
            "server.address": "git.example",
            "url.full": "https://git.example/lab/m",
        }


def test_a_fetch_that_fails_is_counted_timed_and_logged_with_its_cause(tmp_path: Path) -> None:
    with Collector() as collector, internet(tmp_path, "go.example", "git.example") as (host, around):
        host.pages["/m"] = go_import("go.example/m git https://git.example/lab/none")
        host.logins["/lab/none"] = "me:pa55"
        options = ("--otlp", collector.url, "--sampling", "1", "--timeout", "60")
        with serving(tmp_path / "serve", "direct", *options, **around) as server:
            got = server.get("/go.example/m/@v/v1.0.0.info")
            assert (got.status, got.headers["x-gomend-code"]) == (502, "auth.credentials"), got.text
            labels = 'code="auth.credentials",purpose="ls-remote",source="direct",status=""'
            assert server.metric(f"gomend_upstream_requests_total{{{labels}}}") == 1
            assert server.metric('gomend_upstream_phase_seconds_count{phase="ls-remote"}') == 1
            assert server.has_logged('"url":"https://git.example/lab/none","attempt":1,"code":"auth.credentials"')
        spans = {one.name: one for one in sent(collector)}
    assert facts_of(spans["git ls-remote"].attributes)["error.type"] == "auth.credentials"
    for name in ("git ls-remote", "direct"):
        assert spans[name].status.code == Status.STATUS_CODE_ERROR
        assert "could not read Username" in spans[name].status.message


def test_of_a_private_module_no_span_tells_where_it_lies(tmp_path: Path) -> None:
    """Its page may lead to a host and a path that no pattern names."""
    repository(tmp_path, "secret", 1000, "corp.example")
    with Collector() as collector, internet(tmp_path, "corp.example", "forge.example") as (host, around):
        host.pages["/secret"] = go_import("corp.example/secret git https://forge.example/lab/secret")
        host.pages["/hidden"] = go_import("corp.example/hidden git https://forge.example/lab/hidden")
        options = ("--otlp", collector.url, "--sampling", "1", "--timeout", "60", "--goprivate", "corp.example/*")
        with serving(tmp_path / "serve", "direct", *options, **around) as server:
            assert server.get("/corp.example/secret/@v/v1.0.0.zip").status == 200
            assert server.get("/corp.example/hidden/@v/v1.0.0.zip").status in (404, 502)
        spans = sent(collector)
    assert {"direct", "git ls-remote", "git fetch", "git archive"} <= {one.name for one in spans}
    bodies = b"".join(body for _, _, body in collector.got)
    for name in (b"corp.example", b"forge.example", b"secret", b"hidden", b"v1.0.0"):
        assert name not in bodies, name
    assert b"private-1" in bodies


@pytest.mark.skipif(HG is None, reason="Mercurial is not installed here")
def test_modules_come_from_mercurial_repositories_where_govcs_lets_them(tmp_path: Path) -> None:
    work = HgWork(str(HG), tmp_path / "work")
    work.commit("v1.0.0", go_mod="module hg.example/m\n", m_go="package m\n")
    with hg_serving(str(HG), work.folder) as url, internet(tmp_path, "hg.example") as (host, around):
        host.pages["/m"] = go_import(f"hg.example/m hg {url}")
        around |= {"PATH": f"{Path(str(HG)).parent}:{os.environ['PATH']}", "NO_PROXY": "127.0.0.1,localhost"}
        with serving(tmp_path / "a", "direct", "--timeout", "60", **around) as server:
            assert server.get("/hg.example/m/@v/list").text == "v1.0.0\n"
            assert server.get("/hg.example/m/@v/v1.0.0.zip").status == 200
            assert server.metric('gomend_upstream_phase_seconds_count{phase="pull"}') >= 1
        with serving(tmp_path / "b", "direct", "--timeout", "60", GOVCS="public:git", **around) as server:
            got = server.get("/hg.example/m/@v/v1.0.0.zip")
            assert (got.status, got.headers["x-gomend-code"]) == (403, "vcs.disallowed"), got.text
