"""Puts the true addresses back into what go prints: no address of the door reaches the user's eyes. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from gomend.gocmd.streams import Change

_LONGEST = 512  # of an address of the door in any spelling, with room to spare


def _either(literal: str, escaped: str) -> bytes:
    return f"(?:{re.escape(literal)}|{escaped})".encode()


class Restorer(Change):
    """A filter for one stream. `shown` maps the number of a GOPROXY entry to its address as go prints it.

    `also` maps further texts that must not be seen to what is shown for them; a text that ends in a digit is not found
    within a longer number.

    Addresses are found as they are and `%`-escaped, also when a read cuts one in two: what may be the beginning of one
    is held back until more comes, or `flush` says that nothing more is near.
    """

    def __init__(
        self, port: int, secret: str, shown: Mapping[int, str], also: Mapping[bytes, bytes] = MappingProxyType({})
    ) -> None:
        self._shown = shown
        self._also = also
        head = f"http://127.0.0.1:{port}/{secret}/"
        self._heads = (head.encode(), head.replace(":", "%3A").replace("/", "%2F").encode())
        colon, slash = _either(":", "%3[Aa]"), _either("/", "%2[Ff]")
        address = (
            b"http" + colon + slash + slash + rb"127\.0\.0\.1" + colon + str(port).encode() + slash + secret.encode()
            + slash + rb"(\d+)"
        )  # fmt: skip
        longest_first = sorted(also, key=len, reverse=True)
        texts = (re.escape(text) + (rb"(?!\d)" if text[-1:].isdigit() else b"") for text in longest_first)
        self._hidden = re.compile(b"|".join((address, *texts)))
        self._held = b""
        self.holds = False  # whether bytes are held back

    def restore(self, chunk: bytes) -> bytes:
        """The next bytes to pass on."""
        data = self._held + chunk
        keep = min(self._may_begin_at(data), self._text_may_begin_at(data))
        passed: list[bytes] = []
        at = 0
        for found in self._hidden.finditer(data):  # in all that is here: what follows a text decides whether it is one
            if found.start() >= keep:
                break
            passed += (data[at : found.start()], self._true(found))
            at = found.end()
        keep = max(keep, at)
        passed.append(data[at:keep])
        self._held = data[keep:]
        self.holds = bool(self._held)
        return b"".join(passed)

    def flush(self) -> bytes:
        """What was held back, when the stream rests or ends."""
        data, self._held, self.holds = self._held, b"", False
        return self._hidden.sub(self._true, data)

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

    def _text_may_begin_at(self, data: bytes) -> int:
        """Where the last, perhaps unfinished, one of the further texts begins; what is whole may be a longer number."""
        longest = 0
        for text in self._also:
            sizes = range(min(len(text), len(data)), longest, -1)
            longest = next((size for size in sizes if data.endswith(text[:size])), longest)
        return len(data) - longest

    def _true(self, found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return self._also[found[0]]
        shown = self._shown.get(int(found[1]), "")
        if b"%2" in found[0]:
            shown = shown.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")
        return shown.encode()
