"""Verdicts as runs bring them, for the tests of every form."""

from gomend.causes import Cause, Certainty, Code, Evidence, Fix, Level, Outcome, Subject, Verdict
from gomend.report import model
from gomend.report.model import Exchanges, RunReport

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


def run(
    verdict: Verdict,
    *,
    command: tuple[str, ...] = ("go", "build", "./..."),
    exit_status: int = 1,
    lang: str = "en",
    exchanges: Exchanges | None = None,
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
    )
