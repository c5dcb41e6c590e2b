"""A server beyond loopback in an internet of its own, and what it can be talked into. Prints one JSON document.

Run inside the namespaces of `tests.lab.site`: `python -m tests.server.lying`. Addresses here look public or private as
in real life, names are told by a DNS server that lies, and canaries at private addresses count who comes.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.githost import GitHost, Page, go_import
from tests.lab.hghost import hg_program
from tests.lab.listener import Listener
from tests.lab.site import Site
from tests.lab.world import WORLD
from tests.server.serving import Got, Served, serving

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token

PUBLIC, INTERNAL = "93.184.216.34", "10.1.2.3"
PRIVATE = {
    "loopback": "127.0.0.1",
    "linklocal": "169.254.169.254",
    "ten": INTERNAL,
    "shared": "100.64.1.1",
    "six": "::1",
    "ula": "fd12::1",
    "mapped": "::ffff:10.1.2.3",
    "nat64": "64:ff9b::a01:203",
    "unspecified": "0.0.0.0",
}


class Flipping(dict[str, str]):
    """Names of a DNS server; one under `rebind` is at a public address when first asked, then at this machine's."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self.times: dict[str, int] = {}

    def __getitem__(self, name: str) -> str:
        if not name.startswith("rebind"):
            return super().__getitem__(name)
        self.times[name] = self.times.get(name, 0) + 1
        return PUBLIC if self.times[name] <= 2 else "127.0.0.1"  # A and AAAA are two questions

    def __contains__(self, name: object) -> bool:
        return str(name).startswith("rebind") or super().__contains__(name)


_OF_HG = {
    "hg by https": "hg https://internal.example/repo",
    "hg by http": "hg http://169.254.169.254/repo",
    "hg at this machine": "hg https://127.0.0.1/repo",
    "hg at localhost": "hg https://localhost/repo",
    "hg at a rebound name": "hg https://rebind-hg.example/repo",
    "hg by ssh": "hg ssh://hg@internal.example/repo",
    "hg by files": "hg static-http://internal.example/repo",
    "hg redirected": "hg https://pub.example/elsewhere-hg",
}


def repository(folder: Path, module: str) -> None:
    """A bare repository with one version of a module."""
    words = f"git init -q -b main {folder}/w && cd {folder}/w && printf 'module {module}\\n' >go.mod && git add . &&"
    words += " git -c user.name=a -c user.email=a@b commit -q -m x && git tag v1.0.0"
    words += f" && git clone -q --bare . {folder}/repo.git"
    subprocess.run(["sh", "-ec", words], check=True)


@contextlib.contextmanager
def place(site: Site, folder: Path) -> Iterator[tuple[GitHost, dict[str, Listener]]]:
    """A public host, an internal one of the same content, and canaries at every other private address."""
    names = {"pub.example": PUBLIC, "internal.example": INTERNAL, "code.corp.example": INTERNAL}
    names |= {f"{kind}.example": address for kind, address in PRIVATE.items()}
    for address in {*names.values()} - {"127.0.0.1", "::1", "0.0.0.0", "::ffff:10.1.2.3"}:
        site.address(address)
    site.dns.names = Flipping(names)
    repository(folder, "pub.example/m")
    tls = site.ca.server("pub.example", "internal.example", "code.corp.example", *names)
    canaries = {}
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(GitHost(folder, tls=tls, address=(PUBLIC, 443)))
        inside = stack.enter_context(GitHost(folder, tls=tls, address=(INTERNAL, 443)))
        inside.pages["/m"] = go_import("internal.example/m git https://internal.example/repo.git")
        inside.pages["/team/m"] = go_import("code.corp.example/team/m git https://code.corp.example/repo.git")
        for address in ("127.0.0.1", "::1", "169.254.169.254", "100.64.1.1", "fd12::1", "64:ff9b::a01:203"):
            for port in (80, 443, 22):
                canaries[f"{address} {port}"] = stack.enter_context(Listener(lambda _: None, (address, port)))
        for port in (80, 22):
            canaries[f"{INTERNAL} {port}"] = stack.enter_context(Listener(lambda _: None, (INTERNAL, port)))
        yield host, canaries


def attempts(host: GitHost) -> dict[str, str]:
    """What is asked of the server, by the name of the trick, as module paths; pages are laid out for each."""
    host.pages["/m"] = go_import("pub.example/m git https://pub.example/repo.git")
    found = {f"page of {kind}": f"{kind}.example/m" for kind in PRIVATE}
    for trick, target in {
        "redirect to an address": "https://169.254.169.254/latest/meta-data",
        "redirect to a name": "https://internal.example/m?go-get=1",
        "redirect to a number": "https://2130706433/",
    }.items():
        path = "/" + trick.replace(" ", "-")
        host.pages[path] = Page(302, "", {"Location": target})
        found[trick] = f"pub.example{path}"
    for trick, words in {
        "git by https": "git https://internal.example/repo.git",
        "git by http": "git http://169.254.169.254/repo.git",
        "git at a number": "git https://2130706433/repo.git",
        "git at six": "git https://[::1]/repo.git",
        "git at mapped": "git https://[::ffff:127.0.0.1]/repo.git",
        "git by ssh": "git ssh://git@internal.example/repo.git",
        "git by ssh at an address": "git git+ssh://git@169.254.169.254/repo.git",
        "git by git": "git git://internal.example/repo.git",
        "git by another": "git ftp://internal.example/repo.git",
        "git redirected": "git https://pub.example/elsewhere.git",
        "git at a rebound name": "git https://rebind-git.example/repo.git",
        **(_OF_HG if hg_program() else {}),
        "a module proxy": "mod https://internal.example",
        "a module proxy by http": "mod http://127.0.0.1",
    }.items():
        path = "/" + trick.replace(" ", "-")
        host.pages[path] = go_import(f"pub.example{path} {words}")
        found[trick] = f"pub.example{path}"
    for service in ("/info/refs", ""):
        host.pages[f"/elsewhere.git{service}"] = Page(
            302, "", {"Location": "https://internal.example/repo.git/info/refs"}
        )
    host.pages["/elsewhere-hg"] = Page(302, "", {"Location": "https://internal.example/repo"})
    found |= {f"rebound name {number}": f"rebind{number}.example/m" for number in range(3)}
    return found


def ask(served: Served, module: str) -> Got:
    """For the module's one version."""
    return served.get(f"/{module}/@v/v1.0.0.info")


def _token(folder: Path) -> str:
    """A token of a developer, added to the server's file."""
    token, kept = new_token("dev", [Grant(Right.FETCH)], datetime.now(UTC))
    TokenFile(folder / "config/gomend/tokens.json").change(lambda others: (*others, kept))
    return token


def main() -> None:
    """All tricks, then what is allowed."""
    with contextlib.ExitStack() as stack:
        site = Site("", WORLD, {}, stack)
        folder = Path("/home/dev/git")
        folder.mkdir()
        host, canaries = stack.enter_context(place(site, folder))
        tricks = attempts(host)
        environment = {
            "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
            "GIT_SSL_CAINFO": "/etc/ssl/certs/ca-certificates.crt",
            "HOME": "/home/dev",
            "GOPRIVATE": "code.corp.example/team/*",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        document: dict[str, object] = {}
        for name, options in {"beyond": (), "named": ("--allow-hosts", "nobody.example, internal.*")}.items():
            with serving(
                Path("/home/dev") / name, "direct", "--open", *options, host="0.0.0.0", **environment
            ) as served:  # fmt: skip
                asked = {"public": "pub.example/m", "internal": "internal.example/m"}
                asked |= tricks if name == "beyond" else {}
                got = {trick: ask(served, module) for trick, module in asked.items()}
                private = "/code.corp.example/team/m/@v/v1.0.0.info"
                got["private"] = served.get(private, authorization=f"Bearer {_token(Path('/home/dev') / name)}")
                document[name] = {trick: [one.status, one.text] for trick, one in got.items()}
                if "-v" in sys.argv:
                    sys.stderr.write(served.log.read_text())
        document["canaries"] = {where: canary.connections for where, canary in canaries.items()}
        sys.stdout.write(json.dumps(document))


if __name__ == "__main__":
    main()
