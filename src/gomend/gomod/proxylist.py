"""The GOPROXY list: its entries, go's errors about it, which entry comes next, which error go reports.

Source: cmd/go/internal/modfetch (proxy.go: proxyList, newProxyRepo, TryProxies; repo.go: lookup).
The same since Go 1.21.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from urllib.parse import unquote_to_bytes

from gomend.gomod.private import matches
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.weburl import URLError, WebURL, parse_url

_SEPARATOR = re.compile("[,|]")
SPACES = "".join(
    map(chr, (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)  # unicode.IsSpace


class ProxyListError(GoRefusalError):
    """Go refuses the whole list. `str()` is go's text; `entry` the faulty entry, empty where the list has none."""

    def __init__(self, text: str, entry: str) -> None:
        super().__init__(text)
        self.entry = entry


class NoEntriesError(ProxyListError):
    """The list holds no entry at all; an empty value counts too, which only a GOENV file can give."""

    def __init__(self) -> None:
        super().__init__("GOPROXY list is not the empty string, but contains no entries", "")


class MissingSchemeError(ProxyListError):
    """A bare word, an absolute path, or something else without a scheme."""


class WrongSchemeError(ProxyListError):
    """The scheme is none of https, http, file."""


class FileURLError(ProxyListError):
    """A file:// URL with a host, a query or a user."""


class MalformedURLError(ProxyListError):
    """Not a URL that Go can parse. `reason` is the part of the text after the quoted URL."""

    def __init__(self, error: URLError, entry: str) -> None:
        super().__init__(str(error), entry)
        self.reason = error.reason


class EntryKind(StrEnum):
    """What an entry of the list is."""

    URL = "url"
    DIRECT = "direct"
    OFF = "off"
    NOPROXY = "noproxy"  # implicit first entry when GONOPROXY is set: direct, for the modules that it matches


@dataclass(frozen=True, slots=True)
class ProxyEntry:
    """One source that go asks, in order."""

    kind: EntryKind
    url: str  # as go uses it, with https:// put before it where the scheme was missing; for others the kind's word
    written: str  # as it stands in the list, blanks around it removed; empty for noproxy
    falls_back_on_error: bool  # a `|` follows: any error moves on; else only "not found" does
    span: tuple[int, int] = (0, 0)  # where `written` stands in the list, begin and end

    @property
    def parsed(self) -> WebURL:
        """The URL, taken apart. Only for the kind URL."""
        return parse_url(self.url)

    @property
    def redacted(self) -> str:
        """The URL as go prints it: a password shows as xxxxx."""
        return self.parsed.redacted() if self.kind is EntryKind.URL else self.url

    @property
    def refuses_credentials(self) -> bool:
        """Whether go fails on this entry with "refusing to pass credentials to insecure URL" (web/http.go)."""
        if self.kind is not EntryKind.URL:
            return False
        url = self.parsed
        return url.scheme == "http" and url.user is not None

    @property
    def directory(self) -> bytes | None:
        """The folder of a file:// entry, as bytes; None for every other entry."""
        url = self.parsed if self.kind is EntryKind.URL else None
        return unquote_to_bytes(url.escaped_path) if url and url.scheme == "file" else None


def parse_proxy_list(goproxy: str, gonoproxy: str = "") -> tuple[ProxyEntry, ...]:
    """The entries that go makes of GOPROXY, with GONOPROXY's implicit `noproxy` first.

    `off` and `direct` end the list; what follows is never looked at. Raises ProxyListError, as go does, on the first
    faulty entry before them. go checks the list only when it needs to look something up.
    """
    entries: list[ProxyEntry] = []
    if gonoproxy and goproxy != "direct":
        entries.append(ProxyEntry(EntryKind.NOPROXY, "noproxy", "", falls_back_on_error=False))
    start = 0
    found_any = False
    while start < len(goproxy):
        separator = _SEPARATOR.search(goproxy, start)
        end = separator.start() if separator else len(goproxy)
        written = goproxy[start:end].strip(SPACES)
        begin = goproxy.index(written, start)
        start = end + 1
        if not written:
            continue
        found_any = True
        span = (begin, begin + len(written))
        if written in ("off", "direct"):
            entries.append(ProxyEntry(EntryKind(written), written, written, falls_back_on_error=False, span=span))
            break
        moves_on = separator is not None and separator[0] == "|"
        entries.append(ProxyEntry(EntryKind.URL, _checked_url(written), written, moves_on, span))
    if not found_any:
        raise NoEntriesError
    return tuple(entries)


def _checked_url(written: str) -> str:
    url = written
    if re.search("[.:/]", url) and ":/" not in url and not url.startswith("/"):
        url = "https://" + url
    try:
        parsed = parse_url(url)
    except URLError as error:
        raise MalformedURLError(error, written) from None
    redacted = parsed.redacted()
    match parsed.scheme:
        case "http" | "https":
            return url
        case "file":
            if parsed != WebURL(scheme="file", path=parsed.path, raw_path=parsed.raw_path):
                raise FileURLError(f"invalid file:// proxy URL with non-path elements: {redacted}", written)
            return url
        case "":
            raise MissingSchemeError(f"invalid proxy URL missing scheme: {redacted}", written)
        case _:
            raise WrongSchemeError(f"invalid proxy URL scheme (must be https, http, file): {redacted}", written)


def rewrite_proxy_list(goproxy: str, replacement: Callable[[int, ProxyEntry], str | None]) -> str:
    """The list with entries replaced; separators, blanks and what stands behind `off` or `direct` stay as written.

    `replacement` gets each entry of the kind URL with its index among those, and gives its new text, or None to leave
    it as it is. Raises ProxyListError.
    """
    out: list[str] = []
    at = 0
    urls = (entry for entry in parse_proxy_list(goproxy) if entry.kind is EntryKind.URL)
    for index, entry in enumerate(urls):
        new = replacement(index, entry)
        out += [goproxy[at : entry.span[0]], entry.written if new is None else new]
        at = entry.span[1]
    return "".join(out) + goproxy[at:]


class Use(Enum):
    """What go does at an entry for one module."""

    PROXY = "asks the proxy"
    DIRECT = "goes to the repository itself"
    OFF = "refuses: module lookup disabled by GOPROXY=off"
    SKIPPED = "refuses without asking, counted as not found"


def use_of(entry: ProxyEntry, module: str, gonoproxy: str) -> Use:
    """What go does at this entry for this module. Source: modfetch.lookup.

    A module that GONOPROXY matches is fetched at noproxy and direct only, even behind `off`. `go` and `toolchain` are
    looked up as golang.org/toolchain.
    """
    path = "golang.org/toolchain" if module in ("go", "toolchain") else module
    private = matches(gonoproxy, path)
    if entry.kind is EntryKind.DIRECT:
        return Use.DIRECT
    if entry.kind is EntryKind.NOPROXY:
        return Use.DIRECT if private else Use.SKIPPED
    if private:
        return Use.SKIPPED
    return Use.OFF if entry.kind is EntryKind.OFF else Use.PROXY


class Answer(Enum):
    """What came of asking one entry, as far as the fall-back cares."""

    FOUND = "found"
    NOT_EXIST = "not exist"  # 404, 410, a missing file; in direct mode also no repository root, no such revision
    FAILED = "failed"  # anything else: other statuses, DNS, TLS, time-outs, truncated or malformed bodies


def may_move_on(entry: ProxyEntry, answer: Answer) -> bool:
    """Whether go asks the entry after this one, given this one's answer. Source: TryProxies."""
    return answer is Answer.NOT_EXIST or (answer is Answer.FAILED and entry.falls_back_on_error)


def next_entry(entries: Sequence[ProxyEntry], index: int, answer: Answer) -> int | None:
    """The index of the entry that go asks next; None where it stops, with success or with an error."""
    if index + 1 < len(entries) and may_move_on(entries[index], answer):
        return index + 1
    return None


def reported_error(entries: Sequence[ProxyEntry], answers: Sequence[tuple[Answer, Use]]) -> int | None:
    """The index of the entry whose error go reports, given what came of each entry asked so far, in order.

    None where one was found. Errors of direct and noproxy go before those of a proxy, failures before "not exist";
    within a rank the last is reported. Source: TryProxies.
    """
    best = None
    best_rank = 0
    for index, (entry, (answer, use)) in enumerate(zip(entries, answers, strict=False)):
        if answer is Answer.FOUND:
            return None
        if entry.kind is EntryKind.DIRECT or (entry.kind is EntryKind.NOPROXY and use is Use.DIRECT):
            best, best_rank = index, 2
        elif best_rank <= 1 and answer is Answer.FAILED:
            best, best_rank = index, 1
        elif best_rank == 0:
            best = index
        if not may_move_on(entry, answer):
            break
    return best
