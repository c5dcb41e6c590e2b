"""A question on its way to one resolver over UDP, TCP, TLS or HTTPS, and the bytes that came back.

Over UDP the socket is connected, so that a closed port (an ICMP error) is told apart from silence.
"""

import asyncio
import socket
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from gomend.errors import GomendError
from gomend.net.dns.server import Server
from gomend.net.timing import Limits

if TYPE_CHECKING:
    from gomend.net.client import Client

_MOST = 65_535  # bytes of a message


class AnswerError(GomendError):
    """What came is no DNS message; `words` says what it is."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class _Packets(asyncio.DatagramProtocol):
    """Packets and errors of one socket, in the order they came."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        """As of DatagramProtocol."""
        self.came.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """As of DatagramProtocol: the port is closed, or there is no way to it."""
        self.came.put_nowait(exc)


async def over_udp(
    server: Server, question: bytes, is_reply: Callable[[bytes], bool], seconds: float, tries: int
) -> bytes:
    """The first packet that `is_reply`, the question sent `tries` times in `seconds`. Raises TimeoutError, OSError."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        _Packets, remote_addr=(server.host, server.port), family=family
    )
    try:
        for _ in range(tries - 1):
            with suppress(TimeoutError):
                return await _sent(transport, protocol, question, is_reply, seconds / tries)
        return await _sent(transport, protocol, question, is_reply, seconds / tries)
    finally:
        transport.close()


async def _sent(
    transport: asyncio.DatagramTransport,
    protocol: _Packets,
    question: bytes,
    is_reply: Callable[[bytes], bool],
    seconds: float,
) -> bytes:
    async with asyncio.timeout(seconds):
        transport.sendto(question)
        while True:
            came = await protocol.came.get()
            if isinstance(came, Exception):
                raise came
            if is_reply(came):
                return came


async def over_tcp(server: Server, question: bytes, seconds: float, tls: ssl.SSLContext | None = None) -> bytes:
    """The answer over TCP, or over TLS where `tls` is given. Raises TimeoutError, OSError, EOFError."""
    async with asyncio.timeout(seconds):
        name = server.host if tls is not None else None
        reader, writer = await asyncio.open_connection(server.host, server.port, ssl=tls, server_hostname=name)
        try:
            writer.write(len(question).to_bytes(2) + question)
            length = int.from_bytes(await reader.readexactly(2))
            return await reader.readexactly(length)
        finally:
            writer.transport.abort()


async def over_https(server: Server, question: bytes, seconds: float, client: "Client") -> bytes:
    """The answer over HTTPS (RFC 8484, GET). Raises WireError, AnswerError."""
    from gomend.net.client import Ask  # noqa: PLC0415

    url = f"{server.url}?dns={urlsafe_b64encode(question).rstrip(b'=').decode()}"
    ask = Ask(url, purpose="dns", headers={"Accept": "application/dns-message"})
    limits = Limits(connect=seconds, tls=seconds, first_byte=seconds, stall=seconds)
    async with client.get(ask, limits) as answer:
        if answer.status != 200:
            raise AnswerError(f"HTTP {answer.status}")
        data = b""
        async for chunk in answer.chunks():
            data += chunk
            if len(data) > _MOST:
                raise AnswerError("an answer longer than a DNS message can be")
    return data
