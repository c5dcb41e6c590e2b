"""A server with two tenants: both have a private module of one name, each at a source of its own."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, Lab, Served, serving

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token

PUBLIC = Module("example.com/public", "v1.0.0")
DENIED = Module("example.com/denied", "v1.0.0")
NEWER = Module("example.com/public", "v1.1.0")
OF_A = Module("corp.example/lib", "v1.0.0", files={"lib.go": "package lib // of team a\n"})
OF_B = Module("corp.example/lib", "v1.0.0", files={"lib.go": "package lib // of team b\n"})
LATER_OF_B = Module("corp.example/lib", "v1.2.0", files={"lib.go": "package lib // of team b, later\n"})
ONLY_B = Module("corp.example/only", "v1.0.0")
NOW = datetime.now(UTC)
TOKENS = {
    "a": ([Grant(Right.FETCH)], ("team-a",)),
    "b": ([Grant(Right.FETCH)], ("team-b",)),
    "everywhere": ([Grant(Right.FETCH), Grant(Right.ADMIN)], ()),
    "admin-a": ([Grant(Right.ADMIN)], ("team-a",)),
}
ALL_PRIVATE = 'goprivate = "corp.example"\ngonoproxy = "none"'
SETTINGS = """
{private}
gosumdb = "{key}"
rules = "company.toml"

[tenants.team-a]
upstream = "{a}"
rules = "team-a.toml"

[tenants.team-b]
upstream = ["{b}"]
"""
RULES = '[[rule]]\naction = "{action}"\npattern = "{pattern}"\nversions = "{versions}"\nreason = "{reason}"\n'


@dataclass
class Teams:
    """A server with two tenants, their sources, and what each holder shows."""

    server: Served
    a: Lab
    b: Lab
    shown: dict[str, str]
    folder: Path

    def ask(self, path: str, who: str = "", method: str = "GET") -> "tuple[int, str]":
        """The status and the text that a holder gets."""
        status, body = self.ask_bytes(path, who, method)
        return status, body.decode("utf-8", "replace")

    def ask_bytes(self, path: str, who: str = "", method: str = "GET") -> "tuple[int, bytes]":
        """The status and the body that a holder gets."""
        headers = {"authorization": f"Bearer {self.shown[who]}"} if who else {}
        got = self.server.get(path, method, **headers)
        return got.status, got.body

    def settles(self, path: str, who: str, status: int) -> bool:
        """Whether a holder is soon answered so: workers are replaced one by one."""
        pause = threading.Event()
        deadline = time.monotonic() + PATIENCE
        while (found := self.ask(path, who)[0]) != status and time.monotonic() < deadline:
            pause.wait(0.05)
        return found == status


@contextlib.contextmanager
def teams(folder: Path, *options: str, more: str = "", private: str = ALL_PRIVATE, **words: str) -> Iterator[Teams]:
    """Such a server; `more` stands at the end of its settings file, in team-b's table, and `private` at its head."""
    sums = SumDb([PUBLIC, NEWER, DENIED], name="sum.example.org")
    a = Lab(World([PUBLIC, DENIED, OF_A]), sums)
    b = Lab(World([PUBLIC, NEWER, DENIED, OF_B, LATER_OF_B, ONLY_B]), sums)
    made = {name: new_token(name, grants, NOW, tenants=tenants) for name, (grants, tenants) in TOKENS.items()}
    file = TokenFile(folder / "tokens.json")
    file.change(lambda _: tuple(token for _, token in made.values()))
    deny = RULES.format(action="deny", pattern=DENIED.path, versions="", reason="company rule 7")
    (folder / "company.toml").write_text(deny)
    hide = RULES.format(action="hide", pattern=PUBLIC.path, versions=">=v1.1.0", reason="")
    (folder / "team-a.toml").write_text(hide)
    with Upstream(a) as of_a, Upstream(b) as of_b:
        settings = SETTINGS.format(a=of_a.url, b=of_b.url, key=sums.key, private=private) + more
        (folder / "serve.toml").write_text(settings)
        given = ("--config", str(folder / "serve.toml"), "--tokens", str(file.path), *options)
        with serving(folder, "off", *given, gosumdb=sums.key, **words) as server:
            yield Teams(server, a, b, {name: shown for name, (shown, _) in made.items()}, folder)
