"""Loggers that write one JSON object a line: the message within, its channel."""

import json
from typing import Any, Final

_TEXT_KEYS: Final = (
    "log",
    "message",
    "msg",
    "MESSAGE",
    "textPayload",
    "Output",
    "out",
    "line",
    "text",
    "body",
    "stream",
    "error",
)
_CHANNEL_KEYS: Final = ("container_name", "container", "service", "pod", "ImportPath", "Package", "step", "stage")
_LONGEST: Final = 1 << 16


def unwrap_json(text: str) -> tuple[str, str, bool | None] | None:
    """The message of a JSON log line, its channel, and where the logger marks line ends
    whether this is one (else None); None for any other line."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}") and '":' in stripped) or len(stripped) > _LONGEST:
        return None
    try:
        document: Any = json.loads(stripped)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    nested = document.get("jsonPayload")
    if isinstance(nested, dict):
        document = {**document, **nested}
    if document.get("Action") in ("run", "pass", "skip", "start", "pause", "cont"):
        return None
    for key in _TEXT_KEYS:
        message = document.get(key)
        if isinstance(message, str):
            break
    else:
        return None
    channel = next((value for name in _CHANNEL_KEYS if isinstance(value := document.get(name), str)), "")
    # docker's json-file and go's own events carry the line end; a piece without it goes on in the next object.
    whole = message.endswith("\n") if key in ("log", "Output") else None
    return message.removesuffix("\n").removesuffix("\r"), channel, whole
