"""A run's requests as HAR 1.2, which browsers' developer tools and many other programs open. Pure.

Source: http://www.softwareishard.com/blog/har-12-spec/
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from gomend.trace.model import Request, Trace
from gomend.trace.timeline import spans

_PAGE = "run"


def har(trace: Trace, version: str) -> dict[str, Any]:
    """The log. `version` is gomend's. Fields that HAR does not know begin with `_`, as it asks.

    Raises ValueError for a trace whose start is no RFC 3339 moment.
    """
    began = datetime.fromisoformat(trace.started).astimezone(UTC)
    page = {
        "startedDateTime": _moment(began, 0),
        "id": _PAGE,
        "title": " ".join(trace.command),
        "pageTimings": {"onContentLoad": -1, "onLoad": _milliseconds(trace.seconds)},
    }
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "gomend", "version": version},
            "pages": [page],
            "entries": [_entry(one, began) for one in trace.requests],
        }
    }


def _entry(request: Request, began: datetime) -> dict[str, Any]:
    timings = _timings(request)
    entry = {
        "pageref": _PAGE,
        "startedDateTime": _moment(began, request.start),
        "time": round(sum(value for name, value in timings.items() if value > 0 and name != "ssl"), 3),
        "request": {
            "method": "CONNECT" if request.purpose == "tunnel" else "GET",
            "url": request.url,
            "httpVersion": "HTTP/2" if request.http2 else "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": _response(request),
        "cache": {},
        "timings": timings,
        "_purpose": request.purpose,
        "_module": request.module,
        "_version": request.version,
        "_attempt": request.attempt,
        "_ahead": request.ahead,
    }
    if request.address:
        entry["serverIPAddress"] = request.address.rpartition(":")[0].strip("[]")
    return entry


def _response(request: Request) -> dict[str, Any]:
    response = {
        "status": request.status,
        "statusText": _phrase(request.status),
        "httpVersion": "HTTP/2" if request.http2 else "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "content": {"size": request.bytes, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": request.bytes,
    }
    if request.code:
        response |= {"_error": f"{request.code}: {request.fault}"}
    return response


def _timings(request: Request) -> dict[str, float]:
    """Milliseconds; -1: did not happen. `ssl` is part of `connect`; what no phase covers is `blocked`."""
    took = {name: stop - start for name, start, stop in spans(request)}
    connect = [took[name] for name in ("connect", "tls") if name in took]
    covered = sum(took.values())
    return {
        "blocked": _milliseconds(max(0.0, request.seconds - covered)),
        "dns": _milliseconds(took["dns"]) if "dns" in took else -1,
        "connect": _milliseconds(sum(connect)) if connect else -1,
        "send": 0,
        "wait": _milliseconds(took.get("wait", 0)),
        "receive": _milliseconds(took.get("transfer", 0)),
        "ssl": _milliseconds(took["tls"]) if "tls" in took else -1,
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _moment(began: datetime, seconds: float) -> str:
    return (began + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
