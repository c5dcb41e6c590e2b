"""`gomend proxy route`: what go does for a module, as a document and as a screen."""

from collections.abc import Iterable

import msgspec

from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.private import faults
from gomend.gomod.proxylist import EntryKind, Use
from gomend.gomod.route import Route, Stop, Sums
from gomend.masking import mask
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen, wrap
from gomend.report.table import table
from gomend.texts import text

_THEN = {True: "any", False: "not_found"}
_USES = {Use.PROXY: "proxy", Use.DIRECT: "direct", Use.OFF: "off", Use.SKIPPED: "skipped"}
_ORIGINS = {
    Origin.ENVIRONMENT: "environment",
    Origin.USER_FILE: "user_file",
    Origin.GOROOT_FILE: "goroot_file",
    Origin.DEFAULT: "default",
}
# Where each rule is written down: the reference of Go modules, or go's own source.
_RULES = {
    "private": "https://go.dev/ref/mod#private-modules",
    "separators": "https://go.dev/ref/mod#environment-variables (GOPROXY)",
    "search": "https://go.dev/ref/mod#resolve-pkg-mod",
    "sums": "https://go.dev/ref/mod#checksum-database",
    "sums_through": "cmd/go/internal/modfetch/sumdb.go (initBase)",
    "toolchain": "cmd/go/internal/modfetch/sumdb.go (useSumDB)",
}


class Source(msgspec.Struct, frozen=True):
    """One entry of GOPROXY on the way. `number` counts entries from 1, 0 is the implicit direct access of GONOPROXY.

    `use` is proxy, direct, off or skipped; `then` says after which failure go asks the next one: any, not_found (404
    and 410), or empty for the last; `names` are the module paths that it is told.
    """

    number: int
    source: str
    use: str
    then: str
    names: tuple[str, ...]


class Checksums(msgspec.Struct, frozen=True):
    """Whether the checksum database is asked: `why` is asked, always, off, private or file_only.

    `through` are the numbers of the sources that are asked for it first.
    """

    asked: bool
    why: str
    database: str
    host: str
    through: tuple[int, ...]
    pattern: str = ""
    variable: str = ""


class ModuleRoute(msgspec.Struct, frozen=True):
    """The way of one module. `parents` are further paths that go asks for when it searches."""

    module: str
    private: bool
    pattern: str
    variable: str
    origin: str
    sources: tuple[Source, ...]
    checksums: Checksums
    parents: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """One rule of go's that decided, and where it is written down."""

    text: str
    source: str


class RouteList(msgspec.Struct, frozen=True):
    """`gomend proxy route`: the ways of the modules asked for; `rules` only with --explain."""

    schema: str
    routes: tuple[ModuleRoute, ...]
    warnings: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


def route_list(routes: Iterable[Route], settings: GoEnv, lang: str, *, explain: bool) -> RouteList:
    """The document; its sentences in `lang`."""
    found = tuple(routes)
    return RouteList(
        schema="gomend.route/1",
        routes=tuple(_route(one, lang) for one in found),
        warnings=tuple(_of_settings(settings, lang)),
        rules=_rules(found, lang) if explain else (),
    )


def origin_of(origin: Origin) -> str:
    """The word for where a setting of go's stands: environment, user_file, goroot_file or default."""
    return _ORIGINS[origin]


def _route(one: Route, lang: str) -> ModuleRoute:
    private, sums = one.private, one.sums_private
    return ModuleRoute(
        module=one.module,
        private=private is not None,
        pattern=private.pattern if private else "",
        variable=private.written_in if private else "",
        origin=origin_of(private.origin) if private else "",
        sources=tuple(_source(stop, last=stop is one.stops[-1]) for stop in one.stops),
        checksums=Checksums(
            asked=one.sums in (Sums.ASKED, Sums.ALWAYS),
            why=one.sums.value,
            database=one.database.name,
            host=one.database.host,
            through=one.sums_through,
            pattern=sums.pattern if sums else "",
            variable=sums.written_in if sums else "",
        ),
        parents=one.parents,
        warnings=tuple(_warnings(one, lang)),
    )


def _source(stop: Stop, *, last: bool) -> Source:
    kind = stop.entry.kind
    shown = mask(stop.entry.redacted) if kind is EntryKind.URL else stop.entry.kind.value
    then = "" if last else _THEN[stop.entry.falls_back_on_error]
    return Source(stop.number, shown, _USES[stop.use], then, stop.names)


def _warnings(one: Route, lang: str) -> Iterable[str]:
    """What keeps the module half private: surely not what its author meant."""
    if one.private is not None and one.sums is Sums.ASKED:
        yield text(lang, "proxy.route/sums_see_private", module=one.module, host=one.database.host)
    if one.private is None and one.sums is Sums.PRIVATE:
        yield text(lang, "proxy.route/only_sums_private", module=one.module)


def _of_settings(settings: GoEnv, lang: str) -> Iterable[str]:
    for variable in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB"):
        setting = settings.setting(variable)
        if variable != "GOPRIVATE" and setting.origin is Origin.DEFAULT:
            continue
        for pattern, fault in faults(setting.value):
            yield text(lang, f"proxy.route/{fault}", pattern=pattern, variable=variable)
    if settings.get("GOSUMDB") == "off":
        yield text(lang, "proxy.route/sums_off")


def _rules(found: tuple[Route, ...], lang: str) -> tuple[Rule, ...]:
    wanted = ["private", "separators", "search", "sums"]
    if any(one.sums_through for one in found):
        wanted.append("sums_through")
    if any(one.sums in (Sums.ALWAYS, Sums.FILE_ONLY) for one in found):
        wanted.append("toolchain")
    return tuple(Rule(text(lang, f"proxy.rule/{name}"), _RULES[name]) for name in wanted)


def route_screen(document: RouteList, lang: str, screen: Screen) -> str:
    """Each module with its sources in order, who sees its name, and what becomes of its checksum."""
    lines: list[str] = []
    for one in document.routes:
        lines += [*([""] if lines else []), *_module_lines(one, lang, screen)]
    for warning in document.warnings:
        lines += marked("!", warning, screen)
    if document.rules:
        lines += ["", screen.paint(text(lang, "proxy.route/rules"), "bold")]
        for rule in document.rules:
            lines += screen.block("  ·", rule.text, label_width=4)
            lines += screen.block("", rule.source, label_width=4, style="dim", whole=True)
    lines += next_line(_next(document), lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _next(document: RouteList) -> str:
    warned = document.warnings or any(one.warnings for one in document.routes)
    if document.routes and warned and not document.rules:
        return f"gomend proxy route --explain {one_line(document.routes[0].module)}"
    return "gomend proxy list"


def _module_lines(one: ModuleRoute, lang: str, screen: Screen) -> list[str]:
    head = text(lang, "proxy.route/public", module=one_line(one.module))
    if one.private:
        origin = text(lang, f"cli.grounds/{one.origin}")
        setting = f"{one.variable}={one_line(one.pattern)}"
        head = text(lang, "proxy.route/private", module=one_line(one.module), setting=setting, origin=origin)
    lines = [screen.paint(line, "bold") for line in wrap(screen.spell(head), screen.prose)]
    rows = [["", *(text(lang, f"proxy.column/{name}") for name in ("source", "then", "sees"))]]
    for source in one.sources:
        number = str(source.number) if source.number else "·"
        then = text(lang, f"proxy.then/{source.then}") if source.then else "–"
        name = one_line(source.source) if source.number else text(lang, "proxy.use/noproxy")
        rows.append([number, name, then, _sees(source, one, lang)])
    lines += table(rows, screen)
    lines += screen.block("   ", _checksum_line(one.checksums, lang), label_width=3)
    searched = [parent for parent in one.parents if any(parent in source.names for source in one.sources)]
    if searched:
        numbers = [str(source.number) for source in one.sources if source.names]
        said = text(lang, "proxy.route/search", numbers=", ".join(numbers), parents=", ".join(map(one_line, searched)))
        lines += screen.block("   ", said, label_width=3)
    for warning in one.warnings:
        lines += marked("!", warning, screen)
    return lines


def _sees(source: Source, one: ModuleRoute, lang: str) -> str:
    match source.use:
        case "proxy":
            return text(lang, "proxy.use/proxy", module=one_line(one.module))
        case "direct":
            return text(lang, "proxy.use/direct", host=one_line(one.module).partition("/")[0])
        case "off":
            return text(lang, "proxy.use/off")
        case _:
            return text(lang, "proxy.use/skipped")


def _checksum_line(sums: Checksums, lang: str) -> str:
    if not sums.asked:
        return text(lang, f"proxy.sums/{sums.why}", pattern=one_line(sums.pattern), variable=sums.variable)
    if not sums.database:
        return text(lang, "proxy.sums/always_off")
    if sums.through:
        through = ", ".join(map(str, sums.through))
        key = "proxy.sums/through" if len(sums.through) > 1 else "proxy.sums/through_one"
        return text(lang, key, through=through, database=sums.database, host=one_line(sums.host))
    return text(lang, "proxy.sums/direct", database=sums.database, host=one_line(sums.host))
