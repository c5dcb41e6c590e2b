"""A module's repository, asked the way go asks it first: its page, then git, with every prompt off."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from gomend.causes import Cause, Code, Evidence, Finding, Subject
from gomend.diagnose.asking import limits
from gomend.diagnose.findings import fatal, output, setting
from gomend.diagnose.programs import Ran
from gomend.diagnose.wording import upper
from gomend.diagnose.world import World
from gomend.explain.explainer import explain_text
from gomend.masking import mask
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.pages import Pages
from gomend.sources.direct.repository import DirectError

_CHECK = "private"
_SECONDS = 5.0
_SECRET_WORDS = re.compile(r"(?i)(password|token)\s+\S+")


@dataclass(frozen=True, slots=True)
class Reached:
    """A repository that answered, or the finding why not."""

    module: str
    finding: Finding | None
    said: str = ""


async def reach(world: World, git: str, module: str, rewrites: str) -> Reached:
    """Asks a module's repository as go asks it first. `rewrites` are git's insteadOf rules, for the evidence."""
    asked: list[tuple[str, Ran]] = []
    try:
        async with asyncio.timeout(_SECONDS + 1.5):
            root = await _root(world, git, module, asked)
            if root.vcs != "git":
                return _other_tool(world, module, root)
            ran = await _list(world, git, root.url)
    except TimeoutError:
        ran = Ran(None, "", "", in_time=False)
        root = Root(module, "git", "")
    except DirectError as error:
        if not asked:
            return Reached(module, _undiscovered(world, module, error))
        url, ran = asked[0]  # go tries other schemes after https, and hides what git said to the first
        root = Root(module, "git", url)
    if ran.status == 0:
        return Reached(module, None)
    url = await _rewritten(world, git, root.url) if rewrites else root.url
    return Reached(module, _refused(world, module, url, ran, rewrites))


async def _rewritten(world: World, git: str, url: str) -> str:
    """Where git itself goes for an address, by its insteadOf rules."""
    ran = await world.run([git, "ls-remote", "--get-url", url], seconds=2, folder="/")
    return ran.stdout.strip() or url if ran.status == 0 else url


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]


async def _root(world: World, git: str, module: str, asked: list[tuple[str, Ran]]) -> Root:
    settings = world.settings
    rules = Rules(settings.get("GOPRIVATE"), settings.get("GOINSECURE"), settings.get("GOVCS"))

    async def answers(vcs: str, url: str) -> bool:
        if vcs != "git":
            return False
        ran = await _list(world, git, url)
        asked.append((url, ran))
        return ran.status == 0

    pages = Pages(world.client, world.credentials, limits(world))
    return await Discovery(pages, rules, answers).root(module)


async def _list(world: World, git: str, url: str) -> Ran:
    """As go asks a repository first, with every prompt off."""
    words = [git, "ls-remote", "-q", "--end-of-options", url]
    return await world.run(words, seconds=_SECONDS, folder="/")


def _other_tool(world: World, module: str, root: Root) -> Reached:
    if root.vcs == "mod" or shutil.which(root.vcs, path=world.environment.get("PATH", "")):
        return Reached(module, None)
    text = world.say("doctor.private/no_tool", tool=root.vcs, module=module)
    return Reached(module, fatal(_CHECK, Code.VCS_TOOL_MISSING, text, subject=Subject(module=module)))


def _undiscovered(world: World, module: str, error: DirectError) -> Finding:
    code = error.code or Code.VCS_NO_GO_IMPORT
    host = module.partition("/")[0]
    text = upper(world.say(f"codes.{code}/headline", module=module, host=host))
    return fatal(_CHECK, code, text, output(mask(error.words)), subject=Subject(module=module, host=host))


def _refused(world: World, module: str, url: str, ran: Ran, rewrites: str) -> Finding:
    """git's own words say why; they are read as those of a log are."""
    host = _host(url) or module.partition("/")[0]
    if not ran.in_time:
        text = world.say("doctor.private/slow", host=host, seconds=f"{_SECONDS:.0f}")
        subject = Subject(module=module, host=host, url=mask(url))
        asked = output(f"git ls-remote {mask(url)}")
        return fatal(_CHECK, Code.NET_RESPONSE_TIMEOUT, text, asked, subject=subject)
    said = _SECRET_WORDS.sub(r"\1 ***", mask(ran.stderr))
    roots: Sequence[Cause] = explain_text(said, command=["git", "ls-remote", url], exit_status=ran.status).roots
    code = roots[0].code if roots else Code.UNKNOWN
    subject = Subject(module=module, host=host, url=mask(url))
    evidence: list[Evidence] = [output(_short(said))]
    if rewrites:
        evidence.append(setting(rewrites.splitlines()[0]))
    text = upper(world.say(f"codes.{code}/headline", module=module, host=host, file=""))
    return fatal(_CHECK, code, text, *evidence, subject=subject)


def _short(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if line.strip())[-600:]
