"""What becomes of the requests to sources, for metrics and log."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.gomod.protocol import code_of
from gomend.net.exchange import Exchange, Phases
from gomend.server.working import SOURCE
from gomend.telemetry.logs import Log
from gomend.telemetry.metrics import Metrics


class SourceRequests:
    """Counts them. An exchange is filled while it lasts, so it is counted when the next one starts, or the metrics are
    read. `names` are those of the entries of the list by their places, `database` the checksum database's host.
    """

    def __init__(self, log: Log, metrics: Metrics, names: Mapping[int, str], database: str) -> None:
        self._log = log
        self._metrics = metrics
        self._names = names
        self._database = database
        self._open: list[Exchange] = []
        metrics.observe("gomend_upstream_open", "Requests to sources under way.", lambda: len(self._open))
        metrics.when_read(self._count)

    def begun(self, exchange: Exchange) -> None:
        """One starts."""
        self._count()
        self._open.append(exchange)

    def _count(self) -> None:
        over = [one for one in self._open if one.phases.end is not None]
        self._open = [one for one in self._open if one.phases.end is None]
        for one in over:
            host = urlsplit(one.url).netloc
            source = self._names.get(one.source) or (host if host == self._database else SOURCE)
            code, words = _outcome(one)
            self._metrics.asked(source, one.purpose, one.status, str(code or ""), _spans(one.phases))
            if code not in (None, Code.PROXY_NOT_FOUND):
                self._log.warning("source", url=one.url, attempt=one.attempt, code=str(code), error=words)


def _outcome(one: Exchange) -> tuple[Code | None, str]:
    if one.code is None and one.status is None:  # nothing else ends a request without a fault of its own
        return Code.NET_RESPONSE_TIMEOUT, "no answer within the time for all attempts"
    code = one.code or (code_of(one.status) if one.status and one.status >= 400 else None)
    return code, one.fault or f"status {one.status}"


def _spans(phases: Phases) -> dict[str, float]:
    pairs = {
        "dns": (phases.dns_start, phases.dns_end),
        "connect": (phases.connect_start, phases.connect_end),
        "tls": (phases.tls_start, phases.tls_end),
        "wait": (phases.sent, phases.first_byte),
        "transfer": (phases.first_byte, phases.end),
    }
    return {name: end - start for name, (start, end) in pairs.items() if start is not None and end is not None}
