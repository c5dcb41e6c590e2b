"""The check `chain`: every source of GOPROXY is asked what go asks it, and what go then comes to."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.asking import WELL_KNOWN, Reply, ask
from gomend.diagnose.chain import OPERATIONS, Chain, End, Way
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.findings import fatal, setting, warning
from gomend.diagnose.subject import About, about, others
from gomend.diagnose.unlisted import at_its_host
from gomend.diagnose.wording import all_seen, asked, in_english, sentence
from gomend.diagnose.world import World
from gomend.gomod.path import InvalidPathError, InvalidVersionError, check_module_path
from gomend.gomod.private import matches
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import Answer, EntryKind, ProxyEntry, ProxyListError, Use, parse_proxy_list, use_of
from gomend.gomod.version import check, is_valid

_CHECK = "chain"
_SECONDS = 7.0  # for all questions together
_ENOUGH = 1 << 14  # bytes of a body
_MOST_LATER = 6
_COSTLY = 1.0  # seconds


@dataclass(slots=True)
class Asking:
    """What is asked about, and the answers: about the module (`chain`) and about the well-known one."""

    world: World
    about: About
    chain: Chain
    stand_ins: dict[tuple[int, Kind], Reply] = field(default_factory=dict)
    lacking: list[Finding] = field(default_factory=list)  # modules that no source has

    @property
    def entries(self) -> Sequence[ProxyEntry]:
        """The entries of GOPROXY, in order."""
        return self.chain.entries


async def look(world: World) -> Checked:
    """Asks the first source about the module, the later ones only where go would ask them, too."""
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
    except ProxyListError:
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/settings")))
    subject = about(world)
    try:
        check_module_path(subject.module)
        if is_valid(subject.version):
            check(subject.module, subject.version)
    except (InvalidPathError, InvalidVersionError):  # go asks nobody for such a version
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/version")))
    asking = Asking(world, subject, Chain(entries, subject.module, world.settings.get("GONOPROXY")))
    try:
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(
                _own(asking), _stand_ins(asking), *(_other(asking, one) for one in others(world, subject))
            )
    except TimeoutError:  # what has been answered is told
        pass
    return judged(_summary(asking), _findings(asking))


async def _own(asking: Asking) -> None:
    version = asking.about.version
    await _walk(asking.world, asking.chain, version, (*OPERATIONS, Kind.LIST) if version else (Kind.LIST,))
    if not asking.about.asked_for:  # all about a version that was named is told by the check of that name
        await _lacking(asking, asking.chain, version)


async def _other(asking: Asking, other: About) -> None:
    """Whether the sources have another module of go.mod at all."""
    chain = Chain(asking.entries, other.module, asking.chain.gonoproxy)
    await _walk(asking.world, chain, other.version, (Kind.INFO,))
    await _lacking(asking, chain, other.version)


async def _lacking(asking: Asking, chain: Chain, version: str) -> None:
    found = chain.way(Kind.INFO)
    said = [reply for (_, kind), reply in chain.replies.items() if kind is Kind.INFO]
    if not version or not said or said[-1].answer is not Answer.NOT_EXIST:
        return
    if found.end is End.DIRECT:
        met = await at_its_host(asking.world, chain, version, said[-1], _CHECK)
        asking.lacking += [met] if met is not None else []
    elif found.end is End.MISSING and chain is not asking.chain:
        text = asking.world.say("doctor.chain/missing", module=chain.module, version=version)
        subject = Subject(chain.module, version, said[-1].host, said[-1].url)
        asking.lacking.append(fatal(_CHECK, said[-1].fault, text, asked(said[-1]), subject=subject))


async def _walk(world: World, chain: Chain, version: str, kinds: Sequence[Kind]) -> None:
    """The module's own name goes to an entry only once the entries before it let go move on to it."""
    module = chain.module
    for at in chain.urls():
        due = [kind for kind in kinds if chain.may_be_told(kind, at)]
        questions = [Asked(kind, module, "" if kind is Kind.LIST else version) for kind in due]
        replies = asyncio.gather(*(ask(world, chain.entries[at], one, _ENOUGH) for one in questions))
        chain.replies.update({(at, kind): reply for kind, reply in zip(due, await replies, strict=True)})


async def _stand_ins(asking: Asking) -> None:
    """Later entries are asked for a module that everybody knows."""
    module, version = WELL_KNOWN
    if matches(asking.chain.gonoproxy, module):
        return
    later = asking.chain.urls()[1:_MOST_LATER]

    async def one(at: int, kind: Kind) -> None:
        asking.stand_ins[at, kind] = await ask(asking.world, asking.entries[at], Asked(kind, module, version), _ENOUGH)

    await asyncio.gather(*(one(at, kind) for at in later for kind in (Kind.INFO, Kind.ZIP)))


def _findings(asking: Asking) -> Iterator[Finding]:
    told: set[tuple[int, Code]] = set()
    for kind in OPERATIONS if asking.about.version else (Kind.LIST,):
        found = asking.chain.way(kind)
        reply = asking.chain.replies.get((found.at, kind))
        if found.end in (End.STOPPED, End.MISSING) and reply is not None and reply.code is not None:
            if (found.at, reply.code) not in told:
                told.add((found.at, reply.code))
                yield _ended(asking, found, reply)
        elif found.end is End.OFF and not asking.about.at_hand:
            yield _off(asking)
            return
        for at in found.passed:
            passed = asking.chain.replies[at, kind]
            if passed.code is not None and (at, passed.code) not in told:
                told.add((at, passed.code))
                yield _passed(asking, at, passed)
    lacks_all = asking.chain.way(Kind.INFO).end is End.MISSING
    yield from (one for one in asking.lacking if not (lacks_all and one.code is Code.PROXY_NOT_FOUND))
    yield from _queries(asking, told)
    yield from _later(asking, told)


def _ended(asking: Asking, found: Way, reply: Reply) -> Finding:
    """go stops here, and the module does not come."""
    say, entries = asking.world.say, asking.entries
    last = found.at + 1 == len(entries)
    evidence = [*all_seen(reply)]
    subject = _subject(asking, reply)
    facts = {"matter": "folder"} if reply.url.startswith("file:") else {}
    if found.end is End.MISSING:
        text = say("doctor.chain/missing", module=asking.about.module, version=asking.about.version or "latest")
        return fatal(_CHECK, reply.fault, text, *evidence, subject=subject, facts=facts)
    text = sentence(say, reply)
    if not last:
        text += say("doctor.chain/may_not_pass")
        evidence.append(_rule(asking, found.at))
    return fatal(_CHECK, reply.fault, text, *evidence, subject=subject)


def _off(asking: Asking) -> Finding:
    text = asking.world.say("doctor.chain/off", module=asking.about.module)
    return fatal(_CHECK, Code.PROXY_OFF, text, setting("GOPROXY=off"), subject=Subject(module=asking.about.module))


def _passed(asking: Asking, at: int, reply: Reply) -> Finding:
    """go gets past it, and pays for that with each file."""
    text = sentence(asking.world.say, reply)
    text += asking.world.say("doctor.chain/costs" if reply.seconds > _COSTLY else "doctor.chain/moves_on")
    evidence = (*all_seen(reply), _rule(asking, at))
    subject = Subject(host=reply.host or asking.entries[at].redacted, url=reply.url)
    return warning(_CHECK, reply.fault, text, *evidence, subject=subject)


def _queries(asking: Asking, told: set[tuple[int, Code]]) -> Iterator[Finding]:
    """A version comes, but nobody can ask which versions there are: go get, @latest and -u fail."""
    found = asking.chain.way(Kind.LIST)
    reply = asking.chain.replies.get((found.at, Kind.LIST))
    if found.end is not End.STOPPED or reply is None or reply.code is None or (found.at, reply.code) in told:
        return
    told.add((found.at, reply.code))
    text = asking.world.say("doctor.chain/no_list", host=reply.host, words=reply.words)
    yield warning(_CHECK, reply.fault, text, *all_seen(reply), subject=_subject(asking, reply))


def _later(asking: Asking, told: set[tuple[int, Code]]) -> Iterator[Finding]:
    """A source that go comes to when an earlier one has not what it looks for."""
    for (at, _), reply in asking.stand_ins.items():
        if reply.answer is not Answer.FAILED or reply.code is None or any(number == at for number, _ in told):
            continue
        told.add((at, reply.code))
        stays = at + 1 < len(asking.entries) and not asking.entries[at].falls_back_on_error
        text = sentence(asking.world.say, reply)
        text += asking.world.say("doctor.chain/later_stops" if stays else "doctor.chain/later")
        subject = Subject(host=reply.host, url=reply.url)
        yield warning(_CHECK, reply.fault, text, *all_seen(reply), _rule(asking, at), subject=subject)


def _rule(asking: Asking, at: int) -> Evidence:
    """What the separator after an entry lets go do."""
    entry = asking.entries[at]
    if at + 1 == len(asking.entries):
        return Evidence("settings", in_english("seen.seen/rule_last"))
    return Evidence("settings", in_english(f"seen.seen/rule_{'any' if entry.falls_back_on_error else 'not_found'}"))


def _subject(asking: Asking, reply: Reply) -> Subject:
    return Subject(asking.about.module, asking.about.version, reply.host, reply.url)


def _summary(asking: Asking) -> str:
    shown = []
    for at, entry in enumerate(asking.entries):
        if entry.kind is EntryKind.NOPROXY:
            continue
        if entry.kind is not EntryKind.URL:
            shown.append(entry.kind.value)
            continue
        answered = [
            reply
            for replies in (asking.chain.replies, asking.stand_ins)
            for (number, _), reply in replies.items()
            if number == at and reply.answer is not Answer.FAILED
        ]
        place = entry.parsed.host or entry.redacted
        if answered:
            quickest = min(answered, key=lambda reply: reply.seconds)
            place += f" {quickest.milliseconds}"
        elif use_of(entry, asking.about.module, asking.chain.gonoproxy) is Use.SKIPPED:
            place += " –"
        shown.append(place)
    return " · ".join(shown)
