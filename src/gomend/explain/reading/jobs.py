"""Stretches of a CI log that are not a program's output: what a step is set to, excerpts, repeats."""

import re
from collections import deque
from typing import Final

_GROUP_RUN: Final = re.compile(r"##\[group\]Run |::group::Run ")
_GROUP_END: Final = re.compile(r"##\[endgroup\]|::endgroup::")
_GROUP_LIMIT: Final = 200  # lines; a log that was cut in the middle may lack the end of a group
_SUMMARY_HEAD: Final = re.compile(r" ?> \[[^\]]{1,120}\] .{1,2000}:$")
_RULE: Final = re.compile(r"-{6,40}$")
_EXCERPT: Final = re.compile(r" {1,8}\d{1,6} \| ")
_SUMMARY_TIME: Final = re.compile(r"\A\d{1,5}\.\d{1,3} ")
_DROPPED: Final = re.compile(
    r"\[Pipeline\] |##\[(?:endgroup|section)\]|::(?:endgroup|add-mask|set-output|save-state|stop-commands|debug)|"
    r"At (?:line|[A-Za-z]:\\.{1,300}):\d+ char:\d+$|所在位置 .{0,200}行:\d+ 字符: ?\d+$|在行:\d+ 字符:\d+$|"
    r"位於 .{0,200}線:\d+ 字元:\d+$|"
    r"\s*\+ (?:CategoryInfo|FullyQualifiedErrorId|PSMessageDetails)\b|\s*\+ ~{3,}|\s*\+ .{0,400}~~~~|```|~~~$"
)
_RECORD: Final = re.compile(
    r"At (?:line|[A-Za-z]:\\.{1,300}):\d+ char:\d+$|所在位置 |在行:\d+ |位於 |\s*\+ (?:CategoryInfo|"
    r"FullyQualifiedErrorId|~)"
)


class JobState:
    """Remembers where in a CI log the reader stands."""

    def __init__(self) -> None:
        self._group_left = 0  # lines at most until the settings of a step are over
        self._summary = False
        self._recent: deque[str] = deque(maxlen=400)  # what BuildKit's steps printed, to know its repeats by
        self._record = False  # within what PowerShell adds to a line of standard error

    def take(self, text: str, channel: str) -> str | None:
        """The line as a program wrote it; None for one that no program wrote, or that repeats another."""
        if self._group_left:
            self._group_left -= 1
            if _GROUP_END.match(text):
                self._group_left = 0
            return None
        if _GROUP_RUN.match(text):
            self._group_left = _GROUP_LIMIT
            return text
        if _DROPPED.match(text):
            self._record = _RECORD.match(text) is not None
            return None
        if self._repeats(text) or _RULE.match(text) or _EXCERPT.match(text):
            return None
        if self._summary:
            return _SUMMARY_TIME.sub("", text, count=1)
        if channel.rpartition("/")[2].startswith("#"):
            self._recent.append(text)
        return text

    def _repeats(self, text: str) -> bool:
        """Whether the line says again what the log has said: in PowerShell's record, in BuildKit's summary."""
        if self._record:
            # The command, and the blank line that ends the record.
            self._record = text.startswith("+ ")
            if self._record or not text.strip():
                return True
        if _SUMMARY_HEAD.match(text):
            self._summary = True
            return True
        if self._summary and _RULE.match(text):
            self._summary = False
        return self._summary and _SUMMARY_TIME.sub("", text, count=1) in self._recent
