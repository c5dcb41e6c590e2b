"""Import paths that tell their repository by themselves, without a page to be asked.

Source: https://go.dev/ref/mod#vcs-find, cmd/go/internal/vcs (vcs.go: vcsPaths).
"""

import re
from dataclasses import dataclass

from gomend.gomod.refusal import GoRefusalError

_NAME = r"[A-Za-z0-9_.\-]+"
_BELOW = rf"(?:/{_NAME})*"
_TOOLS = ("git", "hg", "svn", "fossil", "bzr")


class ImportPathError(GoRefusalError):
    """The path is on a known host, and cannot be a repository there."""


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """Where a path's repository is. `url` without a scheme: go tries its tool's schemes, secure ones alone."""

    root: str  # import path of the repository's root
    vcs: str
    url: str


@dataclass(frozen=True, slots=True)
class _Host:
    prefix: str
    pattern: re.Pattern[str]
    vcs: str = "git"
    no_suffix: bool = False  # a repository's name may not end in `.git` and the like


def _host(prefix: str, root: str, below: str = _BELOW, *, vcs: str = "git", no_suffix: bool = False) -> _Host:
    return _Host(prefix, re.compile(rf"(?P<root>{root}){below}"), vcs, no_suffix)


_HOSTS = (
    _host("github.com", rf"github\.com/{_NAME}/{_NAME}", no_suffix=True),
    _host("bitbucket.org", rf"bitbucket\.org/{_NAME}/{_NAME}", no_suffix=True),
    _host("hub.jazz.net/git", rf"hub\.jazz\.net/git/[a-z0-9]+/{_NAME}", no_suffix=True),
    _host("git.apache.org", r"git\.apache\.org/[a-z0-9_.\-]+\.git"),
    _host("git.openstack.org", rf"git\.openstack\.org/{_NAME}/{_NAME}", rf"(?:\.git)?{_BELOW}"),
    _host("chiselapp.com", rf"chiselapp\.com/user/[A-Za-z0-9]+/repository/{_NAME}", "", vcs="fossil"),
)
_QUALIFIED = re.compile(
    r"(?P<root>(?P<url>(?:[a-z0-9.\-]+\.)+[a-z0-9.\-]+(?::[0-9]+)?(?:/~?[A-Za-z0-9_.\-]+)+?)\.(?P<vcs>"
    + "|".join(_TOOLS)
    + r"))(?:/~?[A-Za-z0-9_.\-]+)*"
)


def known_root(path: str) -> KnownRoot | None:
    """The repository of an import path on a known host, or with a `.git` (`.hg` …) in it; None where its page tells.

    Raises ImportPathError.
    """
    for host in _HOSTS:
        if path != host.prefix and not path.startswith(f"{host.prefix}/"):
            continue
        found = host.pattern.fullmatch(path)
        if found is None:
            raise ImportPathError(f'invalid {host.prefix}/ import path "{path}"')
        root = found["root"]
        if host.no_suffix and root.endswith(tuple(f".{tool}" for tool in _TOOLS)):
            raise ImportPathError(f"invalid version control suffix in {host.prefix}/ path")
        return KnownRoot(root, host.vcs, f"https://{root}")
    found = _QUALIFIED.fullmatch(path)
    return KnownRoot(found["root"], found["vcs"], found["url"]) if found else None
