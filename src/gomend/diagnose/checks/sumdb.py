"""The check `sumdb`: the checksum database, from the hand-shake with a source to a proved look-up."""

from collections.abc import Sequence

from gomend.causes import Code, Evidence, Finding, Severity, Subject
from gomend.diagnose.asking import WELL_KNOWN, Reply
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.database import Base, Reading, base_of
from gomend.diagnose.findings import CERTAIN, fatal, output
from gomend.diagnose.mainsums import is_complete
from gomend.diagnose.wording import asked, in_english, sentence
from gomend.diagnose.world import World
from gomend.gomod.gosumdb import Database, GoSumdbError, is_exempt, parse_gosumdb
from gomend.gomod.proxylist import EntryKind, ProxyListError, parse_proxy_list
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import ForkError, RemoteError

_CHECK = "sumdb"


async def look(world: World) -> Checked:
    """Looks a well-known module up as go would. A private name is never looked up."""
    say = world.say
    try:
        database = parse_gosumdb(world.settings.get("GOSUMDB"))
        entries = parse_proxy_list(world.settings.get("GOPROXY"))
    except (GoSumdbError, ProxyListError):
        return skipped(say("doctor.run/needs", title=say("doctor.title/settings")))
    if database is None:
        return judged("GOSUMDB=off")
    if entries[0].kind is EntryKind.OFF:
        return judged(say("doctor.sumdb/off"), unneeded=[_host(database)])
    if is_exempt(WELL_KNOWN[0], world.settings.get("GONOSUMDB")):
        return judged(say("doctor.sumdb/not_asked"))
    base = await base_of(world, database, entries)
    if base.stopped is not None:
        return judged("", [_unreachable(world, base.stopped, say("doctor.sumdb/no_handshake"))])
    return await _look_up(world, database, base)


async def _look_up(world: World, database: Database, base: Base) -> Checked:
    reading = Reading(world, database, base)
    try:
        await reading.opened().lookup(*WELL_KNOWN)
    except RemoteError:
        return judged("", [_unanswered(world, base, reading.replies[-1])])
    except ForkError as error:
        text = world.say("doctor.sumdb/fork", name=database.name)
        return judged("", [_untrusted(text, reading.replies, output(error.report))])
    except GoRefusalError as error:
        text = world.say("doctor.sumdb/untrusted", name=database.name, said=str(error))
        return judged("", [_untrusted(text, reading.replies)])
    unneeded = [_host(database)] if base.entry is not None else []
    return judged(_summary(world, database, base, reading.replies), unneeded=unneeded)


def _host(database: Database) -> str:
    return database.url.partition("://")[2].partition("/")[0]


def _summary(world: World, database: Database, base: Base, replies: Sequence[Reply]) -> str:
    took = replies[0].milliseconds if replies else ""
    if base.entry is not None:
        host = base.entry.parsed.host or base.entry.redacted
        return world.say("doctor.sumdb/through", name=database.name, host=host, took=took)
    return world.say("doctor.sumdb/direct", url=database.url, took=took)


def _unanswered(world: World, base: Base, reply: Reply) -> Finding:
    """The look-up failed; where the hand-shake had promised it, nothing else is asked any more."""
    promised = base.entry is not None
    return _unreachable(world, reply, world.say("doctor.sumdb/promised" if promised else "doctor.sumdb/no_answer"))


def _unreachable(world: World, reply: Reply, why: str) -> Finding:
    """Fatal unless go.sum already lists all that is needed: then the database is not asked."""
    text = f"{why}{world.say('doctor.sumdb/because', fault=sentence(world.say, reply))}"
    evidence = [asked(reply)]
    complete = is_complete(world)
    if complete:
        evidence.append(Evidence("settings", in_english("seen.seen/complete")))
    subject = Subject(host=reply.host, url=reply.url)
    severity = Severity.WARNING if complete else Severity.FATAL
    return Finding(Code.CHECKSUM_SUMDB_UNREACHABLE, severity, CERTAIN, subject, _CHECK, text, tuple(evidence))


def _untrusted(text: str, replies: Sequence[Reply], *more: Evidence) -> Finding:
    last = replies[-1]
    evidence = (asked(last), *more)
    return fatal(_CHECK, Code.CHECKSUM_SUMDB_UNTRUSTED, text, *evidence, subject=Subject(host=last.host, url=last.url))
