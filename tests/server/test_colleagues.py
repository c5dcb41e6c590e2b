"""Whichever worker is asked for metrics tells those of all, each under a number that its successor takes over."""

import contextlib
import http.client
import os
import re
import signal
import threading
import time
from pathlib import Path

from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, Served, lab, serving
from tests.server.test_purge_everywhere import each_worker

LINE = re.compile(r'gomend_requests_total\{kind="mod",result="\w+",status="200",worker="(\d+)"\} (\S+)')


def told_by(text: str) -> dict[str, float]:
    """Requests for .mod files, by worker."""
    found: dict[str, float] = {}
    for worker, value in LINE.findall(text):
        found[worker] = found.get(worker, 0) + float(value)
    return found


def numbers(server: Served) -> set[str]:
    """The workers that are told of."""
    return set(
        re.findall(r'^process_start_time_seconds\{worker="(\d+)"\}', server.get("/-/metrics").text, re.MULTILINE)
    )


def test_metrics_are_those_of_all_workers(tmp_path: Path) -> None:
    one = Module("example.com/m", "v1.0.0")
    found = lab([one])
    options = ("--workers", "2")
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:

        def connected() -> http.client.HTTPConnection:
            return http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

        with each_worker(connected) as workers:
            for times, ask in zip((2, 3), workers.values(), strict=True):
                for _ in range(times):
                    assert ask(f"/{one.path}/@v/v1.0.0.mod") == (200, one.go_mod)
            texts = [ask("/-/metrics")[1].decode() for ask in workers.values()]
        assert [sorted(told_by(text).values()) for text in texts] == [[2, 3], [2, 3]]
        assert told_by(texts[0]) == told_by(texts[1]) and set(told_by(texts[0])) == {"0", "1"}
        assert all(text.count("# TYPE gomend_requests_total counter") == 1 for text in texts)


def test_who_takes_the_place_of_a_worker_takes_its_number(tmp_path: Path) -> None:
    with serving(tmp_path, "off", "--workers", "2") as server:
        before = server.workers()
        os.kill(int(min(before)), signal.SIGKILL)
        pause, until = threading.Event(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError):  # in the hands of the one that was killed
                if len(server.workers() - before) == 1 and numbers(server) == {"0", "1"}:
                    break
            pause.wait(0.05)
        assert numbers(server) == {"0", "1"}


def test_one_worker_counts_the_store_and_another_takes_over(tmp_path: Path) -> None:
    (tmp_path / "store/example.com/x/@v").mkdir(parents=True)
    (tmp_path / "store/example.com/x/@v/v1.0.0.mod").write_bytes(b"12345")

    def counts() -> list[str]:
        """What is told, once both workers are there and one has counted."""
        pause, until = threading.Event(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):  # in the hands of the one that was killed
                text = server.get("/-/metrics").text
                found = re.findall(r'^gomend_store_files\{worker="\d+"\} (\S+)', text, re.MULTILINE)
                if len(numbers(server)) == 2 and "1.0" in found:
                    return found
            pause.wait(0.05)
        return []

    with serving(tmp_path, "off", "--workers", "2") as server:
        assert counts() == ["1.0"]
        for worker in server.workers():
            os.kill(int(worker), signal.SIGKILL)
            assert counts() == ["1.0"]
