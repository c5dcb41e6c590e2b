"""Whole runs through the door: many faults at once, a dead first source, an end by force, two runs side by side."""

import os
import random
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as lab
from tests.lab.listener import Silent
from tests.lab.modules import Module
from tests.lab.upstream import Act, Exchange, Upstream, serve
from tests.relay.both import PATIENCE, QUICK, Log, Project, Ran, Setting, door_shown, tree, upstream

PASSING: tuple[Act, ...] = (
    lab.reset,
    lab.hang_up,
    lab.truncated(),
    lab.truncated(reset=True),
    lab.status(429, "slow down", retry_after="0"),
    lab.status(502),
    lab.status(503, "later"),
    lab.status(504),
    lab.stalled(0.5),
)


def modules(count: int) -> list[Module]:
    """A chain of modules, each of which requires the next."""
    return [
        Module(f"example.com/m{n}", "v1.0.0", {f"example.com/m{n + 1}": "v1.0.0"} if n + 1 < count else {})
        for n in range(count)
    ]


class Unreliable:
    """Fails this share of requests, by the seed; never one file more often than `most` times."""

    def __init__(self, seed: int, share: float, most: int, acts: Sequence[Act]) -> None:
        self._random, self._share, self._most, self._acts = random.Random(seed), share, most, acts
        self._failed: dict[str, int] = {}
        self._lock = threading.Lock()

    def next(self, path: str) -> Act:
        """The act for the next request of a path."""
        with self._lock:
            if self._failed.get(path, 0) >= self._most or self._random.random() >= self._share:
                return serve
            self._failed[path] = self._failed.get(path, 0) + 1
            return self._random.choice(self._acts)

    def __call__(self, exchange: Exchange, content: bytes | None) -> None:
        self.next(exchange.path)(exchange, content)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory, go: Path) -> Setting:
    return Setting(tmp_path_factory.mktemp("runs"), go)


def healthy(setting: Setting, project: Project, **more: bool) -> Ran:
    log = Log()
    with upstream("a", log, project) as a:
        return setting.run(project, ("mod", "download"), gomend=False, goproxy="{a}", sources={"a": a}, log=log, **more)


@pytest.mark.parametrize("go_sum", [True, False], ids=["go.sum", "checksum database"])
def test_a_run_is_won_where_a_third_of_all_requests_fail(setting: Setting, go_sum: bool):
    project = Project.of(modules(20))
    log = Log()
    with upstream("a", log, project, [("*", Unreliable(7, 0.3, 3, PASSING))]) as a:
        ran = setting.run(
            project, ("mod", "download"), gomend=True, goproxy="{a}", sources={"a": a}, log=log, go_sum=go_sum
        )
    assert ran.status == 0, ran.stderr
    assert ran.cache == healthy(setting, project, go_sum=go_sum).cache
    assert not door_shown(ran.stderr + ran.stdout, ran.known)


def test_a_dead_first_source_is_paid_for_once(setting: Setting):
    project = Project.of([Module(f"example.com/m{n}", "v1.0.0") for n in range(50)])
    log = Log()
    with Silent() as dead, upstream("good", log, project) as good:
        ran = setting.run(
            project,
            ("mod", "download"),
            gomend=True,
            goproxy=f"https://127.0.0.1:{dead.port}|{{good}}",
            sources={"good": good},
            log=log,
            variables={"GOMEND_TLS_LIMIT": "1"},
        )
        attempts = dead.connections
    assert ran.status == 0, ran.stderr
    assert len(ran.cache) == len(healthy(setting, project).cache)
    # Until the host counts as dead go's own requests try it, as many at once as go asks, and reading ahead once a line.
    assert attempts <= 8 + 4 * (os.cpu_count() or 1)


SHAPES = ("{a}", "{a},{b}", "{a}|{b}", "{missing},{a}", "{missing}|{a}|{b}")
FINAL: tuple[Act, ...] = (lab.status(403), lab.status(404), lab.status(500), lab.garbage)


# Without shrinking: an example takes seconds.
@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(
    count=st.integers(1, 4),
    shape=st.sampled_from(SHAPES),
    seed=st.integers(0, 2**16),
    share=st.sampled_from([0.1, 0.3, 0.5]),
    hard=st.booleans(),
    go_sum=st.booleans(),
)
def test_whatever_fails_what_arrives_is_what_a_healthy_source_has(
    setting: Setting, count: int, shape: str, seed: int, share: float, hard: bool, go_sum: bool
):
    project = Project.of(modules(count))
    right = healthy(setting, project, go_sum=go_sum)
    log = Log()
    acts = PASSING[:-1] + FINAL if hard else PASSING[:-1]  # a stall takes its limit, a second each
    with ExitStack() as stack:
        sources: dict[str, Upstream] = {
            "a": stack.enter_context(upstream("a", log, project, [("*", Unreliable(seed, share, 2, acts))])),
            "b": stack.enter_context(upstream("b", log, project)),
            "missing": stack.enter_context(upstream("missing", log, project, [("*", lab.status(404))])),
        }
        ran = setting.run(
            project, ("mod", "download"), gomend=True, goproxy=shape, sources=sources, log=log, go_sum=go_sum
        )
    if not hard:
        assert ran.status == 0, ran.stderr
    if ran.status == 0:
        assert ran.cache == right.cache
    assert {name: digest for name, digest in ran.cache.items() if right.cache.get(name) != digest} == {}
    assert not door_shown(ran.stderr + ran.stdout, ran.known)


class Started:
    """gomend running `go mod download`, or other words of its own, in a project of its own, until the block ends."""

    def __init__(
        self,
        folder: Path,
        project: Project,
        goproxy: str,
        variables: Mapping[str, str],
        words: Sequence[str] = ("go", "mod", "download"),
    ) -> None:
        project.write(folder / "app", go_sum=True)
        self.cache = folder / "cache"
        self.environment = {
            **os.environ,
            "GOPROXY": goproxy,
            "GOPATH": str(folder / "gopath"),
            "GOMODCACHE": str(self.cache),
            "GOENV": str(folder / "goenv"),
            "HOME": str(folder),
            **variables,
        }
        self.app = folder / "app"
        self.process = subprocess.Popen(
            [*GOMEND, *words],
            cwd=self.app,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def children(self) -> list[int]:
        """The processes of its session, gomend itself left out."""
        found = []
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and int(place.name) != self.process.pid:
                try:
                    fields = (place / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == self.process.pid and fields[0] != "Z":
                    found.append(int(place.name))
        return found

    def end(self) -> None:
        for pid in self.children():
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


class Held:
    """Serves all but zips, which wait half-way until `let`; `reached` is set when the first is asked."""

    def __init__(self) -> None:
        self.reached, self.let = threading.Event(), threading.Event()

    def __call__(self, exchange: Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[: len(data) // 2], length=len(data))
        self.reached.set()
        while not self.let.wait(0.05) and not exchange.closing.is_set():
            pass
        exchange.connection.sendall(data[len(data) // 2 :])


def wait_until_gone(left: Callable[[], Sequence[object]]) -> Sequence[object]:
    """What is left once nothing is, or patience is at its end."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if not left():
            return []
        pause.wait(0.05)
    return left()


def script(words: str) -> tuple[str, ...]:
    return ("run", "--", "sh", "-c", words)


@pytest.mark.parametrize(
    ("words", "blow"),
    [
        (("go", "mod", "download"), signal.SIGKILL),
        (("go", "mod", "download"), signal.SIGINT),
        (("go", "mod", "download"), signal.SIGTERM),
        (script("go mod download; true"), signal.SIGKILL),
        (script("GOMEND_RELAY=off go mod download; true"), signal.SIGKILL),
        (script("$REAL_GO mod download; true"), signal.SIGKILL),
        (script("(go mod download; $REAL_GO mod download; sleep 600); true"), signal.SIGKILL),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else value.name,
)
def test_an_end_by_force_leaves_no_go_behind_and_the_module_cache_whole(
    tmp_path: Path, go: Path, words: Sequence[str], blow: signal.Signals
):
    project = Project.of(modules(4))
    held = Held()
    log = Log()
    with upstream("a", log, project, [("*.zip", held)]) as a:
        folder = tmp_path / "tmp"
        folder.mkdir()
        variables = {"GOMEND_STALL_LIMIT": "600", "TMPDIR": str(folder), "REAL_GO": str(go)}
        started = Started(tmp_path, project, a.url, variables, words)
        try:
            assert held.reached.wait(PATIENCE)
            os.kill(started.process.pid, blow)
            started.process.communicate(timeout=PATIENCE)
            assert wait_until_gone(started.children) == []
            assert wait_until_gone(lambda: list(folder.iterdir())) == []
        finally:
            started.end()
        held.let.set()
        for again in (["mod", "download"], ["mod", "verify"]):
            ended = subprocess.run(
                [go, *again], cwd=started.app, env=started.environment, capture_output=True, text=True, check=False
            )
            assert ended.returncode == 0, ended.stderr
    assert "all modules verified" in ended.stdout
    assert not (tmp_path / "goenv").exists()


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path):
    projects = [Project.of(modules(5)), Project.of([Module(f"example.org/n{n}", "v1.0.0") for n in range(5)])]
    with ExitStack() as stack:
        held = [Held(), Held()]
        sources = [
            stack.enter_context(upstream("a", Log(), project, [("*.zip", hold)]))
            for project, hold in zip(projects, held, strict=True)
        ]
        runs = [
            Started(tmp_path / str(number), project, source.url, QUICK | {"GOMEND_STALL_LIMIT": "60"})
            for number, (project, source) in enumerate(zip(projects, sources, strict=True))
        ]
        try:
            for hold in held:
                assert hold.reached.wait(PATIENCE)
            for hold in held:  # both doors are open now
                hold.let.set()
            ends = [run.process.communicate(timeout=PATIENCE) for run in runs]
        finally:
            for run in runs:
                run.end()
    assert [run.process.returncode for run in runs] == [0, 0], ends
    for run, project in zip(runs, projects, strict=True):
        zips = {name for name in tree(run.cache) if name.endswith(".zip")}
        assert len(zips) == len(project.requires)


def test_go_env_in_a_run_never_stores_a_door(setting: Setting, tmp_path: Path):
    project = Project.of(modules(1))
    goenv = tmp_path / "kept"
    log = Log()
    with upstream("a", log, project) as a:
        ran = setting.run(
            project,
            ("generate", "./..."),
            gomend=True,
            goproxy="{a}",
            sources={"a": a},
            log=log,
            variables={"GOENV": str(goenv)},
            prepare=lambda app: (app / "gen.go").write_text(
                "package main\n\n//go:generate go env -w GOFLAGS=-x\n//go:generate go env GOENV\n"
            ),
        )
    assert ran.status == 0, ran.stderr
    assert not re.search(r"127\.0\.0\.1", goenv.read_text())
