"""The connections that this process has taken in at a port, as the system knows them.

granian, which serves TLS, neither tells of them nor closes those that stay silent behind their handshake, or take
nothing of an answer. So they are found among the open files, and shut down from here where it is waited too long.
"""

import os
import socket
import stat
import struct
from collections import Counter
from dataclasses import dataclass

_FILES = "/dev/fd"
_INFO = getattr(socket, "TCP_INFO", None)
# tcp_info in Linux' include/uapi/linux/tcp.h: unacked; bytes_acked and bytes_received; notsent_bytes.
_LAYOUT = struct.Struct("=24xI92xQQ8xI")
_Peer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """For how many seconds a client is waited for."""

    first: float = 20.0  # for its first request: granian gives it 10 for the handshake, and 10 for a head by HTTP/1.1
    idle: float = 120.0  # for anything at all, while it owes nothing; go's own client keeps a connection for 90
    stalled: float = 60.0  # for one that takes nothing of what was sent


@dataclass(slots=True)
class _Connection:
    inode: int
    peer: _Peer
    since: float
    moved: float
    marks: tuple[int, int] = (0, 0)  # bytes that the client has confirmed, and sent
    has_asked: bool = False


@dataclass(frozen=True, slots=True)
class _Other:
    """An open file that is none."""

    inode: int


class Connections:
    """Those at `port`. Times are seconds of the steady clock."""

    def __init__(self, port: int, limits: Limits | None = None) -> None:
        self._port = port
        self._limits = limits or Limits()
        self._files: dict[int, _Connection | _Other] = {}
        self._asked: set[_Peer] = set()
        self._unanswered: Counter[_Peer] = Counter()

    def asks(self, peer: _Peer) -> None:
        """A request came from there."""
        self._asked.add(peer)
        self._unanswered[peer] += 1

    def is_answered(self, peer: _Peer) -> None:
        """The answer to one has begun, or there will be none."""
        self._unanswered[peer] -= 1
        if not self._unanswered[peer]:
            del self._unanswered[peer]

    def newcomers(self, now: float) -> int:
        """How many have not asked for anything yet."""
        return sum(not one.has_asked for one in self._all(now).values())

    def close_overdue(self, now: float) -> int:
        """Shut down those that are waited for too long, and give how many that were."""
        closed = 0
        for number, one in self._all(now).items():
            taken = _taken(number, one.inode)
            if taken is None:
                continue
            with taken:
                if self._is_overdue(one, taken, now):
                    _end(taken)
                    closed += 1
        return closed

    def _is_overdue(self, one: _Connection, connection: socket.socket, now: float) -> bool:
        if not one.has_asked:
            return now - one.since > self._limits.first
        if _INFO is None or one.peer in self._unanswered:
            return False
        try:
            on_the_way, confirmed, received, not_sent = _LAYOUT.unpack(
                connection.getsockopt(socket.IPPROTO_TCP, _INFO, _LAYOUT.size)
            )
        except (OSError, struct.error):
            return False
        if (confirmed, received) != one.marks:
            one.marks, one.moved = (confirmed, received), now
        owes = on_the_way or not_sent
        return now - one.moved > (self._limits.stalled if owes else self._limits.idle)

    def _all(self, now: float) -> dict[int, _Connection]:
        """All that are open, by their file numbers."""
        asked = set(self._asked)  # whoever is in here has connected before the files are listed
        files: dict[int, _Connection | _Other] = {}
        for name in os.listdir(_FILES):  # noqa: PTH208  (a few thousand of them)
            number = int(name)
            try:
                there = os.fstat(number)
            except OSError:
                continue
            known = self._files.get(number)
            if known is None or known.inode != there.st_ino:
                peer = self._peer(number, there.st_ino) if stat.S_ISSOCK(there.st_mode) else None
                known = _Other(there.st_ino) if peer is None else _Connection(there.st_ino, peer, now, now)
            files[number] = known
        self._files = files
        found = {number: one for number, one in files.items() if isinstance(one, _Connection)}
        for one in found.values():
            one.has_asked = one.has_asked or one.peer in asked
        self._asked -= asked - {one.peer for one in found.values()}
        return found

    def _peer(self, number: int, inode: int) -> _Peer | None:
        taken = _taken(number, inode)
        if taken is None:
            return None
        with taken:
            try:
                own, peer = taken.getsockname(), taken.getpeername()
            except OSError:  # it listens, or has no other end any more
                return None
        is_ours = isinstance(own, tuple) and own[1] == self._port
        return peer_of(peer) if is_ours else None


def peer_of(address: tuple[str, int | str, *tuple[int, ...]]) -> _Peer:
    """The other end, as the system or ASGI writes it."""
    return address[0].partition("%")[0], int(address[1])


def _taken(number: int, inode: int) -> socket.socket | None:
    """A second hold on an open socket; None where the number stands for another file by now."""
    try:
        copy = os.dup(number)
    except OSError:
        return None
    try:
        if os.fstat(copy).st_ino == inode:
            return socket.socket(fileno=copy)
    except OSError:
        pass
    os.close(copy)
    return None


def _end(connection: socket.socket) -> None:
    """What was not taken is thrown away: it is no longer waited for."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is over already
        return
