"""The netrc file, read as go reads it. Pure.

Source: cmd/go/internal/auth (netrc.go) of Go 1.26. There is no `default`; a machine may be `host:port` and have a path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomend.gomod.proxylist import SPACES


@dataclass(frozen=True, slots=True)
class Login:
    """One complete entry."""

    machine: str
    login: str
    password: str


def netrc_file(environment: Mapping[str, str], platform: str) -> Path | None:
    """The file that go reads: $NETRC, else .netrc in the home folder; None without one. `platform`: sys.platform."""
    if environment.get("NETRC"):
        return Path(environment["NETRC"])
    home = environment.get("USERPROFILE" if platform == "win32" else "HOME")
    if not home:
        return None
    old = Path(home, "_netrc")
    return old if platform == "win32" and old.exists() else Path(home, ".netrc")


def parse_netrc(text: str) -> tuple[Login, ...]:
    """The entries with machine, login and password, in order."""
    found: list[Login] = []
    machine = login = password = ""
    in_macro = False
    for line in text.split("\n"):
        if in_macro:
            in_macro = line != ""
            continue
        words = _fields(line)
        pairs = len(words) // 2 * 2
        for word, value in zip(words[:pairs:2], words[1::2], strict=True):
            match word:
                case "machine":
                    machine, login, password = value, "", ""
                case "login":
                    login = value
                case "password":
                    password = value
                case "macdef":
                    in_macro = True
            if machine and login and password:
                found.append(Login(machine, login, password))
                machine = login = password = ""
        if words[pairs:] == ["default"]:
            break
    return tuple(found)


def _fields(line: str) -> list[str]:
    for space in SPACES:
        if space in line:
            line = line.replace(space, " ")
    return [word for word in line.split(" ") if word]
