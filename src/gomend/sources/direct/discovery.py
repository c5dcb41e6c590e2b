"""Which repository holds a module. Source: https://go.dev/ref/mod#vcs-find, cmd/go/internal/vcs (vcs.go)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gomend.causes import Code
from gomend.gomod.goimport import GoImport, GoImportError, check_repository, matching_import, parse_go_imports
from gomend.gomod.private import matches
from gomend.gomod.protocol import code_of
from gomend.gomod.vcspaths import ImportPathError, known_root
from gomend.gomod.vcspolicy import GOVCSError, parse_govcs, vcs_allowed
from gomend.sources.direct.pages import Asker
from gomend.sources.direct.repository import DirectError

_SECURE = {
    "git": ("https", "git+ssh", "ssh"),
    "hg": ("https", "ssh"),
    "svn": ("https", "svn+ssh"),
    "fossil": ("https",),
}
_TOOLS = frozenset({"git", "hg", "svn", "fossil", "mod"})


@dataclass(frozen=True, slots=True)
class Root:
    """Where a module comes from. `vcs` is `mod` for a module proxy at `url`."""

    path: str  # the import path of the repository's root
    vcs: str
    url: str
    subfolder: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that direct fetches follow, as go reads them."""

    goprivate: str = ""
    goinsecure: str = ""
    govcs: str = ""


class Discovery:
    """Finds roots. `answers` tells whether a repository at a URL answers its tool."""

    def __init__(self, asker: Asker, rules: Rules, answers: Callable[[str, str], Awaitable[bool]]) -> None:
        self._asker = asker
        self._rules = rules
        self._answers = answers

    async def root(self, module: str) -> Root:
        """Where a module comes from. Raises DirectError, missing: to go a failure here is "no such module"."""
        try:
            known = known_root(module)
        except ImportPathError as error:
            raise DirectError(str(error), code=Code.VCS_NOT_FOUND, is_missing=True) from error
        if known is None:
            return await self._told(module)
        self._check_policy(known.vcs, known.root)
        if "://" in known.url:
            return Root(known.root, known.vcs, known.url)
        for scheme in _SECURE.get(known.vcs, ()):
            url = f"{scheme}://{known.url}"
            if await self._answers(known.vcs, url):
                return Root(known.root, known.vcs, url)
        raise DirectError("no secure protocol found for repository", code=Code.VCS_NOT_FOUND, is_missing=True)

    async def _told(self, module: str) -> Root:
        """What the pages of the module and of its root say, in agreement."""
        url, imports = await self._imports(module)
        try:
            found = matching_import(imports, module)
        except GoImportError as error:
            words = f"no go-import meta tags ({error})" if error.is_mismatch else str(error)
            raise _no_tag(module, f"parse {url}: {words}") from error
        if found.prefix != module:
            url_of_root, imports = await self._imports(found.prefix)
            if not _agree(imports, module, found):
                words = f"{url} and {url_of_root} disagree about go-import for {found.prefix}"
                raise _no_tag(module, words)
        try:
            check_repository(found)
        except GoImportError as error:
            raise _no_tag(module, f"{url}: {error}") from error
        if found.vcs not in _TOOLS:
            raise _no_tag(module, f'{url}: unknown vcs "{found.vcs}"')
        self._check_policy(found.vcs, found.prefix)
        return Root(found.prefix, found.vcs, found.repository, found.subfolder)

    async def _imports(self, path: str) -> tuple[str, tuple[GoImport, ...]]:
        host, _, below = path.partition("/")
        if "." not in host:
            raise _no_tag(path, "import path does not begin with hostname")
        url = f"https://{host}/{below}?go-get=1"
        try:
            page = await self._asker.page(url)
        except DirectError as error:
            if not matches(self._rules.goinsecure, path):
                raise _unrecognized(path, f"https fetch: {error.words}", error.code) from error
            url = f"http://{host}/{below}?go-get=1"
            page = await self._asker.page(url)
        imports = parse_go_imports(page.text)
        if not imports and page.status != 200:
            code = Code.VCS_NO_GO_IMPORT if page.status in (404, 410) else code_of(page.status)
            raise _unrecognized(path, f"reading {url}: {page.status} {page.reason}", code)
        return url, imports

    def _check_policy(self, vcs: str, root: str) -> None:
        if vcs == "mod":
            return
        private = matches(self._rules.goprivate, root)
        try:
            allowed = vcs_allowed(parse_govcs(self._rules.govcs), root, vcs, private=private)
        except GOVCSError as error:
            raise DirectError(str(error), code=Code.VCS_DISALLOWED) from error
        if not allowed:
            kind = "private" if private else "public"
            words = f"GOVCS disallows using {vcs} for {kind} {root}; see 'go help vcs'"
            raise DirectError(words, code=Code.VCS_DISALLOWED)


def _agree(imports: tuple[GoImport, ...], module: str, found: GoImport) -> bool:
    try:
        return matching_import(imports, module) == found
    except GoImportError:
        return False


def _no_tag(path: str, words: str) -> DirectError:
    return _unrecognized(path, words, Code.VCS_NO_GO_IMPORT)


def _unrecognized(path: str, words: str, code: Code | None) -> DirectError:
    return DirectError(
        f'unrecognized import path "{path}": {words}', code=code, is_missing=code is Code.VCS_NO_GO_IMPORT
    )
