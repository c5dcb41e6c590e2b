"""`gomend proxy list`: the sources in force and the public proxies known, as a document and as a screen."""

from collections.abc import Sequence

import msgspec

from gomend.gomod.goenv import Setting
from gomend.gomod.proxylist import EntryKind, ProxyEntry
from gomend.gomod.publicproxies import PublicProxy, known_as
from gomend.masking import mask
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.report.route import origin_of
from gomend.report.table import table
from gomend.texts import text


class Configured(msgspec.Struct, frozen=True):
    """One entry of GOPROXY in force; where it is a public proxy, `known` is its name and `status` open or closed.

    `then` says after which failure go asks the next one: any, not_found, or empty for the last.
    """

    number: int
    source: str
    then: str
    known: str
    status: str


class Known(msgspec.Struct, frozen=True):
    """A public proxy. `sumdb` is yes, no or unknown, `status` open or closed, `checked` a date (ISO 8601).

    `sumdb_reported` is what is said of an unknown one (yes, no or empty), `reported_on` the month of that; `sources`
    are the pages that the entry was compared with.
    """

    name: str
    url: str
    operator: str
    region: str
    sumdb: str
    status: str
    checked: str
    sources: tuple[str, ...] = ()
    sumdb_reported: str = ""
    reported_on: str = ""


class ProxyList(msgspec.Struct, frozen=True):
    """`gomend proxy list`. `origin` is where GOPROXY stands: environment, user_file, goroot_file or default."""

    schema: str
    goproxy: str
    origin: str
    configured: tuple[Configured, ...]
    known: tuple[Known, ...]


def proxy_list(goproxy: Setting, chain: Sequence[ProxyEntry], known: Sequence[PublicProxy]) -> ProxyList:
    """The document."""
    return ProxyList(
        schema="gomend.proxies/1",
        goproxy=mask(goproxy.value),
        origin=origin_of(goproxy.origin),
        configured=tuple(_configured(at, entry, last=at == len(chain)) for at, entry in enumerate(chain, start=1)),
        known=tuple(
            Known(
                name=one.name,
                url=one.url,
                operator=one.operator,
                region=one.region,
                sumdb=one.sumdb,
                status=one.status,
                checked=one.checked,
                sources=one.sources,
                sumdb_reported=one.sumdb_reported,
                reported_on=one.reported_on,
            )
            for one in known
        ),
    )


def _configured(number: int, entry: ProxyEntry, *, last: bool) -> Configured:
    is_url = entry.kind is EntryKind.URL
    found = known_as(entry.url) if is_url else None
    then = "" if last else "any" if entry.falls_back_on_error else "not_found"
    return Configured(
        number=number,
        source=mask(entry.redacted) if is_url else entry.kind.value,
        then=then,
        known=found.name if found else "",
        status=found.status if found else "",
    )


def proxies_screen(document: ProxyList, lang: str, screen: Screen) -> str:
    """First what is in force, then the public ones, the closed ones apart."""
    origin = text(lang, f"cli.grounds/{document.origin}")
    lines = screen.block(
        "", f"GOPROXY={one_line(document.goproxy)} ({origin})", label_width=0, style="bold", whole=True
    )
    rows = [["", text(lang, "proxy.column/source"), text(lang, "proxy.column/then"), text(lang, "proxy.column/known")]]
    for one in document.configured:
        then = text(lang, f"proxy.then/{one.then}") if one.then else "–"
        known = text(lang, f"proxy.known/{one.status}", name=one.known) if one.status else ""
        rows.append([str(one.number), one_line(one.source), then, known])
    lines += [*table(rows, screen), ""]
    names = ("name", "address", "sumdb", "region")
    rows = [[text(lang, f"proxy.column/{name}") for name in names]]
    for entry in document.known:
        if entry.status == "open":
            rows.append([entry.name, entry.url.partition("://")[2], _sumdb(entry, lang), _region(entry, lang)])
    lines += table(rows, screen)
    reported = sorted({one.reported_on for one in document.known if one.sumdb_reported})
    if reported:
        lines += marked("·", text(lang, "proxy.list/reported", months=", ".join(reported)), screen)
    closed = [f"{one.name} ({one.url.partition('://')[2]})" for one in document.known if one.status == "closed"]
    lines += ["", *marked("–", text(lang, "proxy.list/closed", names=", ".join(closed)), screen)]
    lines += next_line("gomend proxy route MODULE", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _sumdb(entry: Known, lang: str) -> str:
    if entry.sumdb_reported:
        return text(lang, f"proxy.sumdb/{entry.sumdb_reported}") + "?"
    return text(lang, f"proxy.sumdb/{entry.sumdb}")


def _region(entry: Known, lang: str) -> str:
    return text(lang, f"proxy.region/{entry.region}")
