"""What is wrong with a name as it was seen: findings with their evidence. Pure."""

from collections.abc import Iterator
from ipaddress import ip_address

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.findings import CERTAIN, LIKELY, fatal, probe, setting, warning
from gomend.diagnose.names.looking import Row, Seen
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import Say
from gomend.net.dns.machine import Machine
from gomend.net.dns.reply import Reply
from gomend.net.handshake import Shaken

_SLOW = 1.0  # seconds of a lookup that brought nothing


def judge(seen: Seen, machine: Machine, check: str, say: Say, *, in_container: bool = False) -> Iterator[Finding]:
    """The findings, the fatal one first. What a forward proxy looks up in go's place is no fault of this machine's."""
    if seen.through:
        return
    if seen.looked.code is not None:
        yield _unresolved(seen, check, say, in_container=in_container)
    else:
        yield from _poisoned(seen, check, say)
    yield from _resolvers(seen, machine, check, say)
    yield from _slow(seen, machine, check, say)


def _unresolved(seen: Seen, check: str, say: Say, *, in_container: bool) -> Finding:
    looked, host = seen.looked, seen.host
    code = looked.code or Code.UNKNOWN
    knowing = [row for row in seen.rows if row.addresses and not row.is_dead]
    key = {Code.DNS_NXDOMAIN: "nxdomain", Code.DNS_TIMEOUT: "timeout", Code.NET_UNREACHABLE: "unreachable"}.get(
        code, "server_failure"
    )
    if code is Code.DNS_NXDOMAIN and knowing:
        text = say("dns.finding/hidden", host=host, other=knowing[0].server.shown)
    elif any(row.reply is not None and row.reply.without_edns for row in seen.system):
        row = next(row for row in seen.system if row.reply is not None and row.reply.without_edns)
        text = say("dns.finding/edns_fatal", host=host, resolver=row.server.shown)
    elif any(row.reply is not None and row.reply.truncated and row.is_dead for row in seen.system):
        text = say("dns.finding/cut", host=host)
    elif in_container and seen.system and all(one.is_dead and _is_loopback(one) for one in seen.system):
        text = say("dns.finding/container", host=host, resolver=seen.system[0].server.shown)
    else:
        text = say(f"dns.finding/{key}", host=host)
    facts = {"matter": "resolvers"} if seen.system and all(row.is_dead for row in seen.system) else {}
    return fatal(check, code, text, *_told(seen), subject=Subject(host=host), facts=facts)


def _is_loopback(row: Row) -> bool:
    return ip_address(row.server.host).is_loopback


def _told(seen: Seen) -> list[Evidence]:
    """What each resolver said, the system's first."""
    told = (*seen.system, *(row for row in seen.others if not row.is_dead))
    return [probe(f"{row.server.shown}: {said(row, in_english)}") for row in told][:4]


def said(row: Row, say: Say) -> str:
    """What a resolver said, in few words: addresses, or why there are none."""
    reply = row.reply
    if reply is None:
        return say("dns.said/not_asked")
    if row.addresses:
        return ", ".join(row.addresses)
    if reply.is_silent:
        return say("dns.said/silent", tries=reply.tries)
    if reply.code is None:
        return say("dns.said/no_records")
    if reply.without_edns and reply.is_answer:
        return say("dns.said/edns")
    extended = f" ({', '.join(reply.extended)})" if reply.extended else ""
    return f"{reply.words}{extended}"


def _poisoned(seen: Seen, check: str, say: Say) -> Iterator[Finding]:
    """go gets an address where somebody else's certificate is; another resolver gives one that has the right one."""
    ours = [one for one in seen.shaken if one.address in seen.looked.addresses]
    theirs = [one for one in seen.shaken if one not in ours and one.code is None]
    bad = [one for one in ours if one.code is not None]
    if not bad or len(bad) < len(ours) or not theirs:
        return
    wrong, right = bad[0], theirs[0]
    source = next((row for row in seen.others if right.address in row.addresses), None)
    text = say(
        "dns.finding/poisoned",
        host=seen.host,
        address=wrong.address,
        other=right.address,
        resolver=source.server.shown if source else "",
    )
    issued = [in_english("dns.said/issued", name=one.subject, issuer=one.issuer) for one in wrong.chain[:1]]
    yield fatal(
        check,
        wrong.code or Code.UNKNOWN,
        text,
        probe(f"{wrong.place}: {wrong.words}"),
        *map(probe, issued),
        probe(in_english("dns.said/right", place=right.place)),
        subject=Subject(host=seen.host),
        certainty=CERTAIN if _is_tls(wrong) else LIKELY,
    )


def _is_tls(shaken: Shaken) -> bool:
    return shaken.code is not None and shaken.code.layer == "tls"


def _resolvers(seen: Seen, machine: Machine, check: str, say: Say) -> Iterator[Finding]:
    """Resolvers of resolv.conf that are dead, or contradict the one that go believes."""
    looked, system = seen.looked, seen.system
    if looked.code is not None and looked.code is not Code.DNS_NXDOMAIN:
        return
    answering = next((row.place for row in system if looked.server == row.server), 0)
    living = [row for row in system if not row.is_dead]
    for row in system if living else ():
        if row.is_dead and row.reply is not None:
            yield _dead(row, row.reply, say, check=check, seconds=machine.conf.timeout, first=answering > row.place)
    knowing = [row for row in living if row.addresses]
    lacking = [row for row in living if not row.addresses]
    if looked.code is None and looked.source == "dns" and knowing and lacking:
        knows, lacks = knowing[0].server.shown, lacking[0].server.shown
        text = say("dns.finding/contradict", host=seen.host, knows=knows, lacks=lacks)
        yield warning(check, Code.DNS_NXDOMAIN, text, *_told(seen), subject=Subject(host=seen.host))


def _dead(row: Row, reply: Reply, say: Say, *, check: str, seconds: int, first: bool) -> Finding:
    """`first`: go asks it before the one that answers, so that every lookup pays for its silence."""
    silent = reply.is_silent or reply.without_edns == "silent"
    key = "edns" if reply.without_edns else "silent" if silent else "failing"
    key += "_first" if silent and first else ""
    place = say(f"dns.place/{row.place}")
    text = say(f"dns.finding/dead_{key}", place=place, resolver=row.server.shown, seconds=seconds)
    return warning(
        check,
        Code.DNS_TIMEOUT if silent else Code.DNS_SERVER_FAILURE,
        text,
        probe(f"{row.server.shown}: {said(row, in_english)}"),
        *([setting(in_english("dns.said/line", line=row.line))] if row.line else []),
        subject=Subject(host=row.server.shown, file="/etc/resolv.conf"),
    )


def _slow(seen: Seen, machine: Machine, check: str, say: Say) -> Iterator[Finding]:
    """Search domains that cost time before the name itself is asked for."""
    looked = seen.looked
    names = looked.names
    if looked.code is not None or len(names) < 2 or looked.wasted < _SLOW:
        return
    searched = [name for name in names if name != seen.host.removesuffix(".")]
    text = say("dns.finding/search", host=seen.host, seconds=f"{looked.wasted:.1f}", count=len(searched))
    conf = machine.conf
    yield warning(
        check,
        Code.DNS_TIMEOUT,
        text,
        probe(", ".join(searched)),
        setting(f"options ndots:{conf.ndots}, search {' '.join(conf.search)}"),
        subject=Subject(host=seen.host, file="/etc/resolv.conf"),
    )
