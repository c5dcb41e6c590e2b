"""A DNS server: addresses from `names`, NXDOMAIN for the rest, SERVFAIL or silence where provoked."""

import socket
import struct
import threading

from tests.lab.local import names


def _answer(query: bytes) -> bytes | None:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii").lower())
        at += query[at] + 1
    kind = struct.unpack(">H", query[at + 1 : at + 3])[0]
    question = query[12 : at + 5]
    name = ".".join(labels)
    if name in names.UNANSWERED:
        return None
    address = names.NAMES.get(name)
    status = 2 if name in names.SERVFAIL else 0 if address else 3
    records = b""
    if address and kind == 1:
        records = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(address)
    head = query[:2] + struct.pack(">HHHHH", 0x8180 | status, 1, 1 if records else 0, 0, 0)
    return head + question + records


def _serve(listening: socket.socket) -> None:
    while True:
        query, peer = listening.recvfrom(1500)
        answer = _answer(query)
        if answer is not None:
            listening.sendto(answer, peer)


def start() -> None:
    """Answers on UDP port 53 of `names.RESOLVER` in a thread of this process."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind((names.RESOLVER, 53))
    threading.Thread(target=_serve, args=(listening,), daemon=True).start()
