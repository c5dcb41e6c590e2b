"""What is wrong with a URL as it was probed: findings with their evidence. Pure."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.findings import LIKELY, fatal, probe, warning
from gomend.diagnose.names.privacy import PUBLIC_HOSTS
from gomend.diagnose.probing.probe import AddressSeen, Fetched, Probed
from gomend.diagnose.wording import in_english, upper
from gomend.diagnose.world import Say
from gomend.gomod.endpoint import corrected
from gomend.gomod.protocol import NotProtocolError, code_of, parse_path
from gomend.masking import mask
from gomend.net.hostport import host_and_port
from gomend.net.timing import in_brackets

_SOON = 14  # days
_SKEWED = 300.0  # seconds; certificates and signatures bear less than people think
_HALF_HAPPY = 0.3  # seconds that go waits for an IPv6 address before it tries IPv4 (RFC 6555, net.Dialer)


def judge(seen: Probed, check: str, say: Say, now: datetime, *, clock: bool = True) -> Iterator[Finding]:
    """The findings, the fatal ones first; `clock`: also whether this machine's clock is off."""
    main, host = seen.main, seen.wish.host
    subject = Subject(host=_place(seen.wish.url))
    if seen.code is not None:
        yield _failed(seen, seen.code, check, say)
    elif main is not None:
        yield from _http2(seen, main, check, say)
        yield from _answer(seen, main, check, say)
    yield from _addresses(seen, check, say)
    for one in seen.addresses[:1]:
        if one.shaken.code is None and one.shaken.chain:
            left = one.shaken.chain[0].days_left(now)
            if left < _SOON:
                text = say("probe.finding/expires", host=host, days=left)
                yield warning(check, Code.TLS_EXPIRED, text, probe(_until(one)), subject=subject)
    skew = main.skew if main is not None else None
    if clock and skew is not None and abs(skew) > _SKEWED:
        key = "behind" if skew > 0 else "ahead"
        text = say(f"probe.finding/clock_{key}", minutes=f"{abs(skew) / 60:.0f}")
        evidence = probe(f"Date: {main.headers.get('date', '') if main else ''}")
        facts = {"matter": "clock"}
        yield warning(check, Code.TLS_EXPIRED, text, evidence, subject=subject, certainty=LIKELY, facts=facts)


def _place(url: str) -> str:
    """The host of a URL, with its port where that is not the scheme's own."""
    parts = urlsplit(url)
    host, port = host_and_port(parts.netloc.rpartition("@")[2])
    return host if port in (0, {"https": 443, "http": 80}.get(parts.scheme)) else in_brackets(host, port)


def _until(one: AddressSeen) -> str:
    leaf = one.shaken.chain[0]
    return f"{leaf.subject}, {leaf.until:%Y-%m-%d}"


def _failed(seen: Probed, code: Code, check: str, say: Say) -> Finding:
    host, main = seen.wish.host, seen.main
    url = main.exchanges[-1].url if main is not None and main.exchanges else seen.wish.url
    subject = Subject(host=_place(url), url=mask(url))
    host = urlsplit(url).hostname or host  # behind a redirect it is another one that fails
    broken = next((one.shaken for one in seen.addresses if one.shaken.code is code), None)
    evidence: list[Evidence] = []
    facts: dict[str, str] = {}
    text = upper(say(f"codes.{code}/headline", host=host, module="", version="", url=seen.wish.url, file=""), host)
    if seen.through:
        evidence.append(probe(in_english("probe.said/through", proxy=seen.through)))
    if code is Code.NET_HTTP_PROXY:
        text = say("probe.finding/forward", proxy=seen.through)
    if broken is not None and code.layer in ("net", "tls") and code is not Code.NET_HTTP_PROXY:
        evidence.append(probe(f"{broken.place}: {broken.words}"))
        if code is Code.TLS_UNKNOWN_AUTHORITY and broken.chain:
            key = "intercepted" if host in PUBLIC_HOSTS else "unknown_issuer"
            text = say(f"probe.finding/{key}", host=host, issuer=broken.chain[-1].issuer)
            facts = {"matter": "issuer"}
            evidence.append(probe(" < ".join(one.subject for one in broken.chain[:3])))
        elif broken.chain:
            evidence.append(
                probe(in_english("dns.said/issued", name=broken.chain[0].subject, issuer=broken.chain[0].issuer))
            )
    elif main is not None and main.words:
        evidence.append(probe(in_english("seen.seen/timed", words=main.words, seconds=f"{main.seconds:.1f}")))
        if code is Code.NET_RESPONSE_TIMEOUT and main.exchanges and main.exchanges[-1].bytes:
            text = say("probe.finding/stalls", host=host, bytes=main.exchanges[-1].bytes)
    elif seen.looked is not None and seen.looked.words:
        evidence.append(probe(seen.looked.words))
    return fatal(check, code, text, *evidence, subject=subject, facts=facts)


def _http2(seen: Probed, main: Fetched, check: str, say: Say) -> Iterator[Finding]:
    other = seen.http2
    if other is None or other.code is None or main.code is not None:
        return
    text = say("probe.finding/http2", host=seen.wish.host)
    words = probe(f"HTTP/2: {other.words}")
    yield fatal(
        check, Code.NET_HTTP2, text, words, probe(f"HTTP/1.1: {main.status}"), subject=Subject(host=seen.wish.host)
    )


def _answer(seen: Probed, main: Fetched, check: str, say: Say) -> Iterator[Finding]:
    """What the answer means to go, where the URL is one that go asks of a proxy."""
    url = seen.wish.url
    subject = Subject(host=_place(url), url=mask(url))
    said = probe(f"{main.status} {main.reason}".strip())
    right = corrected(url)
    if right is not None:
        text = say(f"probe.finding/{right.mistake}", url=mask(right.url))
        yield fatal(check, Code.PROXY_NOT_FOUND, text, said, subject=subject)
        return
    if not is_protocol(url):
        return
    code = code_of(main.status or 0)
    if code is not None:
        text = say("doctor.ask/answers", host=seen.wish.host, words=f"{main.status} {main.reason}".strip())
        yield fatal(check, code, text, said, subject=subject)
    elif "text/html" in main.headers.get("content-type", "") or main.first.lstrip()[:1] == b"<":
        moved = main.exchanges[-1].url if len(main.exchanges) > 1 else ""
        key = "portal" if moved and urlsplit(moved).hostname != seen.wish.host else "page"
        text = say(f"probe.finding/{key}", host=seen.wish.host, other=urlsplit(moved).hostname or "")
        yield fatal(check, Code.PROXY_BAD_RESPONSE, text, said, subject=subject)


def is_protocol(url: str) -> bool:
    """Whether the URL is one that go asks of a module proxy, whatever path the proxy has."""
    path = urlsplit(url).path.strip("/")
    words = path.split("/")
    for at in range(len(words)):
        try:
            parse_path("/".join(words[at:]))
        except NotProtocolError:
            continue
        return True
    return False


def _addresses(seen: Probed, check: str, say: Say) -> Iterator[Finding]:
    """Addresses that are of no use beside others that are: every connection may begin at one of them."""
    bad = [one for one in seen.addresses if _code(one) is not None]
    if not bad or len(bad) == len(seen.addresses):
        return
    host = seen.wish.host
    six = [one for one in bad if one.shaken.is_ipv6]
    good_six = [one for one in seen.addresses if one.shaken.is_ipv6 and one not in bad]
    key = "ipv6" if six and not good_six and len(six) == len(bad) else "address"
    worst = bad[0]
    code = _code(worst) or Code.UNKNOWN
    swallowed = code is Code.NET_CONNECT_TIMEOUT
    if key == "ipv6":
        key += "_swallowed" if swallowed else ""
    text = say(
        f"probe.finding/{key}", host=host, bad=len(bad), all=len(seen.addresses), seconds=_HALF_HAPPY,
    )  # fmt: skip
    words = worst.shaken.words or (worst.fetched.words if worst.fetched else "")
    subject, facts = Subject(host=_place(seen.wish.url)), {"matter": "address"}
    yield warning(check, code, text, probe(f"{worst.shaken.place}: {words}"), subject=subject, facts=facts)


def _code(one: AddressSeen) -> Code | None:
    return one.shaken.code or (one.fetched.code if one.fetched is not None else None)
