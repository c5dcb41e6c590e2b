"""gomend token: what is printed can be scripted, and nothing secret is kept."""

import json
import os
import subprocess
from pathlib import Path

from tests.gocmd.terminal import GOMEND


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*GOMEND, *words], env=dict(os.environ), capture_output=True, text=True, check=False)


def test_a_token_is_made_listed_and_revoked() -> None:
    made = call("token", "create", "ci", "--read", "corp.example", "--admin", "--expires", "90d")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    listed = json.loads(call("token", "list", "--format", "json").stdout)
    (entry,) = listed["tokens"]
    assert (entry["name"], entry["grants"], entry["used"]) == ("ci", ["read:corp.example", "admin:*"], "")
    assert Path(listed["file"]) == Path(os.environ["HOME"]) / ".config/gomend/tokens.json"
    assert token.rpartition("_")[2] not in Path(listed["file"]).read_text()
    assert call("token", "create", "ci").returncode == 2
    assert call("token", "revoke", "nobody").returncode == 2
    assert call("token", "revoke", entry["id"]).returncode == 0
    assert json.loads(call("token", "list", "--format", "json").stdout)["tokens"] == []


def test_a_pattern_or_a_span_that_means_nothing_is_refused(tmp_path: Path) -> None:
    file = str(tmp_path / "tokens.json")
    for words in (
        ["--read", "a, b"],
        ["--fetch", ""],
        ["--expires", "soon"],
        ["--expires", "0d"],
        ["--tenant", "git.example"],
        ["--tenant", "sumdb"],
        ["--tenant", ""],
    ):
        assert call("token", "create", "x", "--file", file, *words).returncode == 2
    assert not Path(file).exists()


def test_the_list_tells_the_tenants_where_a_token_has_some() -> None:
    for words in (["ci-a", "--tenant", "team-a"], ["two", "--tenant", "team-a", "--tenant", "team-b"], ["all"]):
        assert call("token", "create", *words).returncode == 0
        if words == ["ci-a", "--tenant", "team-a"]:
            assert "team-a" in call("token", "list").stdout
    listed = json.loads(call("token", "list", "--format", "json").stdout)["tokens"]
    assert [one["tenants"] for one in listed] == [["team-a"], ["team-a", "team-b"], []]
    rows = call("token", "list").stdout.splitlines()
    assert rows[0].split()[-1] == "tenants" and rows[2].endswith("team-a, team-b")
