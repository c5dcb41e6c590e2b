"""The module graph and the build list: minimal version selection with graph pruning. Pure; files are passed in.

Source: cmd/go/internal/modload (buildlist.go: readModGraph), cmd/go/internal/mvs; https://go.dev/ref/mod#graph-pruning.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, cmp_to_key

from gomend.gomod.gomodfile import GoMod
from gomend.gomod.version import compare

Version = tuple[str, str]  # (module, version); a main module has no version
ReadGoMod = Callable[[str, str], GoMod | None]
"""The go.mod of a version, or of what replaces it; None where it is not known."""

_PRUNES = (1, 17)


def prunes(go: str) -> bool:
    """Whether a go.mod with this go line lists all that its packages need, so that go reads no further below it."""
    found = re.match(r"(\d+)\.(\d+)", go)
    return found is not None and (int(found[1]), int(found[2])) >= _PRUNES


@dataclass
class Graph:
    """What requires what, as far as go reads it."""

    mains: tuple[str, ...]
    direct: frozenset[str] = frozenset()  # what a main module requires and does not mark `// indirect`
    requires: dict[Version, tuple[Version, ...]] = field(default_factory=dict)
    unknown: list[Version] = field(default_factory=list)  # whose go.mod is not known: what it requires is missing

    @cached_property
    def selected(self) -> dict[str, str]:
        """The build list without the main modules: of each module the highest version that is required."""
        found: dict[str, str] = {}
        for module, version in self.nodes():
            if version and module not in self.mains:
                other = found.get(module)
                if other is None or compare(version, other) > 0:
                    found[module] = version
        return dict(sorted(found.items()))

    @cached_property
    def wanted(self) -> dict[str, dict[str, list[Version]]]:
        """Module → version → who requires that version."""
        found: dict[str, dict[str, list[Version]]] = {}
        for by, required in self.requires.items():
            for module, version in required:
                found.setdefault(module, {}).setdefault(version, []).append(by)
        return found

    def nodes(self) -> Iterable[Version]:
        """Every version that is named, main modules first."""
        return dict.fromkeys([*self.requires, *(one for required in self.requires.values() for one in required)])

    @cached_property
    def _reached_from(self) -> dict[Version, Version]:
        reached: dict[Version, Version] = {}
        waiting = deque((main, "") for main in self.mains)
        while waiting:
            at = waiting.popleft()
            for following in self.requires.get(at, ()):
                if not at[1] and following[0] not in self.direct:
                    continue
                if following not in reached and following[0] not in self.mains:
                    reached[following] = at
                    waiting.append(following)
        return reached

    def path_to(self, module: str, version: str) -> tuple[Version, ...]:
        """A shortest chain from a main module by way of what it requires directly, both ends included; empty for none.

        Where nobody but a main module's `// indirect` line asks for this very version, the chain leads to the highest
        other one that is required, and that line counts only where there is none.
        """
        others = sorted(self.wanted.get(module, ()), key=cmp_to_key(compare), reverse=True)
        ends = [one for one in ((module, name) for name in (version, *others)) if one in self._reached_from]
        if not ends:
            by = next((one for one in self.wanted.get(module, {}).get(version, ()) if not one[1]), None)
            return (by, (module, version)) if by else ()
        at = ends[0]
        path = [at]
        while at in self._reached_from:
            at = self._reached_from[at]
            path.append(at)
        return tuple(reversed(path))


def module_graph(mains: Sequence[GoMod], read: ReadGoMod) -> Graph:
    """The graph of these main modules: one, or all of a workspace."""
    direct = frozenset(one.path for main in mains for one in main.require if not one.indirect)
    graph = Graph(tuple(main.module for main in mains), direct)
    excluded = {(one.path, one.version) for main in mains for one in main.exclude}

    def required(mod: GoMod) -> tuple[Version, ...]:
        return tuple((one.path, one.version) for one in mod.require if (one.path, one.version) not in excluded)

    waiting: deque[tuple[Version, bool]] = deque()
    whole: set[Version] = set()  # read on behalf of a module that does not prune
    for main in mains:
        graph.requires[main.module, ""] = required(main)
        waiting += ((one, not prunes(main.go)) for one in graph.requires[main.module, ""])
    known: dict[Version, GoMod | None] = {}
    while waiting:
        at, below_older = waiting.popleft()
        if at[0] in graph.mains or at in whole or (at in known and not below_older):
            continue
        if at not in known:
            known[at] = mod = read(*at)
            if mod is None:
                graph.unknown.append(at)
            else:
                graph.requires[at] = required(mod)
        mod = known[at]
        if mod is None:
            continue
        if below_older:
            whole.add(at)
        if below_older or not prunes(mod.go):
            waiting += ((one, True) for one in graph.requires[at])
    return graph
