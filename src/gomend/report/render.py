"""One document, many forms."""

from collections.abc import Mapping
from importlib import import_module

from gomend.report import machine
from gomend.report.cachecheck import CacheCheck
from gomend.report.cacherepair import CacheRepair
from gomend.report.cachesize import CacheClean, CacheSize
from gomend.report.deps import Deps
from gomend.report.layout import Screen
from gomend.report.model import (
    CodeList,
    CodePage,
    DoctorReport,
    Document,
    Explanation,
    InputError,
    RunReport,
    SettingList,
    cleaned,
)
from gomend.report.names import NameReport
from gomend.report.pins import Flushed, PinList, Pinned
from gomend.report.place import GoMod
from gomend.report.plans import FixList, Mended, MendList, UndoneMend
from gomend.report.probe import ProbeReport
from gomend.report.proxies import ProxyList
from gomend.report.proxytest import ProxyTest
from gomend.report.proxyuse import ProxySave, ProxyUse
from gomend.report.route import RouteList
from gomend.report.storeimport import StoreImport
from gomend.report.stores import StoreCheck, StoreExport, StoreGc, StorePurge, StoreStats, StoreWarm
from gomend.report.tokens import TokenList
from gomend.trace.difference import Difference
from gomend.trace.model import Trace
from gomend.trace.runs import RunList

FORMATS = ("text", "json", "ndjson", "markdown", "sarif", "github", "junit", "html")


def render(
    document: Document,
    form: str = "text",
    *,
    lang: str = "en",
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
    gomod: GoMod | None = None,
) -> str:
    """The document in a form of FORMATS, its strings freed of control characters and secrets.

    `color`, `width` (columns) and `unicode` (typographic signs may be used) concern text alone, `gomod` (whose lines
    are pointed at) SARIF and GitHub. Raises ValueError for a form that is not known, or not for this kind of document:
    listings, pages and errors have text, json and ndjson alone.
    """
    document = cleaned(document)
    match form:
        case "text":
            return _text(document, lang, Screen(width=width, color=color, unicode=unicode))
        case "json":
            return machine.json(document)
        case "ndjson":
            return machine.ndjson(document)
    if form not in FORMATS:
        raise ValueError(form)
    if isinstance(document, Explanation | RunReport):
        return _report(document, form, lang, gomod)
    if isinstance(document, DoctorReport):
        from gomend.report import doctor  # noqa: PLC0415

        return doctor.report(document, form, lang, gomod)
    if isinstance(document, Deps):
        from gomend.report import depsforms  # noqa: PLC0415

        return depsforms.report(document, form, lang)
    raise ValueError(form)


def _report(document: Explanation | RunReport, form: str, lang: str, gomod: GoMod | None) -> str:
    from gomend.report import ci, html, markdown, sarif  # noqa: PLC0415

    match form:
        case "markdown":
            return markdown.markdown(document, lang)
        case "sarif":
            return sarif.sarif(document, lang, gomod)
        case "github":
            return ci.github(document, lang, gomod)
        case "junit":
            return ci.junit(document, lang)
        case _:
            return html.html(document, lang)


def _text(document: Document, lang: str, screen: Screen) -> str:
    module, _, function = _SCREENS[type(document)].partition(".")
    made: str = getattr(import_module(f"gomend.report.{module}"), function)(document, lang, screen)
    return made


# Loaded when one is shown: each has parts that the others do not need.
_SCREENS: Mapping[type[Document], str] = {
    Explanation: "text.verdict_screen",
    RunReport: "text.verdict_screen",
    DoctorReport: "doctor.screen",
    Trace: "runs.screen_of",
    RunList: "runs.screen_of",
    Difference: "runs.screen_of",
    ProxyList: "proxies.proxies_screen",
    RouteList: "route.route_screen",
    CacheCheck: "cachecheck.check_screen",
    CacheRepair: "cacherepair.repair_screen",
    ProxyUse: "proxyuse.use_screen",
    ProxySave: "proxyuse.save_screen",
    Pinned: "pinscreens.pinned_screen",
    PinList: "pinscreens.pins_screen",
    Flushed: "pinscreens.flushed_screen",
    FixList: "fixes.fixes_screen",
    Mended: "fixes.mended_screen",
    MendList: "fixes.mends_screen",
    UndoneMend: "fixes.undone_screen",
    NameReport: "names.names_screen",
    CacheSize: "cachesize.size_screen",
    CacheClean: "cachesize.clean_screen",
    ProbeReport: "probe.probe_screen",
    ProxyTest: "proxytest.proxytest_screen",
    Deps: "deps.deps_screen",
    InputError: "text.error_screen",
    StoreImport: "storeimport.store_import_screen",
    StoreCheck: "storescreens.check_screen",
    StoreStats: "storescreens.stats_screen",
    StoreGc: "storescreens.gc_screen",
    StoreExport: "storescreens.export_screen",
    StoreWarm: "storescreens.warm_screen",
    StorePurge: "storescreens.purge_screen",
    TokenList: "tokens.tokens_screen",
    CodePage: "listing.page_screen",
    CodeList: "listing.codes_screen",
    SettingList: "listing.settings_screen",
}
