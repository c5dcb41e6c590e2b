"""The vocabulary of all parts: cause codes, severity, findings. Imports nothing of gomend."""

from gomend.causes.codes import Code
from gomend.causes.findings import (
    Cause,
    Certainty,
    Event,
    Evidence,
    Finding,
    Fix,
    Level,
    Outcome,
    Severity,
    Subject,
    Verdict,
)

__all__ = [
    "Cause",
    "Certainty",
    "Code",
    "Event",
    "Evidence",
    "Finding",
    "Fix",
    "Level",
    "Outcome",
    "Severity",
    "Subject",
    "Verdict",
]
