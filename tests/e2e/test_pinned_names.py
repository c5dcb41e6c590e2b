"""A name that the machine's resolver does not know: pinned for gomend's runs by `gomend fix`, for all by `--system`; on
a real /etc/hosts, which is a file mounted there in a namespace of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.pinsite import HOSTS, NAME

_NAMESPACES = ("unshare", "--user", "--map-root-user", "--net", "--mount")


def allowed() -> bool:
    """Whether namespaces may be made here."""
    return bool(shutil.which("unshare") and shutil.which("ip")) and (
        subprocess.run([*_NAMESPACES, "true"], capture_output=True, check=False).returncode == 0
    )


pytestmark = pytest.mark.skipif(not allowed(), reason="no network and mount namespaces may be made here")


@pytest.fixture(scope="module")
def seen(go: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """What came of the commands of `pinsite`, run once."""
    folder = tmp_path_factory.mktemp("pinsite")
    home = folder / "home"
    home.mkdir()
    environment = {
        "PATH": f"{go.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GOENV": str(home / "goenv"),
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-modcacherw",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ran = subprocess.run(
        [*_NAMESPACES, sys.executable, "-m", "tests.e2e.pinsite", str(folder)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_address_that_answers_for_the_name_is_pinned_and_the_run_is_green(seen: dict[str, dict]) -> None:
    assert "dns.nxdomain" in seen["red"]["err"]
    assert seen["red"]["err"].splitlines()[-1].split() == ["next", "gomend", "fix", "1"]
    assert seen["fixed"]["status"] == 0, seen["fixed"]
    assert "✓ Mended: go mod download works now." in seen["fixed"]["out"]
    (pin,) = json.loads(seen["pins"]["out"])["pins"]
    assert (pin["host"], pin["address"], pin["state"], pin["system"]) == (NAME, "127.0.0.2", "valid", False)
    assert seen["undone"]["status"] == 0
    assert "dns.nxdomain" in seen["red again"]["err"]


def test_in_the_hosts_file_it_holds_for_every_program_and_undo_restores_each_byte(seen: dict[str, dict]) -> None:
    assert json.loads(seen["pinned"]["out"])["address"] == "127.0.0.2", seen["pinned"]
    written = str(seen["hosts"])
    assert written.encode().startswith(HOSTS + b"\r\n# gomend: begin")
    assert f"127.0.0.2 {NAME} # gomend: since" in written
    assert seen["go"]["status"] == 0, seen["go"]
    assert seen["unpinned"]["status"] == 0
    assert str(seen["hosts after"]).encode() == HOSTS


def test_what_has_expired_in_the_hosts_file_is_shown_and_taken_out(seen: dict[str, dict]) -> None:
    (pin,) = json.loads(seen["expired"]["out"])["pins"]
    assert (pin["host"], pin["state"], pin["system"]) == (NAME, "expired", True)
    assert str(seen["hosts at last"]).encode() == HOSTS + b"\r\n"
    assert seen["run"]["status"] == 0
    assert f"The pin of {NAME} in /etc/hosts has expired; it was taken out." in seen["run"]["err"]
    assert str(seen["hosts after a run"]).encode() == HOSTS + b"\r\n"
