"""Which verdict `gomend fix` speaks of: the newest kept run, or look around, of a module root."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from gomend.causes import Level
from gomend.errors import GomendError
from gomend.gocmd.recorded import recorded
from gomend.gocmd.records import DOCTOR, RUNS
from gomend.mend.plans import KeptFix

FRESH = 3600.0  # seconds that a verdict is taken for what is still the matter


class NoVerdictError(GomendError):
    """There is no verdict to speak of; `others` are kept ones of other places or times, the newest first."""

    def __init__(self, word: str, others: tuple["Kept", ...]) -> None:
        super().__init__(word)
        self.word = word
        self.others = others


class _Fix(msgspec.Struct):
    id: int
    level: Level
    title: str
    commands: tuple[str, ...] = ()
    key: str = ""
    params: dict[str, str] = {}


class _Verdict(msgspec.Struct):
    outcome: str = ""
    roots: tuple["Named", ...] = ()
    fixes: tuple[_Fix, ...] = ()


class Named(msgspec.Struct):
    """A cause or a finding, as far as a person is told of it again."""

    code: str
    module: str = ""
    version: str = ""
    host: str = ""
    url: str = ""
    text: str = ""
    severity: str = "fatal"


class _Document(msgspec.Struct):
    """What is needed of a `gomend.report/1` or a `gomend.doctor/1`."""

    run: str
    started: str
    command: tuple[str, ...]
    root: str
    folder: str = ""
    outcome: str = ""
    relay: bool = True
    variables: dict[str, str] = {}
    verdict: _Verdict = msgspec.field(default_factory=_Verdict)
    findings: tuple[Named, ...] = ()
    fixes: tuple[_Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept verdict. `kind` is runs or doctor, `at` seconds since 1970; `causes` are its roots or findings.

    `variables` were given for that run alone (`gomend --goproxy`), secrets masked; `relay`: it passed gomend's relay.
    """

    kind: str
    run: str
    at: float
    started: str
    command: tuple[str, ...]
    root: str
    folder: str
    outcome: str
    causes: tuple[Named, ...]
    fixes: tuple[KeptFix, ...]
    relay: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        """Whether nothing was wrong that anything can be done about."""
        return self.outcome == "ok" and not self.fixes

    def still_asks_for(self, fixes: Iterable[KeptFix]) -> bool:
        """Whether one of these is still called for."""
        return bool({_same(one) for one in fixes} & {_same(one) for one in self.fixes})

    def finds_less(self, before: "Kept", fixes: Iterable[KeptFix]) -> bool:
        """Whether less is found than `before` of what these fixes are about, and none of them is called for any more.

        A code and a subject can stand for more than one finding (two settings that are wrong, say), and what was fatal
        can be left as a warning (a source that is down, once go may move on).
        """
        asked = {tuple(one.about.get(name, "") for name in _ABOUT) for one in fixes}
        now, then = self._weights(), before._weights()
        return not self.still_asks_for(fixes) and all(now[one] < then[one] for one in asked if one in then)

    def _weights(self) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for one in self.causes:
            found[tuple(getattr(one, name) for name in _ABOUT)] += 2 if one.severity == "fatal" else 1
        return found


_ABOUT = ("code", "module", "version", "host")


def _same(fix: KeptFix) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What makes two fixes of two looks the same one."""
    return fix.key, tuple(sorted((name, value) for name, value in fix.about.items() if name != "code"))


_decoder = msgspec.json.Decoder(_Document)


def kept(environment: Mapping[str, str]) -> list[Kept]:
    """All kept verdicts, the newest first; what cannot be read is passed over."""
    found = [*_all(environment, RUNS), *_all(environment, DOCTOR)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def newest(found: list[Kept], root: str, now: float) -> Kept:
    """The newest of a module root that is fresh enough. Raises NoVerdictError."""
    here = next((one for one in found if one.root == root), None)
    if here is None or not 0 <= now - here.at <= FRESH + 1:
        raise NoVerdictError("", tuple(found))
    return here


def named(found: list[Kept], word: str) -> Kept:
    """The one whose name is `word` or begins with it. Raises NoVerdictError where there is none, or more than one."""
    exact = [one for one in found if one.run == word] or [one for one in found if word and one.run.startswith(word)]
    if len(exact) != 1:
        raise NoVerdictError(word, tuple(exact or found))
    return exact[0]


def _all(environment: Mapping[str, str], kind: str) -> Iterator[Kept]:
    for one in recorded(environment, kind):
        try:
            yield _kept(kind, _decoder.decode(one.record.read_bytes()))
        except (OSError, ValueError):  # forgotten meanwhile; cut short; written by another version
            continue


def _kept(kind: str, said: _Document) -> Kept:
    fixes = tuple(
        KeptFix(one.id, one.level, one.key, one.title, one.commands, one.params)
        for one in said.verdict.fixes or said.fixes
    )
    return Kept(
        kind,
        said.run,
        datetime.fromisoformat(said.started).timestamp(),
        said.started,
        said.command,
        said.root,
        said.folder or said.root,
        said.verdict.outcome or said.outcome,
        said.verdict.roots or said.findings,
        fixes,
        said.relay,
        said.variables,
    )
