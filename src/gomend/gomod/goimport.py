"""The go-import tags of an import path's page: what they say, and which one counts.

Source: https://go.dev/ref/mod#vcs-find, cmd/go/internal/vcs (discovery.go, vcs.go: matchGoImport).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError


class GoImportError(GoRefusalError):
    """The page names no usable repository. `is_mismatch`: none of its tags is about the import path."""

    def __init__(self, words: str, *, is_mismatch: bool = False) -> None:
        super().__init__(words)
        self.is_mismatch = is_mismatch


@dataclass(frozen=True, slots=True)
class GoImport:
    """One `<meta name="go-import" content="PREFIX VCS REPOSITORY [SUBFOLDER]">`."""

    prefix: str
    vcs: str  # git, hg, svn, fossil, bzr, or mod for a module proxy
    repository: str  # URL
    subfolder: str = ""  # of the module within the repository; since Go 1.25


class _Head(HTMLParser):
    """Reads up to the end of the head or the beginning of the body."""

    def __init__(self) -> None:
        super().__init__()
        self.imports: list[GoImport] = []
        self.over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag == "body":
            self.over = True
        if self.over or tag != "meta":
            return
        said: dict[str, str] = {}
        for name, value in attrs:
            said.setdefault(name, value or "")
        words = said.get("content", "").split()
        if said.get("name") == "go-import" and len(words) in (3, 4):
            self.imports.append(GoImport(*words))

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        self.over = self.over or tag == "head"


def parse_go_imports(page: str) -> tuple[GoImport, ...]:
    """The tags of a page's head, in order; one for a module proxy comes first and hides others of its prefix."""
    head = _Head()
    for at in range(0, len(page), 4096):
        head.feed(page[at : at + 4096])
        if head.over:
            break
    proxies = [one for one in head.imports if one.vcs == "mod"]
    prefixes = {one.prefix for one in proxies}
    return (*proxies, *(one for one in head.imports if one.vcs != "mod" and one.prefix not in prefixes))


def matching_import(imports: Sequence[GoImport], path: str) -> GoImport:
    """The tag about `path`. Raises GoImportError where there is none, or more than one of equal rank."""
    about = [one for one in imports if path == one.prefix or path.startswith(f"{one.prefix.rstrip('/')}/")]
    if not about:
        words = ", ".join(f"meta tag {one.prefix} did not match import path {path}" for one in imports)
        raise GoImportError(words, is_mismatch=True)
    if len(about) > 1 and not (about[0].vcs == "mod" and about[1].vcs != "mod"):
        raise GoImportError(f"multiple meta tags match import path {quote(path)}")
    return about[0]


def check_repository(found: GoImport) -> None:
    """Raise GoImportError unless go would fetch from there: a URL with a scheme, no local file, a plain subfolder.

    Source: vcs.go (validateRepoRoot, validateRepoSubDir).
    """
    if found.subfolder[:1] in ("/", "-"):
        reason = "leading slash" if found.subfolder[0] == "/" else "leading hyphen"
        raise GoImportError(f"invalid subdirectory {quote(found.subfolder)}: {reason}")
    scheme = urlsplit(found.repository).scheme
    if not scheme or scheme == "file":
        reason = "file scheme disallowed" if scheme else "no scheme"
        raise GoImportError(f"invalid repo root {quote(found.repository)}: {reason}")
