"""SARIF 2.1.0 (OASIS), as code-scanning services take it in."""

import msgspec

import gomend
from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.model import Cause, Explanation, RunReport
from gomend.report.place import GoMod, line_of
from gomend.texts import text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(document: Explanation | RunReport, lang: str, gomod: GoMod | None = None) -> str:
    """One run with a result for each root cause and warning; ruleId is the cause code.

    A result lies at the line of go.mod that names the module, else at its line of the explained log, else at go.mod.
    """
    verdict = phrases.verdict_of(document)
    level = "error" if verdict.outcome == "failed" else "warning"
    causes = [(root, level) for root in verdict.roots] + [(warning, "warning") for warning in verdict.warnings]
    codes = list(dict.fromkeys(cause.code for cause, _ in causes))
    run = {
        "tool": {
            "driver": {
                "name": "gomend",
                "version": gomend.__version__,
                "rules": [_rule(code, lang) for code in codes],
            }
        },
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": verdict.outcome == "ok"}],
        "results": [
            {
                "ruleId": cause.code,
                "ruleIndex": codes.index(cause.code),
                "level": weight,
                "message": {"text": _message(cause, lang)},
                "locations": [{"physicalLocation": _location(cause, document, gomod)}],
            }
            for cause, weight in causes
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
