"""Lines in which a shell or a CI system shows the command it is about to run."""

import re
from typing import Final

_WORD: Final = r"(?:[A-Za-z_.~/\\]|\$\{?[A-Z])[\w.~/\\:@%+{}$=,\"'-]{0,256}"
_PROMPT: Final = re.compile(
    r"(?:"
    r"[^\s$#%>]{1,64}@[^\s$#%>]{1,64}(?:[: ][^$#%>]{0,160}?)? ?[$#%>❯] "  # user@host:dir$ , user@mac dir %
    r"|\[[^\]\s]{1,64}@[^\]]{1,160}\][$#] "  # [user@host dir]$
    r"|\([\w.-]{1,64}\) [^\s$#%>]{1,64}@[^$#%>]{1,160}[$#%] "  # (venv) user@host dir %
    r"|(?:ba|z|da|k)?sh-\d\.\d[$#] "
    r"|(?:[~/][^\s$#%>]{0,160}|[\w.~-]{1,64})? ?(?:\$|❯|λ|›|») "
    r"|/[^\s$#%>]{0,160} # "  # /app #
    r"|➜  ?\S{1,128}(?: git:\([^)]{1,128}\))?(?: ✗)? "
    r"|PS [A-Za-z]:\\[^>]{0,200}> ?|PS /[^>]{0,200}> ?"
    r"|[A-Za-z]:\\[^>|<\"*?]{0,200}> ?"
    r")(?P<command>\S.{0,4000})"
)
_TRACE: Final = re.compile(rf"\+{{1,4}} (?P<command>{_WORD}(?: .{{0,4000}})?)$")
_NOT_A_COMMAND: Final = re.compile(r"[\w./-]{1,256}:(?: |$)")
_MARKED: Final = (
    re.compile(r"##\[group\]Run (?P<command>.{1,4000})"),
    re.compile(r"(?:##)?\[command\](?P<command>.{1,4000})"),
    re.compile(r"#\d{1,4} \[[^\]]{1,120}\] (?P<command>RUN .{1,4000})"),
    re.compile(r"(?:Step|STEP) \d{1,3}/\d{1,3} ?: (?P<command>RUN .{1,4000})"),
    re.compile(
        r" ?=> (?:ERROR |CACHED |CANCELED )?\[[^\]]{1,120}\] (?P<command>RUN .{1,4000}?)(?: {2,}\d[\d.]{0,8}s)?$"
    ),
    re.compile(r"(?:INFO\[\d{1,6}\] |Running: )*Running: \[/bin/sh -c (?P<command>.{1,4000})\]$"),
    re.compile(r"Running command (?P<command>.{1,4000})"),
    re.compile(r"(?:::group::)Run (?P<command>.{1,4000})"),
    re.compile(r"> Task :(?P<command>[\w:-]{1,128})$"),
)
_RUN: Final = re.compile(r"RUN (?:--\w{1,16}=\S{1,512} ){0,8}(?P<command>.*)")
_SHELL: Final = re.compile(r"(?:/bin/)?(?:ba|da|z)?sh -e?x?c [\"']?(?P<command>[^\"']{1,4000})[\"']?$")


def command_in(text: str) -> str | None:
    """The command that a line shows, without prompt and wrapper; None when it shows none."""
    first = text[:1]
    if first in "#S[ I:>R":
        for pattern in _MARKED:
            if found := pattern.match(text):
                return _bare(found["command"])
    if first == "+" and (found := _TRACE.match(text)) and not _NOT_A_COMMAND.match(found["command"]):
        return _bare(found["command"])
    found = _PROMPT.match(text) if not first.isspace() else None
    if found and not found["command"].startswith(("=", "(", "{")):
        return _bare(found["command"])
    return None


def _bare(command: str) -> str:
    command = command.strip()
    if found := _RUN.fullmatch(command):
        command = found["command"]
    if found := _SHELL.fullmatch(command):
        command = found["command"]
    return command
