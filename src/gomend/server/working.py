"""What a server tells of its work for modules from repositories: metrics, log and spans."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic
from typing import TYPE_CHECKING

from gomend.server.repositories import cause_of
from gomend.sources.direct.repository import DirectError
from gomend.telemetry.logs import Log
from gomend.telemetry.metrics import Metrics

if TYPE_CHECKING:  # its packages are loaded where spans are sent
    from gomend.server.tracing import Tracing

SOURCE = "direct"  # of all that is fetched for the entry of that name: hosts are named by whoever asks


class Working:
    """As of Watch."""

    def __init__(self, log: Log, metrics: Metrics, tracing: "Tracing | None") -> None:
        self._log = log
        self._metrics = metrics
        self._tracing = tracing

    @contextmanager
    def module(self, path: str) -> Iterator[None]:
        """As of Watch."""
        with self._tracing.module(path) if self._tracing is not None else nullcontext():
            yield

    @contextmanager
    def call(self, tool: str, command: str, url: str, *, is_remote: bool) -> Iterator[None]:
        """As of Watch."""
        began = monotonic()
        code = ""
        tracing = self._tracing
        with (
            tracing.call(f"{tool} {command}", url, is_remote=is_remote) if tracing is not None else nullcontext() as end
        ):
            try:
                yield
            except DirectError as error:
                code = str(error.code or cause_of(error.output))
                self._log.warning("source", url=url, attempt=1, code=code, error=error.words)
                if end is not None:
                    end(code, error.words)
                raise
            finally:
                self._metrics.worked(command, monotonic() - began)
                if is_remote:
                    self._metrics.asked(SOURCE, command, None, code, {})
