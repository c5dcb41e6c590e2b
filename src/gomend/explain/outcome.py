"""From what was said to a verdict, by go's rules: the outcome decides, not the keyword."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gomend.causes import Cause, Certainty, Code, Evidence, Outcome, Verdict
from gomend.explain.causing import cause_of
from gomend.explain.statements import Role, Speaker, Statement
from gomend.explain.steps import Step

MOST_ROOTS: Final = 8
_LAST_LINES: Final = 2
_FAILED: Final = re.compile(
    r"(?i)\b(?:abort|error|fatal|failed|failure|unable to|could not)\b|\b(?:get|head|post) \"?https?://"
    r"|^\s{0,8}(?:dial tcp|x509: )[^\n,]{1,400}$"
)

_STOPS_ALL: Final = 0
_TRANSPORT: Final = 1
_ANSWER: Final = 2
_MODULE: Final = 3
_OFTEN_FOLLOWS: Final = 4
_BUILD: Final = 5
_NOTHING: Final = 6

_BY_CODE: Final = {
    Code.DISK_FULL: _STOPS_ALL,
    Code.DISK_PERMISSION: _STOPS_ALL,
    Code.ENV_INVALID: _STOPS_ALL,
    Code.PROXY_MISCONFIGURED: _STOPS_ALL,
    Code.PROXY_OFF: _TRANSPORT,
    Code.VCS_TOOL_MISSING: _STOPS_ALL,
    Code.MODE_NO_MODULE: _MODULE,
    Code.PROXY_NOT_FOUND: _MODULE,
    Code.VCS_NOT_FOUND: _MODULE,
    Code.VCS_UNKNOWN_REVISION: _MODULE,
    Code.VCS_NO_GO_IMPORT: _MODULE,
    Code.VCS_LOCAL_GIT: _MODULE,
    Code.CHECKSUM_MISSING: _OFTEN_FOLLOWS,
    Code.MODULE_PACKAGE_MISSING: _OFTEN_FOLLOWS,
    Code.MODE_READONLY: _OFTEN_FOLLOWS,
    Code.TOOLCHAIN_UNAVAILABLE: _OFTEN_FOLLOWS,
    Code.BUILD_COMPILE: _BUILD,
    Code.UNKNOWN: _NOTHING,
}
_BY_LAYER: Final = {
    "dns": _TRANSPORT,
    "net": _TRANSPORT,
    "tls": _TRANSPORT,
    "proxy": _ANSWER,
    "checksum": _ANSWER,
    "auth": _ANSWER,
    "vcs": _ANSWER,
    "module": _MODULE,
    "toolchain": _MODULE,
    "mode": _MODULE,
}
_DIRECT_IS_FINAL: Final = frozenset(
    {Code.VCS_UNKNOWN_REVISION, Code.VCS_DISALLOWED, Code.VCS_TOOL_MISSING, Code.VCS_LOCAL_GIT, Code.DISK_FULL}
)
"""Faults of `direct` that a proxy's time-out before it does not explain."""


def rank(code: Code) -> int:
    """How decisive a code is among several: lower ranks cause higher ones, not the other way round."""
    return _BY_CODE.get(code, _BY_LAYER.get(code.layer, _NOTHING))


def judge(steps: Sequence[Step], exit_status: int | None) -> Verdict:
    """The verdict on a log's commands, without fixes. `exit_status` is the last command's, None when not known."""
    deciding = _deciding(steps, exit_status)
    warnings = _causes(warning for step in steps for warning in step.warnings)
    if deciding.outcome is not Outcome.FAILED:
        return Verdict(deciding.outcome, (), warnings, _harmless(steps, ()))
    faults = _roots(deciding.step, deciding.earlier)
    roots = tuple(_grouped(faults)[:MOST_ROOTS])
    if not roots:
        roots = (_unknown(deciding.step),)
    return Verdict(Outcome.FAILED, roots, warnings, _harmless(steps, faults))


@dataclass(frozen=True, slots=True)
class _Decision:
    outcome: Outcome
    step: Step
    earlier: tuple[Step, ...] = ()  # failed ones before it that nothing mended


def _deciding(steps: Sequence[Step], exit_status: int | None) -> _Decision:
    last = steps[-1] if steps else Step()
    if exit_status == 0:
        return _Decision(Outcome.OK, last)
    red = [step for at, step in enumerate(steps) if step.red and not _mended_later(step, steps[at + 1 :])]
    if exit_status is not None:
        if not red:
            red = [step for step in steps if step.faults] or [last]
        return _Decision(Outcome.FAILED, _last_with_reason(red), tuple(red[:-1]))
    if any(step.status == 0 for step in steps[-1:]) and not any(step.status for step in red):
        return _Decision(Outcome.OK, last)
    if red:
        return _Decision(Outcome.FAILED, _last_with_reason(red), tuple(red[:-1]))
    succeeded = last.status == 0 or last.succeeded or last.succeeding
    if not succeeded and _ends_with_a_failure(last):
        return _Decision(Outcome.FAILED, last)
    return _Decision(Outcome.OK if succeeded else Outcome.UNDETERMINED, last)


def _ends_with_a_failure(step: Step) -> bool:
    """Whether the last words of a log are a program's that is not known, saying that it failed and why."""
    return any(
        fault.speaker is Speaker.FOREIGN
        and fault.lines[1] >= step.last_number[0] - _LAST_LINES
        and _FAILED.search(fault.text) is not None
        for fault in step.faults
    )


def _last_with_reason(red: Sequence[Step]) -> Step:
    """The last failing step decides; where it only says that it failed, the one before that says why."""
    return next((step for step in reversed(red) if step.faults), red[-1])


def _mended_later(step: Step, later: Sequence[Step]) -> bool:
    """Whether a later try did what this step had failed to do."""
    own_fault = any(fault.code is Code.BUILD_COMPILE for fault in step.faults)
    for at, follower in enumerate(later):
        if follower.channel != step.channel or follower.red:
            continue
        went_on = follower.spoke or at + 1 < len(later)
        if step.command and step.command == follower.command and went_on:
            return True
        if follower.status == 0 and step.status is None and not step.command:
            return True
        if step.faults and all(follower.mended(fault) for fault in step.faults):
            return True
        if step.status is None and follower.succeeded and not own_fault:
            return True
    return False


def _roots(step: Step, earlier: Sequence[Step]) -> list[Statement]:
    faults = _ordered(step.faults)
    if not faults or faults[0].speaker is Speaker.FOREIGN or rank(faults[0].code) in (_OFTEN_FOLLOWS, _NOTHING):
        before = _ordered([fault for failed in earlier if failed is not step for fault in failed.faults])
        if before and rank(before[0].code) < _OFTEN_FOLLOWS:
            faults = _ordered([*before, *faults])
    faults = _with_hidden(faults, step)
    return _without_consequences(faults)


def _ordered(faults: Iterable[Statement]) -> list[Statement]:
    """The most decisive first; of equals the first in the log."""
    listed = list(faults)
    if any(fault.speaker in (Speaker.GO, Speaker.CLIENT, Speaker.TOOLS) for fault in listed):
        listed = [fault for fault in listed if fault.speaker is not Speaker.FOREIGN]
    return sorted(listed, key=lambda fault: (rank(fault.code) + (_OFTEN_FOLLOWS if fault.follows else 0), fault.lines))


def _with_hidden(faults: list[Statement], step: Step) -> list[Statement]:
    """After `|`, go reports the error of `direct` alone; a proxy's own shows with -x only (proxy.go: TryProxies)."""
    if not faults:
        return _tries_as_faults(step)
    first = faults[0]
    hiding = (first.direct and first.code not in _DIRECT_IS_FINAL and rank(first.code) > _TRANSPORT) or first.follows
    if not hiding:
        return faults
    hidden = [
        replace(request, role=Role.FAULT, certainty=Certainty.LIKELY)
        for request in step.tries.values()
        if rank(request.code) == _TRANSPORT and request.subject.url not in step.done
    ]
    return [*hidden, *faults]


def _tries_as_faults(step: Step) -> list[Statement]:
    """A command that failed without a word of its own: what went wrong on the way is the likely reason."""
    return [
        replace(request, role=Role.FAULT, certainty=Certainty.LIKELY)
        for request in step.tries.values()
        if request.subject.url not in step.done
    ]


def _without_consequences(faults: list[Statement]) -> list[Statement]:
    if not faults:
        return faults
    best = min(rank(fault.code) for fault in faults)
    kept = []
    for fault in faults:
        own = rank(fault.code)
        if own > best and (fault.follows or own >= _BUILD or (own == _OFTEN_FOLLOWS and best <= _ANSWER)):
            continue
        kept.append(fault)
    if any(not fault.follows for fault in kept):
        kept = [fault for fault in kept if not fault.follows or fault.code is not kept[0].code]
    return kept


def _grouped(faults: Iterable[Statement]) -> list[Cause]:
    """One cause for all that is the same fault: the same host, or the same module where the host is not the matter."""
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for fault in faults:
        about = fault.subject
        by_host = rank(fault.code) <= _TRANSPORT or fault.code.layer == "proxy"
        key: tuple[str, ...] = ()
        if fault.code is not Code.BUILD_COMPILE:
            key = (about.host,) if by_host else (about.module, about.version, about.file if not about.module else "")
        groups.setdefault((fault.code.value, *key), []).append(fault)
    causes = []
    for group in groups.values():
        cause = cause_of(next((fault for fault in group if fault.subject.module), group[0]))
        if len(group) > 1:
            more = Evidence("output", f"{len(group)} lines say so")
            cause = replace(cause, evidence=(*cause.evidence, more))
        causes.append(cause)
    return causes


def _unknown(step: Step) -> Cause:
    return cause_of(
        Statement(
            Role.FAULT,
            Code.UNKNOWN,
            step.last_number,
            step.last_line,
            certainty=Certainty.UNSURE,
            speaker=Speaker.FOREIGN,
        )
    )


def _causes(warnings: Iterable[Statement]) -> tuple[Cause, ...]:
    unique: dict[tuple[Code, str, str], Statement] = {}
    for warning in warnings:
        unique.setdefault((warning.code, warning.subject.module, warning.subject.version), warning)
    return tuple(cause_of(warning) for warning in unique.values())


def _harmless(steps: Sequence[Step], roots: Sequence[Statement]) -> dict[Code, int]:
    """Lines that looked like trouble or told of progress, by code. What the roots rest on is not among them."""
    counted: Counter[Code] = Counter()
    guilty_lines = {root.lines for root in roots}
    guilty_urls = {root.subject.url for root in roots if root.subject.url}
    for at, step in enumerate(steps):
        counted.update(step.counts)
        for key, request in step.tries.items():
            if request.lines not in guilty_lines and request.subject.url not in guilty_urls:
                counted[request.code] += 1 + step.again[key]
        if not roots or _mended_later(step, steps[at + 1 :]):
            counted.update(step.faults_beyond)
            for fault in step.faults:
                if fault.lines not in guilty_lines and fault.speaker is not Speaker.FOREIGN:
                    counted[fault.code] += 1
    return dict(counted)
