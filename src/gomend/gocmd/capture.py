"""What a command printed, kept for reading afterwards: the beginning and the end of it, never more."""

from collections import deque
from collections.abc import Iterator

HEAD_BYTES = 4 << 20
TAIL_BYTES = 16 << 20


class Capture:
    """The first `head` and about the last `tail` bytes of a stream; what lay between is counted and dropped."""

    def __init__(self, head: int = HEAD_BYTES, tail: int = TAIL_BYTES) -> None:
        self._head: list[bytes] = []
        self._head_room = head
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._tail_limit = tail
        self.size = 0  # bytes seen in all
        self.dropped = 0  # bytes not kept

    def add(self, chunk: bytes) -> None:
        """Takes the next bytes of the stream."""
        self.size += len(chunk)
        if self._head_room > 0:
            self._head.append(chunk)
            self._head_room -= len(chunk)
            return
        self._tail.append(chunk)
        self._tail_size += len(chunk)
        while self._tail_size - len(self._tail[0]) >= self._tail_limit:
            gone = len(self._tail.popleft())
            self._tail_size -= gone
            self.dropped += gone

    def chunks(self) -> Iterator[bytes]:
        """What was kept, in order. Where something was dropped the cut falls on line ends."""
        if not self.dropped:
            yield from self._head
            yield from self._tail
            return
        yield b"".join(self._head).rpartition(b"\n")[0] + b"\n"
        tail = iter(self._tail)
        yield next(tail, b"").partition(b"\n")[2]
        yield from tail


class Lines:
    """Lets only whole lines of one stream into a capture that several streams share."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._part: list[bytes] = []
        self._part_size = 0

    def add(self, chunk: bytes) -> None:
        """Takes the next bytes of this stream."""
        end = chunk.rfind(b"\n") + 1
        if end or self._part_size > HEAD_BYTES:
            end = end or len(chunk)
            self._part.append(chunk[:end])
            self._capture.add(b"".join(self._part))
            self._part.clear()
            self._part_size = 0
            chunk = chunk[end:]
        if chunk:
            self._part.append(chunk)
            self._part_size += len(chunk)

    def close(self) -> None:
        """Hands over a last line without an end."""
        if self._part:
            self._part.append(b"\n")
            self._capture.add(b"".join(self._part))
            self._part.clear()
