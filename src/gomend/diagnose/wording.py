"""A fault of a request as a sentence, and the request as evidence."""

from gomend.causes import Code, Evidence
from gomend.diagnose.asking import Reply
from gomend.diagnose.world import Say
from gomend.masking import mask
from gomend.texts import text

_OWN_SENTENCE = (Code.PROXY_SERVER_ERROR, Code.PROXY_NOT_FOUND, Code.PROXY_UNAUTHORIZED, Code.PROXY_RATE_LIMITED)


def in_english(key: str, /, **params: object) -> str:
    """What was seen, as evidence: documents read the same whoever made them (`report.wirewords` translates)."""
    return text("en", key, **params)


def sentence(say: Say, reply: Reply) -> str:
    """What went wrong, naming the host."""
    if reply.code in _OWN_SENTENCE or not reply.host:
        return say("doctor.ask/answers", host=reply.host or reply.url, words=reply.words)
    return upper(say(f"codes.{reply.fault}/headline", host=reply.host, module=reply.asked.module), reply.host)


def upper(words: str, host: str = "") -> str:
    """The words as the beginning of a line; the name of the `host`, or whatever is written like one, stays as it is."""
    first, _, _ = words.partition(" ")
    is_name = "." in first or ":" in first or (bool(host) and words.startswith(host))
    return words if is_name else words[:1].upper() + words[1:]


def asked(reply: Reply) -> Evidence:
    """The request and what came of it."""
    return Evidence(
        "probe", in_english("seen.seen/asked", url=mask(reply.url), words=reply.words, took=reply.milliseconds)
    )


def all_seen(reply: Reply) -> tuple[Evidence, ...]:
    """The same, and what lies behind the source that was asked."""
    return (asked(reply), *(Evidence("probe", line) for line in reply.behind))
