"""A name as it was seen, made the line of a document."""

from gomend.causes import Code
from gomend.diagnose.names.judging import said
from gomend.diagnose.names.looking import Row, Seen, Whose, differs
from gomend.diagnose.world import Say
from gomend.net.dns.machine import Machine
from gomend.net.dns.reply import Reply
from gomend.report.names import ComparedAddress, GoLookup, NameLine, ResolverRow


def name_line(seen: Seen, machine: Machine, say: Say) -> NameLine:
    """The line; its sentences in the language of `say`."""
    return NameLine(
        host=seen.host,
        private=seen.privacy.value if seen.privacy else "",
        proxy=seen.through,
        resolvers=tuple(_row(row, seen, say) for row in seen.rows),
        go=_go(seen, machine, say),
        compared=tuple(
            ComparedAddress(
                address=one.address,
                go_gets_it=one.address in seen.looked.addresses,
                issuer=one.chain[0].issuer if one.chain else "",
                code=one.code.value if one.code else "",
                words=one.words,
            )
            for one in seen.shaken
        ),
        notes=tuple(_notes(seen, say)),
        steps=tuple(_step(reply, say) for reply in seen.steps),
    )


def _step(reply: Reply, say: Say) -> ResolverRow:
    """One server on the way from the root: the answer, or whom it refers to."""
    if reply.addresses or reply.aliases:
        note = say("dns.note/answers")
    elif reply.authority:
        note = say("dns.note/refers", servers=", ".join(sorted(reply.authority)[:2]))
    else:
        note = reply.words
    return ResolverRow(
        resolver=reply.server.shown,
        over=reply.server.over.value,
        whose="authority",
        place=0,
        asked=True,
        status="ok" if reply.is_answer else "problem",
        answer=", ".join(reply.addresses or reply.aliases),
        note=note,
        seconds=round(reply.seconds, 3),
        addresses=reply.addresses,
        aliases=reply.aliases,
        ttl=reply.ttl,
        rcode=reply.rcode,
        extended=reply.extended,
        truncated=reply.truncated,
        code=reply.code.value if reply.code else "",
    )


def _row(row: Row, seen: Seen, say: Say) -> ResolverRow:
    reply = row.reply
    return ResolverRow(
        resolver=row.server.shown,
        over=row.server.over.value,
        whose=row.whose.value,
        place=row.place,
        asked=reply is not None,
        status=_status(row, seen),
        answer=", ".join(row.addresses) or (said(row, say) if reply is not None and reply.is_answer else ""),
        note=_note(row, seen, say),
        seconds=None if reply is None else round(max(one.seconds for one in (row.v4, row.v6) if one is not None), 3),
        addresses=row.addresses,
        aliases=reply.aliases if reply else (),
        ttl=reply.ttl if reply else None,
        rcode=reply.rcode if reply else "",
        extended=reply.extended if reply else (),
        truncated=reply.truncated if reply else False,
        code=reply.code.value if reply and reply.code else "",
    )


def _status(row: Row, seen: Seen) -> str:
    if row.reply is None:
        return "neutral"
    if row.whose is Whose.SYSTEM:
        is_bad = row.is_dead or (not row.addresses and any(one.addresses for one in seen.rows))
        return "problem" if is_bad else "ok"
    if row.is_dead:
        return "neutral"
    return "ok" if set(row.addresses) & set(seen.looked.addresses) or not row.addresses else "neutral"


def _note(row: Row, seen: Seen, say: Say) -> str:
    if row.reply is None:
        return say("dns.note/not_asked", why=say(f"dns.private/{seen.privacy}"))
    if row.whose is Whose.SYSTEM:
        if row.is_dead:
            return say("dns.note/dead", place=say(f"dns.place/{row.place}"), words=said(row, say))
        believed = seen.looked.server
        goes_there = row.server == believed if believed is not None else row.place == 1
        return say("dns.note/go_asks" if goes_there else "dns.note/system", place=say(f"dns.place/{row.place}"))
    if row.is_dead:
        key = "named_dead" if row.whose is Whose.NAMED else "out_of_reach"
        return say(f"dns.note/{key}", words=said(row, say))
    if row.whose is Whose.NAMED:
        return say("dns.note/named")
    same = bool(set(row.addresses) & set(seen.looked.addresses)) or not (row.addresses or seen.looked.addresses)
    return say("dns.note/same" if same else "dns.note/differs")


def _go(seen: Seen, machine: Machine, say: Say) -> GoLookup:
    looked = seen.looked
    if seen.through:
        note = say("dns.note/by_proxy", proxy=seen.through)
    elif looked.source == "hosts":
        entry = machine.in_hosts(seen.host)
        note = say("dns.note/hosts", line=entry.line if entry else 0)
    else:
        note = say("dns.note/gets" if looked.addresses else "dns.note/gets_nothing")
        ttl = next((row.reply.ttl for row in seen.rows if row.server == looked.server and row.reply is not None), None)
        note += say("dns.note/ttl", seconds=ttl) if ttl is not None and looked.addresses else ""
    return GoLookup(
        way=looked.resolution.way.value,
        why=looked.resolution.why.value,
        source=looked.source,
        status="neutral" if seen.through else "ok" if looked.addresses else "problem",
        addresses=looked.addresses,
        seconds=round(looked.seconds, 3),
        wasted=round(looked.wasted, 3),
        names=looked.names,
        note=note,
        code=looked.code.value if looked.code else "",
    )


def _notes(seen: Seen, say: Say) -> list[str]:
    notes = []
    resolution = seen.looked.resolution
    if resolution.why.value not in ("built_without", "plain"):
        why = say(f"dns.why/{resolution.why}", word=resolution.word)
        notes.append(say(f"dns.note/{'go_way' if resolution.way.value == 'go' else 'libc_way'}", why=why))
    believed = next((row for row in seen.rows if row.addresses and row.server == seen.looked.server), None)
    if believed is not None and believed.reply is not None and believed.reply.aliases:
        notes.append(say("dns.note/aliases", names=", ".join(believed.reply.aliases)))
    if any(row.reply is not None and row.reply.truncated and not row.is_dead for row in seen.rows):
        notes.append(say("dns.note/truncated"))
    notes += [
        say("dns.note/extended", resolver=row.server.shown, words=", ".join(row.reply.extended))
        for row in seen.rows
        if row.reply is not None and row.reply.extended
    ]
    if seen.privacy is not None and any(one.addresses for one in seen.system):
        ignorant = [one.server.shown for one in seen.others if not one.addresses and one.reply and one.reply.is_answer]
        if ignorant:
            notes.append(say("dns.note/split_horizon", resolvers=", ".join(ignorant), host=seen.host))
    if seen.steps and seen.steps[0].addresses:  # a root server knows no addresses of hosts
        notes.append(say("dns.note/intercepted", server=seen.steps[0].server.shown))
    if differs(seen) and seen.shaken:
        bad = [one for one in seen.shaken if one.code is not None and one.code is not Code.NET_UNREACHABLE]
        if not bad:
            notes.append(say("dns.note/differ_well", host=seen.host))
        notes += [
            say("dns.note/differ_bad", address=one.address, host=seen.host, words=one.words)
            for one in bad
            if one.address not in seen.looked.addresses
        ]
    return notes
