"""One resolver, asked one question as go asks it: EDNS, TCP where the answer was cut, a limit, several tries."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gomend.causes import Code
from gomend.net.dns.reply import Reply, fault_of
from gomend.net.dns.server import Over, Server
from gomend.net.dns.transport import AnswerError, over_https, over_tcp, over_udp
from gomend.net.faults import WireError, in_words

if TYPE_CHECKING:
    from dns.message import Message

    from gomend.net.client import Client

_PAYLOAD = 1232  # bytes: what go offers with EDNS (net: maxDNSPacketSize)


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks resolvers. `tls` judges those spoken to over TLS, `client` asks those over HTTPS; `seconds` limit a try."""

    clock: Callable[[], float]
    tls: Callable[[], ssl.SSLContext]
    client: Callable[[], "Client"]
    seconds: float = 2.0
    edns: bool = True  # GODEBUG=netedns0=0 switches it off

    async def ask(self, server: Server, name: str, kind: str = "A", *, tries: int = 1, recursive: bool = True) -> Reply:
        """The reply to one question; over UDP it is sent up to `tries` times within the limit. Raises nothing."""
        reply = await self._once(server, name, kind, tries, recursive=recursive)
        if self.edns and server.over is Over.UDP and (reply.is_silent or reply.rcode in ("FORMERR", "NOTIMP")):
            plain = await self._once(server, name, kind, 1, recursive=recursive, edns=False)
            if plain.rcode and plain.rcode != reply.rcode:
                return replace(plain, without_edns=reply.rcode or "silent", seconds=plain.seconds + reply.seconds)
        return reply

    async def _once(
        self, server: Server, name: str, kind: str, tries: int, *, recursive: bool, edns: bool | None = None
    ) -> Reply:
        from dns.exception import DNSException  # noqa: PLC0415 - takes longer to load than a question takes
        from dns.flags import RD  # noqa: PLC0415
        from dns.message import make_query  # noqa: PLC0415

        begun = self.clock()
        blank = Reply(server, name, kind, 0.0, tries=tries)
        with_edns = self.edns if edns is None else edns
        try:
            question = make_query(name, kind, use_edns=0 if with_edns else False, payload=_PAYLOAD)
        except DNSException:
            return replace(blank, code=Code.DNS_NXDOMAIN, words="no name that can be asked for")
        if not recursive:
            question.flags &= ~RD
        try:
            reply = await self._answered(blank, question)
        except TimeoutError:
            reply = replace(blank, code=Code.DNS_TIMEOUT, words="i/o timeout")
        except WireError as error:
            reply = replace(blank, code=_of_resolver(error.code), words=error.words)
        except AnswerError as error:
            reply = replace(blank, code=Code.DNS_SERVER_FAILURE, words=error.words)
        except ssl.SSLError as error:
            code, words = in_words(error)
            reply = replace(blank, code=code, words=words)
        except (OSError, EOFError) as error:
            code, words = in_words(error)
            reply = replace(blank, code=_of_resolver(code), words=words)
        return replace(reply, seconds=self.clock() - begun)

    async def _answered(self, blank: Reply, question: "Message") -> Reply:
        server, wire = blank.server, question.to_wire()
        asked = wire[12 : 12 + len(question.question[0].name.to_wire() or b"") + 4].lower()
        strangers = 0

        def is_reply(packet: bytes) -> bool:
            nonlocal strangers
            fits = (
                len(packet) >= 12
                and packet[:2] == wire[:2]
                and bool(packet[2] & 0x80)
                and packet[12 : 12 + len(asked)].lower() == asked
            )
            strangers += not fits
            return fits

        match server.over:
            case Over.UDP:
                try:
                    data = await over_udp(server, wire, is_reply, self.seconds, blank.tries)
                except TimeoutError:
                    words = f"i/o timeout; {strangers} packets with another id came" if strangers else "i/o timeout"
                    return replace(blank, strangers=strangers, code=Code.DNS_TIMEOUT, words=words)
                if data[2] & 0x02:
                    return await self._over_tcp_then(blank, wire)
            case Over.TCP:
                data = await over_tcp(server, wire, self.seconds)
            case Over.DOT:
                data = await over_tcp(server, wire, self.seconds, self.tls())
            case Over.DOH:
                data = await over_https(server, wire, self.seconds, self.client())
        return replace(_read(blank, data), strangers=strangers)

    async def _over_tcp_then(self, blank: Reply, wire: bytes) -> Reply:
        try:
            data = await over_tcp(blank.server, wire, self.seconds)
        except TimeoutError:
            words = "the answer was cut, and TCP is not answered: i/o timeout"
            return replace(blank, truncated=True, code=Code.DNS_TIMEOUT, words=words)
        except (OSError, EOFError) as error:
            words = f"the answer was cut, and TCP failed: {in_words(error)[1]}"
            return replace(blank, truncated=True, code=Code.DNS_SERVER_FAILURE, words=words)
        return replace(_read(blank, data), truncated=True)

    async def addresses(self, server: Server, name: str, *, tries: int = 1) -> tuple[Reply, Reply]:
        """The replies for A and AAAA, asked for together as go does."""
        v4, v6 = await asyncio.gather(
            self.ask(server, name, "A", tries=tries), self.ask(server, name, "AAAA", tries=tries)
        )
        return v4, v6


def _of_resolver(code: Code) -> Code:
    """What went wrong on the way to a resolver, in the words for names: closed or cut is a resolver that fails."""
    if code in (Code.NET_CONNECT_REFUSED, Code.NET_RESET):
        return Code.DNS_SERVER_FAILURE
    if code in (Code.NET_CONNECT_TIMEOUT, Code.NET_RESPONSE_TIMEOUT):
        return Code.DNS_TIMEOUT
    return code


def _read(blank: Reply, data: bytes) -> Reply:
    from dns.exception import DNSException  # noqa: PLC0415
    from dns.message import from_wire  # noqa: PLC0415
    from dns.rcode import to_text  # noqa: PLC0415

    try:
        message = from_wire(data, ignore_trailing=True)
    except (DNSException, ValueError) as error:
        raise AnswerError("cannot unmarshal DNS message") from error
    rcode = to_text(message.rcode())
    addresses, aliases, ttls = [], [], []
    for rrset in message.answer:
        kind = rrset.rdtype.name
        if kind == "CNAME":
            aliases += [one.target.to_text(omit_final_dot=True) for one in rrset]
        elif kind == blank.kind:
            addresses += [one.to_text() for one in rrset]
        else:
            continue
        ttls.append(rrset.ttl)
    found = tuple(addresses)
    code, words = fault_of(rcode, found)
    return replace(
        blank,
        rcode=rcode,
        addresses=found,
        aliases=tuple(aliases),
        ttl=min(ttls, default=None),
        extended=_extended(message),
        authority=tuple(
            one.target.to_text(omit_final_dot=True)
            for rrset in message.authority
            if rrset.rdtype.name == "NS"
            for one in rrset
        ),
        glue=tuple(
            (rrset.name.to_text(omit_final_dot=True), one.to_text())
            for rrset in message.additional
            if rrset.rdtype.name in ("A", "AAAA")
            for one in rrset
        ),
        code=code,
        words=words,
    )


def _extended(message: "Message") -> tuple[str, ...]:
    """Extended DNS errors (RFC 8914)."""
    from dns.edns import EDEOption  # noqa: PLC0415

    found = []
    for option in message.options:
        if isinstance(option, EDEOption):
            name = option.code.name.replace("_", " ").lower() if hasattr(option.code, "name") else ""
            text = option.text or ""
            found.append(f"{int(option.code)} {name}{': ' if text else ''}{text}".strip())
    return tuple(found)
