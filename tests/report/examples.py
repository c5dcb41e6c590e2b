"""Verdicts as runs bring them, for the tests of every form."""

from collections.abc import Sequence

from gomend.causes import (
    Cause,
    Certainty,
    Code,
    Evidence,
    Finding,
    Fix,
    Level,
    Outcome,
    Severity,
    Subject,
    Verdict,
)
from gomend.report import model
from gomend.report.model import CheckLine, DoctorReport, Exchanges, RunReport

GO_LINE = (
    "go: github.com/go-chi/chi/v5@v5.2.1: reading "
    "https://goproxy.corp.example/github.com/go-chi/chi/v5/@v/v5.2.1.mod: 502 Bad Gateway"
)
MOVE_ON = "GOPROXY='https://goproxy.corp.example|https://proxy.golang.org' go build ./..."

ROOT = Cause(
    Code.PROXY_SERVER_ERROR,
    Certainty.CERTAIN,
    Subject(module="github.com/go-chi/chi/v5", version="v5.2.1", host="goproxy.corp.example"),
    (1, 1),
    GO_LINE,
    (
        Evidence("output", GO_LINE),
        Evidence("probe", "502 again, 3 of 3, in 31 ms; DNS, TCP and TLS are fine"),
        Evidence("probe", "proxy.golang.org has this version (200, 112 ms)"),
        Evidence("settings", "GOPROXY=https://goproxy.corp.example,https://proxy.golang.org"),
    ),
)
RETRACTED = Cause(
    Code.MODULE_RETRACTED,
    Certainty.CERTAIN,
    Subject(module="example.com/old", version="v1.0.0"),
    (3, 4),
    "go: warning: example.com/old@v1.0.0: retracted by module author: broken",
)
SAFE = Fix(
    1,
    Level.SAFE,
    "move_on_public",
    {},
    (MOVE_ON,),
    {"code": "proxy.server_error", "host": "goproxy.corp.example"},
)
CAREFUL = Fix(2, Level.CAREFUL, "move_on", {}, ("go env -w GOPROXY=https://a.example",))
MANUAL = Fix(3, Level.MANUAL, "tell_owner", {"host": "goproxy.corp.example"})

FAILED = Verdict(Outcome.FAILED, roots=(ROOT,), fixes=(SAFE, MANUAL))
NOISY = Verdict(Outcome.OK, harmless={Code.PROGRESS_DOWNLOAD: 38, Code.PROXY_NOT_FOUND: 2, Code.NET_HTTP2: 1})
WARNED = Verdict(Outcome.OK, warnings=(RETRACTED,), harmless={Code.PROGRESS_DOWNLOAD: 3})
CUT_OFF = Verdict(Outcome.UNDETERMINED, roots=(ROOT,))


UNKNOWN_LOGIN = Finding(
    Code.AUTH_CREDENTIALS,
    Severity.FATAL,
    Certainty.CERTAIN,
    Subject(host="git.corp.example"),
    "credentials",
    "git.corp.example answers 401 and nothing is stored for it",
    (Evidence("probe", "401 Unauthorized"), Evidence("settings", "GOPRIVATE=*.corp.example")),
)
LITTLE_ROOM = Finding(
    Code.DISK_FULL, Severity.WARNING, Certainty.LIKELY, Subject(file="/cache"), "modcache", "There is little room left"
)


def doctor(found: Sequence[Finding] = (UNKNOWN_LOGIN, LITTLE_ROOM), lang: str = "en") -> DoctorReport:
    """A run of the doctor that found these."""
    checks = [
        CheckLine("settings", "Settings", "ok", 0.1, "GOPROXY=off"),
        CheckLine("credentials", "Credentials", "problem" if found else "ok", 1.2, "none are needed"),
        CheckLine("modcache", "Module cache", "warning" if found else "ok", 0.2, "/cache, 2.1 GB free"),
        CheckLine("private", "Private repos", "skipped" if found else "ok", 0, "skipped, needs Credentials"),
    ]
    return model.doctor_report(
        run_id="7f3b",
        started="2026-11-22T10:00:00Z",
        command=["gomend", "doctor"],
        root="/home/dev/service",
        outcome="problems" if found else "ok",
        seconds=1.9,
        checks=checks,
        found=found,
        fixes=(MANUAL,) if found else (),
        step="gomend explain auth.credentials" if found else "",
        lang=lang,
    )


def run(
    verdict: Verdict,
    *,
    command: tuple[str, ...] = ("go", "build", "./..."),
    exit_status: int = 1,
    lang: str = "en",
    exchanges: Exchanges | None = None,
    recorded: bool = True,
) -> RunReport:
    """The report of a run of 8.4 s that came to this verdict."""
    return model.run_report(
        run_id="7f3a",
        command=command,
        exit_status=exit_status,
        started="2026-11-22T10:00:00Z",
        seconds=8.4,
        relay=True,
        verdict=verdict,
        exchanges=exchanges,
        lang=lang,
        folder="/home/dev/app/cmd",
        root="/home/dev/app",
        recorded=recorded,
    )
