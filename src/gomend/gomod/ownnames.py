"""Which modules are likely private: patterns for GOPRIVATE, each with what it was seen from. Pure.

A guess to be confirmed by a person, never to be acted on alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gomend.gomod.private import matches

_OPEN_HOSTS: Final = frozenset(
    {
        *("golang.org", "google.golang.org", "gopkg.in", "go.dev", "k8s.io", "sigs.k8s.io", "go.uber.org", "rsc.io"),
        *(
            "cloud.google.com",
            "gonum.org",
            "go.opentelemetry.io",
            "go.etcd.io",
            "gorm.io",
            "gotest.tools",
            "modernc.org",
        ),
        *("filippo.io", "honnef.co", "go.mongodb.org", "dario.cat", "cel.dev", "buf.build", "go.starlark.net"),
        *("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "git.sr.ht", "go.googlesource.com"),
    }
)
_FORGES: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"})
_INNER: Final = re.compile(r"(?:[^.]+|.*\.(?:internal|local|corp|lan|intranet|home|private|test))(?::\d+)?\Z")
_REMOTE: Final = re.compile(r"(?:[a-z+]+://(?:[^@/]*@)?|[^@/]+@)([^/:]+)(?::\d+/|[:/])(.+?)(?:\.git)?/?\Z")


@dataclass(frozen=True, slots=True)
class Guess:
    """A pattern, and the module or address that speaks for it; `source` is gomod, remote or git."""

    pattern: str
    seen: str
    source: str


def guesses(modules: Iterable[str], main: str, remotes: Sequence[str], rewritten: Sequence[str]) -> list[Guess]:
    """Patterns for modules that no public source is likely to have, each once.

    `modules` are required, `main` is the main module's path, `remotes` are git's addresses of this repository,
    `rewritten` the https addresses that git's insteadOf rules lead elsewhere, with credentials or over ssh.
    """
    found: list[Guess] = []
    for module in [*modules, main]:
        host = module.partition("/")[0]
        if _INNER.match(host):
            found.append(Guess(host, module, "gomod"))
    for remote in remotes:
        if (place := _REMOTE.match(remote)) is None:
            continue
        host, path = place[1].lower(), place[2]
        if host not in _OPEN_HOSTS:
            found.append(Guess(host, remote, "remote"))
        elif host in _FORGES and main.startswith(f"{host}/"):
            found.append(Guess(f"{host}/{path.partition('/')[0]}", remote, "remote"))
    for address in rewritten:
        pattern = address.removeprefix("https://").rstrip("/")
        if pattern and address.startswith("https://") and pattern not in _FORGES:
            found.append(Guess(pattern, address, "git"))
    kept: list[Guess] = []
    for one in found:
        if not matches(",".join(other.pattern for other in kept), one.pattern):
            kept.append(one)
    return kept
