"""What a fix may speak of: names from a log that passed a strict check, the settings in force, the command to repeat.

A log is written by whoever wants to write it. A name from it goes into a command only when it is a valid module path,
version or host, and quoted even then.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from gomend.causes import Cause
from gomend.explain.fixes.names import is_host, is_module_path, is_plain_path, is_repeatable, is_version_of
from gomend.gomod.goflags import put_right
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.gomod.publicproxies import open_hosts
from gomend.masking import mask

GOOGLE_HOSTS: Final = frozenset(
    {"proxy.golang.org", "sum.golang.org", "golang.org", "go.dev", "go.googlesource.com", "storage.googleapis.com"}
)


_COMMIT: Final = re.compile(r"[0-9a-f]{12,64}")
_MISSING_USE: Final = re.compile(
    r"cannot load module ([A-Za-z0-9._/][A-Za-z0-9._/-]{0,250}) listed in go\.work file: open "
)
_TAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,200}")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,30}")


@dataclass(frozen=True)
class Situation:
    """A cause, and all that its fixes may use."""

    cause: Cause
    settings: Mapping[str, str] = field(default_factory=dict)  # effective `go env` values; empty when not known
    command: tuple[str, ...] = ()
    roots: tuple[Cause, ...] = ()  # all of the verdict

    @cached_property
    def module(self) -> str:
        """The module path, "" unless valid."""
        path = self.cause.subject.module
        return path if is_module_path(path) else ""

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The valid module paths of all roots with this code, each once."""
        paths = [root.subject.module for root in (*self.roots, self.cause) if root.code is self.cause.code]
        paths += self.cause.facts.get("modules", "").split()
        return tuple(path for path in dict.fromkeys(paths) if is_module_path(path))

    @cached_property
    def version(self) -> str:
        """The version, "" unless canonical and valid for the module."""
        version = self.cause.subject.version
        return version if self.module and is_version_of(self.module, version) else ""

    @cached_property
    def host(self) -> str:
        """The host with its port, "" unless valid."""
        host = self.cause.subject.host
        return host if is_host(host) else ""

    @property
    def about(self) -> Mapping[str, str]:
        """The cause's code, and of its module, version and host those that are valid; what puts a setting right."""
        known = {"code": self.cause.code.value, "module": self.module, "version": self.version, "host": self.host}
        found = {name: value for name, value in known.items() if value}
        if self.setting and self.cause.facts.get("place") == "stored":
            found |= {"setting": self.setting, "value": self.cause.facts.get("value", "")}
        if self.goflags is not None:
            found |= {"setting": "GOFLAGS", "value": self.goflags}
        return found

    @cached_property
    def file(self) -> str:
        """The file or folder, "" unless it is a plain absolute path."""
        file = self.cause.subject.file
        return file if is_plain_path(file) else ""

    @cached_property
    def goflags(self) -> str | None:
        """GOFLAGS without what go refuses in it; None where that is not known, or may hold a secret."""
        right = put_right(self.settings.get("GOFLAGS", ""), self.cause.text)
        return right if right is not None and right.isprintable() and mask(right) == right else None

    @cached_property
    def missing_use(self) -> str:
        """The folder that go.work lists and that is not there, "" unless it is a plain path."""
        found = _MISSING_USE.search(self.cause.text)
        return found[1] if found else ""

    @cached_property
    def setting(self) -> str:
        """The variable that has to be changed, "" where none has to."""
        name = self.cause.facts.get("setting", "")
        return name if _VARIABLE.fullmatch(name) else ""

    @cached_property
    def commit(self) -> str:
        """The commit of the version in its repository, "" unless it was seen there."""
        commit = self.cause.facts.get("commit", "")
        return commit if _COMMIT.fullmatch(commit) else ""

    @cached_property
    def tag(self) -> str:
        """The tag that go looks for, "" unless a look at the repository told another name for it."""
        return self._tag("tag")

    @cached_property
    def wrong_tag(self) -> str:
        """The name that the tag has instead."""
        return self._tag("wrong_tag")

    def _tag(self, name: str) -> str:
        found = self.cause.facts.get(name, "")
        return found if _TAG.fullmatch(found) and ".." not in found else ""

    @cached_property
    def entries(self) -> tuple[ProxyEntry, ...]:
        """The entries of GOPROXY; none when the setting is not known or not usable."""
        try:
            return parse_proxy_list(self.settings.get("GOPROXY", ""))
        except ProxyListError:
            return ()

    @cached_property
    def proxies(self) -> tuple[str, ...]:
        """The hosts of those entries that have one."""
        return tuple(host_of(entry) for entry in self.entries if host_of(entry))

    @property
    def is_public_proxy(self) -> bool:
        """Whether the host is a module proxy open to all."""
        return self.host in open_hosts()

    @cached_property
    def repeated(self) -> str:
        """The go command to run again, quoted; "" when it is not known or not one to offer."""
        return shlex.join(("go", *self.command[1:])) if is_repeatable(self.command) else ""


def host_of(entry: ProxyEntry) -> str:
    """The host of an entry, with its port; "" for `direct`, `off` and file://."""
    return entry.parsed.host if entry.kind is EntryKind.URL else ""


def holds_secret(goproxy: str) -> bool:
    """Whether a GOPROXY value may hold a password or a token, so that it should not be written out."""
    return "@" in goproxy or "?" in goproxy
