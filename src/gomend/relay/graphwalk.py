"""What go reads of the module graph after a go.mod has arrived: the requirements' go.mod files. Pure.

A module at go 1.17 or higher lists all that its packages need, so go reads no further below it; below an older one it
reads the whole graph. Source: cmd/go/internal/modload (buildlist.go: readModGraph).
"""

import gzip
import zlib
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from gomend.gomod.buildlist import prunes
from gomend.gomod.gomodfile import ModFileErrors, parse_gomod
from gomend.gomod.path import InvalidPathError, escape_path, escape_version, wire_form
from gomend.gomod.protocol import Kind, NotProtocolError, parse_path
from gomend.gomod.refusal import GoRefusalError
from gomend.sources.base import Wanted

_MOST_BYTES = 1 << 20  # of a go.mod: larger ones are left to go
_MOST_FILES = 5_000  # in one run


def wanted(module: str, version: str, kind: str) -> Wanted | None:
    """The request for one file of a module version; None for names that go refuses."""
    try:
        return Wanted(f"{wire_form(escape_path(module))}/@v/{wire_form(escape_version(version))}.{kind}", kind)
    except (InvalidPathError, GoRefusalError):
        return None


class GraphWalk:
    """One run's walk. `pruned`: all main modules prune; `is_main`: a module that the arguments name is the main one.

    `wants(module, version, kind)` says whether go will ask a proxy for a file: it is not in the module cache, and the
    module is neither private nor replaced.
    """

    def __init__(self, *, pruned: bool, is_main: Callable[[str], bool], wants: Callable[[str, str, str], bool]) -> None:
        self._pruned = pruned
        self._is_main = is_main
        self._wants = wants
        self._in_older: set[str] = set()  # paths of files asked below a module that does not prune

    def after(self, path: str, headers: Mapping[str, str], body: bytes) -> list[Wanted]:
        """The files that go will ask for now that it has, or will have, this answer to the request for `path`."""
        try:
            asked = parse_path(unquote(path))
            if asked.kind is not Kind.MOD or len(self._in_older) > _MOST_FILES:
                return []
            mod = parse_gomod(_plain(headers, body), lax=True)
        except (NotProtocolError, ModFileErrors, OSError, EOFError, zlib.error):
            return []
        own = prunes(mod.go)
        below_older = not self._pruned or path in self._in_older
        if not self._is_main(asked.module) and own and not below_older:
            return []
        found = []
        for require in mod.require:
            one = wanted(require.path, require.version, "mod")
            if one is None or not self._wants(require.path, require.version, "mod"):
                continue
            if below_older or not own:
                self._in_older.add(one.path)
            found.append(one)
        return found


def _plain(headers: Mapping[str, str], body: bytes) -> bytes:
    if headers.get("Content-Encoding", "").lower() != "gzip":
        return body
    plain = zlib.decompressobj(wbits=31).decompress(body, _MOST_BYTES)
    if len(plain) == _MOST_BYTES:
        raise gzip.BadGzipFile("too large")
    return plain
