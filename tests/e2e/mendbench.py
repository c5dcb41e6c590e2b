"""A machine on loopback whose settings, project and module cache a fault is planted in, for `gomend fix` to mend."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.listener import Listener
from tests.lab.modcache import write_proxy
from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Answers, Upstream
from tests.relay.both import QUICK

DEP = Module("example.com/dep", "v1.0.0", files={"dep.go": "package dep\n\nconst Answer = 42\n"})
OWN = Module("github.com/acme/lib", "v1.0.0", files={"lib.go": "package lib\n"})
"""A module that lies in a git repository alone (`Bench.repository`)."""


@dataclass
class Bench:
    """A project that requires one module, a folder proxy that has it, go's own file, an empty module cache."""

    folder: Path
    sources: ExitStack
    variables: dict[str, str] = field(default_factory=dict)
    authority: Authority = field(default_factory=Authority.new)
    well: Event = field(default_factory=Event)  # what was ill for a while is so no more

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def goenv(self) -> Path:
        return self.folder / "goenv"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def git_settings(self) -> Path:
        return self.folder / "gitconfig"

    @property
    def good(self) -> str:
        return f"file://{self.folder}/proxy"

    def upstream(self, act: Act) -> str:
        """A source of which every answer is `act`."""
        return self.sources.enter_context(Upstream(Answers(World([]), [("*", act)]))).url

    def serving(self, *modules: Module, sums: SumDb | None = None, faults: Sequence[tuple[str, Act]] = ()) -> Upstream:
        """A source with these modules, and a checksum database behind it where one is given."""
        other = sums.proxied if sums else (lambda _: None)
        return self.sources.enter_context(Upstream(Answers(World(modules), list(faults), other=other)))

    def internet(self, names: Mapping[str, Upstream | Listener]) -> None:
        """Names of the world outside, each with what answers for it; reached through a forward proxy alone."""
        table = {name: (one.host, one.port) for name, one in names.items()}

        def tunnel(host: str, _: int) -> socket.socket:
            if host not in table:
                raise ConnectionRefusedError(f"no {host} here")
            return socket.create_connection(table[host], 10)

        forward = self.sources.enter_context(ForwardProxy(connect=tunnel))
        self.variables["HTTPS_PROXY"] = f"http://127.0.0.1:{forward.port}"
        # None of these is silent, so that only a busy machine takes its time.
        self.variables |= dict.fromkeys(("GOMEND_CONNECT_LIMIT", "GOMEND_TLS_LIMIT", "GOMEND_FIRST_BYTE_LIMIT"), "15")
        self.variables["SSL_CERT_FILE"] = str(self.authority.write(self.folder / "roots.pem"))

    def named(
        self, name: str, *modules: Module, faults: Sequence[tuple[str, Act]] = (), sums: SumDb | None = None
    ) -> Upstream:
        """What answers for a name of the world outside: modules, or a checksum database; with a certificate for it."""
        answers = Answers(World(modules), list(faults), other=sums.file if sums else (lambda _: None))
        return self.sources.enter_context(Upstream(answers, tls=self.authority.server(name)))

    def require(self, module: Module) -> None:
        """One more requirement of the project, with its sums."""
        with (self.project / "go.mod").open("a") as file:
            file.write(f"\nrequire {module.path} {module.version}\n")
        with (self.project / "go.sum").open("a") as file:
            file.write("".join(f"{line}\n" for line in module.sum_lines))

    def repository(self, module: Module = OWN) -> None:
        """A repository of a module on github.com, which git is led to; the git of the bench has settings of its own."""
        place = self.folder / "git" / module.path.removeprefix("github.com/")
        place.mkdir(parents=True)
        for name, data in module.content.items():
            (place / name).write_bytes(data)
        self.git_settings.write_text(f'[url "file://{self.folder}/git/"]\n\tinsteadOf = https://github.com/\n')
        self.variables["GIT_CONFIG_GLOBAL"] = str(self.git_settings)
        me = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")
        for words in (("init", "-q"), ("add", "-A"), (*me, "commit", "-qm", "first"), ("tag", module.version)):
            subprocess.run(["git", *words], cwd=place, env=self.environment(), check=True, capture_output=True)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "GOPROXY"}
        return {
            **kept,
            "GOENV": str(self.goenv),
            "GOMODCACHE": str(self.cache),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "GOFLAGS": "-modcacherw",
            "GOSUMDB": "off",
            **self.variables,
        }

    def gomend(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*GOMEND, *words],
            cwd=self.project,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def forget_modules(self) -> None:
        """The module cache is empty again."""
        shutil.rmtree(self.cache)

    def go(self, *words: str) -> int:
        ran = subprocess.run(
            ["go", *words], cwd=self.project, env=self.environment(), capture_output=True, check=False, timeout=60
        )
        return ran.returncode

    def fixes(self) -> list[dict]:
        return json.loads(self.gomend("fix", "--format", "json").stdout)["plans"]

    def state(self, but: str = "") -> dict[str, tuple[int, bytes]]:
        """All that a fix may change, but for the module cache: go's file, git's, the project without its file `but`."""
        found = files(self.project)
        found.pop(but, None)
        for one in (self.goenv, self.git_settings):
            if one.exists():
                found[one.name] = (one.stat().st_mode, one.read_bytes())
        return found


@pytest.fixture
def bench(go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A healthy one."""
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    write_proxy(tmp_path / "proxy", [DEP])
    with ExitStack() as sources:
        made = Bench(tmp_path, sources, dict(QUICK))
        made.project.mkdir()
        (made.project / "go.mod").write_text("module example.com/app\n\ngo 1.21\n")
        (made.project / "go.sum").write_text("")
        made.require(DEP)
        (made.project / "main.go").write_text(
            f'package main\n\nimport "{DEP.path}"\n\nfunc main() {{ println(dep.Answer) }}\n'
        )
        made.goenv.write_text(f"GOPROXY={made.good}\n")
        yield made


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its mode; but for go's list and lock files, which say nothing."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.name != "list" and path.suffix != ".lock" and "gomend" not in path.parts
    }


def refusing() -> str:
    """The address of a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
