"""Findings in few words."""

from gomend.causes import Certainty, Code, Evidence, Finding, Severity, Subject

CERTAIN, LIKELY, UNSURE = Certainty.CERTAIN, Certainty.LIKELY, Certainty.UNSURE


def fatal(
    check: str,
    code: Code,
    text: str,
    *evidence: Evidence,
    subject: Subject | None = None,
    certainty: Certainty = CERTAIN,
    facts: dict[str, str] | None = None,
) -> Finding:
    """A finding because of which modules do not come, or a command fails."""
    return Finding(code, Severity.FATAL, certainty, subject or Subject(), check, text, evidence, facts or {})


def warning(
    check: str,
    code: Code,
    text: str,
    *evidence: Evidence,
    subject: Subject | None = None,
    certainty: Certainty = CERTAIN,
    facts: dict[str, str] | None = None,
) -> Finding:
    """A finding that lets things work today."""
    return Finding(code, Severity.WARNING, certainty, subject or Subject(), check, text, evidence, facts or {})


def setting(words: str) -> Evidence:
    """`NAME=value` as evidence; secrets are masked by who calls."""
    return Evidence("settings", words)


def probe(words: str) -> Evidence:
    """What was looked at, and seen."""
    return Evidence("probe", words)


def output(words: str) -> Evidence:
    """What a program said."""
    return Evidence("output", words.strip())
