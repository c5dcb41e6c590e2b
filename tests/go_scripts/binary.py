"""Go's own script tests (src/cmd/go/testdata/script) as one binary that can be told to put something in between.

Two variables, read when the binary runs:
  TESTGO_FRONT     a program that is run in place of `go` in the scripts; it finds the go under test in TESTGO_EXE
  TESTPROXY_LISTEN the address at which the scripts' own module proxy listens
  TESTPROXY_FRONT  the address that the scripts get as GOPROXY in place of it
GOROOT is left alone: the changes are made in an overlay.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab.gobin import cache_folder

# file of src/cmd/go -> (what stands there once, what takes its place)
_CHANGES = {
    "scriptcmds_test.go": [
        (
            "\tcmd := script.Program(testGo, cancel, waitDelay)\n",
            '\tprogram := testGo\n\tif front := os.Getenv("TESTGO_FRONT"); front != "" {\n\t\tprogram = front\n\t}\n'
            "\tcmd := script.Program(program, cancel, waitDelay)\n",
        )
    ],
    "proxy_test.go": [
        (
            '\t\t\taddr = "localhost:0"\n',
            '\t\t\taddr = "localhost:0"\n'
            '\t\t\tif at := os.Getenv("TESTPROXY_LISTEN"); at != "" {\n\t\t\t\taddr = at\n\t\t\t}\n',
        ),
        (
            '\t\tproxyURL = "http://" + *proxyAddr + "/mod"\n',
            '\t\tproxyURL = "http://" + *proxyAddr + "/mod"\n'
            '\t\tif front := os.Getenv("TESTPROXY_FRONT"); front != "" {\n\t\t\tproxyURL = front\n\t\t}\n',
        ),
    ],
}
EVERY = os.environ.get("GO_SCRIPTS") == "all"
"""Whether all scripts are to be run. Read here: a test's environment is emptied."""
_OUTCOME = re.compile(r"^ *--- (PASS|FAIL|SKIP): TestScript/(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scripts:
    """The binary of one go; `goroot` is that go's, `cache` its build cache."""

    goroot: Path
    binary: Path
    cache: Path

    @classmethod
    def of(cls, go: Path) -> "Scripts":
        """Builds it, once for a go and its changes: it is kept where the lab keeps its toolchains."""
        told = subprocess.run([go, "env", "GOROOT", "GOVERSION"], check=True, capture_output=True, text=True)
        goroot, version = told.stdout.split()
        source = Path(goroot, "src", "cmd", "go")
        changed = {source / name: _changed(source / name) for name in _CHANGES}
        digest = hashlib.sha256("".join(changed.values()).encode()).hexdigest()[:12]
        folder = cache_folder() / "go-scripts" / f"{version}-{digest}"
        made = cls(Path(goroot), folder / "go.test", folder / "gocache")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.binary.exists():
                made._build(folder, changed)
        return made

    def _build(self, folder: Path, changed: Mapping[Path, str]) -> None:
        replace = {}
        for path, text in changed.items():
            replace[str(path)] = str(folder / path.name)
            (folder / path.name).write_text(text)
        (folder / "overlay.json").write_text(json.dumps({"Replace": replace}))
        unfinished = folder / "unfinished.test"
        command = [
            self.goroot / "bin" / "go",
            "test",
            "-c",
            f"-overlay={folder / 'overlay.json'}",
            "-o",
            unfinished,
            ".",
        ]
        subprocess.run(command, cwd=self.goroot / "src" / "cmd" / "go", env=self._environment(folder), check=True)
        unfinished.rename(self.binary)

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "PATH": f"{self.goroot / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "GOCACHE": str(self.cache),
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
        }

    def run(self, pattern: str, folder: Path, **variables: str) -> tuple[dict[str, str], str]:
        """Runs the scripts whose name the pattern matches, in the short form. Returns script → outcome, and the log."""
        ran = subprocess.run(
            [self.binary, "-test.short", "-test.v", "-test.run", f"TestScript/^({pattern})"],
            cwd=self.goroot / "src" / "cmd" / "go",
            env={**self._environment(folder), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return {name: outcome for outcome, name in _OUTCOME.findall(ran.stdout)}, ran.stdout


def _changed(path: Path) -> str:
    text = path.read_text()
    for old, new in _CHANGES[path.name]:
        if text.count(old) != 1:
            raise AssertionError(f"{path.name} of this go does not read as expected: {old!r}")
        text = text.replace(old, new)
    return text
