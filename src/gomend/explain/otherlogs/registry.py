"""What any package client says of a registry, which stands for the proxy: transport faults, HTTP answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gomend.causes import Certainty, Code, Subject
from gomend.explain.otherlogs.rules import Match, Rule, Strength, best_match, host_of, url_in
from gomend.explain.otherlogs.transport import TRANSPORT
from gomend.explain.statements import Role, Speaker, Statement

_STATUS: Final = (
    r"(?:returned error|http error|http(?: code| status)?|status(?: code)?|error|failed|response\.{3})[ :=]{1,3}"
)

_ANSWERS: Final = (
    Rule.of(Code.NET_HTTP_PROXY, rf"{_STATUS}407\b|407 proxy authentication required|\bE407\b", Strength.OVERRIDING),
    Rule.of(
        Code.PROXY_UNAUTHORIZED,
        rf"{_STATUS}40[13]\b|\b40[13] (?:unauthorized|forbidden|client error)|\bE40[13]\b|\b(?:unauthorized|"
        rf"forbidden) - 40[13]\b|"
        r"\bENEEDAUTH\b|unable to authenticate|pull access denied|authentication required|"
        r"incorrect username or password|^denied: ",
    ),
    Rule.of(
        Code.PROXY_NOT_FOUND,
        rf"{_STATUS}(?:404|410)\b|\b404 {{1,2}}not found|\b410 gone|\bE404\b|not found - 404|404 client error|"
        rf"manifest unknown|"
        r"manifest for \S{1,300} not found|repository does not exist",
    ),
    Rule.of(Code.PROXY_RATE_LIMITED, r"toomanyrequests|rate limit"),
    Rule.of(
        Code.CHECKSUM_GOSUM_MISMATCH,
        r"\bEINTEGRITY\b|integrity checksum failed|do not match the hashes|hash mismatch|hashes? (?:are|"
        r"is) required|sha\d{3} mismatch",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.PROXY_BAD_RESPONSE,
        r"hash sum mismatch|unexpected token '?<|invalid json response body|file has unexpected size|"
        r"\bE[A-Z]*JSONPARSE\b",
    ),
    Rule.of(
        Code.DISK_PERMISSION,
        r"\bEACCES\b|\bEPERM\b|\[errno 13\] permission denied|permission denied: '",
        Strength.OVERRIDING,
    ),
)
RULES: Final = (*TRANSPORT, *_ANSWERS)

_POOL: Final = re.compile(r"HTTPS?ConnectionPool\(host='(?P<host>[^']{1,253})', port=(?P<port>\d{1,5}|None)\)")
_POOL_URL: Final = re.compile(r"with url: (?P<path>/[^\s()]{0,1000})")
_CERTAINTY: Final = {
    Strength.OVERRIDING: Certainty.CERTAIN,
    Strength.EXACT: Certainty.CERTAIN,
    Strength.GENERAL: Certainty.LIKELY,
    Strength.CONSEQUENCE: Certainty.UNSURE,
}


def match_registry(lines: Sequence[str]) -> Match | None:
    """The wording that decides why a download failed, its subject completed from all lines of the block."""
    found = best_match(RULES, lines)
    if found is None:
        return None
    return replace(found, subject=located(found.subject, lines))


def located(subject: Subject, lines: Sequence[str]) -> Subject:
    """The subject with URL and host as the lines name them, where it has none."""
    url = subject.url or next((url for text in lines if (url := url_in(text)) and not _documentation(url)), "")
    host = subject.host or host_of(url)
    if not host:
        for text in lines:
            if pool := _POOL.search(text):
                own = pool["port"] in ("443", "80", "None")
                host = pool["host"] if own else f"{pool['host']}:{pool['port']}"
                path = _POOL_URL.search(text)
                url = url or (f"https://{host}{path['path']}" if path and "HTTPS" in pool[0] else "")
                break
    return replace(subject, url=url, host=host)


def _documentation(url: str) -> bool:
    return "/docs/" in url or "docs." in url or url.startswith(("https://pip.pypa.io", "https://npm.community"))


def statement(
    role: Role,
    found: Match | None,
    lines: Sequence[str],
    where: tuple[int, int],
    *,
    follows: bool = False,
) -> Statement:
    """What a block of lines of a client says; `unknown` when no wording was found in it."""
    text = "\n".join(lines[:12])
    if found is None:
        return Statement(
            role, Code.UNKNOWN, where, text, Speaker.CLIENT, Certainty.UNSURE, located(Subject(), lines), follows
        )
    weak = found.strength is Strength.CONSEQUENCE
    return Statement(
        role, found.code, where, text, Speaker.CLIENT, _CERTAINTY[found.strength], found.subject, follows or weak
    )
