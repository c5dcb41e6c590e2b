"""The parts that documents share: causes, findings, fixes, and what they rest on."""

from collections.abc import Iterable

import msgspec

from gomend import causes
from gomend.report.clean import clean
from gomend.texts import text


class Evidence(msgspec.Struct, frozen=True):
    """One thing a claim rests on: `source` is output, exchange, probe or settings."""

    source: str
    text: str


class Cause(msgspec.Struct, frozen=True):
    """A root cause or a warning. An empty string is "not known"; `lines` are the first and last line of the input."""

    code: str
    certainty: str
    module: str = ""
    version: str = ""
    host: str = ""
    url: str = ""
    file: str = ""
    lines: tuple[int, int] = (0, 0)
    text: str = ""
    evidence: tuple[Evidence, ...] = ()


class Fix(msgspec.Struct, frozen=True):
    """One way out: `level` is safe, careful or manual; `commands` are literal and run in their order.

    `key` names it whatever the language; `params` holds its cause's code and, where they are valid, module, version
    and host.
    """

    id: int
    level: str
    title: str
    commands: tuple[str, ...] = ()
    key: str = ""
    params: dict[str, str] = {}


class Finding(msgspec.Struct, frozen=True):
    """What a check found: `severity` is fatal or warning, `check` the check or command; as of a cause otherwise."""

    code: str
    severity: str
    certainty: str
    check: str
    module: str = ""
    version: str = ""
    host: str = ""
    url: str = ""
    file: str = ""
    text: str = ""
    evidence: tuple[Evidence, ...] = ()


def cause_part(cause: causes.Cause) -> Cause:
    """A cause as a part of a document."""
    subject = cause.subject
    return Cause(
        code=cause.code.value,
        certainty=cause.certainty.value,
        module=subject.module,
        version=subject.version,
        host=subject.host,
        url=subject.url,
        file=subject.file,
        lines=cause.lines,
        text=cause.text,
        evidence=tuple(Evidence(source=one.source, text=one.text) for one in cause.evidence),
    )


def fix_parts(fixes: Iterable[causes.Fix], lang: str) -> tuple[Fix, ...]:
    """The fixes as a part of a document, named in `lang`. Raises KeyError for one without a title."""
    return tuple(
        Fix(fix.id, fix.level.value, _title(fix, lang), tuple(fix.commands), fix.key, dict(fix.about)) for fix in fixes
    )


def _title(fix: causes.Fix, lang: str) -> str:
    return text(lang, f"fixes.{fix.key}/title", **{name: clean(value) for name, value in fix.params.items()})


def findings(found: Iterable[causes.Finding]) -> tuple[Finding, ...]:
    """What checks or probes found, as a part of a document."""
    return tuple(
        Finding(
            code=one.code.value,
            severity=one.severity.value,
            certainty=one.certainty.value,
            check=one.check,
            module=one.subject.module,
            version=one.subject.version,
            host=one.subject.host,
            url=one.subject.url,
            file=one.subject.file,
            text=one.text,
            evidence=tuple(Evidence(source=each.source, text=each.text) for each in one.evidence),
        )
        for one in found
    )
