"""Puts the true addresses back into what go prints: no address of the door reaches the user's eyes. Pure."""

import re
from collections.abc import Mapping

from gomend.gocmd.streams import Change

_LONGEST = 512  # of an address of the door in any spelling, with room to spare


def _either(literal: str, escaped: str) -> bytes:
    return f"(?:{re.escape(literal)}|{escaped})".encode()


class Restorer(Change):
    """A filter for one stream. `shown` maps the number of a GOPROXY entry to its address as go prints it.

    Addresses are found as they are and `%`-escaped, also when a read cuts one in two: what may be the beginning of one
    is held back until more comes, or `flush` says that nothing more is near.
    """

    def __init__(self, port: int, secret: str, shown: Mapping[int, str]) -> None:
        self._shown = shown
        head = f"http://127.0.0.1:{port}/{secret}/"
        self._heads = (head.encode(), head.replace(":", "%3A").replace("/", "%2F").encode())
        colon, slash = _either(":", "%3[Aa]"), _either("/", "%2[Ff]")
        self._address = re.compile(
            b"http" + colon + slash + slash + rb"127\.0\.0\.1" + colon + str(port).encode() + slash + secret.encode()
            + slash + rb"(\d+)"
        )  # fmt: skip
        self._held = b""
        self.holds = False  # whether bytes are held back

    def restore(self, chunk: bytes) -> bytes:
        """The next bytes to pass on."""
        data = self._held + chunk
        keep = self._may_begin_at(data)
        self._held = data[keep:]
        self.holds = bool(self._held)
        return self._address.sub(self._true, data[:keep])

    def flush(self) -> bytes:
        """What was held back, when the stream rests or ends."""
        data, self._held, self.holds = self._held, b"", False
        return self._address.sub(self._true, data)

    def _may_begin_at(self, data: bytes) -> int:
        """Where the last, perhaps unfinished, address of the door begins; the length of `data` where there is none."""
        for head in self._heads:
            start = data.rfind(head[:4], max(0, len(data) - _LONGEST))
            while start >= 0:
                rest = data[start:]
                if head.startswith(rest) or (rest.startswith(head) and rest[len(head) :].isdigit()):
                    return start
                start = data.rfind(head[:4], max(0, len(data) - _LONGEST), start)
            for size in range(min(3, len(data)), 0, -1):
                if data.endswith(head[:size]):
                    return len(data) - size
        return len(data)

    def _true(self, found: re.Match[bytes]) -> bytes:
        shown = self._shown.get(int(found[1]), "")
        if b"%2" in found[0]:
            shown = shown.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")
        return shown.encode()
