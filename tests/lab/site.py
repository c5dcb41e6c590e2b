"""A small internet in a network and mount namespace: names, addresses, certificates, a home, a go. Used by record.py.

Nothing here reaches the machine outside: the namespace has no link to it, and every mount ends with it.
"""

import contextlib
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.gobin import VERSIONS, cache_folder, goroot
from tests.lab.modules import World
from tests.lab.upstream import Act, Answers, Upstream, serve

RESOLVER = "10.96.0.10"
CLIENT = "10.244.3.17"
BLACKHOLE, NO_ROUTE = "198.51.100.", "192.0.2."
"""Addresses that begin so swallow every packet, or have no route."""

T = TypeVar("T")


def namespace_command() -> list[str]:
    """The words before a command that give it namespaces of its own."""
    return [
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]


def namespaces_allowed() -> bool:
    """Whether this machine lets us make them."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run([*namespace_command(), "true"], capture_output=True, check=False).returncode == 0


def ip(*words: str) -> None:
    """Runs `ip`."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Site:
    """The place in which one case happens. All servers end when the context is left.

    `env` is the client's environment, `world` its own copy of the modules, `names` the live DNS table.
    """

    def __init__(self, go: str, world: World, env: Mapping[str, str], stack: contextlib.ExitStack) -> None:
        self.world, self.stack = world.copy(), stack
        self.go_version = VERSIONS.get(go, go)
        self.env = {
            "PATH": "/usr/local/go/bin:/usr/bin:/bin",
            "HOME": "/home/dev",
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            **env,
        }
        self.ca = Authority.new()
        self._count = 9
        ip("link", "set", "lo", "up")
        ip("addr", "add", f"{CLIENT}/32", "dev", "lo")
        ip("route", "add", f"{BLACKHOLE}0/24", "dev", "lo", "src", CLIENT)
        ip("route", "add", "unreachable", f"{NO_ROUTE}0/24")
        self._mount("tmpfs", "/home")
        for folder in ("/home/dev/checkout", "/home/dev/.cache/go-build"):
            Path(folder).mkdir(parents=True)
        self.go_root = goroot(go) if go else None
        if self.go_root:
            cache = cache_folder() / f"build-{self.go_version}"
            cache.mkdir(exist_ok=True)
            self.bind(cache, "/home/dev/.cache/go-build")
            self.bind(self.go_root, "/usr/local/go")
        self.etc("hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n")
        self.etc("nsswitch.conf", "hosts: files dns\n")
        self.resolver(RESOLVER)
        self.address(RESOLVER)
        dns = Resolver({}, (RESOLVER, 53))
        self.names = dns.names
        self.dns = stack.enter_context(dns)
        self.trust(self.ca)

    def _mount(self, kind: str, target: str) -> None:
        subprocess.run(["mount", "-t", kind, kind, target], check=True)

    def bind(self, source: Path, target: str) -> None:
        """Bind-mounts over an existing path."""
        subprocess.run(["mount", "--bind", str(source), target], check=True)

    def etc(self, name: str, text: str) -> None:
        """Puts another file in the place of one of /etc."""
        kept = Path("/home/.etc")
        kept.mkdir(exist_ok=True)
        (kept / name).write_text(text)
        self.bind(kept / name, f"/etc/{name}")

    def resolver(self, *addresses: str, options: str = "timeout:1 attempts:1") -> None:
        """Writes /etc/resolv.conf."""
        lines = "".join(f"nameserver {address}\n" for address in addresses)
        self.etc("resolv.conf", f"{lines}options {options}\n")

    def hosts(self, *lines: str) -> None:
        """Adds lines to /etc/hosts."""
        self.etc("hosts", "127.0.0.1\tlocalhost\n" + "".join(f"{line}\n" for line in lines))

    def trust(self, *authorities: Authority) -> None:
        """Makes these the machine's only certificate authorities."""
        (Path("/home/.etc") / "ca.crt").write_bytes(b"".join(authority.pem for authority in authorities))
        self.bind(Path("/home/.etc/ca.crt"), "/etc/ssl/certs/ca-certificates.crt")

    def address(self, address: str) -> str:
        """Adds an address to this machine; connections to it come from CLIENT."""
        if ":" in address:
            ip("addr", "add", f"{address}/128", "dev", "lo")
        else:
            ip("addr", "add", f"{address}/32", "dev", "lo")
            ip("route", "replace", "table", "local", "local", f"{address}/32", "dev", "lo", "src", CLIENT)
        return address

    def host(self, name: str, address: str = "") -> str:
        """Gives `name` an address (by default the next of 203.0.113.0/24) and returns it."""
        if not address:
            self._count += 1
            address = f"203.0.113.{self._count}"
        if not address.startswith((BLACKHOLE, NO_ROUTE)):
            self.address(address)
        self.names[name] = address
        return address

    def start(self, server: "contextlib.AbstractContextManager[T]") -> T:
        """Starts a server that ends with the site."""
        return self.stack.enter_context(server)

    def proxy(
        self,
        name: str,
        *faults: tuple[str, Act],
        world: World | None = None,
        tls: ssl.SSLContext | str | None = "",
        port: int = 0,
        base: str = "",
        other: Callable[[str], bytes | None] = lambda path: None,
        default: Act = serve,
        address: str = "",
    ) -> Upstream:
        """A module proxy `https://name` (tls=None: http) with these faults."""
        context = self.ca.server(name) if isinstance(tls, str) else tls
        answers = Answers(self.world if world is None else world, list(faults), base, other, default)
        where = (self.host(name, address), port or (443 if context else 80))
        return self.start(Upstream(answers, tls=context, address=where))

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """Writes a file below /home/dev/checkout (or at an absolute path)."""
        path = Path("/home/dev/checkout") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def project(
        self,
        *paths: str,
        name: str = "git.corp.example/shop/checkout",
        go: str = "1.21",
        extra: str = "",
        sums: bool | str = True,
        imports: Iterable[str] | None = None,
        world: World | None = None,
    ) -> None:
        """A main module that requires these modules (with all that they need) and imports them.

        `sums`: a whole go.sum (True), none (False), or this text.
        """
        world = world or self.world
        self.write("go.mod", world.go_mod(name, paths, go=go, extra=extra))
        if sums:
            self.write("go.sum", sums if isinstance(sums, str) else world.go_sum(paths))
        used = [path.partition("@")[0] for path in paths] if imports is None else list(imports)
        lines = "".join(f'\t_ "{path}"\n' for path in used)
        self.write("main.go", f'package main\n\nimport (\n{lines})\n\nfunc main() {{ println("checkout") }}\n')

    def run(self, command: str, *, env: Mapping[str, str] | None = None, check: bool = True) -> str:
        """Runs a shell line in the checkout before the recording and returns what it prints."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd="/home/dev/checkout",
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def settings(self, names: Sequence[str]) -> dict[str, str]:
        """The effective `go env` values of these, as the client sees them."""
        done = subprocess.run(
            ["go", "env", "-json", *names],
            cwd="/home",
            env={**os.environ, **self.env, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            check=True,
        )
        return {key: str(value) for key, value in json.loads(done.stdout).items()}
