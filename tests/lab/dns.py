"""A DNS server on UDP that answers from a table, or fails in a chosen way."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

NXDOMAIN, SERVFAIL, REFUSED, SILENT = "nxdomain", "servfail", "refused", "silent"
_RCODES = {NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5}
_ADDRESS_BYTES = {1: 4, 28: 16}
"""Record type (A, AAAA) to the size of its data."""


class Resolver:
    """Answers A and AAAA questions from `names`: name → addresses parted by blanks, or one of the fault words.

    A key `*.example` matches below it, `*` all else; without a match the answer is NXDOMAIN. `names` may change as it
    runs. `asked` holds the names that were asked for, in order, `was_asked` is set by the first question.
    """

    def __init__(self, names: Mapping[str, str], address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.names = dict(names)
        self.asked: list[str] = []
        self.was_asked = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self.host, self.port = self._socket.getsockname()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (self.host, self.port))
        self._thread.join()
        self._socket.close()

    def lookup(self, name: str) -> str:
        """The table's word for a name."""
        labels = name.lower().rstrip(".").split(".")
        keys = [".".join(labels), *("*." + ".".join(labels[i:]) for i in range(1, len(labels))), "*"]
        return next((self.names[key] for key in keys if key in self.names), NXDOMAIN)

    def _run(self) -> None:
        while True:
            question, sender = self._socket.recvfrom(4096)
            if not question:
                return
            reply = self._reply(question)
            if reply:
                self._socket.sendto(reply, sender)

    def _reply(self, question: bytes) -> bytes:
        labels, at = [], 12
        while size := question[at]:
            labels.append(question[at + 1 : at + 1 + size].decode("latin-1"))
            at += 1 + size
        kind = int.from_bytes(question[at + 1 : at + 3])
        name = ".".join(labels)
        self.asked.append(name)
        self.was_asked.set()
        word = self.lookup(name)
        if word == SILENT:
            return b""
        records = []
        if word not in _RCODES:
            for text in word.split():
                packed = ipaddress.ip_address(text).packed
                if len(packed) == _ADDRESS_BYTES.get(kind):
                    records.append(packed)
        flags = 0x8180 | _RCODES.get(word, 0)
        head = question[:2] + flags.to_bytes(2) + b"\0\1" + len(records).to_bytes(2) + b"\0\0\0\0"
        answers = b"".join(
            b"\xc0\x0c" + kind.to_bytes(2) + b"\0\1\0\0\0\x3c" + len(packed).to_bytes(2) + packed for packed in records
        )
        return head + question[12 : at + 5] + answers
