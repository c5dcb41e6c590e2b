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
from urllib.parse import urlsplit

from gomend.causes import Cause
from gomend.explain.fixes.names import is_host, is_module_path, is_repeatable, is_version

PUBLIC_PROXIES: Final = frozenset(
    {
        "proxy.golang.org",
        "goproxy.cn",
        "goproxy.io",
        "mirrors.aliyun.com",
        "mirrors.cloud.tencent.com",
        "repo.huaweicloud.com",
    }
)
GOOGLE_HOSTS: Final = frozenset(
    {"proxy.golang.org", "sum.golang.org", "golang.org", "go.dev", "go.googlesource.com", "storage.googleapis.com"}
)


@dataclass(frozen=True)
class Entry:
    """One entry of GOPROXY and the separator after it ("" after the last)."""

    text: str
    separator: str

    @property
    def host(self) -> str:
        """The host, with its port, of an entry that is a URL or lacks only the scheme; "" for `direct` and `off`."""
        if self.text in ("direct", "off"):
            return ""
        url = self.text if "://" in self.text else f"https://{self.text}"
        try:
            return urlsplit(url).netloc.rpartition("@")[2]
        except ValueError:
            return ""


def proxy_entries(goproxy: str) -> tuple[Entry, ...]:
    """The entries of a GOPROXY value, up to the first `direct` or `off`, as go reads them."""
    entries = []
    parts = re.split(r"([,|])", goproxy)
    for text, separator in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if name := text.strip():
            ends = name in ("direct", "off")
            entries.append(Entry(name, "" if ends else separator))
            if ends:
                break
    return tuple(entries)


@dataclass(frozen=True)
class Situation:
    """A cause, and all that its fixes may use."""

    cause: Cause
    settings: Mapping[str, str] = field(default_factory=dict)  # effective `go env` values; empty when not known
    command: tuple[str, ...] = ()

    @cached_property
    def module(self) -> str:
        """The module path, "" unless valid."""
        path = self.cause.subject.module
        return path if is_module_path(path) else ""

    @cached_property
    def version(self) -> str:
        """The version, "" unless valid."""
        version = self.cause.subject.version
        return version if is_version(version) else ""

    @cached_property
    def host(self) -> str:
        """The host with its port, "" unless valid."""
        host = self.cause.subject.host
        return host if is_host(host) else ""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of GOPROXY; none when the setting is not known."""
        return proxy_entries(self.settings.get("GOPROXY", ""))

    @property
    def is_public_proxy(self) -> bool:
        """Whether the host is a module proxy open to all."""
        return self.host in PUBLIC_PROXIES

    @cached_property
    def repeated(self) -> str:
        """The go command to run again, quoted; "" when it is not known or not one to offer."""
        return shlex.join(("go", *self.command[1:])) if is_repeatable(self.command) else ""
