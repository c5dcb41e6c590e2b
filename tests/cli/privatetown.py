"""A small internet in namespaces of its own, whose servers write down what they are asked; gomend runs in it.

    python -m tests.cli.privatetown FOLDER GO SEPARATOR STATUS     prints what was heard, as JSON

The public resolvers, proxies, checksum database and GitHub that gomend knows by address or name are all there, so that
nothing that a command sends is lost: what has no server here has no way.
"""

import base64
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.modules import Module, World
from tests.lab.site import ip
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Answers, Exchange, Upstream, serve, status

from gomend.gomod.publicproxies import public_proxies

ROOT = Path(__file__).resolve().parents[2]
PRIVATE = ("git.secret.example/team/lib", "github.com/secret/tool", "secret.internal/x")
GOPRIVATE = "*.secret.example,github.com/secret,secret.internal"
PUBLIC = Module("github.com/pkg/errors", "v0.9.1")
OWN, SYSTEM = "10.9.0.5", "10.9.0.53"
PROXIES, SUMS, FORGE = "203.0.113.10", "203.0.113.11", "203.0.113.12"
RESOLVERS = ("1.1.1.1", "8.8.8.8", "223.5.5.5")
LIB = f"{PRIVATE[0]}@v1.0.0"
LOG = f"""go: downloading {PRIVATE[0]} v1.0.0
go: {LIB}: reading https://proxy.golang.org/{PRIVATE[0]}/@v/v1.0.0.mod: 404 Not Found
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--probe", "on", "go", "mod", "download"),
    ("--probe", "on", "run", "--", "sh", "-c", "go list -m all"),
    ("--probe", "on", "go", "get", f"{PRIVATE[0]}@latest"),
    ("explain", "--probe", "on", "build.log"),
    ("doctor",),
    ("doctor", LIB),
    ("doctor", f"{PRIVATE[1]}@v1.0.0"),
    ("doctor", "--bundle", "bundle.zip"),
    ("proxy", "list"),
    ("proxy", "test", "-n", "1"),
    ("proxy", "test", "-n", "1", LIB),
    ("proxy", "test", "-n", "1", f"{PRIVATE[1]}@v1.0.0"),
    ("proxy", "test", "-n", "1", "--all", LIB),
    ("proxy", "test", "-n", "1", "--recommend", f"{PRIVATE[2]}@v1.0.0"),
    ("--format", "json", "proxy", "test", "--recommend"),
    ("proxy", "route", *PRIVATE),
    ("proxy", "use", "fastest", "--print"),
    ("dns", "check", "git.secret.example", "secret.internal", "rsc.io"),
    ("dns", "pin", "git.secret.example"),
    ("probe", LIB, PRIVATE[1], PRIVATE[2]),
    ("fix",),
    ("cache", "check", "--all"),
    ("cache", "repair", LIB),
    ("cache", "repair"),
    ("deps",),
    ("deps", "--online"),
    ("deps", "--why", PRIVATE[0]),
    ("trace", "last"),
)
_LIMITS = {f"GOMEND_{name}_LIMIT": "2" for name in ("CONNECT", "TLS", "FIRST_BYTE", "STALL")}
_LAST = 100.0  # seconds until a command that hangs is given up


@dataclass
class Town:
    """The servers, and the project in which commands run."""

    folder: Path
    env: dict[str, str]
    resolvers: dict[str, Resolver]
    servers: dict[str, Upstream]

    def heard(self) -> dict[str, list[str]]:
        """What each place was asked since the last call: names, or hosts with paths."""
        found: dict[str, list[str]] = {}
        for place, resolver in self.resolvers.items():
            found[f"dns {place}"] = resolver.asked[:]
            resolver.asked.clear()
        for place, server in self.servers.items():
            found[f"web {place}"] = [f"{one.headers.get('host', '')} {one.target}" for one in server.exchanges]
            server.exchanges.clear()
        return found

    def call(self, *words: str, **variables: str) -> tuple[int, str]:
        """Runs `./gomend WORDS`; its exit status, and what it printed."""
        ran = subprocess.run(
            [ROOT / "gomend", *words],
            cwd=self.folder / "app",
            env={**self.env, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_LAST,
        )
        if b"Traceback" in ran.stderr:
            raise AssertionError(ran.stderr.decode())
        return ran.returncode, ran.stdout.decode()


def _addresses() -> dict[str, str]:
    hosts = dict.fromkeys((one.host for one in public_proxies()), PROXIES)
    hosts |= {"sum.golang.org": SUMS, "github.com": FORGE, "rsc.io": FORGE, "codeload.github.com": FORGE}
    return hosts | {"git.secret.example": OWN, "secret.internal": OWN}


@contextlib.contextmanager
def town(folder: Path, go: Path, separator: str, answer: int) -> Iterator[Town]:
    """The first proxy of the list answers everything with `answer`, 200 for what it has."""
    ip("link", "set", "lo", "up")
    for address in (OWN, SYSTEM, PROXIES, SUMS, FORGE, *RESOLVERS):
        ip("addr", "add", f"{address}/32", "dev", "lo")
    hosts = _addresses()
    ca = Authority.new()
    world = World([PUBLIC])
    sums = SumDb(world)
    first = [] if answer == 200 else [("*", status(answer))]
    with contextlib.ExitStack() as stack:
        resolvers = {
            place: stack.enter_context(Resolver(hosts, (place, 53), tcp=True)) for place in (SYSTEM, *RESOLVERS)
        }
        for place in ("1.1.1.1",):
            resolvers[f"{place} (DoT)"] = stack.enter_context(Resolver(hosts, (place, 853), tls=ca.server(place)))

        def over_https(exchange: Exchange) -> None:
            query = exchange.target.partition("?dns=")[2]
            question = base64.urlsafe_b64decode(query + "=" * (-len(query) % 4))
            reply = resolvers[SYSTEM]._reply(question, over_tcp=True)
            exchange.send(200, reply, content_type="application/dns-message")

        def proxies(exchange: Exchange) -> None:
            faults = first if exchange.headers.get("host") == "proxy.golang.org" else []
            Answers(world, list(faults), other=sums.proxied, default=serve)(exchange)

        def database(exchange: Exchange) -> None:
            content = sums.file(exchange.path)
            exchange.send(200 if content is not None else 404, content or b"")

        servers = {
            place: stack.enter_context(Upstream(act, tls=ca.server(*names), address=(place, 443)))
            for place, act, names in (
                (PROXIES, proxies, [one.host for one in public_proxies()]),
                (SUMS, database, ["sum.golang.org"]),
                (FORGE, _answering(404), ["github.com", "codeload.github.com", "rsc.io"]),
                (OWN, _answering(404), ["git.secret.example", "secret.internal"]),
                ("1.1.1.1", over_https, ["1.1.1.1"]),
                ("223.5.5.5", over_https, ["223.5.5.5"]),
            )
        }
        env = _project(folder, go, ca, sums, separator)
        yield Town(folder, env, resolvers, servers)


def _answering(code: int) -> Callable[[Exchange], None]:
    """A server that answers everything so."""

    def answer(exchange: Exchange) -> None:
        exchange.send(code, b"not here\n", content_type="text/plain")

    return answer


def _project(folder: Path, go: Path, ca: Authority, sums: SumDb, separator: str) -> dict[str, str]:
    app, home, etc = folder / "app", folder / "home", folder / "etc"
    for place in (app, home, etc):
        place.mkdir()
    required = "".join(f"\t{path} v1.0.0\n" for path in PRIVATE)
    (app / "go.mod").write_text(f"module m.example/app\n\ngo 1.21\n\nrequire (\n\t{PUBLIC.path} v0.9.1\n{required})\n")
    lines = [f"{path} v1.0.0{end} h1:{'A' * 43}=" for path in PRIVATE for end in ("", "/go.mod")]
    (app / "go.sum").write_text("\n".join((*PUBLIC.sum_lines, *lines)) + "\n")
    (app / "build.log").write_text(LOG)
    for name, text in {
        "resolv.conf": f"nameserver {SYSTEM}\noptions timeout:1 attempts:1\n",
        "hosts": "127.0.0.1 localhost\n",
        "nsswitch.conf": "hosts: files dns\n",
    }.items():
        (etc / name).write_text(text)
        subprocess.run(["mount", "--bind", etc / name, f"/etc/{name}"], check=True)
    return {
        "PATH": f"{go.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GOENV": str(home / "goenv"),
        "GOPATH": str(home / "go"),
        "GOCACHE": str(home / "gocache"),
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "GOPROXY": f"https://proxy.golang.org{separator}https://goproxy.cn,direct",
        "GOPRIVATE": GOPRIVATE,
        "GOSUMDB": sums.key,
        "GOMEND_GO": str(go),
        "SSL_CERT_FILE": str(ca.write(home / "ca.pem")),
        "SSL_CERT_DIR": "/nowhere",
        "GIT_CONFIG_NOSYSTEM": "1",
        **_LIMITS,
    }


def served(at: Town) -> None:
    """A gomend server with these private patterns is asked for everything, also for what go would not ask."""
    server = subprocess.Popen(
        [ROOT / "gomend", "serve", "--listen", "127.0.0.1:8081", "--store", str(at.folder / "store")],
        cwd=at.folder / "app",
        env=at.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _asked(f"{PUBLIC.path}/@v/v0.9.1.info", patience=30)
        for path in PRIVATE:
            for rest in ("@v/list", "@latest", "@v/v1.0.0.info", "@v/v1.0.0.mod", "@v/v1.0.0.zip"):
                _asked(f"{path}/{rest}")
            _asked(f"sumdb/sum.golang.org/lookup/{path}@v1.0.0")
    finally:
        server.terminate()
        server.wait(30)


def _asked(path: str, patience: float = 0) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:8081/{path}", timeout=30) as answer:
                answer.read()
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def main() -> None:
    """Runs every command, then two that do tell a name, so that the recorders are seen to record."""
    folder, go, separator, answer = sys.argv[1:]
    heard: dict[str, object] = {}
    with town(Path(folder), Path(go), separator, int(answer)) as at:
        for words in COMMANDS:
            code, printed = at.call(*words)
            heard[" ".join(words)] = {"status": code, "printed": printed, "heard": at.heard()}
        served(at)
        heard["serve"] = {"status": 0, "heard": at.heard()}
        at.call("dns", "check", "--resolver", "8.8.8.8", "git.secret.example")
        heard["control: a resolver that is named"] = {"status": 0, "heard": at.heard()}
        at.call("go", "mod", "download", GOPRIVATE="")
        heard["control: nothing is private"] = {"status": 0, "heard": at.heard()}
    print(json.dumps(heard))


if __name__ == "__main__":
    main()
