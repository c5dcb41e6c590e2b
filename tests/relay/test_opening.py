"""What a go command is given beside the door."""

import os
from pathlib import Path

import pytest

from gomend.relay.opening import open_for


@pytest.mark.parametrize(
    ("command", "more", "expected"),
    [
        (("mod", "download"), {}, "300"),
        (("mod", "tidy"), {}, "300"),
        (("mod", "download"), {"GOGC": "50"}, None),
        (("mod", "download"), {"GOMEND_READAHEAD": "0"}, None),
        (("build", "./..."), {}, None),
        (("get", "example.com/a"), {}, None),
        (("list", "-m", "all"), {}, None),
    ],
)
def test_go_collects_less_often_where_no_compiler_is_started(
    go: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    more: dict[str, str],
    expected: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    session = open_for(str(go), command, {**os.environ, "GOPROXY": "http://127.0.0.1:9", **more})
    assert session is not None
    session.start()
    session.stop()
    assert session.environment().get("GOGC") == expected
