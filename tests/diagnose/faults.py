"""Faults of a machine and its network: how each is planted, which check finds it, by which code and how grave."""

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.diagnose.clinic import Clinic, Plant
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.listener import refused_port
from tests.lab.modules import Module
from tests.lab.repositories import repositories
from tests.lab.ssh import SshHost, client, known_host, new_key
from tests.lab.sumdb import SumDb
from tests.lab.upstream import (
    Exchange,
    body,
    garbage,
    hang_up,
    page,
    redirect,
    reset,
    silent,
    stalled,
    status,
    truncated,
)

BUILD = ("build", "./...")
DOWNLOAD = ("mod", "download", "all")
PORTAL = "<html><head><title>Sign in</title></head><body>Hotel Wi-Fi</body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """`found` is every finding in order: (check, code, severity). `go` is a command that fails for the same reason."""

    name: str
    plant: Plant
    found: tuple[tuple[str, str, str], ...]
    words: tuple[str, ...] = ()  # of `gomend doctor`
    go: tuple[str, ...] = ()
    skipped: bool = False  # cannot be planted here


def env(**variables: str) -> Plant:
    """Variables of the environment."""
    return lambda clinic: clinic.env.update(variables)


def chain(pattern: str, act: object, then: str = ",direct") -> Plant:
    """The first source answers requests that match `pattern` with `act`."""
    return lambda clinic: clinic.chain((pattern, act), then=then)  # type: ignore[arg-type]


def stored(line: str, *, without: str = "") -> Plant:
    """A line of the file that `go env -w` writes."""

    def plant(clinic: Clinic) -> None:
        (clinic.home / "goenv").write_text(line + "\n")
        clinic.env.pop(without, None)

    return plant


def gomod(line: str) -> Plant:
    """A further line in go.mod."""

    def plant(clinic: Clinic) -> None:
        file = clinic.app / "go.mod"
        file.write_text(file.read_text() + line + "\n")

    return plant


def _separator(clinic: Clinic) -> None:
    clinic.env["GOPROXY"] = clinic.env["GOPROXY"].replace(",", ";")


def _after_direct(clinic: Clinic) -> None:
    source = clinic.env["GOPROXY"].removesuffix(",direct")
    clinic.env["GOPROXY"] = f"{source},direct,https://late.example"


def _hidden(clinic: Clinic) -> None:
    stored("GOPRIVATE=a.example")(clinic)
    clinic.env["GOPRIVATE"] = "b.example"


def _insecure(clinic: Clinic) -> None:
    host = clinic.env["GOPROXY"].removesuffix(",direct").removeprefix("https://")
    clinic.env["GOINSECURE"] = host


def _refused(then: str) -> Plant:
    return lambda clinic: clinic.env.update(GOPROXY=f"http://127.0.0.1:{refused_port()}{then}")


def _refused_then_fine(clinic: Clinic) -> None:
    clinic.env["GOPROXY"] = f"http://127.0.0.1:{refused_port()}|{clinic.env['GOPROXY']}"


def _fine_then_refused(clinic: Clinic) -> None:
    source = clinic.env["GOPROXY"].removesuffix(",direct")
    clinic.env["GOPROXY"] = f"{source},http://127.0.0.1:{refused_port()},direct"


def _zips_elsewhere(clinic: Clinic) -> None:
    clinic.chain(("*.zip", redirect(f"https://127.0.0.1:{refused_port()}{{path}}")))


def _unknown_module(clinic: Clinic) -> None:
    clinic.env["GOPROXY"] = clinic.source()
    gomod("require github.com/no/such v1.0.0")(clinic)
    text = (clinic.app / "go.mod").read_text()
    kept = [line for line in text.splitlines() if "uuid" not in line and "pkg/errors" not in line]
    (clinic.app / "go.mod").write_text("\n".join(kept).replace("require (\n)", "") + "\n")


def _file_source(clinic: Clinic) -> None:
    clinic.env["GOSUMDB"] += f" {clinic.source()}/sumdb/{clinic.sums.name}"
    clinic.env["GOPROXY"] = f"file://{clinic.home}/nowhere"


def _read_only_cache(clinic: Clinic) -> None:
    cache = clinic.home / "cache"
    cache.mkdir()
    cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
    clinic.env["GOMODCACHE"] = str(cache)


def _cache_is_a_file(clinic: Clinic) -> None:
    (clinic.home / "cache").write_text("")
    clinic.env["GOMODCACHE"] = str(clinic.home / "cache")


def _sumdb_refused(clinic: Clinic) -> None:
    (clinic.app / "go.sum").unlink()
    clinic.chain(("/sumdb/*/lookup/*", status(403)))


def _sumdb_promised(clinic: Clinic) -> None:
    clinic.chain(("/sumdb/*/lookup/*", status(502)))


def _sumdb_handshake(clinic: Clinic) -> None:
    (clinic.app / "go.sum").unlink()
    clinic.chain(("/sumdb/*/supported", status(503)))


def _sumdb_wrong_signature(clinic: Clinic) -> None:
    clinic.sums.sign = False


def _sumdb_fork(clinic: Clinic) -> None:
    latest = clinic.home / "go/pkg/sumdb/sum.golang.org/latest"
    latest.parent.mkdir(parents=True)
    latest.write_bytes(SumDb(clinic.world, salt="another").note())


def _sumdb_page(clinic: Clinic) -> None:
    clinic.chain(("/sumdb/*/lookup/*", page(PORTAL)))


IS_ROOT = os.geteuid() == 0  # whom no permission keeps out
CLOSED = ("modcache", "disk.permission", "fatal")


def netrc(text: str, mode: int = 0o600) -> Plant:
    """A netrc in the home folder."""

    def plant(clinic: Clinic) -> None:
        file = clinic.home / ".netrc"
        file.write_text(text)
        file.chmod(mode)

    return plant


def _netrc_without_port(clinic: Clinic) -> None:
    netrc("machine localhost login me password x\n")(clinic)


def private(answer: object, *, module: str = "github.com/acme/lib") -> Plant:
    """A private module whose host answers git so; git's own rules lead there, over http."""

    def plant(clinic: Clinic) -> None:
        _private_at(clinic, clinic.source(("*", answer), tls=None, host="127.0.0.1"), module)  # type: ignore[arg-type]

    return plant


def _private_at(clinic: Clinic, address: str, module: str = "github.com/acme/lib") -> None:
    """go.mod requires the private module, and git's own rules lead from its host to the address."""
    host = module.partition("/")[0]
    gomod(f"require {module} v1.0.0")(clinic)
    clinic.env["GOPRIVATE"] = "*.corp.example,github.com/acme"
    clinic.env["GIT_CONFIG_GLOBAL"] = str(clinic.home / "gitconfig")
    lines = "\n".join(f"{module} v1.0.0{end} h1:{'A' * 43}=" for end in ("", "/go.mod"))
    with (clinic.app / "go.sum").open("a") as file:
        file.write(lines + "\n")
    (clinic.home / "gitconfig").write_text(f'[url "{address}/"]\n\tinsteadOf = https://{host}/\n')


def by_ssh(*, admits: bool = True, known: str = "it", listens: bool = True, module: str = "lib") -> Plant:
    """A private module behind a real SSH server. `known`: what known_hosts has: it, another key, or nothing."""

    def plant(clinic: Clinic) -> None:
        mine, theirs, other = new_key(), new_key(), new_key()
        repositories(clinic.home / "git", [Module("github.com/acme/lib", "v1.0.0")])
        root = clinic.home / "git" / "github.com"
        server = clinic.stack.enter_context(SshHost(root, theirs, mine if admits else other))
        port = server.port if listens else refused_port()
        hosts = {"it": known_host(server.host, port, theirs), "another": known_host(server.host, port, other)}
        clinic.env["GIT_SSH"] = str(client(clinic.home / "ssh", mine, hosts.get(known, "")))
        _private_at(clinic, f"ssh://git@{server.host}:{port}", f"github.com/acme/{module}")

    return plant


def _without_git(clinic: Clinic) -> None:
    private(status(404))(clinic)
    clinic.env["PATH"] = str(clinic.home)


def _forbidden(clinic: Clinic) -> None:
    private(status(404))(clinic)
    clinic.env["GOVCS"] = "private:hg"


def _edit(name: str, change: Callable[[str], str]) -> Plant:
    def plant(clinic: Clinic) -> None:
        file = clinic.app / name
        file.write_text(change(file.read_text()))

    return plant


def _vendored(clinic: Clinic) -> None:
    (clinic.app / "vendor").mkdir()
    (clinic.app / "vendor" / "modules.txt").write_text("# github.com/pkg/errors v0.8.0\n## explicit\n")


def _workspace(uses: str) -> Plant:
    def plant(clinic: Clinic) -> None:
        (clinic.app / "go.work").write_text(f"go 1.21\n\n{uses}\n")
        (clinic.app / "other").mkdir()
        (clinic.app / "other" / "go.mod").write_text("module example.com/other\n\ngo 1.21\n")

    return plant


def _cached(change: Callable[[Path], None]) -> Plant:
    """What go has downloaded into the cache, then changed."""

    def plant(clinic: Clinic) -> None:
        subprocess.run([clinic.go, "mod", "download"], cwd=clinic.app, env=clinic.env, check=True, capture_output=True)
        change(Path(clinic.env["GOPATH"], "pkg", "mod"))

    return plant


def _altered_mod(cache: Path) -> None:
    file = cache / "cache/download/github.com/google/uuid/@v/v1.6.0.mod"
    file.write_text(file.read_text() + "// changed\n")


def _cut_zip(cache: Path) -> None:
    file = cache / "cache/download/github.com/google/uuid/@v/v1.6.0.zip"
    file.write_bytes(file.read_bytes()[:100])
    shutil.rmtree(cache / "github.com/google/uuid@v1.6.0")


def _no_authorities(clinic: Clinic) -> None:
    (clinic.home / "empty.pem").write_text("")
    clinic.env["SSL_CERT_FILE"] = str(clinic.home / "empty.pem")
    clinic.env["SSL_CERT_DIR"] = str(clinic.home)
    (clinic.home / "ca.pem").unlink()


def _old_date(exchange: Exchange, content: bytes | None) -> None:
    exchange.send(200 if content is not None else 404, content or b"", date="Tue, 01 Jan 2019 10:00:00 GMT")


def tls(make: Callable[[Clinic], object]) -> Plant:
    """The first source shows this certificate."""

    def plant(clinic: Clinic) -> None:
        clinic.env["GOPROXY"] = clinic.source(tls=make(clinic)) + ",direct"

    return plant


_expired = tls(lambda clinic: clinic.ca.server("localhost", expired=True))
_another_name = tls(lambda clinic: clinic.ca.server("proxy.example"))
_unknown_issuer = tls(lambda clinic: Authority.new().server("localhost"))


def _tls_to_http(clinic: Clinic) -> None:
    clinic.env["GOPROXY"] = clinic.source(tls=None).replace("http:", "https:") + ",direct"


def _intercepted(clinic: Clinic) -> None:
    """A forward proxy that looks into TLS, with an issuer of its own."""
    upstream = clinic.source(tls=Authority.new().server("goproxy.cn")).rpartition(":")[2]
    proxy = ForwardProxy(connect=lambda *_: socket.create_connection(("127.0.0.1", int(upstream)), 10))
    port = clinic.stack.enter_context(proxy).port
    clinic.env |= {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "GOPROXY": "https://goproxy.cn"}


def _refusing_proxy(clinic: Clinic) -> None:
    answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    port = clinic.stack.enter_context(ForwardProxy({"*": answer})).port
    clinic.env |= {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "GOPROXY": "https://goproxy.cn"}


UNLISTED = ("gomod", "checksum.missing", "fatal")
WORKSPACE = ("gomod", "mode.workspace", "fatal")
NO_DATABASE = ("sumdb", "checksum.sumdb_unreachable", "fatal")
NEW = "github.com/acme/lib"


def repository(*tags: str, folder: str = "", code: str = "package lib\n", known: str = "") -> Plant:
    """A repository of NEW with these tags. `known`: sources and database, or the database alone, have v1.0.0, too."""

    def plant(clinic: Clinic) -> None:
        place = clinic.home / "git" / "acme" / "lib"
        (place / folder).mkdir(parents=True)
        path = f"{NEW}/{folder}" if folder else NEW
        module = Module(path, "v1.0.0", files={"lib.go": code})
        (place / folder / "go.mod").write_bytes(module.go_mod)
        (place / folder / "lib.go").write_text("package lib\n")
        me = ["-c", "user.name=dev", "-c", "user.email=dev@example.com"]
        for words in (["init", "-q"], ["add", "-A"], [*me, "commit", "-qm", "first"], *(["tag", tag] for tag in tags)):
            subprocess.run(["git", *words], cwd=place, env=clinic.env, check=True, capture_output=True)
        (clinic.home / "gitconfig").write_text(
            f'[url "file://{clinic.home}/git/"]\n\tinsteadOf = https://github.com/\n'
        )
        clinic.env["GIT_CONFIG_GLOBAL"] = str(clinic.home / "gitconfig")
        if known:
            clinic.sums = SumDb([*clinic.world, module])
        if known == "everywhere":
            clinic.world.add(module)
        clinic.chain(("/github.com/acme/*", _early)) if not known else clinic.chain()

    return plant


def _early(exchange: Exchange, _: bytes | None) -> None:
    exchange.send(404, b"not found", content_type="text/plain", cache_control="public, max-age=1800", age="240")


def _other_bytes(clinic: Clinic) -> None:
    repository(known="everywhere")(clinic)
    other = Module(NEW, "v1.0.0", files={"lib.go": "package lib // changed\n"})
    clinic.chain(("*/acme/lib/@v/v1.0.0.zip", body(other.zip)))


def _gosum_of_another(clinic: Clinic) -> None:
    repository("v1.0.0", known="everywhere")(clinic)
    with (clinic.app / "go.sum").open("a") as file:
        file.write(f"{NEW} v1.0.0 h1:{'A' * 43}=\n")


def _withdrawn(extra: str) -> Plant:
    """A newer version that says something of v1.0.0, or of them all."""

    def plant(clinic: Clinic) -> None:
        repository("v1.0.0", known="everywhere")(clinic)
        clinic.world.add(Module(NEW, "v1.0.1", extra=extra))

    return plant


def _requirement_withdrawn(extra: str) -> Plant:
    """A requirement of go.mod whose newest version says something of the one required."""

    def plant(clinic: Clinic) -> None:
        clinic.world.add(Module("github.com/google/uuid", "v1.6.1", extra=extra))
        clinic.chain()

    return plant


def _page(text: str) -> Plant:
    """A private module at a host of its own, whose page is this; a forward proxy leads there."""

    def plant(clinic: Clinic) -> None:
        gomod("require code.corp.example/lib v1.0.0")(clinic)
        with (clinic.app / "go.sum").open("a") as file:
            file.write("".join(f"code.corp.example/lib v1.0.0{end} h1:{'A' * 43}=\n" for end in ("", "/go.mod")))
        clinic.env["GOPRIVATE"] = "code.corp.example"
        port = int(clinic.source(("*", page(text)), host="code.corp.example").rpartition(":")[2])
        leading = ForwardProxy(connect=lambda _, __: socket.create_connection(("127.0.0.1", port), 10))
        clinic.env["HTTPS_PROXY"] = f"http://127.0.0.1:{clinic.stack.enter_context(leading).port}"

    return plant


def _helper(name: str) -> Plant:
    """git's settings name this credential helper; a private repository answers."""

    def plant(clinic: Clinic) -> None:
        repository("v1.0.0", known="everywhere")(clinic)
        gomod(f"require {NEW} v1.0.0")(clinic)
        module = next(one for one in clinic.world if one.path == NEW)
        with (clinic.app / "go.sum").open("a") as file:
            file.writelines(f"{line}\n" for line in module.sum_lines)
        clinic.env["GOPRIVATE"] = NEW
        with (clinic.home / "gitconfig").open("a") as file:
            file.write(f'[credential]\n\thelper = "{name}"\n')

    return plant


def _major_not_in_gomod(clinic: Clinic) -> None:
    """The tag is v2.0.0, and go.mod has no /v2."""
    repository("v2.0.0")(clinic)


SSH = ("private", "auth.ssh", "fatal")
WITHDRAWN = ("version", "module.retracted", "warning")
OLD = ("retracted", "module.retracted", "warning")
NO_PAGE = ("private", "vcs.no_go_import", "fatal")
OTHERS_PAGE = '<meta name="go-import" content="other.corp.example/x git https://other.corp.example/x">'
UNTAGGED = ("version", "vcs.unknown_revision", "fatal")
LOGIN = ("credentials", "auth.credentials", "warning")
MISCONFIGURED = ("settings", "proxy.misconfigured", "fatal")
NO_TOOLCHAIN = ("toolchain", "toolchain.unavailable", "fatal")
SKEWED = ("settings", "env.invalid", "warning")

FAULTS: tuple[Fault, ...] = (
    Fault("goproxy-semicolon", _separator, (MISCONFIGURED,)),
    Fault("goproxy-wrong-case", env(GOPROXY="OFF"), (MISCONFIGURED,), go=DOWNLOAD),
    Fault("goproxy-empty-list", env(GOPROXY=","), (MISCONFIGURED,), go=DOWNLOAD),
    Fault("goproxy-scheme", env(GOPROXY="ftp://a.example"), (MISCONFIGURED,), go=DOWNLOAD),
    Fault("goproxy-quotes", env(GOPROXY='"https://a.example"'), (MISCONFIGURED,), go=DOWNLOAD),
    Fault("goproxy-after-direct", _after_direct, (("settings", "proxy.misconfigured", "warning"),)),
    Fault("goproxy-empty-stored", stored("GOPROXY=", without="GOPROXY"), (MISCONFIGURED,), go=DOWNLOAD),
    Fault("stored-value-hidden", _hidden, (SKEWED,)),
    Fault("blank-in-goprivate", env(GOPRIVATE="a.example, b.example"), (SKEWED,)),
    Fault("scheme-in-goprivate", env(GOPRIVATE="https://a.example"), (SKEWED,)),
    Fault("goinsecure-for-proxy", _insecure, (SKEWED,)),
    Fault("no-such-godebug", env(GODEBUG="gomodulesruntime=1"), (SKEWED,)),
    Fault("gosumdb-off", env(GOSUMDB="off"), (SKEWED,)),
    Fault("gosumdb-unknown", env(GOSUMDB="sum.golang.com"), (("settings", "env.invalid", "fatal"),)),
    Fault("flags-refused", env(GOFLAGS="-nonsense"), (("settings", "env.invalid", "fatal"),), go=DOWNLOAD),
    Fault("modules-off", env(GO111MODULE="off"), (("settings", "mode.no_module", "fatal"),), go=DOWNLOAD),
    Fault("modules-unknown", env(GO111MODULE="yes"), (("settings", "env.invalid", "fatal"),), go=DOWNLOAD),
    Fault("toolchain-too-old", gomod("toolchain go1.99.0"), (("toolchain", "toolchain.too_old", "fatal"),)),
    Fault("toolchain-invalid", env(GOTOOLCHAIN="newest"), (NO_TOOLCHAIN,), go=DOWNLOAD),
    Fault(
        "toolchain-not-on-path",
        lambda clinic: (gomod("toolchain go1.99.0")(clinic), env(GOTOOLCHAIN="path")(clinic))[1],
        (NO_TOOLCHAIN,),
        go=DOWNLOAD,
    ),
    Fault("proxy-refused", _refused(",direct"), (("connections", "net.connect_refused", "fatal"),), go=DOWNLOAD),
    Fault("proxy-refused-moves-on", _refused_then_fine, (("connections", "net.connect_refused", "warning"),)),
    Fault("later-proxy-refused", _fine_then_refused, (("connections", "net.connect_refused", "warning"),)),
    Fault("proxy-502", chain("*", status(502)), (("chain", "proxy.server_error", "fatal"),), go=DOWNLOAD),
    Fault("proxy-403", chain("/github.com/*", status(403)), (("chain", "proxy.unauthorized", "fatal"),), go=DOWNLOAD),
    Fault("proxy-401", chain("/github.com/*", status(401)), (("chain", "proxy.unauthorized", "fatal"),), go=DOWNLOAD),
    Fault("proxy-429", chain("/github.com/*", status(429)), (("chain", "proxy.rate_limited", "fatal"),), go=DOWNLOAD),
    Fault("proxy-portal", chain("/github.com/*", page(PORTAL)), (("chain", "proxy.bad_response", "fatal"),)),
    Fault("proxy-reset", chain("*", reset), (("connections", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("proxy-hangs-up", chain("*", hang_up), (("connections", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("proxy-silent", chain("*", silent), (("connections", "net.response_timeout", "fatal"),)),
    Fault("proxy-no-http", chain("*", garbage), (("chain", "proxy.bad_response", "fatal"),), go=DOWNLOAD),
    Fault("info-no-json", chain("*.info", body(b"{")), (("chain", "proxy.bad_response", "fatal"),), go=DOWNLOAD),
    Fault("zip-stalls", chain("*.zip", stalled(0.3)), (("connections", "net.response_timeout", "fatal"),)),
    Fault("zip-cut", chain("*.zip", truncated(0.5)), (("connections", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("zip-no-zip", chain("*.zip", body(b"nonsense")), (("chain", "proxy.bad_response", "fatal"),)),
    Fault("zips-elsewhere", _zips_elsewhere, (("connections", "net.connect_refused", "fatal"),), go=DOWNLOAD),
    Fault("list-refused", chain("*/@v/list", status(500)), (("chain", "proxy.server_error", "warning"),)),
    Fault("no-source-has-it", _unknown_module, (("chain", "proxy.not_found", "fatal"), UNLISTED), go=DOWNLOAD),
    Fault("file-source-missing", _file_source, (("chain", "proxy.not_found", "fatal"),), go=DOWNLOAD),
    Fault("goproxy-off", env(GOPROXY="off"), (("chain", "proxy.off", "fatal"),), go=DOWNLOAD),
    Fault("sumdb-refused", _sumdb_refused, (NO_DATABASE, UNLISTED), go=DOWNLOAD),
    Fault("sumdb-promised", _sumdb_promised, (("sumdb", "checksum.sumdb_unreachable", "warning"),)),
    Fault("sumdb-handshake", _sumdb_handshake, (NO_DATABASE, UNLISTED), go=DOWNLOAD),
    Fault("sumdb-signature", _sumdb_wrong_signature, (("sumdb", "checksum.sumdb_untrusted", "fatal"),)),
    Fault("sumdb-fork", _sumdb_fork, (("sumdb", "checksum.sumdb_untrusted", "fatal"),)),
    Fault("sumdb-portal", _sumdb_page, (("sumdb", "checksum.sumdb_unreachable", "warning"),)),
    Fault("cache-read-only", _read_only_cache, (CLOSED,), skipped=IS_ROOT),
    Fault("cache-is-a-file", _cache_is_a_file, (CLOSED,), go=DOWNLOAD),
    Fault("cache-relative", env(GOMODCACHE="cache"), (("modcache", "env.invalid", "fatal"),), go=DOWNLOAD),
    Fault("netrc-open", netrc("machine a.example login me password x\n", 0o644), (LOGIN,)),
    Fault("netrc-incomplete", netrc("machine a.example login me\n"), (LOGIN,)),
    Fault("netrc-default", netrc("default login me password x\n"), (LOGIN,)),
    Fault("netrc-port", _netrc_without_port, (LOGIN,)),
    Fault("goauth-refused", env(GOAUTH="off;netrc"), (("credentials", "auth.credentials", "fatal"),)),
    Fault("goauth-missing", env(GOAUTH="/nowhere/helper"), (LOGIN,)),
    Fault("goauth-fails", env(GOAUTH="/bin/false"), (LOGIN,)),
    Fault("goauth-format", env(GOAUTH="/bin/echo nonsense"), (LOGIN,)),
    Fault(
        "private-401",
        private(status(401, www_authenticate='Basic realm="x"')),
        (("private", "auth.credentials", "fatal"),),
        go=DOWNLOAD,
    ),
    Fault(
        "private-401-behind-dot-git",
        private(status(401, www_authenticate='Basic realm="x"'), module="git.corp.example/team/lib.git"),
        (("private", "auth.credentials", "fatal"),),
    ),
    Fault("private-404", private(status(404)), (("private", "vcs.not_found", "fatal"),), go=DOWNLOAD),
    Fault("ssh-key-refused", by_ssh(admits=False), (SSH,), go=DOWNLOAD),
    Fault("ssh-unknown-host", by_ssh(known="nothing"), (SSH,), go=DOWNLOAD),
    Fault("ssh-changed-host-key", by_ssh(known="another"), (SSH,), go=DOWNLOAD),
    Fault("ssh-closed-port", by_ssh(listens=False), (("private", "net.connect_refused", "fatal"),), go=DOWNLOAD),
    Fault("ssh-no-repository", by_ssh(module="gone"), (("private", "vcs.not_found", "fatal"),), go=DOWNLOAD),
    Fault(
        "git-missing",  # its rules lead to loopback: without it the module's host is one that nobody knows here
        _without_git,
        (("private", "vcs.tool_missing", "fatal"), ("names", "dns.nxdomain", "fatal")),
        go=DOWNLOAD,
    ),
    Fault("govcs-forbids", _forbidden, (("private", "vcs.disallowed", "fatal"),), go=DOWNLOAD),
    Fault("govcs-malformed", env(GOVCS="git"), (("private", "vcs.disallowed", "fatal"),)),
    Fault("gomod-invalid", gomod("nonsense x"), (("gomod", "module.gomod_invalid", "fatal"),), go=DOWNLOAD),
    Fault(
        "replace-missing",
        gomod("replace github.com/pkg/errors => ../errors"),
        (("gomod", "module.replace_missing", "fatal"),),
        go=DOWNLOAD,
    ),
    Fault(
        "gosum-malformed",
        _edit("go.sum", lambda text: text + "half line\n"),
        (("gomod", "checksum.cache_corrupt", "fatal"),),
        go=DOWNLOAD,
    ),
    Fault(
        "gosum-missing",
        _edit("go.sum", lambda text: ""),
        (UNLISTED,),
        go=BUILD,
    ),
    Fault("vendor-stale", _vendored, (("gomod", "mode.vendor", "fatal"),), go=BUILD),
    Fault(
        "work-missing",
        _workspace("use .\n\nuse ./gone"),
        (("gomod", "mode.workspace", "fatal"),),
        go=BUILD,
    ),
    Fault("work-outside", _workspace("use ./other"), (WORKSPACE,), go=BUILD),
    Fault("work-invalid", _workspace("nonsense"), (WORKSPACE,), go=BUILD),
    Fault(
        "cached-mod-altered",
        _cached(_altered_mod),
        (("modcache", "checksum.gosum_mismatch", "fatal"),),
        go=DOWNLOAD,
    ),
    Fault("cached-zip-cut", _cached(_cut_zip), (("modcache", "checksum.cache_corrupt", "fatal"),), go=BUILD),
    Fault("no-temporary-folder", env(TMPDIR="/nowhere/tmp"), (("machine", "env.invalid", "fatal"),)),
    Fault("build-cache-off", env(GOCACHE="off"), (("machine", "env.invalid", "fatal"),)),
    Fault("no-authorities", _no_authorities, (("machine", "tls.unknown_authority", "fatal"),), go=DOWNLOAD),
    Fault("clock-ahead", chain("*", _old_date), (("machine", "tls.expired", "warning"),)),
    Fault("certificate-expired", _expired, (("connections", "tls.expired", "fatal"),), go=DOWNLOAD),
    Fault("certificate-of-another", _another_name, (("connections", "tls.hostname_mismatch", "fatal"),), go=DOWNLOAD),
    Fault("certificate-unknown", _unknown_issuer, (("connections", "tls.unknown_authority", "fatal"),), go=DOWNLOAD),
    Fault("tls-to-http", _tls_to_http, (("connections", "tls.handshake", "fatal"),), go=DOWNLOAD),
    Fault("tls-looked-into", _intercepted, (("connections", "tls.unknown_authority", "fatal"),), go=DOWNLOAD),
    Fault("forward-proxy-wants-login", _refusing_proxy, (("connections", "net.http_proxy", "fatal"),), go=DOWNLOAD),
    Fault("just-tagged", repository("v1.0.0"), (("version", "proxy.not_found", "fatal"),), (f"{NEW}@v1.0.0",)),
    Fault("tag-not-pushed", repository(), (UNTAGGED,), (f"{NEW}@v1.0.0",)),
    Fault("tag-without-v", repository("1.0.0"), (UNTAGGED,), (f"{NEW}@v1.0.0",)),
    Fault("tag-without-folder", repository("v1.0.0", folder="api"), (UNTAGGED,), (f"{NEW}/api@v1.0.0",)),
    Fault(
        "tag-moved",
        repository("v1.0.0", code="package lib // as it was\n", known="everywhere"),
        (("version", "checksum.sumdb_mismatch", "fatal"),),
        (f"{NEW}@v1.0.0",),
    ),
    Fault(
        "known-to-the-database-alone",
        repository(known="database"),
        (("version", "proxy.not_found", "fatal"),),
        (f"{NEW}@v1.0.0",),
    ),
    Fault(
        "proxy-serves-other-bytes",
        _other_bytes,
        (("version", "checksum.sumdb_mismatch", "fatal"),),
        (f"{NEW}@v1.0.0",),
    ),
    Fault(
        "gosum-of-another",
        _gosum_of_another,
        (("version", "checksum.gosum_mismatch", "fatal"),),
        (f"{NEW}@v1.0.0",),
    ),
    Fault(
        "major-not-in-gomod",
        _major_not_in_gomod,
        (("version", "module.invalid_version", "fatal"),),
        (f"{NEW}/v2@v2.0.0",),
    ),
    Fault("requirement-retracted", _requirement_withdrawn("retract v1.6.0 // broken"), (OLD,)),
    Fault("requirement-deprecated", _requirement_withdrawn("// Deprecated: use another"), (OLD,)),
    Fault("page-without-go-import", _page("<html><head></head></html>"), (NO_PAGE,), go=DOWNLOAD),
    Fault("page-of-another", _page(OTHERS_PAGE), (NO_PAGE,), go=DOWNLOAD),
    Fault("helper-missing", _helper("nowhere"), (LOGIN,)),
    Fault("helper-hangs", _helper("!exec sleep 30;"), (LOGIN,)),
    Fault(
        "major-without-suffix",
        lambda clinic: None,
        (("version", "module.invalid_version", "fatal"),),
        (f"{NEW}@v2.0.0",),
    ),
    Fault("retracted", _withdrawn("retract v1.0.0 // broken"), (WITHDRAWN,), (f"{NEW}@v1.0.0",)),
    Fault("deprecated", _withdrawn("// Deprecated: use another"), (WITHDRAWN,), (f"{NEW}@v1.0.0",)),
)
