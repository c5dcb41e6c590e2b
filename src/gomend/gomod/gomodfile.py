"""go.mod and go.work: all directives, where they stand, and go's own errors.

Source: golang.org/x/mod/modfile (rule.go, work.go) of Go 1.26; https://go.dev/ref/mod#go-mod-file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gomend.gomod.modsyntax import Block, Line, ModFileError, ModFileErrors, Position, parse_syntax
from gomend.gomod.path import InvalidVersionError, split_major
from gomend.gomod.quoting import SyntaxRefusalError, quote, unquote
from gomend.gomod.version import canonical, check_major

__all__ = [
    "Exclude",
    "GoMod",
    "GoWork",
    "Godebug",
    "Ignore",
    "ModFileError",
    "ModFileErrors",
    "Position",
    "Replace",
    "Require",
    "Retract",
    "Tool",
    "Use",
    "parse_gomod",
    "parse_gowork",
]

_GO_VERSION = re.compile(r"([1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?")
_LAX_GO_VERSION = re.compile(r"v?(([1-9][0-9]*)\.(0|[1-9][0-9]*))([^0-9].*)")
_TOOLCHAIN = re.compile(r"default\Z|go1(\Z|\.)")
_DEPRECATED = re.compile(r"(?:\A|\n\n)Deprecated: *(.*?)(?:\Z|\n\n)", re.DOTALL)
_DIRECTORY = re.compile(r"\.{1,2}\Z|\.{0,2}[/\\]|[A-Za-z]:")
_LAX_VERBS = frozenset({"go", "module", "retract", "require", "ignore"})
_MOD_BLOCKS = frozenset({"module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"})
_WORK_BLOCKS = frozenset({"godebug", "use", "replace"})


@dataclass(frozen=True, slots=True)
class Require:
    """`require path version`"""

    path: str
    version: str
    indirect: bool  # marked `// indirect`
    at: Position


@dataclass(frozen=True, slots=True)
class Exclude:
    """`exclude path version`"""

    path: str
    version: str
    at: Position


@dataclass(frozen=True, slots=True)
class Replace:
    """`replace path [version] => new_path [new_version]`; without a new version the new path is a folder."""

    path: str
    version: str  # empty: all versions
    new_path: str
    new_version: str
    at: Position


@dataclass(frozen=True, slots=True)
class Retract:
    """`retract version` or `retract [low, high]`"""

    low: str
    high: str
    rationale: str
    at: Position


@dataclass(frozen=True, slots=True)
class Tool:
    """`tool package`"""

    path: str
    at: Position


@dataclass(frozen=True, slots=True)
class Ignore:
    """`ignore folder`"""

    path: str
    at: Position


@dataclass(frozen=True, slots=True)
class Godebug:
    """`godebug key=value`"""

    key: str
    value: str
    at: Position


@dataclass(frozen=True, slots=True)
class Use:
    """`use folder` of a go.work"""

    path: str
    at: Position


@dataclass(slots=True)
class _Shared:
    go: str = ""  # the language version; empty without a go line
    toolchain: str = ""
    godebug: list[Godebug] = field(default_factory=list)
    replace: list[Replace] = field(default_factory=list)


@dataclass(slots=True)
class GoMod(_Shared):
    """A go.mod. Lists are in the file's order."""

    module: str = ""  # empty without a module line
    module_at: Position | None = None
    deprecated: str = ""  # the author's message
    require: list[Require] = field(default_factory=list)
    exclude: list[Exclude] = field(default_factory=list)
    retract: list[Retract] = field(default_factory=list)
    tool: list[Tool] = field(default_factory=list)
    ignore: list[Ignore] = field(default_factory=list)

    def replacement(self, path: str, version: str) -> Replace | None:
        """The replacement for this module version, if any: one for the version goes before one for all."""
        return replacement(self.replace, path, version)


@dataclass(slots=True)
class GoWork(_Shared):
    """A go.work. Lists are in the file's order."""

    use: list[Use] = field(default_factory=list)


def replacement(replaces: list[Replace], path: str, version: str) -> Replace | None:
    """What replaces this module version. Source: modload (modfile.go: replacement)."""
    found = {replace.version: replace for replace in replaces if replace.path == path}
    return found.get(version) or found.get("")


def parse_gomod(data: bytes, *, file: str = "go.mod", lax: bool = False) -> GoMod:
    """Read a go.mod. Raises ModFileErrors with everything that go would complain about.

    `lax` is how go reads a dependency's go.mod: unknown directives are skipped, and those that count only in a main
    module too. A version that is no semantic version (a branch, say) is refused; go itself would look such a one up in
    a main module's go.mod.
    """
    mod = GoMod()
    _Interpreter(file, mod, lax=lax).read(data, _MOD_BLOCKS)
    return mod


def parse_gowork(data: bytes, *, file: str = "go.work") -> GoWork:
    """Read a go.work. Raises ModFileErrors with everything that go would complain about."""
    work = GoWork()
    _Interpreter(file, work, lax=False).read(data, _WORK_BLOCKS)
    return work


class _RefusedError(Exception):
    def __init__(self, reason: str, *, verb: str = "", module: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.verb = verb
        self.module = module


class _Interpreter:
    def __init__(self, file: str, target: GoMod | GoWork, *, lax: bool) -> None:
        self.file = file
        self.target = target
        self.lax = lax
        self.seen: set[str] = set()

    def read(self, data: bytes, blocks: frozenset[str]) -> None:
        errors = []
        for statement in parse_syntax(data, self.file):
            if isinstance(statement, Block) and (len(statement.tokens) > 1 or statement.tokens[0] not in blocks):
                if not self.lax:
                    reason = f"unknown block type: {' '.join(statement.tokens)}"
                    errors.append(ModFileError(self.file, statement.start, reason))
                continue
            for block, line, verb, arguments in _directives(statement):
                try:
                    self._add(block, line, verb, arguments)
                except _RefusedError as refused:
                    error = ModFileError(
                        self.file, line.start, refused.reason, verb=refused.verb, module=refused.module
                    )
                    errors.append(error)
        if errors:
            raise ModFileErrors(tuple(errors))

    def _add(self, block: Block | None, line: Line, verb: str, arguments: list[str]) -> None:
        if self.lax and verb not in _LAX_VERBS:
            return
        target = self.target
        match verb:
            case "go":
                self._once(verb)
                target.go = self._go_version(arguments)
                self.seen.add(verb)
            case "toolchain":
                self._once(verb)
                target.toolchain = _toolchain(arguments)
                self.seen.add(verb)
            case "godebug":
                target.godebug.append(_godebug(arguments, line))
            case "replace":
                target.replace.append(_replace(arguments, line))
            case _ if isinstance(target, GoMod):
                self._add_to_mod(target, block, line, verb, arguments)
            case "use":
                target.use.append(Use(_only(arguments, "usage: use local/dir"), line.start))
            case _:
                raise _RefusedError(f"unknown directive: {verb}")

    def _add_to_mod(self, mod: GoMod, block: Block | None, line: Line, verb: str, arguments: list[str]) -> None:
        match verb:
            case "module":
                self._once(verb)
                self.seen.add(verb)
                deprecated = _DEPRECATED.search(_comment(block, line))
                mod.deprecated = deprecated[1] if deprecated else ""
                mod.module_at = line.start
                mod.module = _only(arguments, "usage: module module/path")
            case "require":
                path, version = _module_version(verb, arguments)
                mod.require.append(Require(path, version, _is_indirect(line), line.start))
            case "exclude":
                mod.exclude.append(Exclude(*_module_version(verb, arguments), line.start))
            case "retract":
                self._add_retract(mod, block, line, arguments)
            case "tool":
                mod.tool.append(Tool(_only(arguments, "tool directive expects exactly one argument"), line.start))
            case "ignore":
                mod.ignore.append(Ignore(_only(arguments, "ignore directive expects exactly one argument"), line.start))
            case _:
                raise _RefusedError(f"unknown directive: {verb}")

    def _once(self, verb: str) -> None:
        if verb in self.seen:
            raise _RefusedError(f"repeated {verb} statement")

    def _go_version(self, arguments: list[str]) -> str:
        if len(arguments) != 1:
            raise _RefusedError("go directive expects exactly one argument")
        version = arguments[0]
        if _GO_VERSION.fullmatch(version):
            return version
        lax = _LAX_GO_VERSION.fullmatch(version) if self.lax and isinstance(self.target, GoMod) else None
        if lax is None:
            raise _RefusedError(f"invalid go version '{version}': must match format 1.23.0")
        return lax[1]

    def _add_retract(self, mod: GoMod, block: Block | None, line: Line, arguments: list[str]) -> None:
        try:
            low, high, rest = _interval(arguments)
            if rest and not self.lax:
                raise _RefusedError(f"unexpected token after version: {quote(rest[0])}")
        except _RefusedError:
            if self.lax:
                return
            raise
        mod.retract.append(Retract(low, high, _comment(block, line), line.start))


def _directives(statement: Line | Block) -> Iterator[tuple[Block | None, Line, str, list[str]]]:
    if isinstance(statement, Line):
        yield None, statement, statement.tokens[0], statement.tokens[1:]
        return
    for line in statement.lines:
        yield statement, line, statement.tokens[0], line.tokens


def _string(token: str) -> str:
    if token.startswith('"'):
        try:
            return unquote(token)
        except SyntaxRefusalError as error:
            raise _RefusedError(str(error)) from None
    if any(char in token for char in "\"'`"):
        raise _RefusedError("unquoted string cannot contain quote")
    return token


def _quoted(token: str) -> str:
    try:
        return _string(token)
    except _RefusedError as error:
        raise _RefusedError(f"invalid quoted string: {error.reason}") from None


def _only(arguments: list[str], usage: str) -> str:
    if len(arguments) != 1:
        raise _RefusedError(usage)
    return _quoted(arguments[0])


def _version(verb: str, path: str, token: str) -> str:
    try:
        version = _string(token)
    except _RefusedError as error:
        reason = str(InvalidVersionError(token, error.reason))
        raise _RefusedError(reason, verb=verb, module=path) from None
    found = canonical(version)
    if not found:
        reason = str(InvalidVersionError(version, "must be of the form v1.2.3"))
        raise _RefusedError(reason, verb=verb, module=path)
    return found


def _retracted_version(token: str) -> str:
    """As written: go makes it canonical only when it knows the module's path and may look versions up."""
    try:
        return _string(token)
    except _RefusedError as error:
        raise _RefusedError(str(InvalidVersionError(token, error.reason)), verb="retract") from None


def _checked_major(verb: str, path: str, version: str, major: str) -> None:
    try:
        check_major(version, major)
    except InvalidVersionError as error:
        raise _RefusedError(str(error), verb=verb, module=path) from None


def _module_version(verb: str, arguments: list[str]) -> tuple[str, str]:
    if len(arguments) != 2:
        raise _RefusedError(f"usage: {verb} module/path v1.2.3")
    path = _quoted(arguments[0])
    version = _version(verb, path, arguments[1])
    split = split_major(path)
    if split is None:
        raise _RefusedError("invalid module path")
    _checked_major(verb, path, version, split[1])
    return path, version


def _toolchain(arguments: list[str]) -> str:
    if len(arguments) != 1:
        raise _RefusedError("toolchain directive expects exactly one argument")
    if not _TOOLCHAIN.match(arguments[0]):
        raise _RefusedError(f"invalid toolchain version '{arguments[0]}': must match format go1.23.0 or default")
    return arguments[0]


def _godebug(arguments: list[str], line: Line) -> Godebug:
    key, equals, value = arguments[0].partition("=") if len(arguments) == 1 else ("", "", "")
    if not equals or any(char in arguments[0] for char in "\"`',"):
        raise _RefusedError("usage: godebug key=value")
    return Godebug(key, value, line.start)


def _replace(arguments: list[str], line: Line) -> Replace:
    arrow = 1 if arguments[1:2] == ["=>"] else 2
    if not arrow + 2 <= len(arguments) <= arrow + 3 or arguments[arrow] != "=>":
        raise _RefusedError(
            "usage: replace module/path [v1.2.3] => other/module v1.4\n"
            "\t or replace module/path [v1.2.3] => ../local/directory"
        )
    path = _quoted(arguments[0])
    split = split_major(path)
    if split is None:
        raise _RefusedError("invalid module path", verb="replace", module=path)
    version = ""
    if arrow == 2:
        version = _version("replace", path, arguments[1])
        _checked_major("replace", path, version, split[1])
    new_path = _quoted(arguments[arrow + 1])
    is_folder = _DIRECTORY.match(new_path) is not None
    new_version = ""
    if len(arguments) == arrow + 3:
        new_version = _version("replace", new_path, arguments[arrow + 2])
        if is_folder:
            raise _RefusedError(f"replacement module directory path {quote(new_path)} cannot have version")
    elif not is_folder and "@" in new_path:
        raise _RefusedError("replacement module must match format 'path version', not 'path@version'")
    elif not is_folder:
        raise _RefusedError(
            "replacement module without version must be directory path (rooted or starting with . or ..)"
        )
    elif "\\" in new_path:
        raise _RefusedError("replacement directory appears to be Windows path (on a non-windows system)")
    return Replace(path, version, new_path, new_version, line.start)


def _interval(arguments: list[str]) -> tuple[str, str, list[str]]:
    """Low, high, and the tokens behind."""
    if arguments[:1] in ([], ["("]):
        raise _RefusedError("expected '[' or version")
    if arguments[0] != "[":
        version = _retracted_version(arguments[0])
        return version, version, arguments[1:]
    rest = arguments[1:]
    if not rest:
        raise _RefusedError("expected version after '['")
    low = _retracted_version(rest[0])
    if rest[1:2] != [","]:
        raise _RefusedError("expected ',' after version")
    if not rest[2:]:
        raise _RefusedError("expected version after ','")
    high = _retracted_version(rest[2])
    if rest[3:4] != ["]"]:
        raise _RefusedError("expected ']' after version")
    return low, high, rest[4:]


def _is_indirect(line: Line) -> bool:
    words = line.suffix[0].removeprefix("//").split() if line.suffix else []
    return words == ["indirect"] or (len(words) > 1 and words[0] == "indirect;")


def _comment(block: Block | None, line: Line) -> str:
    """The comment that says something about a directive: its own, else its block's."""
    owner = block if block is not None and not line.before and not line.suffix else line
    comments = (*owner.before, *owner.suffix)
    return "\n".join(comment.removeprefix("//").strip() for comment in comments if comment.startswith("//"))
