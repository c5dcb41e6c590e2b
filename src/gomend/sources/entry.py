"""An http(s) entry of GOPROXY as an address to ask. Pure."""

import posixpath
from dataclasses import dataclass

from gomend.gomod.proxylist import EntryKind, ProxyEntry
from gomend.gomod.weburl import WebURL


@dataclass(frozen=True, slots=True)
class HttpEntry:
    """One http(s) entry of GOPROXY."""

    base: str  # scheme, host and path without trailing slash; no credentials
    query: str  # what a query of the entry adds to every request, without `?`
    user: str | None  # of the entry's URL, for its own host only
    password: str | None
    shown: str  # as go prints it, password as xxxxx

    def url(self, path: str) -> str:
        """The address of a path below the entry."""
        return f"{self.base}/{path}" + (f"?{self.query}" if self.query else "")


def http_entry(entry: ProxyEntry) -> HttpEntry | None:
    """The address of an entry; None for one that is not asked over HTTP, or that go refuses (credentials to http)."""
    if entry.kind is not EntryKind.URL:
        return None
    url = entry.parsed
    if url.scheme not in ("http", "https") or not url.host or url.opaque or entry.refuses_credentials:
        return None
    path = posixpath.normpath(url.escaped_path or "/").strip("/")
    return HttpEntry(
        base=f"{WebURL(scheme=url.scheme, host=url.host)}/{path}".rstrip("/"),
        query=url.query,
        user=url.user,
        password=url.password,
        shown=entry.redacted.rstrip("/"),
    )
