"""What a measured chain comes to: what works today, what if its first source failed, what waiting costs. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.asking import Reply
from gomend.diagnose.chain import Chain, End
from gomend.diagnose.findings import fatal, probe, setting, warning
from gomend.diagnose.proxies.measured import NEEDED, Measured, code_of_dead, disagreement
from gomend.diagnose.wording import all_seen, asked, in_english, sentence, upper
from gomend.diagnose.world import Say
from gomend.gomod.protocol import Kind
from gomend.gomod.proxylist import Answer, EntryKind, Use, next_entry, use_of

# Seconds after which go itself gives up (net/http DefaultTransport): nothing limits the wait for an answer.
_GO_WAITS = {Code.NET_CONNECT_TIMEOUT: 30, Code.TLS_HANDSHAKE: 10, Code.DNS_TIMEOUT: 10}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One plain sentence: `sign` is ✓, !, ✗ or · (for your information)."""

    sign: str
    text: str


def number(chain: Chain, at: int) -> int:
    """The number of an entry as people count them; the implicit one of GONOPROXY is none."""
    return at + 1 - (chain.entries[0].kind is EntryKind.NOPROXY)


def sentences(chain: Chain, found: Sequence[Measured], say: Say) -> Iterator[Sentence]:
    """What works, what agrees, and what would happen without the first source."""
    ways = [chain.way(kind) for kind in NEEDED]
    direct = next((way.at for way in ways if way.end is End.DIRECT), None)
    if all(way.end is End.SERVED for way in ways):
        serving = sorted({number(chain, way.at) for way in ways})
        told = say("proxytest.says/works", numbers=", ".join(map(str, serving)))
        yield Sentence("✓", told + _agreeing(chain, found, say))
    elif direct is not None and found[direct].serves:
        yield Sentence("✓", say("proxytest.says/direct") + _agreeing(chain, found, say))
    unread = [str(number(chain, at)) for at, one in enumerate(found) if one.serves and not one.h1]
    if unread:
        yield Sentence("·", say("proxytest.says/unread", numbers=", ".join(unread)))
    first = next((at for at, one in enumerate(found) if _asks_proxy(chain, one)), None)
    if first is not None and found[first].serves:
        yield _without(chain, found, first, say)
    others = [at for at, one in enumerate(found) if one.is_asked and one.told[0] != chain.module]
    if others:
        numbers = ", ".join(str(number(chain, at)) for at in others)
        yield Sentence("·", say("proxytest.says/stand_in", numbers=numbers, module=found[others[0]].told[0]))


def _asks_proxy(chain: Chain, one: Measured) -> bool:
    return use_of(one.entry, chain.module, chain.gonoproxy) is Use.PROXY


def _agreeing(chain: Chain, found: Sequence[Measured], say: Say) -> str:
    """Which sources serve the same bytes, for the end of a sentence; "" where there are not two to compare."""
    hashed = [at for at, one in enumerate(found) if one.h1 and one.told[0] == chain.module]
    if len(hashed) < 2 or disagreement(found) is not None:
        return ""
    numbers = ", ".join(str(number(chain, at)) for at in hashed)
    return say("proxytest.says/agree", numbers=numbers, h1=_short(found[hashed[0]].h1))


def _short(h1: str) -> str:
    return f"{h1[:8]}…{h1[-4:]}"


def _without(chain: Chain, found: Sequence[Measured], first: int, say: Say) -> Sentence:
    """What go would do if the first source were down."""
    following = next_entry(chain.entries, first, Answer.FAILED)
    here = number(chain, first)
    if following is None:
        last = first + 1 == len(chain.entries)
        return Sentence("!", say("proxytest.says/alone" if last else "proxytest.says/stops", number=here))
    entry = chain.entries[following]
    if entry.kind is EntryKind.DIRECT and not found[following].is_asked:
        return Sentence("✓", say("proxytest.says/falls_to_direct", number=here))
    sound = found[following].serves
    key = "falls" if sound else "falls_on_dead"
    return Sentence("✓" if sound else "!", say(f"proxytest.says/{key}", number=here, next=number(chain, following)))


def judge(chain: Chain, found: Sequence[Measured], check: str, say: Say) -> Iterator[Finding]:
    """The findings, the fatal ones first."""
    module, version = next((one.told for one in found if one.told[0] == chain.module), (chain.module, ""))
    told: set[int] = set()
    for kind in NEEDED:
        way = chain.way(kind)
        reply = chain.replies.get((way.at, kind))
        if (
            way.end in (End.STOPPED, End.MISSING)
            and reply is not None
            and reply.code is not None
            and way.at not in told
        ):
            told.add(way.at)
            key = "stopped" if way.end is End.STOPPED and way.at + 1 < len(chain.entries) else "ends"
            if kind is Kind.ZIP and reply.status == 200:
                key = "final"
            text = sentence(say, reply) + say(f"proxytest.finding/{key}", number=number(chain, way.at))
            subject = Subject(module, version, reply.host, reply.url)
            yield fatal(check, reply.code, text, *all_seen(reply), subject=subject)
        elif way.end is End.OFF and way.at not in told:
            told.add(way.at)
            yield _switched_off(chain, check, say)
        elif way.end is End.DIRECT and way.at not in told and (fault := found[way.at].fault) is not None:
            told.add(way.at)
            yield _not_from_repository(found[way.at], fault, check, say)
    differing = disagreement(found)
    if differing is not None:
        yield _differing(chain, found, differing, check, say)
    for at, one in enumerate(found):
        if at not in told and one.is_asked and not one.serves and one.fault is not None:
            finding = _costs(chain, found, at, check, say)
            if finding is not None:
                yield finding


def _switched_off(chain: Chain, check: str, say: Say) -> Finding:
    """go comes to `off`, and asks nobody."""
    text = say("doctor.chain/off", module=chain.module)
    return fatal(check, Code.PROXY_OFF, text, setting("GOPROXY=off"), subject=Subject(module=chain.module))


def _not_from_repository(one: Measured, fault: Reply, check: str, say: Say) -> Finding:
    """go comes to the module's own repository, and gets nothing there."""
    module, version = one.told
    headline = say(f"codes.{fault.fault}/headline", host=fault.host, module=module, version=version, file="")
    text = upper(headline, fault.host)
    text += say("proxytest.finding/repository")
    return fatal(check, fault.fault, text, asked(fault), subject=Subject(module, version, fault.host, fault.url))


def _costs(chain: Chain, found: Sequence[Measured], at: int, check: str, say: Say) -> Finding | None:
    """A source that is of no use, and what go loses there."""
    one = found[at]
    fault = one.fault
    assert fault is not None  # noqa: S101 - asked for by the caller
    if one.lacks_it:
        return None  # which is no fault
    first = next((number_at for number_at, each in enumerate(found) if _asks_proxy(chain, each)), at)
    code = code_of_dead(one) if one.is_dead else (fault.code or Code.UNKNOWN)
    seconds = _GO_WAITS.get(code, 0) if one.entry.kind is EntryKind.URL else 0  # git waits by its own limits
    params = {"number": number(chain, at), "before": number(chain, at) - 1, "seconds": seconds}
    here = "first" if at == first else "later"
    key = f"loses_{here}" if seconds else f"fails_{here}"
    text = say(f"proxytest.finding/{key}", **params)
    evidence = [*all_seen(fault)]
    if at + 1 < len(chain.entries):
        passes = chain.entries[at].falls_back_on_error
        evidence.append(setting(in_english(f"seen.seen/rule_{'any' if passes else 'not_found'}")))
    return warning(check, code, text, *evidence, subject=Subject(host=fault.host, url=fault.url))


def _differing(
    chain: Chain, found: Sequence[Measured], pair: tuple[Measured, Measured], check: str, say: Say
) -> Finding:
    one, other = pair
    numbers = [number(chain, found.index(each)) for each in pair]
    text = say("proxytest.finding/differ", one=numbers[0], other=numbers[1], module=one.told[0], version=one.told[1])
    evidence = [probe(f"{numbers[at]}: {each.h1}") for at, each in enumerate((one, other))]
    host = one.replies[Kind.ZIP].host
    return fatal(check, Code.CHECKSUM_SUMDB_MISMATCH, text, *evidence, subject=Subject(*one.told, host=host))
