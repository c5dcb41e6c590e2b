"""The check `private`: what go fetches without a proxy: its tools, the pages, the repositories, who is let in."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from gomend.causes import Cause, Code, Evidence, Finding, Subject
from gomend.diagnose.asking import limits
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.findings import fatal, output, setting
from gomend.diagnose.programs import Ran
from gomend.diagnose.wording import upper
from gomend.diagnose.world import World
from gomend.explain.explainer import explain_text
from gomend.gomod.path import InvalidPathError, check_module_path
from gomend.gomod.private import matches
from gomend.gomod.proxylist import EntryKind, ProxyListError, Use, parse_proxy_list, use_of
from gomend.gomod.vcspaths import ImportPathError, known_root
from gomend.gomod.vcspolicy import GOVCSError, parse_govcs
from gomend.masking import mask
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.pages import Pages
from gomend.sources.direct.repository import DirectError

_CHECK = "private"
_MOST = 6  # modules, of as many hosts and owners
_SECONDS = 5.0
_SECRET_WORDS = re.compile(r"(?i)(password|token)\s+\S+")


@dataclass(frozen=True, slots=True)
class Reached:
    """A repository that answered, or the finding why not."""

    module: str
    finding: Finding | None
    said: str = ""


async def look(world: World) -> Checked:
    """Asks the repositories of modules that go itself fetches directly; nobody else hears their names."""
    say = world.say
    path = world.environment.get("PATH", "")
    git = shutil.which("git", path=path)
    try:
        modules = direct_modules(world)
        parse_govcs(world.settings.get("GOVCS"))
    except ProxyListError:
        return skipped(say("doctor.run/needs", title=say("doctor.title/settings")))
    except GOVCSError as error:
        text = say("doctor.private/govcs", said=str(error))
        value = setting(f"GOVCS={world.settings.get('GOVCS')}")
        return judged("", [fatal(_CHECK, Code.VCS_DISALLOWED, text, value)])
    if not modules:
        return judged(say("doctor.private/none") if git else say("doctor.private/none_without_git"))
    if git is None:
        text = say("doctor.private/no_git", module=modules[0])
        return judged("", [fatal(_CHECK, Code.VCS_TOOL_MISSING, text, setting(f"PATH={path}"))])
    rewrites = await _rewrites(world, git)
    reached = await asyncio.gather(*(reach(world, git, module, rewrites) for module in modules))
    findings = _once([one.finding for one in reached if one.finding is not None])
    answered = [one.module for one in reached if one.finding is None]
    elsewhere = [one.partition("/")[0] for one in modules if _leads_elsewhere(one, rewrites)]
    return judged(say("doctor.private/fine", count=len(answered), module=modules[0]), findings, unneeded=elsewhere)


def direct_modules(world: World) -> list[str]:
    """The modules of go.mod (or the one asked about) that go fetches without a proxy, one of each place.

    Raises ProxyListError.
    """
    entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
    noproxy = world.settings.get("GONOPROXY")
    mod = world.gomod
    replaced = {one.path for one in mod.replace} if mod else set()
    named = [world.module] if world.module else [one.path for one in mod.require] if mod else []
    first = next((entry for entry in entries if entry.kind is not EntryKind.NOPROXY), entries[0])
    found: dict[str, str] = {}
    for module in named:
        if module in replaced or not _is_path(module):
            continue
        if matches(noproxy, module) or use_of(first, module, noproxy) is Use.DIRECT:
            found.setdefault("/".join(module.split("/")[:2]), module)
    return list(found.values())[:_MOST]


def _is_path(module: str) -> bool:
    try:
        check_module_path(module)
    except InvalidPathError:
        return False
    return True


async def _rewrites(world: World, git: str) -> str:
    """The insteadOf rules of git, one a line, secrets masked."""
    words = [git, "config", "--get-regexp", r"^url\..*\.(insteadof|pushinsteadof)$"]
    ran = await world.run(words, seconds=2, folder=world.main.folder)
    return mask(ran.stdout.strip()) if ran.status == 0 else ""


def _leads_elsewhere(module: str, rewrites: str) -> bool:
    """Whether git goes to another host than the module's, and needs no page of the module's to know where."""
    host = module.partition("/")[0]
    for line in rewrites.splitlines():
        rule, _, prefix = line.partition(" ")
        target = rule.removeprefix("url.").rpartition(".")[0]
        if prefix and f"https://{module}".startswith(prefix) and host not in target:
            try:
                return known_root(module) is not None
            except ImportPathError:
                return False
    return False


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
    return Reached(module, _refused(world, module, root, ran, rewrites))


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


def _refused(world: World, module: str, root: Root, ran: Ran, rewrites: str) -> Finding:
    """git's own words say why; they are read as those of a log are."""
    host = root.url.partition("://")[2].partition("/")[0].rpartition("@")[2] or module.partition("/")[0]
    if not ran.in_time:
        text = world.say("doctor.private/slow", host=host, seconds=f"{_SECONDS:.0f}")
        subject = Subject(module=module, host=host, url=mask(root.url))
        asked = output(f"git ls-remote {mask(root.url)}")
        return fatal(_CHECK, Code.NET_RESPONSE_TIMEOUT, text, asked, subject=subject)
    said = _SECRET_WORDS.sub(r"\1 ***", mask(ran.stderr))
    roots: Sequence[Cause] = explain_text(said, command=["git", "ls-remote", root.url], exit_status=ran.status).roots
    code = roots[0].code if roots else Code.UNKNOWN
    subject = Subject(module=module, host=host, url=mask(root.url))
    evidence: list[Evidence] = [output(_short(said))]
    if rewrites:
        evidence.append(setting(rewrites.splitlines()[0]))
    text = upper(world.say(f"codes.{code}/headline", module=module, host=host, file=""))
    return fatal(_CHECK, code, text, *evidence, subject=subject)


def _short(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if line.strip())[-600:]


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding of each host and code: the others say the same of other modules there."""
    seen: dict[tuple[str, Code], Finding] = {}
    for one in findings:
        seen.setdefault((one.subject.host, one.code), one)
    return list(seen.values())
