"""HAR 1.2 as a JSON Schema, written from http://www.softwareishard.com/blog/har-12-spec/. Own fields begin with `_`."""

from typing import Any

MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"  # ISO 8601, with the zone as the spec asks
_NOT_NEGATIVE = {"type": "number", "minimum": 0}
_OR_NONE = {"type": "number", "minimum": -1}
_SIZE = {"type": "integer", "minimum": -1}
_TEXT = {"type": "string"}


def _object(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**needed, **(optional or {}), "comment": _TEXT},
        "required": list(needed),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


_PAIR = _object({"name": _TEXT, "value": _TEXT})
_COOKIE = _object(
    {"name": _TEXT, "value": _TEXT},
    {"path": _TEXT, "domain": _TEXT, "expires": _TEXT, "httpOnly": {"type": "boolean"}, "secure": {"type": "boolean"}},
)
_MESSAGE = {
    "httpVersion": _TEXT,
    "cookies": {"type": "array", "items": _COOKIE},
    "headers": {"type": "array", "items": _PAIR},
    "headersSize": _SIZE,
    "bodySize": _SIZE,
}
_REQUEST = _object(
    {
        "method": {"type": "string", "pattern": "^[A-Z]+$"},
        "url": {"type": "string", "pattern": "^https?://[^/@]+(/|$)"},
        "queryString": {"type": "array", "items": _PAIR},
        **_MESSAGE,
    },
    {"postData": {"type": "object"}},
)
_RESPONSE = _object(
    {
        "status": {"type": "integer", "minimum": 0, "maximum": 599},
        "statusText": _TEXT,
        "content": _object(
            {"size": {"type": "integer", "minimum": 0}, "mimeType": _TEXT},
            {"compression": {"type": "integer"}, "text": _TEXT, "encoding": _TEXT},
        ),
        "redirectURL": _TEXT,
        **_MESSAGE,
    }
)
_TIMINGS = _object(
    {"send": _NOT_NEGATIVE, "wait": _NOT_NEGATIVE, "receive": _NOT_NEGATIVE},
    {"blocked": _OR_NONE, "dns": _OR_NONE, "connect": _OR_NONE, "ssl": _OR_NONE},
)
_PROGRAM = _object({"name": _TEXT, "version": _TEXT})
_PAGE = _object(
    {
        "startedDateTime": {"type": "string", "pattern": MOMENT},
        "id": _TEXT,
        "title": _TEXT,
        "pageTimings": _object({}, {"onContentLoad": _OR_NONE, "onLoad": _OR_NONE}),
    }
)
_ENTRY = _object(
    {
        "startedDateTime": {"type": "string", "pattern": MOMENT},
        "time": _NOT_NEGATIVE,
        "request": _REQUEST,
        "response": _RESPONSE,
        "cache": {"type": "object"},
        "timings": _TIMINGS,
    },
    {"pageref": _TEXT, "serverIPAddress": _TEXT, "connection": _TEXT},
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["log"],
    "additionalProperties": False,
    "properties": {
        "log": _object(
            {
                "version": {"const": "1.2"},
                "creator": _PROGRAM,
                "entries": {"type": "array", "items": _ENTRY},
            },
            {"browser": _PROGRAM, "pages": {"type": "array", "items": _PAGE}},
        )
    },
}
