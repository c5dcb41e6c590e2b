"""A small healthy world on loopback for the doctor: a project, two proxies, a checksum database; faults are planted."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from tests.gocmd.terminal import GOMEND
from tests.lab.certificates import Authority
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Answers, Upstream
from tests.lab.world import SMALL, WORLD

from gomend.causes import Outcome
from gomend.explain.explainer import explain_text
from gomend.report.model import DoctorReport


@dataclass(frozen=True, slots=True)
class Seen:
    """The doctor's document and exit status."""

    report: DoctorReport
    status: int

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """Every finding in order: check, code, severity."""
        return [(one.check, one.code, one.severity) for one in self.report.findings]


class Clinic:
    """One machine. Change `env`, the files below `app` and `home`, and open sources; then `examine`."""

    def __init__(self, folder: Path, go: Path, stack: contextlib.ExitStack) -> None:
        self.stack, self.go = stack, go
        self.home, self.app = folder / "home", folder / "app"
        self.home.mkdir()
        self.app.mkdir()
        self.world = WORLD.copy()
        self.sums = SumDb(self.world)
        self.ca = Authority.new()
        (self.app / "go.mod").write_text(self.world.go_mod("example.com/app", SMALL))
        (self.app / "go.sum").write_text(self.world.go_sum(SMALL))
        (self.app / "main.go").write_text(
            "package main\n\nimport (\n" + "".join(f'\t_ "{path}"\n' for path in SMALL) + ")\n\nfunc main() {}\n"
        )
        self.env = {
            "PATH": f"{go.parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "GOENV": str(self.home / "goenv"),
            "GOFLAGS": "-modcacherw",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "GOPATH": str(self.home / "go"),
            "GOCACHE": str(self.home / "gocache"),
            "GOSUMDB": self.sums.key,
            "SSL_CERT_FILE": str(self.ca.write(self.home / "ca.pem")),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GOMEND_GO": str(go),
            "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "tests" / "lab" / "guarded"))),
            **QUICK,
        }
        self.mounts: list[str] = []  # shell commands in a mount namespace of its own, before a program runs
        self.sources: list[Upstream] = []
        self.env["GOPROXY"] = f"{self.source()},direct"

    def source(self, *faults: tuple[str, Act], host: str = "localhost", tls: object = "", offers: bool = True) -> str:
        """Opens a module proxy and gives its address: https, or http where `tls` is None. `offers`: the database."""
        context = self.ca.server(host) if isinstance(tls, str) else tls
        other = self.sums.proxied if offers else _nothing
        upstream = Upstream(Answers(self.world, list(faults), other=other), tls=context)  # type: ignore[arg-type]
        self.sources.append(self.stack.enter_context(upstream))
        return f"{'https' if context else 'http'}://{host}:{upstream.port}"

    def chain(self, *faults: tuple[str, Act], then: str = ",direct") -> None:
        """GOPROXY is one source with these faults, and what follows it."""
        self.env["GOPROXY"] = self.source(*faults) + then

    def instead(self, file: str, text: str) -> None:
        """A file of the system has this text, for programs that run here."""
        place = self.home / f"instead-{len(self.mounts)}"
        place.write_text(text)
        self.mounts.append(f"mount --bind {place} {file}")

    def examine(self, *words: str) -> Seen:
        """What `gomend doctor WORDS`, run here, says."""
        ran = self._run(*GOMEND, "--format", "json", "doctor", *words)
        assert ran.stderr == b"", ran.stderr.decode()
        return Seen(msgspec.json.decode(ran.stdout, type=DoctorReport), ran.returncode)

    def _run(self, *words: object) -> subprocess.CompletedProcess[bytes]:
        within = [*MOUNTING, " && ".join([*self.mounts, 'exec "$@"']), "sh"] if self.mounts else []
        return subprocess.run(
            [*within, *words],  # type: ignore[list-item]
            cwd=self.app,
            env=self.env,
            capture_output=True,
            check=False,
            timeout=100,
        )

    def plain_go(self, *words: str) -> tuple[Outcome, str]:
        """What gomend says of the text of plain go, run here: the outcome and the first root's code."""
        ran = self._run(self.go, *words)
        verdict = explain_text(ran.stderr.decode(), command=["go", *words], exit_status=ran.returncode)
        return verdict.outcome, verdict.roots[0].code.value if verdict.roots else ""


MOUNTING = (shutil.which("unshare") or "unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c")


def may_mount() -> bool:
    """Whether a mount namespace may be made here."""
    made = [*MOUNTING, "true"]
    return bool(shutil.which("unshare")) and subprocess.run(made, capture_output=True, check=False).returncode == 0


def _nothing(_: str) -> None:
    return None


_ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "GOMEND_CONNECT_LIMIT": "3",  # long enough for a busy machine; only what never answers takes all of it
    "GOMEND_TLS_LIMIT": "3",
    "GOMEND_FIRST_BYTE_LIMIT": "2",
    "GOMEND_STALL_LIMIT": "1",
}
Plant = Callable[[Clinic], None]
