"""URLs as Go's net/url reads and prints them: its errors, which escapes it keeps, its redaction.

Source: net/url (url.go) and net/netip (ParseAddr) of Go 1.26; earlier versions are laxer with colons in a host.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from gomend.gomod.ipliteral import InvalidAddressError, is_ipv4
from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError

_Part = Literal["path", "segment", "host", "zone", "user", "fragment"]

_ALNUM = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.~")
_HOST = _ALNUM | frozenset("!$&'()*+,;=:[]<>\"")
_LITERAL: dict[_Part, frozenset[str]] = {
    "path": _ALNUM | frozenset("$&+,/:;=@"),
    "segment": _ALNUM | frozenset("$&+:=@"),
    "host": _HOST,
    "zone": _HOST,
    "user": _ALNUM | frozenset("$&+,;="),
    "fragment": _ALNUM | frozenset("$&+,/:;=?@!()*"),
}
_VALID_PATH = _LITERAL["path"] | frozenset("!'()*[]%")
_VALID_FRAGMENT = _LITERAL["fragment"] | frozenset("'[]%")
_USERINFO = frozenset("-._:~!$&'()*+,;=%@") | _ALNUM
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT = re.compile(r"(?::[0-9]*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEX = re.compile("[0-9A-Fa-f]{2}")


class URLError(GoRefusalError):
    """Go cannot parse this URL. `reason` is go's words for what is wrong, `url` what it quotes."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"parse {quote(url)}: {reason}")
        self.url = url
        self.reason = reason


class _PartError(Exception):
    pass


def _unescape(text: str, part: _Part) -> str:
    in_host = part in ("host", "zone")
    if "%" not in text and not in_host:
        return text
    at = 0
    while at < len(text):
        char = text[at]
        if char == "%":
            escape = text[at : at + 3]
            if not escape.isascii():  # Go cuts after three bytes
                cut = escape.encode("utf-8", "surrogateescape")[:3].decode("utf-8", "surrogateescape")
                raise _PartError(f"invalid URL escape {quote(cut)}")
            if _HEX.fullmatch(escape[1:]) is None:
                raise _PartError(f"invalid URL escape {quote(escape)}")
            value = chr(int(escape[1:], 16))
            if part == "host" and value < "\x80" and escape != "%25":
                raise _PartError(f"invalid URL escape {quote(escape)}")
            if part == "zone" and escape != "%25" and value != " " and value not in _HOST:
                raise _PartError(f"invalid URL escape {quote(escape)}")
            at += 3
            continue
        if in_host and char < "\x80" and char not in _HOST:
            raise _PartError(f"invalid character {quote(char)} in host name")
        at += 1
    return _decoded(text)


def _decoded(text: str) -> str:
    out = bytearray()
    pieces = text.split("%")
    out += pieces[0].encode("utf-8", "surrogateescape")
    for piece in pieces[1:]:
        out.append(int(piece[:2], 16))
        out += piece[2:].encode("utf-8", "surrogateescape")
    return out.decode("utf-8", "surrogateescape")


def _escape(text: str, part: _Part) -> str:
    literal = _LITERAL[part]
    return "".join(
        char if char in literal else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
        for char in text
    )


def escape_segments(text: str) -> str:
    """Escape as url.PathEscape does, but keep slashes (cmd/go/internal/modfetch: pathEscape)."""
    return "/".join(_escape(segment, "segment") for segment in text.split("/"))


@dataclass(frozen=True, slots=True)
class WebURL:
    """A URL as Go's net/url holds it: `path` decoded, `raw_path` only where the default escaping would differ."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    password: str | None = None
    host: str = ""  # with port, IPv6 in brackets
    path: str = ""
    raw_path: str = ""
    query: str = ""  # as written, without `?`
    force_query: bool = False  # a `?` with nothing after it
    fragment: str = ""
    raw_fragment: str = ""
    omit_host: bool = False  # scheme:/path

    @property
    def escaped_path(self) -> str:
        """The path as Go sends it. Source: URL.EscapedPath."""
        return _kept_or_escaped(self.path, self.raw_path, "path", _VALID_PATH)

    def redacted(self) -> str:
        """As go prints it: a password shows as xxxxx. Source: URL.Redacted."""
        return self._text("xxxxx")

    def __str__(self) -> str:
        """The URL put together again, password included. Source: URL.String."""
        return self._text(self.password)

    def _text(self, password: str | None) -> str:
        front = f"{self.scheme}:" if self.scheme else ""
        if self.opaque:
            body = self.opaque
        else:
            authority = ""
            has_authority = bool(self.host) or self.user is not None
            if (self.scheme or has_authority) and not (self.omit_host and not has_authority):
                if has_authority or self.path:
                    authority = "//"
                if self.user is not None:
                    authority += _escape(self.user, "user")
                    if self.password is not None:
                        authority += ":" + _escape(password or "", "user")
                    authority += "@"
                authority += _escape(self.host, "host")
            path = self.escaped_path
            if path and path[0] != "/" and self.host:
                path = "/" + path
            if not front and not authority and ":" in path.partition("/")[0]:
                path = "./" + path
            body = authority + path
        tail = f"?{self.query}" if self.query or self.force_query else ""
        if self.fragment:
            tail += "#" + _kept_or_escaped(self.fragment, self.raw_fragment, "fragment", _VALID_FRAGMENT)
        return front + body + tail


def _kept_or_escaped(text: str, raw: str, part: _Part, valid: frozenset[str]) -> str:
    if raw and all(char in valid for char in raw):
        try:
            if _unescape(raw, part) == text:
                return raw
        except _PartError:
            pass
    if part == "path" and text == "*":
        return "*"
    return _escape(text, part)


def parse_url(url: str) -> WebURL:
    """Parse as Go's url.Parse does. Raises URLError with Go's words."""
    bare, _, fragment = url.partition("#")
    try:
        parsed = _parse(bare)
    except _PartError as error:
        raise URLError(bare, str(error)) from None
    if not fragment:
        return parsed
    try:
        decoded = _unescape(fragment, "fragment")
    except _PartError as error:
        raise URLError(url, str(error)) from None
    raw = "" if _escape(decoded, "fragment") == fragment else fragment
    return replace(parsed, fragment=decoded, raw_fragment=raw)


def _parse(url: str) -> WebURL:
    if _CONTROL.search(url):
        raise _PartError("net/url: invalid control character in URL")
    if url == "*":
        return WebURL(path="*")
    if url.startswith(":"):
        raise _PartError("missing protocol scheme")
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    rest = url[found.end() :] if found else url
    force_query = rest.endswith("?") and rest.count("?") == 1
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return WebURL(scheme, rest, query=query, force_query=force_query)
        if ":" in rest.partition("/")[0]:
            raise _PartError("first path segment in URL cannot contain colon")
    user = password = None
    host = ""
    omit_host = False
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, tail = rest[2:].partition("/")
        rest = slash + tail
        user, password, host = _authority(scheme, authority)
    elif scheme and rest.startswith("/"):
        omit_host = True
    path = _unescape(rest, "path")
    raw_path = "" if _escape(path, "path") == rest else rest
    return WebURL(scheme, "", user, password, host, path, raw_path, query, force_query, omit_host=omit_host)


def _authority(scheme: str, authority: str) -> tuple[str | None, str | None, str]:
    userinfo, at, host_part = authority.rpartition("@")
    host = _host(scheme, host_part)
    if not at:
        return None, None, host
    if not all(char in _USERINFO for char in userinfo):
        raise _PartError("net/url: invalid userinfo")
    name, colon, secret = userinfo.partition(":")
    return _unescape(name, "user"), _unescape(secret, "user") if colon else None, host


def _check_port(port: str) -> None:
    if _PORT.fullmatch(port) is None:
        raise _PartError(f"invalid port {quote(port)} after host")


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise _PartError("invalid IP-literal")
    if bracket == 0:
        closing = host.rfind("]")
        if closing < 0:
            raise _PartError("missing ']' in host")
        port = host[closing + 1 :]
        _check_port(port)
        name, percent, zone = host[1:closing].partition("%25")
        address = _unescape(name, "host") + _unescape(percent + zone, "zone")
        try:
            v4 = is_ipv4(address)
        except InvalidAddressError as error:
            raise _PartError(f"invalid host: {error}") from None
        if v4:
            raise _PartError("invalid IP-literal")
        return f"[{address}]{port}"
    if ":" in host:
        at = host.index(":") if scheme in ("http", "https") else host.rindex(":")
        _check_port(host[at:])
    return _unescape(host, "host")
