"""Settings as lines for a shell, a project's files, or CI. Pure."""

import json
import shlex
from collections.abc import Mapping
from pathlib import PurePath

Values = Mapping[str, str | None]


def shell_of(environment: Mapping[str, str]) -> str:
    """Which shell the user has: sh, fish, powershell or cmd."""
    name = PurePath(environment.get("SHELL", "").replace("\\", "/")).name.removesuffix(".exe")
    if name == "fish":
        return "fish"
    if name in ("pwsh", "powershell") or (not name and environment.get("PSModulePath")):
        return "powershell"
    return "cmd" if not name and environment.get("ComSpec") else "sh"


def lines_for(shell: str, values: Values) -> list[str]:
    """The lines that set (or, for None, unset) each in the shell."""
    make = {"fish": _fish, "powershell": _powershell, "cmd": _cmd}.get(shell, _sh)
    return [make(name, value) for name, value in values.items()]


def _sh(name: str, value: str | None) -> str:
    return f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str | None) -> str:
    if value is None:
        return f"set -e {name}"
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}'"


def _powershell(name: str, value: str | None) -> str:
    if value is None:
        return f"Remove-Item Env:{name}"
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


def _cmd(name: str, value: str | None) -> str:
    escaped = "".join(f"^{sign}" if sign in "|&<>^" else sign for sign in value or "").replace("%", "%%")
    return f"set {name}={escaped}"


def project_snippets(values: Values) -> dict[str, str]:
    """For a project's own files: from a file's name to what goes into it. What is not set is left out."""
    known = {name: value for name, value in values.items() if value is not None}
    yaml = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in known.items())
    return {
        ".envrc": "".join(f"{_sh(name, value)}\n" for name, value in known.items()),
        ".env": "".join(f"{name}={value}\n" for name, value in known.items()),
        ".devcontainer/devcontainer.json": json.dumps({"remoteEnv": known}, indent=2) + "\n",
        ".github/workflows/*.yml": f"env:\n{yaml}",
        ".gitlab-ci.yml": f"variables:\n{yaml}",
    }
