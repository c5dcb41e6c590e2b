"""A DNS server on UDP and TCP that answers from a table, or fails in a chosen way."""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.lab.listener import Listener

NXDOMAIN, SERVFAIL, REFUSED, SILENT = "nxdomain", "servfail", "refused", "silent"
CUT, WRONG_ID, NO_EDNS, DEAF_TO_EDNS, BLOCKED, ALIAS = "cut", "wrong-id", "no-edns", "deaf-to-edns", "blocked", "alias"
REFER = "refer"
"""Words before addresses: over UDP only a cut answer; an answer with another id; FORMERR, or silence, where EDNS is
used; an extended error beside (RFC 8914); the addresses are those of another name, which comes first. `refer` stands
before a name server and its address: a referral there."""
_RCODES = {NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5}
_FORMERR = 1
_ADDRESS_BYTES = {1: 4, 28: 16}
"""Record type (A, AAAA) to the size of its data."""


class Resolver:
    """Answers A and AAAA questions from `names`: name → addresses parted by blanks, or one of the fault words.

    A key `*.example` matches below it, `*` all else; without a match the answer is NXDOMAIN. `names` may change as it
    runs. `asked` holds the names that were asked for, in order, `was_asked` is set by the first question. With `tcp` it
    is there on TCP, too, over TLS where `tls` is given.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        address: tuple[str, int] = ("127.0.0.1", 0),
        *,
        tcp: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.names = dict(names)
        self.asked: list[str] = []
        self.was_asked = threading.Event()
        self._tls = tls
        self._socket, self._listener = self._opened(address, tcp=tcp or tls is not None)
        self.host, self.port = self._socket.getsockname()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if self._listener is not None:
            self._listener.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (self.host, self.port))
        self._thread.join()
        self._socket.close()
        if self._listener is not None:
            self._listener.__exit__(kind, error, trace)

    def _opened(self, address: tuple[str, int], *, tcp: bool) -> tuple[socket.socket, Listener | None]:
        """A UDP socket and, if `tcp`, a listener on its port, which may be free for the one and not for the other."""
        for _ in range(20):
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind(address)
            if not tcp:
                return made, None
            try:
                return made, Listener(self._converse, made.getsockname())
            except OSError:
                made.close()
                if address[1]:
                    raise
        raise OSError("no port is free for both UDP and TCP")

    def _converse(self, connection: socket.socket) -> None:
        assert self._listener is not None
        if self._tls is not None:
            connection = self._listener.secure(connection, self._tls)
        with connection, connection.makefile("rb") as reader:
            while length := reader.read(2):
                reply = self._reply(reader.read(int.from_bytes(length)), over_tcp=True)
                if reply:
                    connection.sendall(len(reply).to_bytes(2) + reply)

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

    def _reply(self, question: bytes, *, over_tcp: bool = False) -> bytes:
        labels, at = [], 12
        while size := question[at]:
            labels.append(question[at + 1 : at + 1 + size].decode("latin-1"))
            at += 1 + size
        kind = int.from_bytes(question[at + 1 : at + 3])
        name = ".".join(labels)
        self.asked.append(name)
        self.was_asked.set()
        word = self.lookup(name)
        manner, _, rest = word.partition(" ")
        has_edns = int.from_bytes(question[10:12]) > 0
        if manner in (CUT, WRONG_ID, NO_EDNS, DEAF_TO_EDNS, BLOCKED, ALIAS):
            word = rest
        if word == SILENT or (manner == DEAF_TO_EDNS and has_edns):
            return b""
        if manner == NO_EDNS and has_edns:
            return question[:2] + (0x8180 | _FORMERR).to_bytes(2) + b"\0\1" + bytes(6) + question[12 : at + 5]
        if manner == REFER:
            target, _, address = rest.partition(" ")
            packed = b"".join(bytes([len(label)]) + label.encode() for label in target.split(".")) + b"\0"
            authority = b"\xc0\x0c\0\2\0\1\0\0\0\x1e" + len(packed).to_bytes(2) + packed
            glue = packed + b"\0\1\0\1\0\0\0\x1e\0\4" + ipaddress.ip_address(address).packed
            head = question[:2] + (0x8100).to_bytes(2) + b"\0\1\0\0\0\1\0\1"
            return head + question[12 : at + 5] + authority + glue
        if manner == CUT and not over_tcp:
            return question[:2] + (0x8380).to_bytes(2) + b"\0\1" + bytes(6) + question[12 : at + 5]
        alias = b""
        if manner == ALIAS:
            target, _, word = word.partition(" ")
            alias = b"".join(bytes([len(label)]) + label.encode() for label in target.split(".")) + b"\0"
        records = []
        if word not in _RCODES:
            for text in word.split():
                packed = ipaddress.ip_address(text).packed
                if len(packed) == _ADDRESS_BYTES.get(kind):
                    records.append(packed)
        flags = 0x8180 | _RCODES.get(word, 0)
        extended = b"\0\0\x29\x04\xd0\0\0\0\0\0\x0f\0\x0f\0\x0b\0\x0fby policy" if manner == BLOCKED else b""
        counts = (len(records) + bool(alias)).to_bytes(2) + b"\0\0" + bool(extended).to_bytes(2)
        number = (int.from_bytes(question[:2]) ^ (manner == WRONG_ID)).to_bytes(2)
        answers = b"\xc0\x0c\0\5\0\1\0\0\0\x1e" + len(alias).to_bytes(2) + alias if alias else b""
        owner = alias or b"\xc0\x0c"
        answers += b"".join(
            owner + kind.to_bytes(2) + b"\0\1\0\0\0\x3c" + len(packed).to_bytes(2) + packed for packed in records
        )
        return number + flags.to_bytes(2) + b"\0\1" + counts + question[12 : at + 5] + answers + extended
