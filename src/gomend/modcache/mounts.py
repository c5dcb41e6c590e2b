"""Whether the file system of a folder keeps the time of last access."""

import os
import re
from pathlib import Path

_OCTAL = re.compile(r"\\([0-7]{3})")


def keeps_access_times(folder: Path, mountinfo: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether it does, to a day at least (`relatime`); False where the mount says `noatime`, or nothing can be told.

    Source: proc_pid_mountinfo(5).
    """
    try:
        lines = mountinfo.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    place = os.path.realpath(folder)
    best, kept = -1, False
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 6:
            continue
        point = _OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4])
        inside = place == point or place.startswith(point if point.endswith("/") else f"{point}/")
        if inside and len(point) >= best:  # a later mount on the same point hides an earlier one
            best, kept = len(point), "noatime" not in fields[5].split(",")
    return kept
