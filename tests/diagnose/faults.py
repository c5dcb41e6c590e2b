"""Faults of a machine and its network: how each is planted, which check finds it, by which code and how grave."""

import os
import stat
from dataclasses import dataclass

from tests.diagnose.clinic import Clinic, Plant
from tests.lab.listener import refused_port
from tests.lab.sumdb import SumDb
from tests.lab.upstream import body, garbage, hang_up, page, redirect, reset, silent, stalled, status, truncated

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
    Fault("proxy-refused", _refused(",direct"), (("chain", "net.connect_refused", "fatal"),), go=DOWNLOAD),
    Fault("proxy-refused-moves-on", _refused_then_fine, (("chain", "net.connect_refused", "warning"),)),
    Fault("later-proxy-refused", _fine_then_refused, (("chain", "net.connect_refused", "warning"),)),
    Fault("proxy-502", chain("*", status(502)), (("chain", "proxy.server_error", "fatal"),), go=DOWNLOAD),
    Fault("proxy-403", chain("/github.com/*", status(403)), (("chain", "proxy.unauthorized", "fatal"),), go=DOWNLOAD),
    Fault("proxy-401", chain("/github.com/*", status(401)), (("chain", "proxy.unauthorized", "fatal"),), go=DOWNLOAD),
    Fault("proxy-429", chain("/github.com/*", status(429)), (("chain", "proxy.rate_limited", "fatal"),), go=DOWNLOAD),
    Fault("proxy-portal", chain("/github.com/*", page(PORTAL)), (("chain", "proxy.bad_response", "fatal"),)),
    Fault("proxy-reset", chain("*", reset), (("chain", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("proxy-hangs-up", chain("*", hang_up), (("chain", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("proxy-silent", chain("*", silent), (("chain", "net.response_timeout", "fatal"),)),
    Fault("proxy-no-http", chain("*", garbage), (("chain", "proxy.bad_response", "fatal"),), go=DOWNLOAD),
    Fault("info-no-json", chain("*.info", body(b"{")), (("chain", "proxy.bad_response", "fatal"),), go=DOWNLOAD),
    Fault("zip-stalls", chain("*.zip", stalled(0.3)), (("chain", "net.response_timeout", "fatal"),)),
    Fault("zip-cut", chain("*.zip", truncated(0.5)), (("chain", "net.reset", "fatal"),), go=DOWNLOAD),
    Fault("zip-no-zip", chain("*.zip", body(b"nonsense")), (("chain", "proxy.bad_response", "fatal"),)),
    Fault("zips-elsewhere", _zips_elsewhere, (("chain", "net.connect_refused", "fatal"),), go=DOWNLOAD),
    Fault("list-refused", chain("*/@v/list", status(500)), (("chain", "proxy.server_error", "warning"),)),
    Fault("no-source-has-it", _unknown_module, (("chain", "proxy.not_found", "fatal"),), go=DOWNLOAD),
    Fault("file-source-missing", _file_source, (("chain", "proxy.not_found", "fatal"),), go=DOWNLOAD),
    Fault("goproxy-off", env(GOPROXY="off"), (("chain", "proxy.off", "fatal"),), go=DOWNLOAD),
    Fault("sumdb-refused", _sumdb_refused, (("sumdb", "checksum.sumdb_unreachable", "fatal"),), go=DOWNLOAD),
    Fault("sumdb-promised", _sumdb_promised, (("sumdb", "checksum.sumdb_unreachable", "warning"),)),
    Fault("sumdb-handshake", _sumdb_handshake, (("sumdb", "checksum.sumdb_unreachable", "fatal"),), go=DOWNLOAD),
    Fault("sumdb-signature", _sumdb_wrong_signature, (("sumdb", "checksum.sumdb_untrusted", "fatal"),)),
    Fault("sumdb-fork", _sumdb_fork, (("sumdb", "checksum.sumdb_untrusted", "fatal"),)),
    Fault("sumdb-portal", _sumdb_page, (("sumdb", "checksum.sumdb_unreachable", "warning"),)),
    Fault("cache-read-only", _read_only_cache, (CLOSED,), skipped=IS_ROOT),
    Fault("cache-is-a-file", _cache_is_a_file, (CLOSED,), go=DOWNLOAD),
    Fault("cache-relative", env(GOMODCACHE="cache"), (("modcache", "env.invalid", "fatal"),), go=DOWNLOAD),
)
