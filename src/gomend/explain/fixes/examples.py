"""The fixes of a code as its page shows them: all of them, with stand-in names."""

from typing import Final

from gomend.causes import Cause, Certainty, Code, Fix, Subject
from gomend.explain.fixes.remedies import Remedy, remedies_for
from gomend.explain.fixes.situation import Situation

_MODULE, _VERSION = "github.com/example/m", "v1.2.3"
_HOSTS: Final = {
    "auth": "github.com",
    "vcs": "github.com",
    "checksum": "sum.golang.org",
}
_GOPROXIES: Final = (
    ("proxy.example.com", "https://proxy.example.com,direct"),
    ("proxy.golang.org", "https://proxy.golang.org,direct"),
    ("proxy.example.com", "https://proxy.example.com;direct"),
)
_FILE: Final = "/home/dev/go/pkg/mod/cache"
_FACTS: Final = {"commit": "8e3ba7f1c2d4", "tag": "api/v1.2.3", "wrong_tag": "v1.2.3"}
_TEXTS: Final = {
    Code.MODE_WORKSPACE: "cannot load module web listed in go.work file: open web/go.mod: no such file",
    Code.ENV_INVALID: "parsing $GOFLAGS: unknown flag -vendor",
}
_COMMAND: Final = ("go", "mod", "download")


def example_fixes(code: Code) -> tuple[Fix, ...]:
    """Every fix that a cause with this code can have, in order, for an invented module behind an invented proxy."""
    fixes = []
    for number, remedy in enumerate(remedies_for(code), start=1):
        situation = _situation(code, remedy)
        params, about = remedy.params(situation), situation.about
        fixes.append(Fix(number, remedy.level, remedy.key, params, remedy.commands(situation), about))
    return tuple(fixes)


def _situation(code: Code, remedy: Remedy) -> Situation:
    """One that calls for the remedy, if any of the stand-ins does."""
    text = _TEXTS.get(code, "")
    situations = [
        Situation(
            Cause(code, Certainty.CERTAIN, Subject(_MODULE, _VERSION, host, file=_FILE), (1, 1), text, facts=_FACTS),
            {"GOPROXY": goproxy, "GOPRIVATE": "", "GOFLAGS": "-modcacherw -vendor"},
            _COMMAND,
        )
        for host, goproxy in (*_GOPROXIES, (_HOSTS.get(code.layer, _GOPROXIES[0][0]), _GOPROXIES[0][1]))
    ]
    if code.layer in ("auth", "vcs", "checksum"):
        situations.reverse()
    return next((situation for situation in situations if remedy.applies(situation)), situations[0])
