"""The fixes of a code as its page shows them: all of them, with stand-in names."""

from typing import Final

from gomend.causes import Cause, Certainty, Code, Fix, Subject
from gomend.explain.fixes.remedies import remedies_for
from gomend.explain.fixes.situation import Situation

_MODULE, _VERSION = "github.com/example/m", "v1.2.3"
_HOSTS: Final = {"auth": "github.com", "vcs": "github.com", "checksum": "sum.golang.org"}
_SETTINGS: Final = {"GOPROXY": "https://proxy.example.com,direct", "GOPRIVATE": ""}
_COMMAND: Final = ("go", "mod", "download")


def example_fixes(code: Code) -> tuple[Fix, ...]:
    """Every fix that a cause with this code can have, in order, for an invented module behind an invented proxy."""
    subject = Subject(_MODULE, _VERSION, _HOSTS.get(code.layer, "proxy.example.com"))
    situation = Situation(Cause(code, Certainty.CERTAIN, subject, (1, 1), ""), _SETTINGS, _COMMAND)
    return tuple(
        Fix(number, remedy.level, remedy.key, remedy.params(situation), remedy.commands(situation))
        for number, remedy in enumerate(remedies_for(code), start=1)
    )
