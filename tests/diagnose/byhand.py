"""Faults of a plain container, provoked by hand: each with its root code and the last line that the doctor ends with.

The names are those that docs/how-to/network.md has in its table.
"""

import contextlib
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass

from tests.diagnose.clinic import Clinic, Plant
from tests.diagnose.faults import NEW, private, repository
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.upstream import Exchange, page, status

HOST = "goproxy.corp.example"
LOCAL = "127.0.0.1 localhost\n"
ASKS_LOGIN = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ByHand:
    """`next` is the last line without its label, in which `{source}` stands for the lab's own module proxy and
    `{unpin}` for what lets go fetch a toolchain; `fix` is how the line `fix` above it begins, "" for none.
    """

    name: str
    plant: Plant
    code: str
    next: str
    fix: str = ""
    go: tuple[str, ...] = ()  # a command of plain go that fails for the same reason
    severity: str = "fatal"


def hosts(clinic: Clinic, lines: str) -> None:
    """The hosts file."""
    clinic.instead("/etc/hosts", LOCAL + lines)


def _resolver(line: str) -> Plant:
    """resolv.conf names this resolver alone, and GOPROXY a host that only it could know."""

    def plant(clinic: Clinic) -> None:
        clinic.instead("/etc/resolv.conf", f"{line}\noptions timeout:1 attempts:1\n")
        clinic.env["GOPROXY"] = f"https://{HOST},direct"

    return plant


def _swallowed_ipv6(clinic: Clinic) -> None:
    """The name has an IPv6 address, too, whose port takes no connection and refuses none."""
    source = clinic.source(host=HOST)
    port = int(source.rpartition(":")[2])
    hosts(clinic, f"127.0.0.1 {HOST}\n::1 {HOST}\n")
    full = clinic.stack.enter_context(contextlib.closing(socket.socket(socket.AF_INET6)))
    full.bind(("::1", port))
    full.listen(0)
    for _ in range(4):  # more than its queue takes: what comes after is dropped
        waiting = clinic.stack.enter_context(contextlib.closing(socket.socket(socket.AF_INET6)))
        waiting.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            waiting.connect(("::1", port))
    clinic.env["GOPROXY"] = f"{source},direct"


def _intercepted(clinic: Clinic) -> None:
    gateway = Authority.new("Corp Example Gateway").server(HOST)
    hosts(clinic, f"127.0.0.1 {HOST}\n")
    clinic.env["GOPROXY"] = clinic.source(host=HOST, tls=gateway) + ",direct"


def _portal(clinic: Clinic) -> None:
    """Every host shows the certificate of the network's login page."""
    login = clinic.ca.server("login.hotel.example")
    hosts(clinic, f"127.0.0.1 {HOST} sum.corp.example\n")
    source = clinic.source(("*", page("<html>Sign in</html>")), host=HOST, tls=login)
    database = clinic.source(("*", page("<html>Sign in</html>")), host="sum.corp.example", tls=login)
    clinic.env["GOPROXY"] = f"{source},direct"
    clinic.env["GOSUMDB"] += f" {database}"


def _login_at_forward_proxy(clinic: Clinic) -> None:
    proxy = clinic.stack.enter_context(ForwardProxy({"*": ASKS_LOGIN}))
    clinic.env["HTTPS_PROXY"] = f"http://127.0.0.1:{proxy.port}"
    clinic.env["GOPROXY"] = f"https://{HOST},direct"


def _goproxy(change: Callable[[str], str]) -> Plant:
    def plant(clinic: Clinic) -> None:
        clinic.env["GOPROXY"] = change(clinic.env["GOPROXY"].removesuffix(",direct"))

    return plant


def _unlisted(clinic: Clinic) -> None:
    """Our own module is required, its host wants a login, and GOPRIVATE is empty."""
    private(status(401, www_authenticate='Basic realm="x"'))(clinic)
    clinic.env["GOPRIVATE"] = ""


def _unlisted_but_open(clinic: Clinic) -> None:
    """Our own module is required, git may fetch it, and no public database knows it."""
    repository("v1.0.0")(clinic)
    clinic.env["GOPROXY"] += ",direct" if not clinic.env["GOPROXY"].endswith("direct") else ""
    file = clinic.app / "go.mod"
    file.write_text(f"module github.com/acme/app\n\ngo 1.21\n\nrequire {NEW} v1.0.0\n")


def _read_only(clinic: Clinic) -> None:
    cache = clinic.home / "cache"
    cache.mkdir()
    clinic.mounts += [f"mount --bind {cache} {cache}", f"mount -o remount,bind,ro {cache}"]
    clinic.env["GOMODCACHE"] = str(cache)


def _full(clinic: Clinic) -> None:
    cache = clinic.home / "cache"
    cache.mkdir()
    clinic.mounts.append(f"mount -t tmpfs -o size=64k tmpfs {cache}")
    clinic.env["GOMODCACHE"] = str(cache)


def _without_git(clinic: Clinic) -> None:
    private(status(404), module="git.corp.example/team/lib.git")(clinic)
    hosts(clinic, "127.0.0.1 git.corp.example\n")
    tools = clinic.home / "tools"
    tools.mkdir()
    for name in ("go", "mount"):
        (tools / name).symlink_to(clinic.go if name == "go" else shutil.which("mount") or "mount")
    clinic.env["PATH"] = str(tools)


def _flags(clinic: Clinic) -> None:
    clinic.env["GOFLAGS"] = "-mod=mod -nonsense"


def _clock(clinic: Clinic) -> None:
    """The certificate is not valid yet by this clock; plain http, which needs none, tells another time."""

    def tells(exchange: Exchange, content: bytes | None) -> None:
        exchange.send(200 if content is not None else 404, content or b"", date="Fri, 01 Jan 2100 10:00:00 GMT")

    early = clinic.source(tls=clinic.ca.server("localhost", early=True))
    clinic.env["GOPROXY"] = f"{early},{clinic.source(('*', tells), tls=None, host='127.0.0.1')}"


def _lost_sum(clinic: Clinic) -> None:
    file = clinic.app / "go.sum"
    file.write_text("".join(line for line in file.read_text().splitlines(True) if "google/uuid" not in line))


def _toolchain(clinic: Clinic) -> None:
    file = clinic.app / "go.mod"
    file.write_text(file.read_text().replace("go 1.", "go 1.99.0 // 1."))


def _no_database(clinic: Clinic) -> None:
    """The source says that it stands in for the database, and refuses every look-up."""
    (clinic.app / "go.sum").unlink()
    clinic.chain(("/sumdb/*/lookup/*", status(403)))
    clinic.env["GOSUMDB"] = "sum.golang.org"


_DOWNLOAD, _BUILD = ("mod", "download", "all"), ("build", "./...")
BY_HAND: tuple[ByHand, ...] = (
    ByHand(
        "a resolver that is not there",
        _resolver("nameserver 127.0.53.9"),
        "dns.server_failure",
        "gomend explain dns.server_failure",
        "Let this machine ask a resolver that answers",
        _DOWNLOAD,
    ),
    ByHand(
        "an IPv6 path that swallows every packet",
        _swallowed_ipv6,
        "net.connect_timeout",
        "gomend explain net.connect_timeout",
        "Ask who runs goproxy.corp.example",
        severity="warning",
    ),
    ByHand(
        "a company's own certificate authority",
        _intercepted,
        "tls.unknown_authority",
        "gomend explain tls.unknown_authority",
        "With care: If your company's gateway issued it",
        _DOWNLOAD,
    ),
    ByHand(
        "a captive portal",
        _portal,
        "tls.hostname_mismatch",
        "gomend explain tls.hostname_mismatch",
        "Open any web page in a browser",
        _DOWNLOAD,
    ),
    ByHand(
        "a forward proxy that wants a login (407)",
        _login_at_forward_proxy,
        "net.http_proxy",
        "gomend explain net.http_proxy",
        "Give the forward proxy a login",
        _DOWNLOAD,
    ),
    ByHand(
        "a semicolon in GOPROXY",
        _goproxy(lambda source: f"{source};direct"),
        "proxy.misconfigured",
        "export GOPROXY={source},direct",
        go=_DOWNLOAD,
    ),
    ByHand(
        "a capital letter in GOPROXY",
        _goproxy(lambda source: f"{source},Direct"),
        "proxy.misconfigured",
        "export GOPROXY={source},direct",
        go=_DOWNLOAD,
    ),
    ByHand(
        "a source after direct",
        _goproxy(lambda source: f"{source},direct,https://late.corp.example"),
        "proxy.misconfigured",
        "export GOPROXY={source},direct",
        severity="warning",
    ),
    ByHand(
        "a private module without GOPRIVATE",
        _unlisted,
        "auth.credentials",
        "gomend fix 1",
        "With care: If the module is private",
        _DOWNLOAD,
    ),
    ByHand(
        "a private module without GOPRIVATE, its host open",
        _unlisted_but_open,
        "checksum.sumdb_not_found",
        "gomend fix 1",
        "With care: If the module is private",
        _DOWNLOAD,
    ),
    ByHand("flags in GOFLAGS that go refuses", _flags, "env.invalid", "export GOFLAGS=-mod=mod", go=_DOWNLOAD),
    ByHand(
        "a module cache mounted read-only",
        _read_only,
        "disk.permission",
        'export GOMODCACHE="$(mktemp -d)"',
        go=_DOWNLOAD,
    ),
    ByHand("a module cache that is full", _full, "disk.full", "gomend cache clean --older 30d --dry-run", go=_DOWNLOAD),
    ByHand(
        "git that is not installed",
        _without_git,
        "vcs.tool_missing",
        "gomend explain vcs.tool_missing",
        "Install the program",
        _DOWNLOAD,
    ),
    ByHand("a wrong clock", _clock, "tls.expired", "gomend explain tls.expired", "Set this machine's clock", _DOWNLOAD),
    ByHand(
        "a line that go.sum lacks",
        _lost_sum,
        "checksum.missing",
        "gomend fix 1",
        "With care: Add the missing hashes to go.sum",
        _BUILD,
    ),
    ByHand("a toolchain that GOTOOLCHAIN forbids", _toolchain, "toolchain.too_old", "{unpin}", go=_DOWNLOAD),
    ByHand(
        "a checksum database that is blocked",
        _no_database,
        "checksum.sumdb_unreachable",
        "gomend fix 1",
        "Ask the same database at its address for mainland China",
        _DOWNLOAD,
    ),
)
