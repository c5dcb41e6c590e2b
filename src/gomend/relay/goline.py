"""A go command line, as far as the door cares: what it is about to need, and from which folder and files. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Need(Enum):
    """What a go command asks of its module sources, when the module cache is empty."""

    NOTHING = "no modules"
    GRAPH = "the go.mod files of the module graph"
    BUILD = "what packages are built from"
    TIDY = "the sources of all packages, also of tests"  # as for a build, but never a .info of what go.mod lists
    DOWNLOAD = "every module that go.mod lists"
    NAMED = "what its arguments name"  # known only by asking: queries, new requirements


_MOD_NEEDS = {
    "download": Need.DOWNLOAD,
    "graph": Need.GRAPH,
    "why": Need.GRAPH,
    "verify": Need.GRAPH,
    "tidy": Need.TIDY,
    "vendor": Need.BUILD,
}
_NEEDS = {
    **dict.fromkeys(("build", "test", "vet", "run", "install", "generate", "fix", "tool"), Need.BUILD),
    "get": Need.NAMED,
    "work": Need.GRAPH,
}
# Flags that take the next word as their value, where it is not joined by "=" (go help build, test, list, mod download).
_VALUED = frozenset(
    {
        *(
            "C",
            "asmflags",
            "buildmode",
            "buildvcs",
            "compiler",
            "covermode",
            "coverpkg",
            "exec",
            "gccgoflags",
            "gcflags",
        ),
        *("installsuffix", "ldflags", "mod", "modfile", "o", "overlay", "p", "pgo", "pkgdir", "tags", "toolexec"),
        *("bench", "benchtime", "blockprofile", "blockprofilerate", "count", "coverprofile", "cpu", "cpuprofile"),
        *("fuzz", "fuzzminimizetime", "fuzztime", "list", "memprofile", "memprofilerate", "mutexprofile"),
        *(
            "mutexprofilefraction",
            "outputdir",
            "parallel",
            "run",
            "shuffle",
            "skip",
            "timeout",
            "trace",
            "vet",
            "vettool",
        ),
        *("f", "reuse", "go", "compat"),
    }
)


_STARTERS = frozenset({"run", "test", "generate", "tool"})
_STARTING_FLAGS = frozenset({"exec", "toolexec", "vettool"})


@dataclass(frozen=True, slots=True)
class GoLine:
    """What stands in a go command line; flags of GOFLAGS are part of it."""

    need: Need
    folder: str  # of -C, "" for the current one
    modfile: str  # of -modfile
    mod: str  # of -mod: readonly, mod, vendor or ""
    arguments: tuple[str, ...]  # what is neither flag nor subcommand
    installs: bool  # `run` or `install` of PACKAGE@VERSION, whose module becomes the main one
    downloads_named: bool  # `mod download` of what its arguments name, and nothing below it
    json: bool  # -json: stdout is for machines
    starts_programs: bool  # of the user's: tests, tools, generators, what is run
    compiles: bool  # or may do so; `go mod …` never does


def read_go_line(arguments: Sequence[str], goflags: str = "") -> GoLine:
    """`arguments` are the words after `go`; `goflags` the value in force."""
    words = list(arguments)
    folder = ""
    if words[:1] == ["-C"] and len(words) > 1:
        folder, words = words[1], words[2:]
    elif words and words[0].startswith("-C="):
        folder, words = words[0][3:], words[1:]
    verb, words = (words[0], words[1:]) if words else ("", [])
    submodule = ""
    if verb == "mod" and words:
        submodule, words = words[0], words[1:]
    rest: list[str] = []
    flags = {**dict(_flags_of(goflags.split())), **dict(_flags_of(words, rest))}
    return GoLine(
        need=_need(verb, submodule, flags, rest),
        folder=flags.get("C", folder),
        modfile=flags.get("modfile", ""),
        mod=flags.get("mod", ""),
        arguments=tuple(rest),
        installs=verb in ("run", "install"),
        downloads_named=submodule == "download" and bool(rest),
        json=flags.get("json", "false") not in ("false", "0"),
        starts_programs=verb in _STARTERS or not _STARTING_FLAGS.isdisjoint(flags),
        compiles=verb != "mod",
    )


def _need(verb: str, submodule: str, flags: Mapping[str, str], rest: Sequence[str]) -> Need:
    if verb == "mod":
        need = _MOD_NEEDS.get(submodule, Need.NOTHING)
        return Need.NAMED if need is Need.DOWNLOAD and rest else need
    if verb == "list":
        return Need.GRAPH if "m" in flags else Need.BUILD
    if verb in ("run", "install") and any("@" in word for word in rest[:1]):
        return Need.NAMED
    return _NEEDS.get(verb, Need.NOTHING)


def _flags_of(words: Sequence[str], rest: list[str] | None = None) -> Iterator[tuple[str, str]]:
    """Each flag with its value ("" where it has none); the other words go to `rest`. `--` ends the flags."""
    left = iter(words)
    for word in left:
        if not word.startswith("-") or word == "-":
            if rest is not None:
                rest.append(word)
            continue
        if word == "--":
            if rest is not None:
                rest.extend(left)
            return
        name, joined, value = word.lstrip("-").partition("=")
        if not joined and name in _VALUED:
            value = next(left, "")
        yield name, value
