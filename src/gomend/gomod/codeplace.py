"""Where in a repository a module's code is, going by its path; which path a go.mod declares.

Source: https://go.dev/ref/mod#vcs-find, cmd/go/internal/modfetch (coderepo.go: newCodeRepo, findDir, isMajor),
golang.org/x/mod/modfile (ModulePath).
"""

import posixpath
from dataclasses import dataclass

from gomend.gomod.path import split_major
from gomend.gomod.quoting import SyntaxRefusalError, unquote
from gomend.gomod.refusal import GoRefusalError


class CodePlaceError(GoRefusalError):
    """The repository cannot hold a module of this path."""


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A module's place in its repository, before anything of the repository is known."""

    module: str
    root: str  # the import path of the repository's root
    folder: str  # of the module, below the root; empty at the root
    prefix: str  # the module path without its major suffix
    major: str  # that suffix: `/v2`, gopkg.in's `.v2`, or empty

    @property
    def tag_prefix(self) -> str:
        """What stands before the version in the module's tags."""
        return f"{self.folder}/" if self.folder else ""

    @property
    def pseudo_major(self) -> str:
        """The major that its pseudo-versions must have (`v2`); empty for v0 or v1."""
        return self.major.removesuffix("-unstable")[1:]

    @property
    def major_folder(self) -> str:
        """The folder below which v2 and up may live beside v1; empty where that is not possible."""
        if not self.major or self.root == self.module or self.major.startswith("."):
            return ""
        return posixpath.join(self.folder, self.major[1:])


def code_place(module: str, root: str, subfolder: str = "") -> CodePlace:
    """The place of `module` in the repository whose root has the import path `root`.

    `subfolder` is what the go-import tag adds. Raises CodePlaceError with go's words.
    """
    if not _is_below(module, root):
        raise CodePlaceError(f"mismatched repo: found {root} for {module}")
    split = split_major(module)
    if split is None:
        raise CodePlaceError(f'invalid module path "{module}"')
    prefix, major = split
    folder = ""
    if root == module:
        prefix = module
    elif not _is_below(prefix, root):
        raise CodePlaceError(f"repository rooted at {root} cannot contain module {module}")
    else:
        folder = prefix[len(root) :].strip("/")
    if subfolder:
        folder = posixpath.normpath(posixpath.join(folder, subfolder))
    return CodePlace(module, root, "" if folder == "." else folder, prefix, major)


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix.rstrip('/')}/")


def declared_path(gomod: bytes) -> str:
    """The path on a go.mod's module line, found without reading the rest; empty without one."""
    for raw in gomod.split(b"\n"):
        line = raw.partition(b"//")[0].strip()
        rest = line.removeprefix(b"module")
        path = rest.strip()
        if rest in (line, path) or not path:
            continue
        text = path.decode("utf-8", "surrogateescape")
        if text[0] == "`":
            inner = text[1:-1].replace("\r", "")
            return inner if len(text) > 1 and text[-1] == "`" and "`" not in inner else ""
        if text[0] != '"':
            return text
        try:
            return unquote(text)
        except SyntaxRefusalError:
            return ""
    return ""


def fits_major(declared: str, major: str) -> bool:
    """Whether a go.mod that declares this path may hold the versions that the suffix `major` asks for.

    Source: isMajor.
    """
    split = split_major(declared) if declared else None
    if split is None:
        return False
    found = split[1]
    if not major:
        return found.removesuffix("-unstable")[1:] in ("", "v0", "v1")
    return bool(found) and found[1:] == major[1:]
