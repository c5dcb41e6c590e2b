"""The commands of a log, one after the other: what was said while each of them ran, in bounded memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gomend.causes import Code
from gomend.explain.statements import Role, Speaker, Statement

MOST_FAULTS: Final = 256
MOST_TRIES: Final = 512
MOST_DONE: Final = 4096
MOST_WARNINGS: Final = 64
MOST_STEPS: Final = 128

_LAST_WORDS: Final = (
    "go: added ",
    "go: upgraded ",
    "go: downgraded ",
    "go: removed ",
    "go: no module dependencies",
    "go: to add module requirements",
)
"""go prints what it changed at its very end, after all fetching (modget/get.go: reportChanges)."""


_BESIDE: Final = ("# get", "go: finding ", "go: extracting ")
"""go prints these of requests that run beside one that has failed already; up to Go 1.13 for each module."""


@dataclass(slots=True, eq=False)
class Step:
    """One command, or one go process where the log does not tell commands apart."""

    command: str = ""
    channel: str = ""
    status: int | None = None
    faults: list[Statement] = field(default_factory=list)
    tries: dict[str, Statement] = field(default_factory=dict)  # by URL, or by their text
    warnings: list[Statement] = field(default_factory=list)
    done: set[str] = field(default_factory=set)  # URLs that were answered, modules that go set out to fetch
    succeeding: bool = False  # go printed what it prints at its very end
    counts: Counter[Code] = field(default_factory=Counter)  # what is harmless in itself, and is not kept
    faults_beyond: Counter[Code] = field(default_factory=Counter)  # faults that are not kept
    again: Counter[str] = field(default_factory=Counter)  # tries like one that is kept, by the same key
    failed: bool = False  # a program said that it failed
    succeeded: bool = False  # a program said that all went well
    spoke: bool = False
    last_line: str = ""  # the last line that is not empty, for want of anything better
    last_number: tuple[int, int] = (1, 1)

    def add(self, said: Statement) -> None:
        """Takes a statement in. What exceeds the bounds is counted only."""
        self.spoke = True
        match said.role:
            case Role.FAULT:
                if len(self.faults) < MOST_FAULTS:
                    self.faults.append(said)
                elif said.speaker is not Speaker.FOREIGN:
                    self.faults_beyond[said.code] += 1
            case Role.TRY:
                self._tried(said)
            case Role.WARNING:
                if len(self.warnings) < MOST_WARNINGS:
                    self.warnings.append(said)
            case Role.DONE | Role.PROGRESS:
                self.counts[said.code] += 1
                self.succeeding = said.text.startswith(_LAST_WORDS)
                if len(self.done) < MOST_DONE:
                    self.done.add(said.subject.url or said.text.removeprefix("go: downloading "))
            case Role.FAILED:
                self.failed = True
            case Role.SUCCEEDED:
                self.succeeded = True

    def _tried(self, said: Statement) -> None:
        key = said.subject.url or said.text[:200]
        if key in self.tries:
            self.again[key] += 1
        elif len(self.tries) < MOST_TRIES:
            self.tries[key] = said
        else:
            self.counts[said.code] += 1

    def absorb(self, gone: "Step") -> None:
        """Counts what an earlier command said that is not kept."""
        self.counts.update(gone.counts)
        for key, request in gone.tries.items():
            self.counts[request.code] += 1 + gone.again[key]
        self.faults_beyond.update(gone.faults_beyond)
        self.faults_beyond.update(fault.code for fault in gone.faults if fault.speaker is not Speaker.FOREIGN)

    @property
    def alarming(self) -> bool:
        """Whether anything in it would be the reason of a failure."""
        return any(fault.speaker is not Speaker.FOREIGN for fault in self.faults)

    @property
    def red(self) -> bool:
        """Whether it failed, as far as the log tells."""
        if self.status is not None:
            return self.status != 0
        return self.alarming or self.failed

    def mended(self, fault: Statement) -> bool:
        """Whether this later step fetched what that fault had not."""
        module, version = fault.subject.module, fault.subject.version
        if fault.subject.url and fault.subject.url in self.done:
            return True
        return bool(module) and f"{module} {version}" in self.done


@dataclass(slots=True)
class Steps:
    """All commands of a log in order. A command line begins a new one, and so does go at work after an error."""

    finished: list[Step] = field(default_factory=list)
    open: dict[str, Step] = field(default_factory=dict)  # by channel

    def add(self, channel: str, said: Statement) -> None:
        step = self._step(channel)
        works = said.role in (Role.DONE, Role.PROGRESS, Role.SUCCEEDED) and said.speaker in (Speaker.GO, Speaker.CLIENT)
        if works and any(fault.speaker is Speaker.GO for fault in step.faults) and not said.text.startswith(_BESIDE):
            step = self._next(channel, step.command)
        step.add(said)

    def command(self, channel: str, text: str) -> None:
        """The log shows that a command begins."""
        self._next(channel, text)

    def exit(self, channel: str, status: int | None) -> None:
        """The log shows how the command ended."""
        step = self._step(channel)
        step.status = status if status is not None else step.status
        if status is None:
            step.failed = True
        step.spoke = True
        self._next(channel, "")

    def left_out(self, statements: Iterable[Statement], times: int) -> None:
        """Counts what lines say of which so many were not handed over; it belongs to the last command."""
        step = self.all()[-1] if self.all() else self._step("")
        for said in statements:
            if said.role is Role.FAULT and said.speaker is not Speaker.FOREIGN:
                step.faults_beyond[said.code] += times
            elif said.role in (Role.TRY, Role.DONE, Role.PROGRESS):
                step.counts[said.code] += times

    def line(self, channel: str, text: str, where: tuple[int, int]) -> None:
        """A line that means nothing by itself; the last one is kept."""
        step = self._step(channel)
        step.last_line, step.last_number = text, where

    def all(self) -> list[Step]:
        """Every step, those still open at the end."""
        return [step for step in (*self.finished, *self.open.values()) if step.spoke or step.command or step.last_line]

    def _step(self, channel: str) -> Step:
        step = self.open.get(channel)
        if step is None:
            if len(self.open) >= MOST_WARNINGS:
                self._close(next(iter(self.open)))
            step = self.open[channel] = Step(channel=channel)
        return step

    def _next(self, channel: str, command: str) -> Step:
        self._close(channel)
        step = self.open[channel] = Step(command=command, channel=channel)
        return step

    def _close(self, channel: str) -> None:
        step = self.open.pop(channel, None)
        if step is None or not (step.spoke or step.command or step.last_line):
            return
        self.finished.append(step)
        if len(self.finished) > MOST_STEPS:
            self._forget()

    def _forget(self) -> None:
        """Halves the list at one go: keeps the latest steps, and of the earlier ones the latest that failed."""
        quarter = MOST_STEPS // 4
        earlier, latest = self.finished[:-quarter], self.finished[-quarter:]
        failed = [step for step in earlier if step.red][-quarter:]
        kept = [*failed, *latest]
        for gone in set(earlier) - set(failed):
            kept[0].absorb(gone)
        self.finished = kept
