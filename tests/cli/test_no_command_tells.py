"""With GOPRIVATE set, no command tells a private module's name to a host that go itself would not ask for it."""

import fcntl
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.cli.ownmachine import schemas
from tests.cli.privatetown import COMMANDS, FORGE, OWN, PRIVATE, PROXIES, ROOT, SYSTEM
from tests.lab.site import namespace_command, namespaces_allowed

ALLOWED = {f"dns {SYSTEM}", f"web {OWN}"}  # the system's own resolver, and the private hosts themselves
HIDDEN = ("secret.example", "secret.internal", "github.com/secret", "/secret/tool")


@pytest.fixture(scope="module", params=[(",", 200), ("|", 503)], ids=["a-sound-source", "one-that-fails"])
def heard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, go: Path) -> dict[str, Any]:
    if not namespaces_allowed():
        pytest.skip("no namespaces can be had here")
    separator, status = request.param
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # one town for all workers: it takes a while
    with (shared / f"town-{status}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / f"town-{status}.json"
        if not kept.exists():
            kept.write_text(_run(tmp_path_factory.mktemp("town"), go, separator, status))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def _run(folder: Path, go: Path, separator: str, status: int) -> str:
    words = [sys.executable, "-m", "tests.cli.privatetown", str(folder), str(go), separator, str(status)]
    ran = subprocess.run([*namespace_command(), *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def told(heard: dict[str, list[str]]) -> list[str]:
    """What places that may not hear of them were told of private names. GitHub may hear of what lies there."""
    return [
        f"{place}: {name}"
        for place, names in heard.items()
        if place not in ALLOWED
        for name in names
        if any(word in name for word in HIDDEN) and (place, name[:18]) != (f"web {FORGE}", "github.com /secret")
    ]


def test_no_command_tells_a_private_name_to_anybody_new(heard: dict[str, Any]) -> None:
    leaks = {command: told(one["heard"]) for command, one in heard.items() if not command.startswith("control")}
    assert {command: names for command, names in leaks.items() if names} == {}
    assert set(leaks) == {*(" ".join(words) for words in COMMANDS), "serve"}


def test_private_modules_were_looked_for_where_go_looks(heard: dict[str, Any]) -> None:
    """The commands that look do look: silence alone would prove nothing."""
    for command in ("doctor", f"doctor {PRIVATE[0]}@v1.0.0", f"proxy test -n 1 {PRIVATE[0]}@v1.0.0", "serve"):
        assert heard[command]["heard"][f"web {OWN}"] or heard[command]["heard"][f"web {FORGE}"], command
    assert heard["proxy test -n 1"]["heard"][f"web {PROXIES}"]


def test_what_is_recommended_and_what_is_called_fastest_leave_out_what_fails(
    heard: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """Both measure; among equals the order is a matter of milliseconds."""
    document = json.loads(heard["--format json proxy test --recommend"]["printed"])
    jsonschema.validate(document, schemas()["proxy_test"], jsonschema.Draft202012Validator)
    (fastest,) = re.findall(r"GOPROXY='?([^'\s]+)", heard["proxy use fastest --print"]["printed"])
    failing = "one-that-fails" in request.node.name
    for goproxy in (document["recommended"], fastest):
        *chosen, last = goproxy.split("|")
        assert (len(chosen), last) == (2, "direct")
        assert "https://proxy.golang.org" not in chosen or not failing


def test_the_recorders_record(heard: dict[str, Any]) -> None:
    assert any("git.secret.example" in one for one in told(heard["control: a resolver that is named"]["heard"]))
    assert any(f"web {PROXIES}" in one for one in told(heard["control: nothing is private"]["heard"]))
