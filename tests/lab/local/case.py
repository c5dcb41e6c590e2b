"""What a case of this lab is: a project, a fault, a command, and what explain ought to say of it."""

from dataclasses import dataclass, field
from typing import Any

ZH = {"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN", "LOCPATH": "/run/lab/locale"}
"""Environment in which git, wget and the C library speak Chinese."""


@dataclass(frozen=True)
class Case:
    """One provoked fault. `roots` is what was provoked; an empty list means that the command must succeed."""

    code: str  # the folder it lies in
    name: str
    fault: str  # in words
    command: str  # for /bin/sh, run in `folder`
    roots: list[dict[str, Any]]
    files: dict[str, str] = field(default_factory=dict)  # below `folder`, or absolute below /home
    env: dict[str, str] = field(default_factory=dict)
    before: str = ""  # shell, run as root before the command; what it prints is dropped
    web: dict[str, Any] = field(default_factory=dict)  # what web.FAULTS is to hold
    go: str = "1.27"
    client: str = "go"
    folder: str = "/home/dev/app"
    user: int = 0
    warnings: list[str] = field(default_factory=list)
    harmless: dict[str, int] = field(default_factory=dict)
    pasted: bool = False  # the exit status is not handed to explain
    settings: dict[str, str] = field(default_factory=dict)
    exit_status: int | None = None  # what the command must end with; None: 0 without roots, else anything but 0
    replace: dict[str, str] = field(default_factory=dict)  # texts of this machine to neutral ones


def root(
    code: str,
    module: str | None = None,
    version: str | None = None,
    host: str | None = None,
    also: list[str] | None = None,
) -> dict[str, Any]:
    """One entry of `roots`; what is None is left out."""
    facts: dict[str, Any] = {"code": code, "module": module, "version": version, "host": host, "also": also}
    return {name: value for name, value in facts.items() if value is not None}


def gomod(*requires: str, path: str = "example.com/shop", go: str = "1.21", tail: str = "") -> str:
    """A go.mod that requires `module version` pairs."""
    block = "\nrequire (\n" + "".join(f"\t{r}\n" for r in requires) + ")\n" if requires else ""
    return f"module {path}\n\ngo {go}\n{block}{tail}"


def program(*imports: str, body: str = "") -> str:
    """A main.go that imports these packages blank."""
    block = "\nimport (\n" + "".join(f'\t_ "{i}"\n' for i in imports) + ")\n" if imports else ""
    return f"package main\n{block}\nfunc main() {{{body}}}\n"
