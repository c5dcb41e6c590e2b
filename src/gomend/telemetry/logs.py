"""A server's log: one JSON object a line on standard error, secrets masked."""

import sys
from collections.abc import MutableMapping
from typing import Any, Protocol

import msgspec
import structlog

from gomend.masking import mask


class Log(Protocol):
    """Takes an event's name and its facts. `tells_all`: what goes well is written, too."""

    tells_all: bool

    def info(self, event: str, **facts: object) -> None:
        """Something happened as it should."""

    def warning(self, event: str, **facts: object) -> None:
        """Something did not."""


def _masked(_: object, __: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in facts.items():
        if isinstance(value, str):
            facts[name] = mask(value)
    return facts


def _written(facts: object, **_: object) -> str:
    return msgspec.json.encode(facts).decode()


def make_log(*, failures_only: bool) -> Log:
    """The log of this process; with `failures_only` what went well is not written."""
    log = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _masked,
            structlog.processors.JSONRenderer(serializer=_written),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(30 if failures_only else 20),
        cache_logger_on_first_use=True,
    )
    return _Told(log, not failures_only)


class _Told:
    def __init__(self, log: Any, tells_all: bool) -> None:
        self._log = log
        self.tells_all = tells_all

    def info(self, event: str, **facts: object) -> None:
        """As of Log."""
        self._log.info(event, **facts)

    def warning(self, event: str, **facts: object) -> None:
        """As of Log."""
        self._log.warning(event, **facts)
