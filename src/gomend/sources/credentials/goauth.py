"""The setting GOAUTH and what its commands say. Pure. Source: cmd/go/internal/auth of Go 1.26, `go help goauth`."""

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from gomend.errors import GomendError
from gomend.gomod.proxylist import SPACES
from gomend.gomod.weburl import URLError, WebURL, parse_url
from gomend.sources.credentials.keyring import Headers

_NAME = re.compile(r"[!#$%&'*+\-.0-9A-Z^_`a-z|~]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SPACE_BYTES = " \t\n\r"


class GoAuthError(GomendError):
    """go ends at once on this setting, with this text."""


class FormatError(GomendError):
    """A command's output is not what the protocol says; go takes nothing from it."""


class Kind(Enum):
    """Where credentials come from."""

    OFF = "off"
    NETRC = "netrc"
    GIT = "git"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Method:
    """One part of GOAUTH. `text` is the folder for git, the command line for a command."""

    kind: Kind
    text: str = ""


def parse_goauth(value: str, is_folder: Callable[[str], bool]) -> tuple[Method, ...]:
    """The methods in the order written, the first the strongest. Raises GoAuthError where go ends at once."""
    parts = value.split(";")
    methods: list[Method] = []
    for part in reversed(parts):  # go goes through them backwards, and stops at the first that is wrong
        command = part.strip(SPACES)
        words = command.split()
        if not words:
            raise GoAuthError(f"go: GOAUTH encountered an empty command (GOAUTH={value})")
        match words[0]:
            case "off":
                if len(parts) != 1:
                    raise GoAuthError(
                        f"go: GOAUTH=off cannot be combined with other authentication commands (GOAUTH={value})"
                    )
                methods.append(Method(Kind.OFF))
            case "netrc":
                methods.append(Method(Kind.NETRC))
            case "git":
                methods.append(Method(Kind.GIT, _git_folder(words, is_folder)))
            case _:
                methods.append(Method(Kind.COMMAND, command))
    return tuple(reversed(methods))


def _git_folder(words: list[str], is_folder: Callable[[str], bool]) -> str:
    wanted = "go: GOAUTH=git dir method requires an absolute path to the git working directory"
    if len(words) != 2:
        raise GoAuthError(wanted)
    if not posixpath.isabs(words[1]):
        raise GoAuthError(f"{wanted}, dir is not absolute")
    if not is_folder(words[1]):
        raise GoAuthError(f"{wanted}, dir is not a directory")
    return words[1]


def split_command(command: str) -> list[str]:
    """The words of a command; quotes around a whole word only. Raises FormatError. Source: cmd/internal/quoted."""
    words = []
    rest = command.lstrip(_SPACE_BYTES)
    while rest:
        if rest[0] in "\"'":
            word, quote, rest = rest[1:].partition(rest[0])
            if not quote:
                raise FormatError("unterminated string")
        else:
            found = re.match(rf"[^{_SPACE_BYTES}]+", rest)
            word = found[0] if found else rest
            rest = rest[len(word) :]
        words.append(word)
        rest = rest.lstrip(_SPACE_BYTES)
    return words


def refusal_in_words(status: int, reason: str, headers: Iterable[tuple[str, str]]) -> str:
    """What a command reads about the answer that was refused."""
    joined: dict[str, list[str]] = {}
    for name, value in headers:
        joined.setdefault(canonical(name), []).append(value)
    lines = "".join(f"{name}: {', '.join(values)}\n" for name, values in joined.items())
    return f"HTTP/1.1 {status} {reason}\n{lines}\n"


def canonical(name: str) -> str:
    """A header's name as Go writes it. Source: net/textproto (CanonicalMIMEHeaderKey)."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def parse_output(output: str) -> dict[str, Headers]:
    """Prefix → headers, from blocks of addresses, an empty line, headers, an empty line. Raises FormatError."""
    found: dict[str, Headers] = {}
    rest = output
    while rest:
        addresses, rest = _block(rest, "URLs")
        prefixes = [_request_address(line) for line in addresses]
        lines, rest = _block(rest, "headers")
        headers = tuple(_header(line) for line in lines)
        found.update(dict.fromkeys((prefix.removeprefix("https://") for prefix in prefixes), headers))
    return found


def _block(rest: str, what: str) -> tuple[list[str], str]:
    lines: list[str] = []
    while True:
        line, newline, rest = rest.partition("\n")
        if not newline:
            raise FormatError(f"invalid format: missing empty line after {what}")
        if not line:
            return lines, rest
        lines.append(line)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(": ")
    value = value.strip(SPACES)
    if not colon or _NAME.fullmatch(name) is None or _CONTROL.search(value):
        raise FormatError("invalid format: invalid header line")
    return canonical(name), value


def _request_address(line: str) -> str:
    """Source: url.ParseRequestURI and URL.String."""
    try:
        url = parse_url(line.replace("#", "%23"))
    except URLError as error:
        raise FormatError(f"could not parse URL {line}: {error}") from None
    if url.opaque or not (url.scheme or line.startswith("/")):
        raise FormatError(f"could not parse URL {line}: invalid URI for request")
    return str(url)


@dataclass(frozen=True, slots=True)
class GitCredential:
    """What `git credential fill` said."""

    prefix: str
    user: str
    password: str


def parse_git_credential(output: str) -> GitCredential:
    """Any part may be empty. Source: gitauth.go (parseGitAuth)."""
    parts = {"protocol": "", "host": "", "path": "", "username": "", "password": ""}
    whole: WebURL | None = None
    for line in output.split("\n"):
        key, equals, value = line.strip(SPACES).partition("=")
        if equals and key == "url":
            try:
                whole = parse_url(_request_address(value))
            except FormatError:
                continue
            parts |= {"protocol": "", "host": "", "path": ""}
        elif equals and key in parts:
            parts[key] = value
    base = whole or WebURL()
    path = parts["path"] or base.path
    made = WebURL(
        scheme=parts["protocol"] or base.scheme,
        user=base.user,
        password=base.password,
        host=parts["host"] or base.host,
        path=path,
        query=base.query,
    )
    return GitCredential(str(made), parts["username"], parts["password"])
