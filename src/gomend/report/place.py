"""Where in a go.mod a cause belongs, so that a review shows it beside the line."""

import re
from dataclasses import dataclass

from gomend.report.model import Cause, Finding


@dataclass(frozen=True, slots=True)
class GoMod:
    """A go.mod file: `path` as a review names it (relative, with `/`), and its text."""

    path: str = "go.mod"
    text: str = ""


def line_of(cause: Cause | Finding, gomod: GoMod | None) -> int:
    """The 1-based line that requires (or else names) the cause's module; 0 where there is none."""
    if gomod is None or not cause.module:
        return 0
    word = re.compile(rf"(?<![^\s\"`(]){re.escape(cause.module)}(?![^\s\"`)])")
    for number, line in enumerate(gomod.text.splitlines(), start=1):
        if word.search(line.partition("//")[0]):
            return number
    return 0
