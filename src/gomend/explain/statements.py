"""What a log says, statement by statement: the vocabulary between those who read lines and the one who decides."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gomend.causes import Certainty, Code, Subject


class Role(StrEnum):
    """What a statement does to the command that printed it."""

    FAULT = "fault"  # ends the command, unless a later try mends it
    TRY = "try"  # one request failed; the command may go on
    DONE = "done"  # one request or step worked
    PROGRESS = "progress"  # normal progress
    WARNING = "warning"  # works today
    FAILED = "failed"  # a program or a build reports its failure without saying why
    SUCCEEDED = "succeeded"  # a program or a build reports its success


class Speaker(StrEnum):
    """Who said it. The same words weigh less when another program quotes them."""

    GO = "go"
    CLIENT = "client"  # git, npm, pip, curl, docker on their own
    TOOLS = "tools"  # compiler, linker, tests
    FOREIGN = "foreign"  # a program that is not known


NOTHING: Final = Subject()


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a log says, over one line or several."""

    role: Role
    code: Code
    lines: tuple[int, int]
    text: str  # as logged, lines joined by newlines; neither masked nor cleaned yet
    speaker: Speaker = Speaker.GO
    certainty: Certainty = Certainty.CERTAIN
    subject: Subject = NOTHING
    follows: bool = False  # it may be printed for whatever went wrong before
    direct: bool = False  # said of a repository or import page, not of a module proxy
