"""What go comes to with the sources of GOPROXY, from the answers that each gave. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from gomend.diagnose.asking import Reply
from gomend.gomod.protocol import Kind
from gomend.gomod.proxylist import Answer, EntryKind, ProxyEntry, Use, next_entry, use_of

OPERATIONS = (Kind.INFO, Kind.MOD, Kind.ZIP)
"""What a version needs; `list` only queries need."""


class End(Enum):
    """What go comes to for one file."""

    SERVED = "served"
    DIRECT = "direct"  # it goes to the repository itself
    STOPPED = "stopped"  # a source failed, and go may not ask the next
    MISSING = "missing"  # every source says that there is no such thing
    OFF = "off"
    UNKNOWN = "unknown"  # a source on the way was not asked


@dataclass(frozen=True, slots=True)
class Way:
    """Where the way of one file ends: at entry number `at`, after entries that failed and let go move on."""

    end: End
    at: int
    passed: tuple[int, ...] = ()


@dataclass(slots=True)
class Chain:
    """The entries, the module asked about, and the answers so far: by number of the entry and kind of file."""

    entries: Sequence[ProxyEntry]
    module: str
    gonoproxy: str
    replies: dict[tuple[int, Kind], Reply] = field(default_factory=dict)

    def way(self, kind: Kind) -> Way:
        """The way of one file through the entries, as go takes it for each file anew (TryProxies)."""
        passed: list[int] = []
        at = 0
        while True:
            answer, end = self._at(at, kind)
            if end is not None:
                return Way(end, at, tuple(passed))
            following = next_entry(self.entries, at, answer)
            if following is None:
                return Way(End.MISSING if answer is Answer.NOT_EXIST else End.STOPPED, at, tuple(passed))
            if answer is Answer.FAILED:
                passed.append(at)
            at = following

    def may_be_told(self, kind: Kind, at: int) -> bool:
        """Whether go itself would ask entry `at` for this file, after what the earlier entries answered."""
        return use_of(self.entries[at], self.module, self.gonoproxy) is Use.PROXY and self.way(kind).at == at

    def urls(self) -> list[int]:
        """The numbers of the entries that are asked over the network or as a folder."""
        return [at for at, entry in enumerate(self.entries) if entry.kind is EntryKind.URL]

    def _at(self, at: int, kind: Kind) -> tuple[Answer, End | None]:
        entry, reply = self.entries[at], self.replies.get((at, kind))
        match use_of(entry, self.module, self.gonoproxy):
            case Use.SKIPPED:
                return Answer.NOT_EXIST, None
            case Use.OFF:
                return Answer.FAILED, End.OFF
            case Use.DIRECT:
                return Answer.FAILED, End.DIRECT
        if entry.refuses_credentials:
            return Answer.FAILED, None
        if reply is None:
            return Answer.FAILED, End.UNKNOWN
        return reply.answer, _ended(kind, reply)


def _ended(kind: Kind, reply: Reply) -> End | None:
    """How the way of a file ends with this reply. go takes what came as a zip for good (modfetch: DownloadZip)."""
    if reply.answer is Answer.FOUND:
        return End.SERVED
    return End.STOPPED if kind is Kind.ZIP and reply.status == 200 else None
