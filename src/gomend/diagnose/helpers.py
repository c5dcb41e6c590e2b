"""git's credential helpers, as git finds and runs them. What they print is never kept."""

import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from gomend.causes import Code, Finding
from gomend.diagnose.findings import setting, warning
from gomend.diagnose.world import World
from gomend.masking import mask

_CHECK = "credentials"
_SECONDS = 3.0
_HELPER = {"matter": "helper"}


async def helper_faults(world: World, git: str, hosts: Sequence[str]) -> list[Finding]:
    """Helpers that are not there, and one that does not end, for hosts that git has to let go in.

    Source: gitcredentials(7): a helper is a shell line after "!", an absolute path, or git-credential-NAME.
    """
    folder = world.main.folder
    listed = await world.run([git, "config", "--get-regexp", r"^credential\..*helper$"], seconds=2, folder=folder)
    helpers = [words for line in listed.stdout.splitlines() if (words := line.partition(" ")[2].strip())]
    if not helpers:
        return []
    places = await world.run([git, "--exec-path"], seconds=2, folder=folder)
    found = list(_missing(world, helpers, places.stdout.strip()))
    if found or not hosts:
        return found
    asked = f"protocol=https\nhost={hosts[0]}\n\n"
    ran = await world.run([git, "credential", "fill"], seconds=_SECONDS, folder=folder, told=asked)
    if ran.in_time:
        return []
    text = world.say("doctor.credentials/helper_slow", host=hosts[0], seconds=f"{_SECONDS:.0f}")
    named = setting(f"credential.helper={mask(helpers[0])}")
    return [warning(_CHECK, Code.AUTH_CREDENTIALS, text, named, facts=_HELPER)]


def _missing(world: World, helpers: Sequence[str], exec_path: str) -> Iterator[Finding]:
    path = os.pathsep.join(filter(None, (exec_path, world.environment.get("PATH", ""))))
    for one in dict.fromkeys(helpers):
        if one.startswith("!"):
            continue  # the shell's to find
        try:
            program = shlex.split(one)[0]
        except (ValueError, IndexError):
            continue
        is_there = (
            Path(program).exists() if program.startswith("/") else shutil.which(f"git-credential-{program}", path=path)
        )
        if not is_there:
            text = world.say("doctor.credentials/helper_missing", helper=mask(program))
            named = setting(f"credential.helper={mask(one)}")
            yield warning(_CHECK, Code.AUTH_CREDENTIALS, text, named, facts=_HELPER)
