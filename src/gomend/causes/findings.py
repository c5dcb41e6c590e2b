"""What is said about a run: events of a log, causes, fixes, the verdict. Plain data; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from gomend.causes.codes import Code


class Severity(StrEnum):
    """How much it matters, decided by the outcome and never by colour or wording."""

    BENIGN = "benign"
    WARNING = "warning"
    FATAL = "fatal"


class Certainty(StrEnum):
    """How sure a cause is."""

    CERTAIN = "certain"  # go's own text leaves no other reading, or a request or probe showed it
    LIKELY = "likely"  # text and settings agree
    UNSURE = "unsure"  # something that would decide was not checked


class Outcome(StrEnum):
    """What a command came to."""

    OK = "ok"
    FAILED = "failed"
    UNDETERMINED = "undetermined"


class Level(StrEnum):
    """Who may apply a fix: `safe` is offered as the next command, `careful` asks, `manual` is a person's act."""

    SAFE = "safe"
    CAREFUL = "careful"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about; an empty string is "not known"."""

    module: str = ""  # module path, unescaped
    version: str = ""
    host: str = ""  # host, with :port where it is not the scheme's own
    url: str = ""  # as the log or the request names it, secrets masked
    file: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a claim rests on."""

    source: Literal["output", "exchange", "probe", "settings"]
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a log says."""

    code: Code
    severity: Severity
    subject: Subject
    lines: tuple[int, int]  # first and last line of the input, 1-based, inclusive
    text: str  # the log's own words, secrets masked, control characters removed


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause or a warning, with what it rests on."""

    code: Code
    certainty: Certainty
    subject: Subject
    lines: tuple[int, int]
    text: str
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # what a fix needs to know beyond the subject


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the machine or the network showed to be wrong: `fatal` or `warning`.

    `check` names the check or the command that looked; `text` says it in one sentence, in the user's language; `facts`
    are what a fix needs to know beyond the subject (`setting`: the variable to change, `value`: what it has to be).
    """

    code: Code
    severity: Severity
    certainty: Certainty
    subject: Subject
    check: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def cause(self) -> Cause:
        """The finding as a cause, for which there are fixes; its text is all that was seen."""
        words = "\n".join((self.text, *(one.text for one in self.evidence)))
        return Cause(self.code, self.certainty, self.subject, (0, 0), words, self.evidence, self.facts)


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out. `key` and `params` name its title in the catalogs (`fixes.<key>`); commands are literal."""

    id: int  # 1-based, in the order offered
    level: Level
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)  # code, and the valid module, version, host of its cause


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run or a log came to."""

    outcome: Outcome
    roots: tuple[Cause, ...] = ()  # the most decisive first; empty when nothing fatal was seen
    warnings: tuple[Cause, ...] = ()
    harmless: Mapping[Code, int] = field(default_factory=dict)  # lines that looked like trouble or progress, counted
    fixes: tuple[Fix, ...] = ()
