"""One address of a host: can it be connected to, does TLS come about, who issued the certificate, what is spoken."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gomend.causes import Code
from gomend.net.certificates import Certificate, chain_of, verdict_of_go
from gomend.net.dial import Line, ProxyAnswerError
from gomend.net.faults import WireError, in_words
from gomend.net.timing import Limits, in_brackets

_DER = 2  # _ssl.ENCODING_DER, X509_FILETYPE_ASN1 of OpenSSL


OpenTunnel = Callable[[], Awaitable[Line]]
"""Opens a tunnel through a forward proxy. Raises WireError, ProxyAnswerError."""


@dataclass(frozen=True, slots=True)
class Shaken:
    """What one address came to. Times in seconds, None for what did not happen; `code` and `words` where it failed."""

    address: str  # without port
    port: int
    connect: float | None = None
    tls: float | None = None
    version: str = ""  # TLSv1.3
    alpn: str = ""  # h2, http/1.1, or empty where the server chose none
    chain: tuple[Certificate, ...] = ()  # the server's own certificate first
    code: Code | None = None
    words: str = ""

    @property
    def is_ipv6(self) -> bool:
        """Whether it is an IPv6 address."""
        return ":" in self.address

    @property
    def place(self) -> str:
        """Address and port."""
        return in_brackets(self.address, self.port)


@dataclass(frozen=True, slots=True)
class Shaker:
    """Makes handshakes. `tls` is what go would judge with; `now` is the machine's clock, which go judges times by."""

    tls: Callable[[], ssl.SSLContext]
    clock: Callable[[], float]
    now: Callable[[], datetime]
    limits: Limits

    async def shake(self, name: str, port: int, address: str, *, secure: bool = True) -> Shaken:
        """Connects to `address` and, if `secure`, shakes hands for `name`. Raises nothing."""
        shaken = Shaken(address, port)
        begun = self.clock()
        try:
            async with asyncio.timeout(self.limits.connect):
                connected = await connect(address, port)
        except TimeoutError:
            return replace(shaken, code=Code.NET_CONNECT_TIMEOUT, words=f"dial tcp {shaken.place}: i/o timeout")
        except OSError as error:
            code, words = in_words(error)
            return replace(shaken, code=code, words=f"dial tcp {shaken.place}: connect: {words}")
        shaken = replace(shaken, connect=self.clock() - begun)
        if not secure:
            connected.close()
            return shaken
        return await self._secured(shaken, connected, name)

    async def shake_through(self, open_tunnel: OpenTunnel, name: str, port: int) -> Shaken:
        """Shakes hands for `name` behind a forward proxy; `connect` is the time until the tunnel was open.

        The address is the name: only the proxy knows more. Raises nothing.
        """
        shaken = Shaken(name, port)
        begun = self.clock()
        try:
            line = await open_tunnel()
        except WireError as error:
            return replace(shaken, code=error.code, words=error.words)
        except ProxyAnswerError as error:
            return replace(shaken, code=Code.NET_HTTP_PROXY, words=f"the forward proxy answered {error.status}")
        shaken = replace(shaken, connect=self.clock() - begun)
        begun = self.clock()
        try:
            async with asyncio.timeout(self.limits.tls):
                found = await _shake_over(line.writer, self.tls(), name)
        except TimeoutError:
            return replace(shaken, code=Code.TLS_HANDSHAKE, words="net/http: TLS handshake timeout")
        except ssl.SSLCertVerificationError as error:
            chain = await self._chain_unverified_through(open_tunnel, name)
            code, words = verdict_of_go(chain, name, self.now()) or in_words(error)
            return replace(shaken, chain=chain, code=code, words=words)
        except (OSError, EOFError) as error:
            code, words = in_words(error)
            return replace(shaken, code=code, words=words)
        return replace(found, address=name, port=port, connect=shaken.connect, tls=self.clock() - begun)

    async def _chain_unverified_through(self, open_tunnel: OpenTunnel, name: str) -> tuple[Certificate, ...]:
        """As `_chain_unverified`, behind a forward proxy."""
        try:
            line = await open_tunnel()
            async with asyncio.timeout(self.limits.tls):
                return (await _shake_over(line.writer, _unverifying(), name)).chain
        except (WireError, ProxyAnswerError, OSError, EOFError):
            return ()

    async def _secured(self, shaken: Shaken, connected: socket.socket, name: str) -> Shaken:
        begun = self.clock()
        try:
            async with asyncio.timeout(self.limits.tls):
                found = await _shake(connected, self.tls(), name)
        except TimeoutError:
            return replace(shaken, code=Code.TLS_HANDSHAKE, words="net/http: TLS handshake timeout")
        except ssl.SSLCertVerificationError as error:
            chain = await self._chain_unverified(shaken, name)
            code, words = verdict_of_go(chain, name, self.now()) or in_words(error)
            return replace(shaken, chain=chain, code=code, words=words)
        except (OSError, EOFError) as error:
            code, words = in_words(error)
            return replace(shaken, code=code, words=words)
        return replace(
            found, address=shaken.address, port=shaken.port, connect=shaken.connect, tls=self.clock() - begun
        )

    async def _chain_unverified(self, shaken: Shaken, name: str) -> tuple[Certificate, ...]:
        """The chain that was refused, read over a second connection on which nothing is asked."""
        try:
            async with asyncio.timeout(self.limits.tls):
                connected = await connect(shaken.address, shaken.port)
                return (await _shake(connected, _unverifying(), name)).chain
        except (OSError, EOFError):  # TimeoutError is one
            return ()


def _unverifying() -> ssl.SSLContext:
    reading = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reading.check_hostname = False
    reading.verify_mode = ssl.CERT_NONE  # to show who issued it; no request goes over this connection
    reading.set_ciphers("DEFAULT:@SECLEVEL=0")
    return reading


async def connect(address: str, port: int) -> socket.socket:
    """A connected socket. Raises OSError."""
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made


async def _shake(connected: socket.socket, tls: ssl.SSLContext, name: str) -> Shaken:
    try:
        _, writer = await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
    except BaseException:
        connected.close()
        raise
    try:
        return _spoken(writer)
    finally:
        writer.transport.abort()


async def _shake_over(writer: asyncio.StreamWriter, tls: ssl.SSLContext, name: str) -> Shaken:
    """TLS over a connection that is open; ends it."""
    try:
        await writer.start_tls(tls, server_hostname=name)
        return _spoken(writer)
    finally:
        writer.transport.abort()


def _spoken(writer: asyncio.StreamWriter) -> Shaken:
    secured = writer.get_extra_info("ssl_object")
    return Shaken("", 0, version=secured.version() or "", alpn=secured.selected_alpn_protocol() or "",
                  chain=chain_of(certificates_of(secured)))  # fmt: skip


def certificates_of(secured: Any) -> Sequence[bytes]:
    """The certificates that the server of an SSLObject sent, DER, its own first."""
    # Public since Python 3.13; before, the same is a method of the object beneath.
    read = getattr(secured, "get_unverified_chain", None) or getattr(secured._sslobj, "get_unverified_chain", None)
    sent = read() if read is not None else None
    if sent:
        return [one if isinstance(one, bytes) else one.public_bytes(_DER) for one in sent]
    own = secured.getpeercert(binary_form=True)
    return [own] if own else []
