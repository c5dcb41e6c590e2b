"""curl, wget, apt and apk."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gomend.causes import Code, Subject
from gomend.explain.otherlogs.blocks import Block
from gomend.explain.otherlogs.registry import located, match_registry, statement
from gomend.explain.otherlogs.rules import Match, Rule, Strength, best_match, with_address
from gomend.explain.statements import Role, Statement

_CURL: Final = re.compile(r"(?:^|.{0,400}\W|.{0,400}\d)curl: \((?P<number>\d{1,3})\) ")
_CURL_RETRY: Final = re.compile(r"Warning: (?:Transient )?[Pp]roblem")
_CURL_NUMBERS: Final = {
    5: Code.NET_HTTP_PROXY,
    6: Code.DNS_NXDOMAIN,
    7: Code.NET_CONNECT_REFUSED,
    16: Code.NET_HTTP2,
    18: Code.NET_RESET,
    23: Code.DISK_FULL,
    28: Code.NET_RESPONSE_TIMEOUT,
    35: Code.TLS_HANDSHAKE,
    51: Code.TLS_HOSTNAME_MISMATCH,
    52: Code.NET_RESET,
    55: Code.NET_RESET,
    56: Code.NET_RESET,
    60: Code.TLS_UNKNOWN_AUTHORITY,
    77: Code.TLS_UNKNOWN_AUTHORITY,
    92: Code.NET_HTTP2,
    97: Code.NET_HTTP_PROXY,
}

_WGET: Final = re.compile(
    r"wget: |(?:Resolving|Connecting to|正在解析主机|正在连接) .{1,400}(?:failed|失败)|"
    r"HTTP request sent, awaiting response\.\.\. [45]|"
    r"已发出 HTTP 请求.{0,40} [45]\d\d|ERROR \d{3}: |(?:ERROR|WARNING|错误|警告)[:：] ?(?:cannot verify|"
    r"The certificate of|certificate common name|no certificate subject|无法验证)|"
    r"Unable to establish SSL connection|Read error \(|Giving up\.|已放弃"
)
_WGET_URL: Final = re.compile(r"--\d{4}-\d\d-\d\d [\d:]{8}--  (?P<url>\S{1,2000})")
_WGET_ON: Final = re.compile(r"  \S|ERROR|To connect to|Unable to|Retrying|重试中|Giving up|wget: |\s*$|20\d\d-")
_WGET_TRY: Final = re.compile(r"Retrying\.|重试中")
_WGET_SAVED: Final = re.compile(r"(?:20\d\d-\d\d-\d\d [\d:]{8} )?\([^)]{1,40}\) - .{1,400}(?:saved|已保存)")

_APT: Final = re.compile(
    r"(?:Err|错误):\d{1,5} |[EW]: (?:Failed to fetch|Some index files|Unable to (?:fetch|"
    r"locate)|Package '|The repository|Release file|无法下载)|"
    r"WARNING: (?:Ignoring|fetching|updating and opening) https?://|ERROR: (?:https?://|"
    r"unable to select packages|http)"
)
_APT_ON: Final = re.compile(r"  \S|[EW]: ")
_APT_OWN: Final = (
    Rule.of(
        Code.DNS_TIMEOUT,
        r"temporary failure resolving '(?P<host>[^']{1,253})'|temporary error \(try again later\)|暂时不能解析域名",
    ),
    Rule.of(Code.DNS_NXDOMAIN, r"could not resolve '(?P<host>[^']{1,253})'|dns lookup error|DNS: name does not exist"),
    Rule.of(Code.NET_CONNECT_TIMEOUT, r"could not connect to (?P<host>[\w.-]{1,253}):.{0,200}(?:timed out|超时)"),
    Rule.of(
        Code.NET_CONNECT_REFUSED,
        r"(?:could not|cannot) (?:connect to|initiate the connection to) (?P<host>[\w.-]{1,253})",
        Strength.GENERAL,
    ),
    Rule.of(Code.NET_UNREACHABLE, r"network error \(check internet connection", Strength.GENERAL),
    Rule.of(Code.NET_HTTP_PROXY, r"invalid response from proxy", Strength.OVERRIDING),
    Rule.of(
        Code.TLS_UNKNOWN_AUTHORITY,
        r"certificate verification failed|server certificate not trusted|certificate is NOT trusted",
    ),
    Rule.of(Code.TLS_EXPIRED, r"is not valid yet|is expired|release file .{1,300}(?:not valid|expired)"),
    Rule.of(Code.TLS_HANDSHAKE, r"TLS: unspecified error|TLS error", Strength.GENERAL),
    Rule.of(Code.PROXY_NOT_FOUND, r"does not have a release file|package mentioned in index not found"),
)


class Curl:
    """Reads `curl: (number) reason`."""

    def opens(self, text: str) -> bool:
        """Whether the line holds an error of curl, its progress meter before it or not."""
        return "curl: (" in text and _CURL.match(text) is not None

    def goes_on(self, block: Block, text: str) -> bool:
        """curl tells on the next line when it will try again."""
        return len(block.lines) == 1 and _CURL_RETRY.match(text) is not None

    def read(self, block: Block) -> Iterator[Statement]:
        """One statement a block: by its words, else by its number."""
        shown = _CURL.match(block.lines[0])
        reason = block.lines[0][shown.end() :] if shown else block.lines[0]
        found = match_registry([reason])
        if (found is None or found.strength < Strength.GENERAL) and shown:
            code = _CURL_NUMBERS.get(int(shown["number"]))
            found = Match(code, Strength.GENERAL, located(Subject(), [reason]), 0) if code else found
        yield statement(Role.TRY if len(block.lines) > 1 else Role.FAULT, found, block.lines, block.where)


class Wget:
    """Reads what wget prints around one request. The URL stands on a line of its own before, so it is remembered."""

    def __init__(self) -> None:
        self._url = ""

    def opens(self, text: str) -> bool:
        """Whether the line is a complaint of wget or its word of success."""
        return (_WGET.match(text) or _WGET_SAVED.match(text) or _WGET_URL.match(text)) is not None

    def goes_on(self, block: Block, text: str) -> bool:
        """wget explains a certificate on indented lines and ends with what it does next."""
        if _WGET_SAVED.match(block.lines[0]) or _WGET_URL.match(block.lines[0]):
            return False
        return (_WGET.match(text) or _WGET_ON.match(text)) is not None

    def read(self, block: Block) -> Iterator[Statement]:
        """One statement a block; none for the line that names the URL."""
        if shown := _WGET_URL.match(block.lines[0]):
            self._url = shown["url"]
            return
        if _WGET_SAVED.match(block.lines[0]):
            done = Match(Code.PROGRESS_DOWNLOAD, Strength.EXACT, Subject(), 0)
            yield statement(Role.DONE, done, block.lines, block.where)
            return
        found = match_registry(block.lines)
        if found and not found.subject.host:
            found = replace(found, subject=with_address(found.subject, self._url))
        tried = any(_WGET_TRY.search(text) for text in block.lines) and not any(
            "Giving up" in text for text in block.lines
        )
        yield statement(Role.TRY if tried else Role.FAULT, found, block.lines, block.where)


class SystemPackages:
    """Reads errors of apt and apk."""

    def opens(self, text: str) -> bool:
        """Whether the line is a failed fetch of apt or apk."""
        return _APT.match(text) is not None

    def goes_on(self, block: Block, text: str) -> bool:
        """apt gives the reason on the next, indented line."""
        return _APT_ON.match(text) is not None and (text[0] == " " or block.lines[0][:1] == text[:1])

    def read(self, block: Block) -> Iterator[Statement]:
        """One statement a block. What could not be located follows from an index that could not be fetched."""
        first = block.lines[0]
        own = best_match(_APT_OWN, block.lines)
        found = match_registry(block.lines)
        if own and (found is None or own.strength >= found.strength):
            found = Match(own.code, own.strength, located(own.subject, block.lines), own.index)
        trying = first.startswith(("Err:", "错误:", "W: ", "WARNING: "))
        follows = "Unable to locate" in first or "unable to select" in first or "Some index files" in first
        yield statement(Role.TRY if trying else Role.FAULT, found, block.lines, block.where, follows=follows)
