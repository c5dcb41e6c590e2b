"""A server's log: one JSON object a line on standard error, secrets masked."""

import sys
from collections.abc import MutableMapping
from typing import Any, Protocol

import msgspec
import structlog

from gomend.telemetry.masked import masked_text


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
            facts[name] = masked_text(value)
    return facts


def _written(facts: object, **_: object) -> str:
    return msgspec.json.encode(facts).decode()


_JSON: list[structlog.typing.Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.JSONRenderer(serializer=_written),
]


def _for_people(_: object, __: str, facts: MutableMapping[str, Any]) -> str:
    """One line of a failure for somebody at a terminal; an attempt that failed is told with the request it was for."""
    if facts["event"] == "source":
        raise structlog.DropEvent
    if facts["event"] == "unverified":
        of = f"{facts['tenant']}: " if facts.get("tenant") else ""
        return f"gomend: {of}{facts['module']}@{facts['version']} .{facts['kind']}: {facts['code']}: {facts['error']}"
    words = [str(facts[name]) for name in ("status", "method", "path", "code", "error") if facts.get(name)]
    seconds = f" ({facts['seconds']:.1f} s)" if "seconds" in facts else ""
    return f"gomend: {' '.join(' '.join(words).split())}{seconds}"


def make_log(*, failures_only: bool, for_people: bool = False, tenant: str = "") -> Log:
    """The log of this process; with `failures_only` what went well is not written; `for_people`: no JSON. Each line
    names the `tenant`, if there is one.
    """
    form: list[structlog.typing.Processor] = [_for_people] if for_people else _JSON
    log = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            _masked,
            *form,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(30 if failures_only else 20),
        cache_logger_on_first_use=True,
    )
    return _Told(log.bind(tenant=tenant) if tenant else log, not failures_only)


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
