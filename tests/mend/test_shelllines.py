"""Settings as lines that shells and files take."""

import json
import shutil
import subprocess

import pytest

from gomend.mend.shelllines import lines_for, project_snippets, shell_of

VALUES = {"GOPROXY": "https://a.example/it's|https://b.example/$x%41,direct", "GOPRIVATE": None}


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "fish"])
def test_a_real_shell_sets_what_was_meant(shell: str) -> None:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"no {shell} here")
    script = "\n".join([*lines_for("fish" if shell == "fish" else "sh", VALUES), "env"])
    environment = {"PATH": "/usr/bin:/bin", "GOPRIVATE": "x"}
    out = subprocess.run([path, "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
    assert f"GOPROXY={VALUES['GOPROXY']}" in out.splitlines()
    assert "GOPRIVATE=" not in out


def test_windows_shells() -> None:
    assert lines_for("powershell", {"GOPROXY": "https://a'b|c", "GOSUMDB": None}) == [
        "$env:GOPROXY = 'https://a''b|c'",
        "Remove-Item Env:GOSUMDB",
    ]
    assert lines_for("cmd", {"GOPROXY": "https://a|direct", "GOSUMDB": None}) == [
        "set GOPROXY=https://a^|direct",
        "set GOSUMDB=",
    ]


@pytest.mark.parametrize(
    ("environment", "shell"),
    [
        ({"SHELL": "/usr/bin/fish"}, "fish"),
        ({"SHELL": "/bin/bash"}, "sh"),
        ({"SHELL": "C:\\Program Files\\PowerShell\\pwsh.exe"}, "powershell"),
        ({"PSModulePath": "x", "ComSpec": "y"}, "powershell"),
        ({"ComSpec": "C:\\Windows\\cmd.exe"}, "cmd"),
        ({}, "sh"),
    ],
)
def test_the_users_shell(environment: dict[str, str], shell: str) -> None:
    assert shell_of(environment) == shell


def test_a_projects_files() -> None:
    found = project_snippets(VALUES)
    assert json.loads(found[".devcontainer/devcontainer.json"]) == {"remoteEnv": {"GOPROXY": VALUES["GOPROXY"]}}
    assert found[".env"] == f"GOPROXY={VALUES['GOPROXY']}\n"
    assert set(found) >= {".envrc", ".gitlab-ci.yml"}
