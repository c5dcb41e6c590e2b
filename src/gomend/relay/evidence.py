"""What the door saw, as evidence: it turns what go could only call "502" into the cause. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from gomend.causes import Cause, Certainty, Code, Evidence, Subject
from gomend.gomod.path import InvalidPathError, InvalidVersionError, escape_path, escape_version, wire_form
from gomend.net.exchange import Exchange
from gomend.net.faults import PAGE_TYPES, page_in_words
from gomend.net.redirects import STATUSES as REDIRECTS
from gomend.trace.naming import named

# What go makes of an answer that the door gave in the source's place, or of a body that it could not finish.
_STAND_INS = frozenset({Code.PROXY_SERVER_ERROR, Code.NET_RESET, Code.NET_RESPONSE_TIMEOUT, Code.TOOLCHAIN_UNAVAILABLE})
# What go makes of a web page that came with status 200 in a module file's place: it looks at the hash, or at the words.
_OF_A_PAGE = frozenset(
    {
        Code.CHECKSUM_GOSUM_MISMATCH,
        Code.CHECKSUM_SUMDB_MISMATCH,
        Code.CHECKSUM_CACHE_CORRUPT,
        Code.MODULE_GOMOD_INVALID,
        Code.PROXY_BAD_RESPONSE,
    }
)
_PAST_GOPROXY = frozenset({"dns", "net", "tls", "auth", "vcs"})  # layers at which git or a go-import page can fail
_ONLY_WORD = "zip: not a valid zip file"  # all that go says of a zip that is none
_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """The exchanges of one file that did not come."""

    last: Exchange
    attempts: int
    seconds: float


def with_exchanges(roots: Sequence[Cause], exchanges: Iterable[Exchange]) -> tuple[Cause, ...]:
    """The roots, each with what the door saw of the address that it names; its code is the door's where go had none."""
    listed = list(exchanges)
    failed = _failed(listed)
    told = []
    for root in roots:
        no_zips = _no_zips(root, listed)
        about = next(iter(no_zips.values()), root.subject)
        cause = _told(_of_page(replace(root, subject=about), listed), failed)
        told.append(replace(cause, evidence=(*cause.evidence, *list(no_zips)[1:_NAMED_AT_MOST])))
    return tuple(told)


def with_unseen(roots: Sequence[Cause], verb: str) -> tuple[Cause, ...]:
    """The roots of `go VERB`, which starts the user's own programs: each without a request to show says why."""
    said = Evidence("exchange", f"what go fetched past GOPROXY was not seen: go {verb} starts programs of your own")
    return tuple(
        replace(root, evidence=(*root.evidence, said))
        if root.code.partition(".")[0] in _PAST_GOPROXY and all(one.source != "exchange" for one in root.evidence)
        else root
        for root in roots
    )


def _no_zips(root: Cause, exchanges: Sequence[Exchange]) -> dict[Evidence, Subject]:
    """Whose zips were none, where that is what the root says: go names no module then. The first that came leads."""
    if root.subject.module or root.code is not Code.PROXY_BAD_RESPONSE or _ONLY_WORD not in root.text:
        return {}
    found: dict[Evidence, Subject] = {}
    for one in exchanges:
        if one.purpose == "zip" and one.status == 200 and one.code is root.code:
            name = named(one.first or one.url, one.purpose)
            said = Evidence("exchange", f"{name.module}@{name.version}: {_what(one)}")
            found.setdefault(said, Subject(name.module, name.version, name.host, one.url, root.subject.file))
    return found


def _of_page(root: Cause, exchanges: Sequence[Exchange]) -> Cause:
    """The root, with the web page that the door saw where the module's file should have been, if that is what it was.

    A login page of the network answers in any server's place; go can only call its hash wrong.
    """
    page = _page(root, exchanges) if root.code in _OF_A_PAGE else None
    if page is None:
        return root
    where = f", {page.address}" if page.address else ""
    took = (page.phases.end or page.phases.start) - page.phases.start
    kind = page.headers["Content-Type"]
    said = f"{page_in_words(kind)}{where} ({took:.1f} s)"
    about = Subject(root.subject.module, root.subject.version, urlsplit(page.url).netloc, page.url, root.subject.file)
    evidence = (*root.evidence, Evidence("exchange", said))
    return replace(root, code=Code.PROXY_BAD_RESPONSE, certainty=Certainty.CERTAIN, subject=about, evidence=evidence)


def _page(root: Cause, exchanges: Sequence[Exchange]) -> Exchange | None:
    try:
        module, version = escape_path(root.subject.module), escape_version(root.subject.version)
    except (InvalidPathError, InvalidVersionError):
        return None
    below = wire_form(f"/{module}/@v/{version}.")
    asked = False
    for exchange in exchanges:
        if below in exchange.url:
            asked = True
        elif not asked or exchange.purpose not in ("mod", "zip", "info"):
            continue
        is_page = exchange.headers.get("Content-Type", "").lower().startswith(PAGE_TYPES)
        if exchange.status == 200 and is_page and exchange.code is None:
            return exchange
        asked = asked and exchange.status in REDIRECTS  # the page may be where it led to
    return None


def _failed(exchanges: Iterable[Exchange]) -> dict[str, _Seen]:
    failed: dict[str, _Seen] = {}
    began: dict[str, float] = {}
    for exchange in exchanges:
        url = exchange.url
        began.setdefault(url, exchange.phases.start)
        if exchange.code is None and exchange.status in (200, 206):
            failed.pop(url, None)
            continue
        if exchange.code is None and exchange.status in REDIRECTS:
            continue  # what it led to tells the fault
        attempts = failed[url].attempts + 1 if url in failed else 1
        end = exchange.phases.end or exchange.phases.first_byte or exchange.phases.start
        failed[url] = _Seen(exchange, attempts, end - began[url])
    return failed


def _told(root: Cause, failed: dict[str, _Seen]) -> Cause:
    seen = failed.get(root.subject.url) or next((seen for url, seen in failed.items() if url in root.text), None)
    passed_over = _passed_over(root, seen, failed)
    if seen is None:
        return replace(root, evidence=(*root.evidence, *passed_over)) if passed_over else root
    last = seen.last
    where = f", {last.address}" if last.address else ""
    evidence = Evidence("exchange", f"{_what(last)}{where} ({_times(seen)})")
    code = last.code if last.code is not None and root.code in _STAND_INS else root.code
    return replace(root, code=code, certainty=Certainty.CERTAIN, evidence=(*root.evidence, evidence, *passed_over))


def _passed_over(root: Cause, told: _Seen | None, failed: dict[str, _Seen]) -> list[Evidence]:
    """What other entries of GOPROXY answered for the root's module: go reports one entry's error, git's before all."""
    if not root.subject.module or root.code.startswith("checksum."):  # of a file that came, whoever else lacks it
        return []
    names = {told.last.source if told else None, -1}
    found = []
    for url, seen in reversed(failed.items()):
        last = seen.last
        if last.source in names:
            continue
        name = named(last.first or url, last.purpose)
        if name.module == root.subject.module and name.host != root.subject.host:
            names.add(last.source)
            found.append(Evidence("exchange", f"{name.host}: {_what(last)} ({_times(seen)})"))
    return found[::-1]


def _what(exchange: Exchange) -> str:
    return exchange.fault or f"{exchange.status}"


def _times(seen: _Seen) -> str:
    return f"{seen.attempts} attempts in {seen.seconds:.1f} s" if seen.attempts > 1 else f"{seen.seconds:.1f} s"
