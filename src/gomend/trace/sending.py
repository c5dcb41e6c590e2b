"""Sends spans to an OpenTelemetry collector over HTTP."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from gomend.errors import GomendError

JSON, PROTOBUF = "application/json", "application/x-protobuf"
_SECONDS = 10.0  # OTEL_EXPORTER_OTLP_TIMEOUT's default
_MOST_READ = 65536


class NotSentError(GomendError):
    """The collector did not take the spans; `reason` says why, in its words or the system's.

    `status` is that of its answer, 0 where there was none, `retry_after` the answer's header. `is_of_the_way`: it could
    not be reached, or said nothing.
    """

    def __init__(
        self, reason: str, status: int = 0, retry_after: str | None = None, *, is_of_the_way: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.is_of_the_way = is_of_the_way


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The headers may hold a key: they go to no other address than the one that was given."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None: the answer counts as it is."""


def address(given: str, environment: Mapping[str, str]) -> str:
    """Where traces go: `given`, else what the variables of the OTLP exporter say; "" where neither names a collector.

    A base address gets `/v1/traces`; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is. Source: the OpenTelemetry
    specification, "Endpoint URLs for OTLP/HTTP".
    """
    if not given and environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        return environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
    base = (given or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")).rstrip("/")
    return base if not base or base.endswith("/v1/traces") else f"{base}/v1/traces"


def headers(environment: Mapping[str, str]) -> dict[str, str]:
    """The headers that OTEL_EXPORTER_OTLP_HEADERS and OTEL_EXPORTER_OTLP_TRACES_HEADERS ask for."""
    found = {}
    for name in ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"):
        for pair in environment.get(name, "").split(","):
            key, equals, value = pair.partition("=")
            if equals and key.strip():
                found[unquote(key.strip())] = unquote(value.strip())
    return found


def send(url: str, body: bytes, extra: Mapping[str, str], *, kind: str = JSON, seconds: float = _SECONDS) -> int:
    """Post one request, encoded as `kind` says, and wait so many seconds for each step of its answer.

    Returns how many spans the collector turned down, 0 where its answer is not JSON. Raises NotSentError.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise NotSentError("not an http or https address")
    request = urllib.request.Request(  # noqa: S310 - the scheme is known
        url, data=body, headers={"User-Agent": "gomend", **extra, "Content-Type": kind}, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as answer:
            return _rejected(answer.read(_MOST_READ))
    except urllib.error.HTTPError as error:
        with error:
            raise NotSentError(f"{error.code} {error.reason}", error.code, error.headers.get("Retry-After")) from error
    except urllib.error.URLError as error:
        reason = str(getattr(error.reason, "strerror", None) or error.reason)
        raise NotSentError(reason, is_of_the_way=isinstance(error.reason, OSError)) from error
    except (OSError, http.client.HTTPException) as error:
        raise NotSentError(str(error) or type(error).__name__, is_of_the_way=True) from error
    except ValueError as error:
        raise NotSentError(str(error)) from error


class _Partial(msgspec.Struct, rename="camel"):
    rejected_spans: int | str = 0


class _Answer(msgspec.Struct, rename="camel"):
    partial_success: _Partial = msgspec.field(default_factory=_Partial)


def _rejected(answer: bytes) -> int:
    try:
        return int(msgspec.json.decode(answer or b"{}", type=_Answer).partial_success.rejected_spans)
    except (msgspec.DecodeError, ValueError):  # an answer in another encoding still means that it was taken
        return 0
