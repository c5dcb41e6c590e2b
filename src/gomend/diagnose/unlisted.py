"""A module that no proxy has, so that go asks its own host for it, though no pattern calls it private."""

import shutil
from collections.abc import Mapping

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.asking import Reply
from gomend.diagnose.chain import Chain
from gomend.diagnose.database import Reading, base_of
from gomend.diagnose.findings import LIKELY, fatal, setting
from gomend.diagnose.mainsums import sums_of
from gomend.diagnose.reaching import reach
from gomend.diagnose.wording import asked
from gomend.diagnose.world import World
from gomend.gomod.gosumdb import GoSumdbError, is_exempt, parse_gosumdb
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import RemoteError

_PRIVATE: Mapping[str, str] = {"matter": "unlisted"}


async def at_its_host(world: World, chain: Chain, version: str, reply: Reply, check: str) -> Finding | None:
    """What go meets where every proxy has said no, `reply` being the last to: the repository, then the database.

    None where both know the module.
    """
    git = shutil.which("git", path=world.environment.get("PATH", ""))
    subject = Subject(chain.module, version)
    if git is None:
        text = world.say("doctor.private/no_git", module=chain.module)
        return fatal(check, Code.VCS_TOOL_MISSING, text, asked(reply), subject=subject)
    patterns = setting(f"GOPRIVATE={world.settings.get('GOPRIVATE')}")
    reached = await reach(world, git, chain.module, "")
    if reached.finding is not None:
        found = reached.finding
        text = world.say("doctor.chain/unlisted", module=chain.module, fault=found.text)
        where = Subject(chain.module, version, found.subject.host, found.subject.url)
        evidence = (asked(reply), *found.evidence[:1], patterns)
        return fatal(check, found.code, text, *evidence, subject=where, certainty=LIKELY, facts=dict(_PRIVATE))
    sums = sums_of(world)
    if (sums is not None and sums.has_zip(chain.module, version)) or not await _is_unknown(world, chain, version):
        return None
    text = world.say("doctor.chain/unlisted_sum", module=chain.module)
    evidence = (asked(reply), patterns)
    code = Code.CHECKSUM_SUMDB_NOT_FOUND
    return fatal(check, code, text, *evidence, subject=subject, certainty=LIKELY, facts=dict(_PRIVATE))


async def _is_unknown(world: World, chain: Chain, version: str) -> bool:
    """Whether the checksum database says that it knows no such version; go asks it the same."""
    try:
        database = parse_gosumdb(world.settings.get("GOSUMDB"))
    except GoSumdbError:
        return False
    if database is None or is_exempt(chain.module, world.settings.get("GONOSUMDB")):
        return False
    base = await base_of(world, database, chain.entries)
    if base.stopped is not None:
        return False
    try:
        await Reading(world, database, base).opened().lookup(chain.module, version)
    except RemoteError as error:
        return error.not_found
    except GoRefusalError:
        return False
    return False
