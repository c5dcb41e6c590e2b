"""One wording: how a client words one kind of fault, and where that was read."""

import re
from dataclasses import dataclass

from gomend.causes import Certainty, Code

LONGEST_TEXT = 8192
"""Matching looks at so many characters at most: the time it can take is bounded whatever a log holds."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Text that tells a cause. It is there when `needle` is in the text and `pattern`, if any, is found in it.

    Named groups of `pattern` (module, version, host, url, file, package) say what the fault is about.
    """

    code: Code
    needle: str
    example: str  # a core as the client prints it, without the wrappers around it
    source: str  # who prints it
    pattern: re.Pattern[str] | None = None
    certainty: Certainty = Certainty.CERTAIN
    follows: bool = False  # it is printed for whatever went wrong before; another statement may say what that was

    def find(self, text: str) -> dict[str, str] | None:
        """The facts the text gives (may be none), or None when it is not this wording."""
        if self.needle not in text:
            return None
        if self.pattern is None:
            return {}
        found = self.pattern.search(text)
        if found is None:
            return None
        return {name: value for name, value in found.groupdict().items() if value}
