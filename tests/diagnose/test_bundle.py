"""A bundle holds what a support ticket needs, and neither a secret nor a private name; the check proves it."""

import contextlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.clinic import Clinic
from tests.diagnose.faults import private
from tests.gocmd.terminal import GOMEND, Terminal
from tests.lab.upstream import status

from gomend.report import bundle

PRIVATE = ("github.com/acme/lib", "git.corp.example", "*.corp.example")
PASSWORD = "hunter2-and-more"


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        made = Clinic(tmp_path, go, stack)
        private(status(401, www_authenticate='Basic realm="x"'))(made)
        netrc = made.home / ".netrc"
        netrc.write_text(f"machine 127.0.0.1 login me password {PASSWORD}\n")
        netrc.chmod(0o600)
        made.env["ARTIFACT_TOKEN"] = "0123456789-abcdef"
        yield made


def doctor(clinic: Clinic, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*GOMEND, "doctor", *words], cwd=clinic.app, env=clinic.env, capture_output=True, check=False, timeout=100
    )


def contents(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_a_bundle_holds_the_findings_the_settings_and_the_last_runs(clinic: Clinic, tmp_path: Path) -> None:
    subprocess.run([*GOMEND, "go", "mod", "download"], cwd=clinic.app, env=clinic.env, check=False, capture_output=True)
    path = tmp_path / "bundle.zip"
    ran = doctor(clinic, "--bundle", str(path))
    assert ran.returncode == 0
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert names[:4] == ["doctor.txt", "doctor.json", "settings.txt", "machine.txt"]
    assert [Path(name).suffixes for name in names[4:]] == [[".json"], [".trace", ".json"]]
    for name in names:  # listed before it was written
        assert name in ran.stderr.decode()
    assert "auth.credentials" in contents(path)


@pytest.mark.parametrize(
    ("options", "answer", "is_written"), [((), "n\r", False), ((), "y\r", True), (("--yes",), "", True)]
)
def test_on_a_terminal_it_is_asked_whether_to_write_what_was_listed(
    clinic: Clinic, tmp_path: Path, options: tuple[str, ...], answer: str, is_written: bool
) -> None:
    path = tmp_path / "bundle.zip"
    words = [*GOMEND, "doctor", "--only", "settings", "--bundle", str(path), *options]
    with Terminal(["env", "-C", str(clinic.app), *words], env=clinic.env) as terminal:
        terminal.until("machine.txt")
        if answer:
            terminal.until(r"Write .*\?")
            assert not path.exists()
            terminal.send(answer)
        terminal.until("is written" if is_written else "Nothing was written")
        assert path.exists() is is_written


def test_no_secret_and_no_private_name_is_in_it(clinic: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    doctor(clinic, "--bundle", str(path))
    words = contents(path)
    for name in (*PRIVATE, PASSWORD, clinic.env["ARTIFACT_TOKEN"], str(clinic.home)):
        assert name not in words
    assert doctor(clinic, "--bundle-check", str(path)).returncode == 0


@pytest.mark.parametrize(
    "planted",
    [PASSWORD, "0123456789-abcdef", "github.com/acme/lib", "https://git.corp.example/x", "Authorization: Bearer abc12"],
)
def test_the_check_sees_what_must_not_be_there(clinic: Clinic, tmp_path: Path, planted: str) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(bundle.packed({"fine.txt": "nothing", "notes.txt": f"see {planted} there"}))
    ran = doctor(clinic, "--bundle-check", str(path))
    assert ran.returncode == 1
    said = ran.stderr.decode()
    assert "notes.txt" in said
    assert "fine.txt" not in said
    assert planted not in said


def test_what_cannot_be_looked_through_is_no_proof() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("binary", b"\xff\xfe\x00")
    assert bundle.unpacked(out.getvalue()) == ({}, [bundle.Leak("binary", "unreadable")])


def test_a_file_that_is_no_zip_is_told(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("no zip")
    ran = doctor(clinic, "--bundle-check", str(tmp_path / "b.zip"))
    assert ran.returncode == 2
