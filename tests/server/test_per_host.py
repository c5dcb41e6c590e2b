"""How many requests and git programs a server has at one host at a time."""

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.lab.githost import GitHost
from tests.lab.modules import Module
from tests.lab.upstream import Exchange, Upstream, serve
from tests.server.serving import PATIENCE, lab, serving


@dataclass
class Counting:
    """Serves zips, each once `together` of them are there or the last has come; counts how many were at most."""

    together: int
    here: int = 0
    most: int = 0
    gate: threading.Condition = field(default_factory=threading.Condition)
    is_open: bool = False

    def __call__(self, exchange: Exchange, content: bytes | None) -> None:
        with self.gate:
            self.here += 1
            self.most = max(self.most, self.here)
            self.is_open = self.is_open or self.here >= self.together
            self.gate.notify_all()
            assert self.gate.wait_for(lambda: self.is_open, PATIENCE)
        serve(exchange, content)
        with self.gate:
            self.here -= 1


@pytest.mark.parametrize("limit", [1, 3])
def test_so_many_requests_are_open_at_one_host(tmp_path: Path, limit: int) -> None:
    modules = [Module(f"example.com/m{number}", "v1.0.0") for number in range(8)]
    found = lab(modules)
    counting = Counting(limit)
    found.broken["*.zip"] = counting
    with (
        Upstream(found) as upstream,
        serving(tmp_path, upstream.url, "--per-host", str(limit), "--timeout", "60") as server,
        ThreadPoolExecutor(8) as pool,
    ):
        got = list(pool.map(lambda module: server.get(f"/{module.path}/@v/v1.0.0.zip"), modules))
    assert [one.body for one in got] == [module.zip for module in modules]
    assert counting.most == limit


@pytest.mark.parametrize("limit", [1, 2])
def test_so_many_git_programs_are_at_one_host(tmp_path: Path, limit: int) -> None:
    names = [f"m{number}" for number in range(4)]
    words = [
        f"git init -q -b main w/{name} && cd w/{name} && printf 'module github.com/lab/{name}\\n' >go.mod && "
        f"git add . && git -c user.name=a -c user.email=a@b commit -q -m x && git tag v1.0.0 && cd ../.. && "
        f"git clone -q --bare w/{name} lab/{name}"
        for name in names
    ]
    subprocess.run(["sh", "-ec", "\n".join(["mkdir w lab", *words])], cwd=tmp_path, check=True, capture_output=True)
    with GitHost(tmp_path) as host:
        host.hold = threading.Event()
        home = tmp_path / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(f'[url "http://127.0.0.1:{host.port}/"]\n\tinsteadOf = https://github.com/\n')
        options = ("--clones", str(limit), "--timeout", "60")
        with (
            serving(tmp_path / "serve", "direct", *options, HOME=str(home)) as server,
            ThreadPoolExecutor(4) as pool,
        ):
            asked = [pool.submit(server.get, f"/github.com/lab/{name}/@v/v1.0.0.mod") for name in names]
            deadline = time.monotonic() + PATIENCE
            while host.running < limit and time.monotonic() < deadline:
                threading.Event().wait(0.01)
            host.hold.set()
            got = [one.result(PATIENCE) for one in asked]
    assert [one.text for one in got] == [f"module github.com/lab/{name}\n" for name in names]
    assert host.most == limit
