"""The documents that gomend hands out, as plain structs, and their making from a verdict.

Every document begins with `"schema": "gomend.<kind>/1"`. Keys are present even when empty; versions add keys only.
Codes, keys and levels are never translated; titles and other sentences are in the language asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from gomend import causes
from gomend.causes import Code, Verdict
from gomend.report.cachecheck import CacheCheck
from gomend.report.cacherepair import CacheRepair
from gomend.report.cachesize import CacheClean, CacheSize
from gomend.report.clean import clean, visible
from gomend.report.deps import Deps
from gomend.report.names import NameReport
from gomend.report.parts import Cause, Evidence, Finding, Fix, cause_part, findings, fix_parts
from gomend.report.pins import Flushed, PinList, Pinned
from gomend.report.plans import FixList, Mended, MendList, UndoneMend
from gomend.report.probe import ProbeReport
from gomend.report.proxies import ProxyList
from gomend.report.proxytest import ProxyTest
from gomend.report.proxyuse import ProxySave, ProxyUse
from gomend.report.route import RouteList
from gomend.report.storeimport import StoreImport
from gomend.report.stores import StoreCheck, StoreExport, StoreGc, StorePurge, StoreStats, StoreWarm
from gomend.report.tokens import TokenList
from gomend.texts import text
from gomend.trace.difference import Difference
from gomend.trace.model import Trace
from gomend.trace.runs import RunList

__all__ = ["Cause", "Evidence", "Finding", "Fix", "findings"]  # beside its own: the parts that documents share


class CheckLine(msgspec.Struct, frozen=True):
    """One check: `status` is ok, warning, problem or skipped; `summary` one line; `seconds` decimal."""

    name: str
    title: str
    status: str
    seconds: float
    summary: str


class DoctorReport(msgspec.Struct, frozen=True):
    """`gomend doctor`. `root` is the folder of the go.mod or go.work in force; `next` the command to run now."""

    schema: str
    run: str
    started: str
    command: tuple[str, ...]
    root: str
    outcome: str  # ok, problems or undetermined
    seconds: float
    checks: tuple[CheckLine, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    next: str


class VerdictPart(msgspec.Struct, frozen=True):
    """What a run came to, inside its report."""

    outcome: str
    roots: tuple[Cause, ...] = ()
    warnings: tuple[Cause, ...] = ()
    harmless: dict[str, int] = {}
    fixes: tuple[Fix, ...] = ()


class Ahead(msgspec.Struct, frozen=True):
    """Files fetched before go asked for them, and how many of these it then asked for; also in bytes."""

    fetched: int = 0
    used: int = 0
    bytes_fetched: int = 0
    bytes_used: int = 0


class Exchanges(msgspec.Struct, frozen=True):
    """The requests of a run, summed up; all zero where none was seen."""

    count: int = 0
    bytes: int = 0
    attempts: int = 0
    rescued: int = 0  # failed at first and came at a later attempt
    ahead: Ahead = Ahead()
    faults: dict[str, int] = msgspec.field(default_factory=dict)  # why those failed at first: code -> how many


class Explanation(msgspec.Struct, frozen=True):
    """`gomend explain FILE`: what one log says. `input` is the name it was given by, `-` for standard input."""

    schema: str
    input: str
    outcome: str
    roots: tuple[Cause, ...]
    warnings: tuple[Cause, ...]
    harmless: dict[str, int]
    fixes: tuple[Fix, ...]


class RunReport(msgspec.Struct, frozen=True):
    """A wrapped command. `started` is UTC in RFC 3339, `seconds` decimal, `exit` what gomend itself exits with.

    `folder` is where it was run, `root` the folder of the go.mod or go.work in force there, else where it worked; both
    are absolute, and empty where they cannot be told. `recorded`: it is kept, for `gomend fix` and `gomend trace`.
    `variables` are those that gomend gave the command in place of go's settings (`--goproxy`), secrets masked.
    """

    schema: str
    run: str
    command: tuple[str, ...]
    exit: int
    started: str
    seconds: float
    relay: bool
    verdict: VerdictPart
    exchanges: Exchanges
    folder: str = ""
    root: str = ""
    recorded: bool = False
    variables: dict[str, str] = {}


class CodeEntry(msgspec.Struct, frozen=True):
    """One cause code in the list of all."""

    code: str
    layer: str
    title: str
    what: str


class CodeList(msgspec.Struct, frozen=True):
    """`gomend codes`: every cause code, in the order of the way a module takes."""

    schema: str
    codes: tuple[CodeEntry, ...]


class CodePage(msgspec.Struct, frozen=True):
    """`gomend explain CODE`: all that is known about one cause code."""

    schema: str
    code: str
    layer: str
    title: str
    what: str
    see: str
    why: str
    check: str
    not_this: str = msgspec.field(name="not")
    fixes: tuple[Fix, ...] = ()


class Setting(msgspec.Struct, frozen=True):
    """One option: `origin` is flag, environment, project, user or default; `place` names the variable or file."""

    name: str
    value: str
    origin: str
    place: str = ""


class SettingList(msgspec.Struct, frozen=True):
    """`gomend settings`: every option with its value in force and where that comes from."""

    schema: str
    settings: tuple[Setting, ...]


class InputError(msgspec.Struct, frozen=True):
    """Stands in for an explanation when an input cannot be read."""

    schema: str
    input: str
    message: str


Document = (
    Explanation
    | RunReport
    | DoctorReport
    | Trace
    | RunList
    | Difference
    | ProxyList
    | RouteList
    | CacheCheck
    | StoreImport
    | StoreCheck
    | StoreStats
    | StoreGc
    | StoreExport
    | StoreWarm
    | StorePurge
    | TokenList
    | CacheRepair
    | ProxyUse
    | ProxySave
    | Pinned
    | PinList
    | Flushed
    | FixList
    | Mended
    | MendList
    | UndoneMend
    | NameReport
    | CacheSize
    | CacheClean
    | ProbeReport
    | ProxyTest
    | Deps
    | CodeList
    | CodePage
    | SettingList
    | InputError
)

_T = TypeVar("_T")

DOCUMENTS: Mapping[str, type[Document]] = {
    "explanation": Explanation,
    "report": RunReport,
    "doctor": DoctorReport,
    "trace": Trace,
    "traces": RunList,
    "trace_diff": Difference,
    "proxies": ProxyList,
    "route": RouteList,
    "cache_check": CacheCheck,
    "store_import": StoreImport,
    "store_check": StoreCheck,
    "store_stats": StoreStats,
    "store_gc": StoreGc,
    "store_export": StoreExport,
    "store_warm": StoreWarm,
    "store_purge": StorePurge,
    "tokens": TokenList,
    "cache_repair": CacheRepair,
    "proxy_use": ProxyUse,
    "proxy_save": ProxySave,
    "pinned": Pinned,
    "pins": PinList,
    "flushed": Flushed,
    "fixes": FixList,
    "mended": Mended,
    "mends": MendList,
    "undone": UndoneMend,
    "dns": NameReport,
    "cache_size": CacheSize,
    "cache_clean": CacheClean,
    "probe": ProbeReport,
    "proxy_test": ProxyTest,
    "deps": Deps,
    "codes": CodeList,
    "code": CodePage,
    "settings": SettingList,
    "error": InputError,
}


def doctor_report(
    *,
    run_id: str,
    started: str,
    command: Sequence[str],
    root: str,
    outcome: str,
    seconds: float,
    checks: Iterable[CheckLine],
    found: Iterable[causes.Finding],
    fixes: Iterable[causes.Fix],
    step: str,
    lang: str,
) -> DoctorReport:
    """What the doctor saw; `started` is UTC in RFC 3339. Raises KeyError for a fix without a title."""
    return DoctorReport(
        schema="gomend.doctor/1",
        run=run_id,
        started=started,
        command=tuple(command),
        root=root,
        outcome=outcome,
        seconds=round(seconds, 3),
        checks=tuple(checks),
        findings=findings(found),
        fixes=fix_parts(fixes, lang),
        next=step,
    )


def verdict_part(verdict: Verdict, lang: str) -> VerdictPart:
    """The verdict as a part of a document, its fixes named in `lang`. Raises KeyError for a fix without a title."""
    return VerdictPart(
        outcome=verdict.outcome.value,
        roots=tuple(map(cause_part, verdict.roots)),
        warnings=tuple(map(cause_part, verdict.warnings)),
        harmless={code.value: count for code, count in verdict.harmless.items() if count},
        fixes=fix_parts(verdict.fixes, lang),
    )


def explanation(input_name: str, verdict: Verdict, lang: str) -> Explanation:
    """What a log came to, as `gomend explain` hands it out. Raises KeyError for a fix without a title."""
    part = verdict_part(verdict, lang)
    return Explanation(
        schema="gomend.explanation/1",
        input=input_name,
        outcome=part.outcome,
        roots=part.roots,
        warnings=part.warnings,
        harmless=part.harmless,
        fixes=part.fixes,
    )


def run_report(
    *,
    run_id: str,
    command: Sequence[str],
    exit_status: int,
    started: str,
    seconds: float,
    relay: bool,
    verdict: Verdict,
    exchanges: Exchanges | None,
    lang: str,
    folder: str = "",
    root: str = "",
    recorded: bool = False,
    variables: Mapping[str, str] | None = None,
) -> RunReport:
    """The report of one wrapped command; `started` is UTC in RFC 3339, `exchanges` None where no request was seen.

    Raises KeyError for a fix without a title.
    """
    return RunReport(
        schema="gomend.report/1",
        run=run_id,
        command=tuple(command),
        exit=exit_status,
        started=started,
        seconds=round(seconds, 3),
        relay=relay,
        verdict=verdict_part(verdict, lang),
        exchanges=exchanges or Exchanges(),
        folder=folder,
        root=root,
        recorded=recorded,
        variables=dict(variables or {}),
    )


def code_list(lang: str, codes: Iterable[Code] = Code) -> CodeList:
    """All cause codes, each with its title and what happened, in `lang`."""
    return CodeList(
        schema="gomend.codes/1",
        codes=tuple(
            CodeEntry(code.value, code.layer, text(lang, f"codes.{code}/title"), text(lang, f"codes.{code}/what"))
            for code in codes
        ),
    )


def code_page(code: Code, lang: str, fixes: Iterable[causes.Fix] = ()) -> CodePage:
    """The page of one cause code in `lang`, with the fixes that the caller knows for it."""
    part = {name: text(lang, f"codes.{code}/{name}") for name in ("title", "what", "see", "why", "check", "not")}
    return CodePage(
        schema="gomend.code/1",
        code=code.value,
        layer=code.layer,
        title=part["title"],
        what=part["what"],
        see=part["see"],
        why=part["why"],
        check=part["check"],
        not_this=part["not"],
        fixes=fix_parts(fixes, lang),
    )


def setting_list(settings: Iterable[Setting]) -> SettingList:
    """The options of gomend, in the order given."""
    return SettingList(schema="gomend.settings/1", settings=tuple(settings))


def input_error(input_name: str, message: str) -> InputError:
    """Says that `input_name` could not be read, and why."""
    return InputError(schema="gomend.error/1", input=input_name, message=message)


def cleaned(value: _T) -> _T:
    """A document (or any struct, tuple or dict within one) with each of its strings cleaned.

    The title of a fix is gomend's own sentence, which may say `password TOKEN`: nothing in it is masked here. What a
    log puts into it was cleaned when the title was made.
    """
    return _walk(value)  # type: ignore[no-any-return]


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Fix):
        return msgspec.structs.replace(
            value, title=visible(value.title), commands=_walk(value.commands), params=_walk(value.params)
        )
    if isinstance(value, msgspec.Struct):
        return type(value)(*(_walk(getattr(value, name)) for name in value.__struct_fields__))
    if isinstance(value, tuple):
        return tuple(_walk(one) for one in value)
    if isinstance(value, dict):
        return {clean(key): _walk(one) for key, one in value.items()}
    return value
