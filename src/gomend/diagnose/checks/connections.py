"""The check `connections`: TCP, TLS and HTTP to every host that settings and go.mod lead to."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from gomend.causes import Code, Finding, Severity, Subject
from gomend.diagnose.asking import WELL_KNOWN
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.findings import LIKELY, fatal, probe, setting, warning
from gomend.diagnose.names.looking import Names
from gomend.diagnose.names.privacy import PUBLIC_HOSTS
from gomend.diagnose.noproxy import missed, no_proxy
from gomend.diagnose.places import Place, Role, places
from gomend.diagnose.probing.judging import judge
from gomend.diagnose.probing.probe import Probed, Prober, Wish
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import World
from gomend.gomod.path import escape_path
from gomend.gomod.private import matches
from gomend.net.timing import Limits

_CHECK = "connections"
_SECONDS = 6.5  # for one place
# Beginnings of the names of those who issue certificates to everybody. Others look into TLS, or run their own root.
_PUBLIC_ISSUERS = (
    "Actalis", "Amazon", "Baltimore", "Buypass", "CFCA", "COMODO", "Certum", "Cloudflare", "DigiCert", "Entrust", "GTS",
    "GeoTrust", "GlobalSign", "GoDaddy", "Google", "HARICA", "ISRG", "IdenTrust", "Internet Security Research Group",
    "Let's Encrypt", "Microsoft", "QuoVadis", "RapidSSL", "SSL", "Sectigo", "Starfield", "Thawte", "TrustAsia",
    "USERTRUST", "Unizeto", "WoTrus", "ZeroSSL", "iTrusChina", "vTrus",
)  # fmt: skip


async def look(world: World) -> Checked:
    """Each place is asked for something that everybody may ask for."""
    wanted = [one for one in places(world) if one.role is not Role.FORWARD]  # the requests through it show it
    if not wanted:
        return skipped(world.say("doctor.connections/none"))
    patience = world.patience
    limits = Limits(patience.connect, patience.tls, patience.first_byte, patience.stall)
    prober = Prober(world, Names(world, seconds=1.0))
    wishes = [Wish(_url(world, one), limits=limits, seconds=_SECONDS) for one in wanted]
    seen = await asyncio.gather(*map(prober.probe, wishes))
    found = tuple(_findings(world, wanted, seen))
    if not found and all(one.code is not None for one in seen):
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/names")))
    return judged(_summary(world, wanted, seen), found)


def _url(world: World, place: Place) -> str:
    """A file of some size where it is a module proxy: what is small gets through where what is large hangs."""
    module, version = WELL_KNOWN
    if place.role not in (Role.PROXY, Role.LATER) or matches(world.settings.get("GONOPROXY"), module):
        return place.url
    return f"{place.base}/{escape_path(module)}/@v/{version}.zip"


def _findings(world: World, wanted: Sequence[Place], seen: Sequence[Probed]) -> Iterator[Finding]:
    portal = _portal(seen)
    if portal is not None:
        yield _signed_in_nowhere(world, portal, seen)
    told: set[str] = set()
    for place, one in zip(wanted, seen, strict=True):
        if portal is not None and one in portal:
            continue
        for finding in judge(one, _CHECK, world.say, world.now(), clock=False):
            if finding.text in told:  # a forward proxy that fails fails for all
                continue
            if finding.code.layer in ("net", "tls") or _is_led_elsewhere(one, finding):
                told.add(finding.text)
                yield finding if place.is_needed else replace(finding, severity=Severity.WARNING)
        if place.through is not None:
            yield from _excluded_in_vain(world, place, one)


def _is_led_elsewhere(one: Probed, finding: Finding) -> bool:
    """A page of another host's; what the source itself answers is no matter of the line."""
    hosts = {urlsplit(each.url).hostname for each in one.main.exchanges} if one.main is not None else set()
    return finding.code is Code.PROXY_BAD_RESPONSE and len(hosts) > 1


def _portal(seen: Sequence[Probed]) -> tuple[Probed, ...] | None:
    """Several hosts that all show one and the same certificate, which is none of theirs."""
    by_leaf: dict[tuple[str, ...], list[Probed]] = {}
    for one in seen:
        shaken = next((each.shaken for each in one.addresses if each.shaken.chain), None)
        if shaken is not None and shaken.code is Code.TLS_HOSTNAME_MISMATCH:
            by_leaf.setdefault(shaken.chain[0].names, []).append(one)
    most = max(by_leaf.values(), key=len, default=[])
    return tuple(most) if len({one.wish.host for one in most}) > 1 else None


def _signed_in_nowhere(world: World, portal: Sequence[Probed], seen: Sequence[Probed]) -> Finding:
    shaken = next(one.shaken for one in portal[0].addresses if one.shaken.chain)
    leaf = shaken.chain[0]
    name = leaf.names[0] if leaf.names else leaf.subject
    text = world.say("doctor.connections/portal", name=name, hosts=len(portal), all=len(seen))
    evidence = [probe(f"{one.wish.host}: {one.addresses[0].shaken.words}") for one in portal[:2]]
    subject = Subject(host=portal[0].wish.host)
    facts = {"matter": "portal"}
    return fatal(_CHECK, Code.TLS_HOSTNAME_MISMATCH, text, *evidence, subject=subject, certainty=LIKELY, facts=facts)


def _excluded_in_vain(world: World, place: Place, one: Probed) -> Iterator[Finding]:
    """NO_PROXY names the host, its author thought, and it is asked through the forward proxy all the same."""
    value = no_proxy(world.environment)
    entry = world.machine.in_hosts(place.host)
    found = missed(value, place.host, entry.addresses if entry else ())
    if found is None:
        return
    text = world.say("doctor.connections/no_proxy", entry=found.entry, host=place.host)
    why = probe(in_english(f"seen.seen/no_proxy_{found.wrong}"))
    weigh = fatal if one.code is not None and place.is_needed else warning
    yield weigh(_CHECK, Code.NET_HTTP_PROXY, text, setting(f"NO_PROXY={value}"), why, subject=Subject(host=place.host))


def _summary(world: World, wanted: Sequence[Place], seen: Sequence[Probed]) -> str:
    said = []
    for place, one in zip(wanted, seen, strict=True):
        if one.main is None or one.code is not None:
            continue
        words = f"{place.host} {one.main.seconds * 1000:.0f} ms"
        issuer = next((each.shaken.chain[-1].issuer for each in one.addresses if each.shaken.chain), "")
        if place.host in PUBLIC_HOSTS and issuer and not issuer.startswith(_PUBLIC_ISSUERS):
            words += world.say("doctor.connections/issued", issuer=issuer)
        said.append(words)
    return " · ".join(said)
