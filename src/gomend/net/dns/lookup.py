"""A name looked up as go will look it up: files and resolvers in their order, search domains, fall-back.

Source: net (dnsclient_unix.go: goLookupIPCNAMEOrder, tryOneName) of Go 1.26.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from gomend.causes import Code
from gomend.net.dns.goway import Resolution, Way
from gomend.net.dns.machine import Machine
from gomend.net.dns.reply import Reply
from gomend.net.dns.server import Server

Ask = Callable[[Server, str, str], Awaitable[Reply]]
"""Asks a resolver for a name's records of a kind; the same question twice may be answered from memory."""

Libc = Callable[[str], Awaitable[tuple[tuple[str, ...], Code | None, str]]]
"""Addresses of a name from the C library, else the code and the words of what it says."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What go gets for a name; `seconds` is what go itself waits for it, `wasted` the part that brings nothing."""

    name: str
    resolution: Resolution
    addresses: tuple[str, ...] = ()
    source: str = ""  # hosts, dns or libc
    server: Server | None = None  # whose answer it is
    replies: tuple[Reply, ...] = ()  # in the order in which go asks
    seconds: float = 0.0
    wasted: float = 0.0
    code: Code | None = None
    words: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that were asked for, each once, in order."""
        return tuple(dict.fromkeys(reply.name for reply in self.replies))


async def look_up(name: str, machine: Machine, ask: Ask, libc: Libc, clock: Callable[[], float]) -> Looked:
    """What go gets for `name`. Raises nothing."""
    way = machine.resolution(name)
    if way.way is Way.CGO:
        begun = clock()
        addresses, code, words = await libc(name)
        return Looked(name, way, addresses, "libc", seconds=clock() - begun, code=code, words=words)
    entry = machine.in_hosts(name)
    if way.order[:1] == ("files",) and entry is not None:
        return Looked(name, way, entry.addresses, "hosts")
    if "dns" not in way.order:
        return Looked(name, way, code=Code.DNS_NXDOMAIN, words="no such host")
    looked = await _by_dns(name, way, machine, ask)
    if looked.code is not None and entry is not None and way.order[-1:] == ("files",):
        return Looked(name, way, entry.addresses, "hosts", seconds=looked.seconds, wasted=looked.seconds)
    return looked


async def _by_dns(name: str, way: Resolution, machine: Machine, ask: Ask) -> Looked:
    replies: list[Reply] = []
    seconds = wasted = 0.0
    code, words = Code.DNS_NXDOMAIN, "no such host"
    has_error = False
    for fqdn in machine.conf.names_tried(name):
        asked = fqdn.removesuffix(".")
        both = await asyncio.gather(*(_one_name(asked, kind, machine, ask) for kind in ("A", "AAAA")))
        took = max(one.seconds for one in both)
        seconds += took
        replies += (reply for one in both for reply in one.replies)
        found = tuple(address for one in both for address in one.addresses)
        if found:
            answering = next(one.replies[-1].server for one in both if one.addresses)
            late = max((one.wasted for one in both if one.addresses), default=0.0)
            return Looked(name, way, found, "dns", answering, tuple(replies), seconds, wasted + late)
        wasted += took
        for one in both:
            if one.code is not None and (not has_error or asked == name.removesuffix(".")):
                code, words, has_error = one.code, one.words, True
    return Looked(name, way, (), "dns", None, tuple(replies), seconds, wasted, code, words)


@dataclass(frozen=True, slots=True)
class _One:
    addresses: tuple[str, ...]
    replies: tuple[Reply, ...]
    seconds: float
    wasted: float
    code: Code | None
    words: str


async def _one_name(name: str, kind: str, machine: Machine, ask: Ask) -> _One:
    replies: list[Reply] = []
    seconds = 0.0
    for _ in range(machine.conf.attempts):
        for server in machine.servers():
            reply = await ask(server, name, kind)
            replies.append(reply)
            if reply.without_edns:  # go never asks without
                reply = _as_go_has_it(reply)
            took = float(machine.conf.timeout) if reply.is_silent else reply.seconds
            seconds += took
            if reply.code is Code.DNS_NXDOMAIN or (reply.code is None and not reply.addresses):
                return _One((), tuple(replies), seconds, seconds, Code.DNS_NXDOMAIN, "no such host")
            if reply.code is None:
                return _One(reply.addresses, tuple(replies), seconds, seconds - took, None, "")
    last = _as_go_has_it(replies[-1]) if replies else None
    code = last.code if last is not None else Code.DNS_SERVER_FAILURE
    return _One((), tuple(replies), seconds, seconds, code, last.words if last is not None else "no resolver")


def _as_go_has_it(reply: Reply) -> Reply:
    """The reply to the same question with EDNS."""
    if not reply.without_edns:
        return reply
    if reply.without_edns == "silent":
        return replace(reply, code=Code.DNS_TIMEOUT, words="i/o timeout", addresses=(), rcode="")
    return replace(reply, code=Code.DNS_SERVER_FAILURE, words="server misbehaving", addresses=())
