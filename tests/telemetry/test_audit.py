"""The audit's file: whole lines, no secrets, and a new file where the old one was moved away."""

import json
from datetime import UTC, datetime
from pathlib import Path

from gomend.telemetry.audit import AuditFile


def test_each_line_is_an_object_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "audit"
    audit = AuditFile(file, lambda: datetime(2026, 11, 26, tzinfo=UTC))
    audit.write("served", path="https://user:secret@a.example/\nx", status=200)
    audit.close()
    (line,) = file.read_text().splitlines()
    assert json.loads(line)["time"] == "2026-11-26T00:00:00.000Z" and json.loads(line)["verdict"] == "served"
    assert "secret" not in line and file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_moved_or_removed_is_made_anew_and_one_that_cannot_be_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "there" / "audit"
    file.parent.mkdir()
    audit = AuditFile(file)
    audit.write("served", number=1)
    file.rename(tmp_path / "audit.1")
    audit.write("served", number=2)
    file.unlink()
    audit.write("served", number=3)
    assert json.loads((tmp_path / "audit.1").read_text())["number"] == 1
    assert json.loads(file.read_text())["number"] == 3
    file.unlink()
    file.parent.rmdir()
    audit.write("served", number=4)
    assert audit.faults == 1
    audit.close()
