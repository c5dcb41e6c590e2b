"""A trace as others may see it: no private name in it. Pure.

What GOPRIVATE, GONOPROXY and GONOSUMDB name stays on the machine that it was recorded on; whatever is written for
other programs or sent goes through here.
"""

import re
from urllib.parse import urlsplit

import msgspec

from gomend.gomod.private import matches
from gomend.trace.model import Request, Trace
from gomend.trace.naming import host_alone

# What may be a module's path, a host, or hold one, in a command line or a fault's words.
_PATH_LIKE = re.compile(r"[A-Za-z0-9][\w.~+!-]*(?:/[\w.~+!-]+)*")


def shared(trace: Trace) -> Trace:
    """The trace with every private module as `private-1`, `private-2` …, every private host as `private-1.invalid` ….

    The same name gets the same stand-in. Versions, paths and addresses of what is private are left out, and so are the
    patterns themselves.
    """
    names = StandIns(trace.private)
    return msgspec.structs.replace(
        trace,
        command=tuple(names.in_words(word) for word in trace.command),
        private="",
        requests=tuple(shared_request(one, names) for one in trace.requests),
    )


class StandIns:
    """Gives each private name one stand-in. `patterns` is a comma list; the names already given are remembered."""

    def __init__(self, patterns: str) -> None:
        self._patterns = patterns
        self._given: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The stand-in of a name that is private."""
        return self._given.setdefault(name, f"private-{len(self._given) + 1}")

    def of_host(self, netloc: str) -> str:
        """The host of a URL; as it is where it is not private."""
        host = host_alone(netloc)
        return f"{self.of(host)}.invalid" if matches(self._patterns, host) else netloc

    def in_words(self, words: str) -> str:
        """The words with every private name in them replaced."""
        if not self._patterns:
            return words
        return _PATH_LIKE.sub(lambda found: self._in_path(found[0]), words)

    def _in_path(self, path: str) -> str:
        rest, before = path, ""
        while rest:
            if matches(self._patterns, rest):
                return before + self.of(rest)
            head, slash, rest = rest.partition("/")
            before += head + slash
        return path


def shared_request(request: Request, names: StandIns) -> Request:
    """One request as `shared` has it."""
    if not request.private:
        return msgspec.structs.replace(request, fault=names.in_words(request.fault))
    parts = urlsplit(request.url)
    host = names.of_host(parts.netloc)
    module = names.of(request.module) if request.module else ""
    path = f"/{module}/@v/{request.purpose}" if module else ""
    return msgspec.structs.replace(
        request,
        url=f"{parts.scheme}://{host}{path}",
        host=host,
        module=module,
        version="",
        address=request.address if host == parts.netloc else "",
        fault=names.in_words(request.fault),
    )
