"""SARIF 2.1.0 (OASIS), as code-scanning services take it in."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

import gomend
from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.model import Cause, Explanation, Finding, RunReport
from gomend.report.place import GoMod, line_of
from gomend.texts import text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(document: Explanation | RunReport, lang: str, gomod: GoMod | None = None) -> str:
    """One run with a result for each root cause and warning; ruleId is the cause code.

    A result lies at the line of go.mod that names the module, else at its line of the explained log, else at go.mod.
    """
    verdict = phrases.verdict_of(document)
    level = "error" if verdict.outcome == "failed" else "warning"
    causes = [(root, level) for root in verdict.roots] + [(warning, "warning") for warning in verdict.warnings]
    results = [
        Result(cause.code, weight, _message(cause, lang), _location(cause, document, gomod)) for cause, weight in causes
    ]
    return log(results, lang, succeeded=verdict.outcome == "ok")


def of_findings(findings: Sequence[Finding], lang: str, gomod: GoMod | None = None) -> str:
    """As `sarif`, of what checks or probes found."""
    results = [
        Result(
            one.code,
            "error" if one.severity == "fatal" else "warning",
            "\n".join([one.text, *(f"{source}: {one_line(words)}" for source, words in phrases.facts(one, lang))]),
            _at(gomod.path if gomod else "go.mod", line_of(one, gomod)),
        )
        for one in findings
    ]
    return log(results, lang, succeeded=not any(one.severity == "fatal" for one in findings))


@dataclass(frozen=True, slots=True)
class Result:
    """One result: the cause code, SARIF's level, what is said, a physical location."""

    code: str
    level: str
    message: str
    location: dict[str, object]


def log(results: Sequence[Result], lang: str, *, succeeded: bool) -> str:
    """A whole SARIF log of one run."""
    codes = list(dict.fromkeys(result.code for result in results))
    run = {
        "tool": {
            "driver": {
                "name": "gomend",
                "version": gomend.__version__,
                "rules": [_rule(code, lang) for code in codes],
            }
        },
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": succeeded}],
        "results": [
            {
                "ruleId": result.code,
                "ruleIndex": codes.index(result.code),
                "level": result.level,
                "message": {"text": result.message},
                "locations": [{"physicalLocation": result.location}],
            }
            for result in results
        ],
    }
    return msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).decode() + "\n"


def _rule(code: str, lang: str) -> dict[str, object]:
    return {
        "id": code,
        "shortDescription": {"text": text(lang, f"codes.{code}/title")},
        "fullDescription": {"text": text(lang, f"codes.{code}/what")},
        "help": {"text": text(lang, f"codes.{code}/check")},
    }


def _message(cause: Cause, lang: str) -> str:
    rows = [f"{source}: {one_line(words)}" for source, words in phrases.evidence(cause, lang, go=False)]
    return "\n".join([phrases.headline(cause, lang), phrases.code_line(cause, lang), *rows])


def _location(cause: Cause, document: Explanation | RunReport, gomod: GoMod | None) -> dict[str, object]:
    line = line_of(cause, gomod)
    if gomod and line:
        return _at(gomod.path, line)
    if isinstance(document, Explanation) and document.input != "-" and cause.lines[0]:
        return _at(document.input, cause.lines[0])
    return _at(gomod.path if gomod else "go.mod", 0)


def _at(path: str, line: int) -> dict[str, object]:
    from urllib.parse import quote  # noqa: PLC0415 - no other form needs it

    place: dict[str, object] = {"artifactLocation": {"uri": quote(path.replace("\\", "/"))}}
    if line:
        place["region"] = {"startLine": line}
    return place
