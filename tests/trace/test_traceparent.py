"""A run tells the hosts that the user lists, and no other, which trace and span a request is part of (W3C)."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as lab
from tests.lab.modules import Module
from tests.lab.upstream import Exchange, Upstream
from tests.relay.both import Log, Logged, Project

from gomend.gocmd.recorded import recorded
from gomend.trace.otlp import otlp
from gomend.trace.recorder import unpacked

PROJECT = Project.of([Module("example.com/a", "v1.1.0"), Module("example.com/b", "v1.2.0")])
HEADER = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-01")


class Telling:
    """A source that keeps the headers of what it was asked."""

    def __init__(self, name: str, faults: Sequence[tuple[str, lab.Act]] = ()) -> None:
        self.got: list[Mapping[str, str]] = []
        answers = Logged(name, Log(), PROJECT.world, list(faults), PROJECT.sums)

        def noted(exchange: Exchange) -> None:
            self.got.append(exchange.headers)
            answers(exchange)

        self.upstream = Upstream(noted)

    def traces(self) -> list[str]:
        """The headers that name a trace."""
        return [one["traceparent"] for one in self.got if "traceparent" in one]


@pytest.fixture
def sources() -> Iterator[tuple[Telling, Telling]]:
    """Two: the first does not have one module and sends requests for another's zip to the second."""
    with ExitStack() as stack:
        second = Telling("second")
        stack.enter_context(second.upstream)
        elsewhere = lab.redirect(f"http://localhost:{second.upstream.port}{{path}}")
        first = Telling("first", [("*/a/@v/*", lab.status(404)), ("*/b/@v/*.zip", elsewhere)])
        stack.enter_context(first.upstream)
        yield first, second


@pytest.mark.parametrize(
    "words",
    [("go", "mod", "download"), ("run", "--", "sh", "-c", "go mod download example.com/b@v1.2.0; go mod download")],
)
def test_who_is_listed_is_told_and_the_exported_spans_say_the_same(
    tmp_path: Path, sources: tuple[Telling, Telling], words: Sequence[str]
):
    first, second = sources
    PROJECT.write(tmp_path / "app", go_sum=True)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "GOPROXY": f"{first.upstream.url},http://localhost:{second.upstream.port}",
        "GOMODCACHE": str(tmp_path / "cache"),
        "GOFLAGS": "-modcacherw",
        "GOSUMDB": "off",
        "GOMEND_TRACE_HOSTS": "127.0.0.1,*.corp.example",
    }
    ran = subprocess.run(
        [*GOMEND, *words],
        cwd=tmp_path / "app",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    headers = first.traces()
    assert len(headers) == len(first.got) > 0
    assert second.got
    assert second.traces() == []
    ids = [found.groups() for one in headers if (found := HEADER.fullmatch(one))]
    assert len(ids) == len(headers)
    assert len({trace for trace, _ in ids}) == 1
    (run,) = recorded({"HOME": str(tmp_path)})
    assert run.trace is not None
    exported = json.loads(json.dumps(otlp(unpacked(run.trace.read_bytes()), "1.0")))
    spans = exported["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert {one["traceId"] for one in spans} == {trace for trace, _ in ids}
    assert {span for _, span in ids} <= {one["spanId"] for one in spans}
    assert len({one["spanId"] for one in spans}) == len(spans)
