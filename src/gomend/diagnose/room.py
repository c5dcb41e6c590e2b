"""What a folder's file system is and what room is left on it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_NETWORK = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|lustre|glusterfs|fuse\.(?:sshfs|glusterfs|s3fs|rclone)")


@dataclass(frozen=True, slots=True)
class Room:
    """One file system, as an ordinary user sees it."""

    folder: Path  # the nearest folder that exists
    kind: str  # its type as the kernel names it, "" where not known
    free: int  # bytes
    inodes: int | None  # left; None where the file system has no fixed number
    read_only: bool
    no_exec: bool

    @property
    def is_network(self) -> bool:
        """Whether its files lie on another machine."""
        return _NETWORK.fullmatch(self.kind) is not None


def room(folder: Path, system: Path = Path("/")) -> Room:
    """The file system that `folder` is on, or will be once it is made. Raises OSError. May hang on a dead server."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    told = os.statvfs(folder)
    return Room(
        folder,
        kind_of(folder.resolve(), system),
        told.f_bavail * told.f_frsize,
        told.f_favail if told.f_files else None,
        bool(told.f_flag & os.ST_RDONLY),
        bool(told.f_flag & getattr(os, "ST_NOEXEC", 8)),
    )


def kind_of(folder: Path, system: Path) -> str:
    """The file system's type, from /proc/self/mountinfo (proc_pid_mountinfo(5)); "" where that is not there."""
    try:
        lines = (system / "proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        mounted, _, source = line.partition(" - ")
        fields = mounted.split()
        if len(fields) < 5:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), source.split(" ", 1)[0]
    return kind


def gigabytes(size: int) -> str:
    """A size in bytes for people."""
    if size >= 10**9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB"


def inodes(found: Room) -> str:
    """How many files can still be made, for people; a dash where there is no fixed number."""
    return "–" if found.inodes is None else str(found.inodes)
