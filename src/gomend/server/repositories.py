"""The entry `direct` of a server's list: modules made from their own repositories."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from gomend.causes import Code
from gomend.explain.meaning import meaning_of
from gomend.explain.otherlogs import classify_git
from gomend.gomod.private import matches
from gomend.gomod.protocol import parse_path
from gomend.net.client import Client, Limits
from gomend.sources.base import Answer, Request, Source
from gomend.sources.credentials.access import Credentials
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.hg import Hg
from gomend.sources.direct.hgrepository import HgRepository
from gomend.sources.direct.pages import Pages
from gomend.sources.direct.repository import DirectError, Repository
from gomend.sources.direct.source import Direct

_KNOWN = 256  # repositories whose names and branches are remembered for a moment


class ByPrivacy:
    """A source for the modules that `private`, written as GOPRIVATE, matches, and one for all others."""

    def __init__(self, private: str, of_private: Source, of_others: Source) -> None:
        self._private = private
        self._of_private = of_private
        self._of_others = of_others

    def get(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """As Source.get."""
        is_private = matches(self._private, parse_path(request.path).module)
        return (self._of_private if is_private else self._of_others).get(request)


def direct(
    client: Client,
    credentials: Credentials,
    limits: Limits,
    *,
    go: Mapping[str, str],
    git: Git,
    hg: Hg,
    clones: Clones,
    scratch: Path,
    proxy: Callable[[str], Source],
) -> Direct:
    """Fetches by go's rules, `go` its settings. `proxy` gives the module proxy at a URL."""
    pages = Pages(client, credentials, limits, git.by_host)
    repositories: OrderedDict[tuple[str, str], Repository] = OrderedDict()

    def made(vcs: str, url: str) -> Repository:
        if vcs == "git":
            return GitRepository(url, clones, git, status_of=pages.status, clock=time.monotonic)
        if vcs == "hg":
            return HgRepository(url, clones, hg, clock=time.monotonic)
        raise DirectError(f"{vcs} is not spoken here", code=Code.VCS_TOOL_MISSING)

    def repository(root: Root) -> Repository:
        key = (root.vcs, root.url)
        found = repositories.pop(key, None) or made(*key)
        repositories[key] = found
        if len(repositories) > _KNOWN:  # whoever asks names them: they must not pile up
            repositories.popitem(last=False)
        return found

    async def answers(vcs: str, url: str) -> bool:
        try:
            if vcs == "git":
                await git.ask(url, None, "ls-remote", "-q", "--end-of-options", url)
            elif vcs == "hg":
                await hg.ask(url, None, *hg.configured, "identify", "--", url)
        except DirectError as error:
            if error.code is Code.VCS_DISALLOWED:
                raise
            return False
        return vcs in ("git", "hg")

    rules = Rules(go.get("GOPRIVATE", ""), go.get("GOINSECURE", ""), go.get("GOVCS", ""))
    return Direct(Discovery(pages, rules, answers), repository, proxy, cause_of, scratch=scratch, watch=git.watch)


def cause_of(output: str) -> Code:
    """The cause of what a tool printed."""
    said = classify_git(output.split("\n"))
    if said is not None:
        return said[0]
    found = meaning_of(output)
    return found.code if found is not None else Code.UNKNOWN
