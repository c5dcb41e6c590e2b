"""The entry `direct` of GOPROXY measured: a module made from its own repository as go makes it, nobody asked anything.

Source: https://go.dev/ref/mod#vcs; cmd/go/internal/modfetch (coderepo.go).
"""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from gomend.causes import Code
from gomend.diagnose.asking import Reply, limits
from gomend.diagnose.hashing import h1_of
from gomend.diagnose.probing.spread import spread
from gomend.diagnose.programs import without_prompts
from gomend.diagnose.proxies.measured import NEEDED, Measured
from gomend.diagnose.world import World
from gomend.explain.explainer import explain_text
from gomend.gomod.codeplace import CodePlaceError, code_place
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import ProxyEntry
from gomend.gomod.refusal import GoRefusalError
from gomend.masking import mask
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.module import ModuleInRepository
from gomend.sources.direct.pages import Pages
from gomend.sources.direct.repository import DirectError

SECONDS = 20.0  # for all of it: the page, git's list, the clone, the zip


@dataclass(slots=True)
class _Seen:
    """As far as it came."""

    module: str
    version: str
    root: Root | None = None
    refusal: DirectError | None = None  # what git said to the first scheme: go tries others, and hides it
    replies: dict[Kind, Reply] = field(default_factory=dict)
    tags: int = 0
    h1: str = ""

    @property
    def url(self) -> str:
        """Where it was asked last."""
        return self.root.url if self.root is not None else f"https://{self.module}?go-get=1"

    @property
    def host(self) -> str:
        """Its host."""
        return self.url.partition("://")[2].partition("/")[0].rpartition("@")[2]

    def reply(self, kind: Kind, seconds: float, size: int = 0) -> None:
        """A file that could be made."""
        asked = Asked(kind, self.module, self.version if kind in NEEDED else "")
        self.replies[kind] = Reply(asked, self.host, mask(self.url), 200, None, "git", seconds, size=size)

    def failed(self, code: Code, words: str, seconds: float) -> None:
        """All that was not made failed for one reason."""
        for kind in NEEDED:
            asked = Asked(kind, self.module, self.version)
            self.replies.setdefault(kind, Reply(asked, self.host, mask(self.url), None, code, words, seconds))


async def measure_direct(
    world: World, entry: ProxyEntry, subject: tuple[str, str], *, seconds: float = SECONDS
) -> Measured:
    """The module version of `subject` from its repository. Never raises for what becomes of it.

    Once, whatever `-n` says: a clone is not made several times to know how long it takes. A root whose code another
    tool than git holds is named and not asked.
    """
    seen = _Seen(*subject)
    begun = world.clock()
    scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gomend-direct-"))
    try:
        async with asyncio.timeout(seconds):
            await _look(world, scratch, seen)
    except TimeoutError:
        seen.failed(Code.NET_RESPONSE_TIMEOUT, f"no end after {seconds:.0f} s", world.clock() - begun)
    except DirectError as error:
        told = seen.refusal if seen.root is None and seen.refusal is not None else error
        seen.failed(_code_of(told), _words_of(told), world.clock() - begun)
    except (CodePlaceError, GoRefusalError) as error:
        seen.failed(Code.MODULE_INVALID_VERSION, str(error), world.clock() - begun)
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    made = seen.replies.get(Kind.INFO)
    times = spread([made.seconds]) if made is not None and made.code is None else None
    told_to = subject if seen.replies else ("", "")
    tool = seen.root.vcs if seen.root is not None else "git"
    return Measured(entry, told_to, dict(seen.replies), None, times, h1=seen.h1, tool=tool, tags=seen.tags)


async def _look(world: World, scratch: Path, seen: _Seen) -> None:
    begun = world.clock()
    git = shutil.which("git", path=world.environment.get("PATH", ""))
    if git is None:
        raise DirectError('exec: "git": executable file not found in $PATH', code=Code.VCS_TOOL_MISSING)
    pages = Pages(world.client, world.credentials, limits(world))
    program = Git(git, without_prompts(world.environment))  # the limit around all this ends it
    clones = Clones(scratch)
    made: dict[str, GitRepository] = {}

    def repository(url: str) -> GitRepository:
        return made.setdefault(url, GitRepository(url, clones, program, status_of=pages.status, clock=world.clock))

    async def answers(vcs: str, url: str) -> bool:
        if vcs != "git":
            return False
        try:
            await repository(url).tags("")
        except DirectError as error:
            seen.refusal = seen.refusal or error
            return False
        return True

    settings = world.settings
    rules = Rules(settings.get("GOPRIVATE"), settings.get("GOINSECURE"), settings.get("GOVCS"))
    root = seen.root = await Discovery(pages, rules, answers).root(seen.module)
    if root.vcs != "git":
        return
    module = ModuleInRepository(code_place(seen.module, root.path, root.subfolder), repository(root.url))
    found = await module.version(seen.version)
    seen.reply(Kind.INFO, world.clock() - begun)
    begun = world.clock()
    await module.gomod(found.version)
    seen.reply(Kind.MOD, world.clock() - begun)
    begun = world.clock()
    with tempfile.TemporaryFile(dir=scratch) as file:
        await module.pack(found.version, file)
        size = file.tell()
        seen.h1 = await asyncio.to_thread(h1_of, file)
    seen.reply(Kind.ZIP, world.clock() - begun, size)
    begun = world.clock()
    seen.tags = len(await module.versions())
    seen.reply(Kind.LIST, world.clock() - begun)


def _code_of(error: DirectError) -> Code:
    """As a log that holds git's words is read."""
    if error.code is not None:
        return error.code
    roots = explain_text(error.output, command=["git", "ls-remote"], exit_status=128).roots
    return roots[0].code if roots else Code.UNKNOWN


def _words_of(error: DirectError) -> str:
    """The last thing that git said, else go's words."""
    lines = [line.strip() for line in error.output.splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith(("fatal:", "ERROR:"))), lines[-1] if lines else error.words)
    return mask(said)
