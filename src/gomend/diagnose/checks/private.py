"""The check `private`: what go fetches without a proxy: its tools, the pages, the repositories, who is let in."""

import asyncio
import shutil

from gomend.causes import Code, Finding
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.directly import direct_modules
from gomend.diagnose.findings import fatal, setting
from gomend.diagnose.reaching import reach
from gomend.diagnose.world import World
from gomend.gomod.proxylist import ProxyListError
from gomend.gomod.vcspaths import ImportPathError, known_root
from gomend.gomod.vcspolicy import GOVCSError, parse_govcs
from gomend.masking import mask

_CHECK = "private"


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


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding of each host and code: the others say the same of other modules there."""
    seen: dict[tuple[str, Code], Finding] = {}
    for one in findings:
        seen.setdefault((one.subject.host, one.code), one)
    return list(seen.values())
