"""Who can say what one module version is: sources, its repository, the checksum database, go.sum, the cache."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gomend.diagnose.asking import Reply, ask, limits
from gomend.diagnose.authors import newest_gomod
from gomend.diagnose.chain import Chain
from gomend.diagnose.database import Reading, base_of
from gomend.diagnose.hashing import ask_zip
from gomend.diagnose.mainsums import sums_of
from gomend.diagnose.world import World
from gomend.gocmd import modcache
from gomend.gomod.codeplace import CodePlace, CodePlaceError, code_place
from gomend.gomod.gomodfile import GoMod
from gomend.gomod.gosumdb import GoSumdbError, is_exempt, parse_gosumdb
from gomend.gomod.modzip import ModuleZipError, hash_zip
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import RemoteError
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.discovery import Discovery, Rules
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.module import ModuleInRepository
from gomend.sources.direct.pages import Pages
from gomend.sources.direct.repository import DirectError

_ZIP_SECONDS = 6.0  # that a zip is read to be hashed: the whole look takes no more than ten
_TREE_SECONDS = 5.0


class Role(StrEnum):
    """Who a witness is."""

    SOURCE = "source"
    REPOSITORY = "repository"
    DATABASE = "database"
    GOSUM = "go.sum"
    CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Witness:
    """What one of them says. `h1` is "" where it has no such version, or could not be hashed in time."""

    role: Role
    name: str  # host, or go.sum
    h1: str = ""
    said: str = ""  # in go's kind of words, where it has none
    is_missing: bool = False  # it answers that there is no such version
    info: Reply | None = None  # a source's answer to .info


@dataclass(frozen=True, slots=True)
class Tags:
    """What the module's own repository has."""

    url: str
    place: CodePlace
    tags: Mapping[str, str] = field(default_factory=dict)  # tag → commit


@dataclass(slots=True)
class Testimony:
    """All that was said about a version."""

    witnesses: list[Witness] = field(default_factory=list)
    repository: Tags | None = None
    newest: GoMod | None = None  # the go.mod of the newest version: its author's word on all others


async def of_author(world: World, chain: Chain, into: Testimony) -> None:
    """What the newest version says of the others."""
    into.newest = await newest_gomod(world, chain)


async def of_sources(world: World, chain: Chain, version: str, into: Testimony) -> None:
    """The zips of every source that go itself may come to, hashed."""
    for at in chain.urls():
        if not chain.may_be_told(Kind.INFO, at):
            continue
        entry = chain.entries[at]
        info, (zipped, h1) = await asyncio.gather(
            ask(world, entry, Asked(Kind.INFO, chain.module, version)),
            ask_zip(world, entry, Asked(Kind.ZIP, chain.module, version), seconds=_ZIP_SECONDS),
        )
        chain.replies |= {(at, Kind.INFO): info, (at, Kind.ZIP): zipped}
        name = entry.parsed.host or entry.redacted
        missing = info.status in (404, 410)
        said = "" if h1 else info.words if info.code else zipped.words
        into.witnesses.append(Witness(Role.SOURCE, name, h1, said, missing, info))


async def of_database(world: World, chain: Chain, version: str, into: Testimony) -> None:
    """What the checksum database has on record; a module that it may not hear of is not looked up."""
    try:
        database = parse_gosumdb(world.settings.get("GOSUMDB"))
    except GoSumdbError:
        return
    if database is None or is_exempt(chain.module, world.settings.get("GONOSUMDB")):
        return
    base = await base_of(world, database, chain.entries)
    if base.stopped is not None:
        return
    try:
        sums = await Reading(world, database, base).opened().lookup(chain.module, version)
    except RemoteError as error:
        into.witnesses.append(Witness(Role.DATABASE, database.name, "", error.words, error.not_found))
        return
    except GoRefusalError as error:
        into.witnesses.append(Witness(Role.DATABASE, database.name, "", str(error)))
        return
    into.witnesses.append(Witness(Role.DATABASE, database.name, next(iter(sums.zips), "")))


def of_files(world: World, module: str, version: str) -> list[Witness]:
    """go.sum, and the hash that go keeps beside the zip in its cache."""
    found = []
    sums = sums_of(world)
    recorded = sums.zips.get((module, version), []) if sums else []
    found += [Witness(Role.GOSUM, "go.sum", h1) for h1 in recorded[:1]]
    cache = world.module_cache
    if cache is not None:
        try:
            kept = modcache.downloaded(cache, module, version, "ziphash").read_text("ascii").strip()
        except (OSError, ValueError, GoRefusalError):
            kept = ""
        if kept.startswith("h1:"):
            found.append(Witness(Role.CACHE, str(cache), kept))
    return found


async def of_repository(world: World, module: str, version: str, into: Testimony) -> None:
    """The module's own host: its tags, and the zip that go would make of this version."""
    git = shutil.which("git", path=world.environment.get("PATH", ""))
    if git is None:
        return
    settings = world.settings
    rules = Rules(settings.get("GOPRIVATE"), settings.get("GOINSECURE"), settings.get("GOVCS"))
    program = Git(git, world.environment, seconds=_TREE_SECONDS)
    pages = Pages(world.client, world.credentials, limits(world))
    scratch = await asyncio.to_thread(tempfile.mkdtemp, prefix="gomend-doctor-")

    clones = Clones(Path(scratch))

    def repository(url: str) -> GitRepository:
        return GitRepository(url, clones, program, status_of=pages.status, clock=world.clock)

    async def answers(vcs: str, url: str) -> bool:
        try:
            await repository(url).tags("")
        except DirectError:
            return False
        return vcs == "git"

    name = module.partition("/")[0]
    try:
        root = await Discovery(pages, rules, answers).root(module)
        if root.vcs != "git":
            return
        place = code_place(module, root.path, root.subfolder)
        asked = repository(root.url)
        into.repository = Tags(root.url, place, await asked.tags(""))
        with tempfile.TemporaryFile(dir=scratch) as file:
            await ModuleInRepository(place, asked).pack(version, file)
            file.seek(0)
            h1 = await asyncio.to_thread(hash_zip, file)
        into.witnesses.append(Witness(Role.REPOSITORY, name, h1))
    except (DirectError, CodePlaceError, ModuleZipError, GoRefusalError) as error:
        is_missing = isinstance(error, DirectError) and error.is_missing
        into.witnesses.append(Witness(Role.REPOSITORY, name, "", str(error), is_missing))
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)


def differing(witnesses: Sequence[Witness]) -> tuple[str, list[Witness]]:
    """The hash that counts, and who says another: the checksum database's, else go.sum's, else the most frequent."""
    spoken = [one for one in witnesses if one.h1]
    if not spoken:
        return "", []
    by_role = {one.role: one.h1 for one in reversed(spoken)}
    counts = {one.h1: sum(other.h1 == one.h1 for other in spoken) for one in spoken}
    right = by_role.get(Role.DATABASE) or by_role.get(Role.GOSUM) or max(counts, key=lambda h1: counts[h1])
    return right, [one for one in spoken if one.h1 != right]
