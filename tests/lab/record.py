"""Runs a real client against a provoked fault and keeps what it printed as a case folder.

Each case runs in a process with user, network, mount and process namespaces of its own (`site.Site`), so that names,
addresses, ports and paths in the log look as they do in real life, and nothing of this machine shows.
"""

import base64
import contextlib
import importlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.lab.case import Case
from tests.lab.site import Site, namespace_command
from tests.lab.world import WORLD

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = CHECKOUT / "tests" / "cases"
_SETTINGS = (
    "GOPROXY",
    "GONOPROXY",
    "GOPRIVATE",
    "GOSUMDB",
    "GONOSUMDB",
    "GOFLAGS",
    "GOTOOLCHAIN",
    "GO111MODULE",
    "GOVCS",
    "GOINSECURE",
)
_TELLTALE = re.compile(rb"/work/|/dev/shm|/root/\.|/home/\.etc|tests/lab|/tmp/tmp")


class RecordError(RuntimeError):
    """The client did not behave as the case says: the fault was not met, or this machine shows in the log."""


def _inside(case: Case) -> dict[str, object]:
    """Runs the case; only called within the namespaces."""
    with contextlib.ExitStack() as stack:
        site = Site(case.go, WORLD, case.env, stack)
        case.setup(site)
        child = subprocess.Popen(
            ["sh", "-c", case.command],
            cwd=case.folder,
            env=site.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            log, _ = child.communicate(timeout=case.limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGTERM)
            log, _ = child.communicate()
        if site.go_root:
            log = log.replace(str(site.go_root).encode(), b"/usr/local/go")
        code = child.returncode
        return {
            "log": base64.b64encode(log).decode(),
            "status": code if code >= 0 else 128 - code,
            "version": _version(case, site),
            "settings": site.settings(_SETTINGS) if case.settings else {},
        }


def _version(case: Case, site: Site) -> str:
    if case.client == "go":
        return site.go_version
    found = re.search(r"\d+\.\d+[\w.]*", site.run(f"{case.client} --version", check=False))
    return found[0] if found else "unknown"


def record(case: Case, target: Path = CASES) -> Path:
    """Makes the folder of one case anew and returns it. Raises RecordError."""
    done = subprocess.run(
        [*namespace_command(), sys.executable, "-m", "tests.lab.record", case.made_by, case.id],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RecordError(f"{case.id}: {done.stderr.decode(errors='replace')}")
    result = json.loads(done.stdout)
    log, status = base64.b64decode(result["log"]), int(result["status"])
    _check(case, log, status)
    log = _cut(log, case.cut)
    folder = target / case.code / case.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log").write_bytes(log)
    (folder / "expected.json").write_text(case.expected(status))
    (folder / "case.toml").write_text(toml(case, str(result["version"]), result["settings"]))
    return folder


def _check(case: Case, log: bytes, status: int) -> None:
    text = log.decode(errors="replace")
    for words in case.seen:
        if words not in text:
            raise RecordError(f"{case.id}: {words!r} is not in the log:\n{text[-3000:]}")
    if not case.cut and (status == 0) != (case.outcome == "ok"):
        raise RecordError(f"{case.id}: exit status {status}, but the outcome is to be {case.outcome}:\n{text[-3000:]}")
    found = _TELLTALE.search(log)
    if found:
        raise RecordError(f"{case.id}: {found[0].decode()} shows in the log:\n{text[-3000:]}")


def _cut(log: bytes, cut: str | float) -> bytes:
    if isinstance(cut, float):
        lines = log.splitlines(keepends=True)
        return b"".join(lines[: max(1, int(len(lines) * cut))])
    return log[: log.index(cut.encode()) + len(cut.encode())] if cut else log


def toml(case: Case, version: str, settings: dict[str, str]) -> str:
    """The text of case.toml."""
    facts = {
        "client": case.client,
        "client_version": version,
        "command": case.command,
        "fault": case.fault,
        "made_by": case.made_by.replace(".", "/") + ".py" if case.made_by.startswith("tests.") else case.made_by,
        "wrapper": case.wrapper,
    }
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    if settings:
        text += "\n[settings]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    return text


def cases_of(module: str) -> list[Case]:
    """The CASES of a module such as `tests.lab.cases_dns`, each with `made_by` filled in."""
    found: list[Case] = importlib.import_module(module).CASES
    return [Case(**{**case.__dict__, "made_by": module}) for case in found]


def _main(module: str, name: str) -> None:
    (case,) = (case for case in cases_of(module) if case.id == name)
    print(json.dumps(_inside(case)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
