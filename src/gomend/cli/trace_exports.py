"""Writes or sends a trace that may leave the machine."""

import os

import msgspec

from gomend import __version__
from gomend.cli import exits
from gomend.cli.saying import Voice
from gomend.cli.showing import write_file
from gomend.texts import text
from gomend.trace.model import Trace


def export(trace: Trace, voice: Voice, *, html: str | None, har: str | None, otlp: str | None) -> int:
    """Does what is not None: an HTML or HAR file, spans to a collector ("": the environment's). Returns the status.

    `trace` holds no private name any more.
    """
    status = exits.FINE
    if html is not None:
        from gomend.report.trace_html import trace_html  # noqa: PLC0415 - seldom wanted

        status = max(status, _write(html, trace_html(trace, voice.lang), voice))
    if har is not None:
        from gomend.trace.har import har as log  # noqa: PLC0415

        words = msgspec.json.format(msgspec.json.encode(log(trace, __version__)), indent=1).decode()
        status = max(status, _write(har, f"{words}\n", voice))
    if otlp is not None:
        status = max(status, _send(trace, otlp, voice))
    return status


def _write(path: str, words: str, voice: Voice) -> int:
    try:
        write_file(path, words)
    except OSError as error:
        _tell(voice, "not_written", path=path, reason=error.strerror or str(error))
        return exits.USAGE
    _tell(voice, "written", path=path)
    return exits.FINE


def _send(trace: Trace, given: str, voice: Voice) -> int:
    from gomend.masking import mask  # noqa: PLC0415
    from gomend.trace import sending  # noqa: PLC0415 - seldom wanted
    from gomend.trace.otlp import otlp  # noqa: PLC0415

    url = sending.address(given, os.environ)
    if not url:
        _tell(voice, "no_collector")
        return exits.USAGE
    spans = otlp(trace, __version__)
    count = sum(len(scope["spans"]) for resource in spans["resourceSpans"] for scope in resource["scopeSpans"])
    try:
        rejected = sending.send(url, msgspec.json.encode(spans), sending.headers(os.environ))
    except sending.NotSentError as error:
        _tell(voice, "not_sent", url=mask(url), reason=error.reason)
        return exits.PROBLEM
    if rejected:
        _tell(voice, "rejected", url=mask(url), count=rejected)
        return exits.PROBLEM
    _tell(voice, "sent", url=mask(url), count=count)
    return exits.FINE


def _tell(voice: Voice, key: str, **params: object) -> None:
    voice.line(text(voice.lang, f"trace.said/{key}", **params))
