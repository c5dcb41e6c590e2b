"""What kind of machine this is, by the traces that containers, WSL and CI leave."""

import re
from pathlib import Path

from gomend.diagnose.world import World


def kinds_of_machine(world: World) -> list[str]:
    """container, wsl, ci: those that it is. Reads files."""
    found = []
    system = world.system
    marks = (system / ".dockerenv", system / "run/.containerenv")
    groups = _text(system / "proc/1/cgroup")
    if any(mark.exists() for mark in marks) or re.search(r"/(?:docker|kubepods|containerd|lxc)\b", groups):
        found.append("container")
    if re.search(r"(?i)microsoft|wsl", _text(system / "proc/sys/kernel/osrelease")):
        found.append("wsl")
    if world.environment.get("CI"):
        found.append("ci")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
