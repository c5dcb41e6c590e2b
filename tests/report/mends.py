"""Plans and changes as they come up, for the tests of their documents and screens."""

from gomend.causes import Level
from gomend.mend.journal import Entry
from gomend.mend.lastlook import Kept, Named
from gomend.mend.plans import Ground, KeptFix, plan_for
from gomend.mend.steps import Edit

CORPORATE = "https://goproxy.corp.example,https://proxy.golang.org"
ABOUT = {"code": "proxy.server_error", "host": "goproxy.corp.example"}
FIXES = (
    KeptFix(1, Level.CAREFUL, "move_on", "", ("GOPROXY=… go build ./...",), ABOUT),
    KeptFix(2, Level.SAFE, "run_again_later", "", ("gomend go build ./...",), ABOUT),
    KeptFix(3, Level.MANUAL, "tell_owner", "", (), ABOUT),
)
KEPT = Kept(
    kind="runs",
    run="7f3a",
    at=1_764_000_000.0,
    started="2025-11-24T16:00:00Z",
    command=("go", "build", "./..."),
    root="/home/dev/app",
    folder="/home/dev/app",
    outcome="failed",
    causes=(
        Named(
            "proxy.server_error", "github.com/go-chi/chi/v5", "v5.2.1", "goproxy.corp.example", "", "502 Bad Gateway"
        ),
    ),
    fixes=FIXES,
)
GROUND = Ground(
    {"GOPROXY": CORPORATE, "GOPRIVATE": "*.corp.example", "GONOPROXY": "*.corp.example"},
    {},
    (
        "git.corp.example/team/lib",
        "github.com/go-chi/chi/v5",
        "git.other.example/a",
        "gopkg.in/yaml.v3",
        "rsc.io/quote",
    ),
    KEPT.command,
)
PLANS = tuple(plan_for(fix, GROUND) for fix in FIXES)
ENTRY = Entry(
    "gomend.mend/1",
    "3c1f",
    "2025-11-24T16:01:30.000000Z",
    ("gomend", "fix", "7f3a:1"),
    KEPT.root,
    (f"GOPROXY: {CORPORATE} -> {CORPORATE.replace(',', '|')}",),
    "applied",
    (Edit("/home/dev/.config/go/env", None, b"GOPROXY=x\n", "goenv"),),
)
