"""GOPROXY as evidence beside a cause: its value, where that stands, what the separator after the entry means."""

from collections.abc import Sequence
from dataclasses import replace

from gomend.causes import Cause, Evidence
from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.masking import mask
from gomend.texts import text

_ORIGINS = {
    Origin.ENVIRONMENT: "environment",
    Origin.USER_FILE: "user_file",
    Origin.GOROOT_FILE: "goroot_file",
    Origin.DEFAULT: "default",
}


def with_settings(roots: Sequence[Cause], settings: GoEnv) -> tuple[Cause, ...]:
    """The roots; the first also with GOPROXY where its host is that of an entry. `settings` are those of the run."""
    goproxy = settings.setting("GOPROXY")
    try:
        chain = parse_proxy_list(goproxy.value, settings.get("GONOPROXY"))
    except ProxyListError:
        return tuple(roots)
    if not roots or any(one.source == "settings" for one in roots[0].evidence):
        return tuple(roots)
    at = _entry(chain, roots[0])
    if at is None:
        return tuple(roots)
    rule = text("en", f"seen.seen/from_{_ORIGINS[goproxy.origin]}", words=_rule(chain, at))
    said = f"GOPROXY={mask(goproxy.value)}\n{rule}"
    return (replace(roots[0], evidence=(*roots[0].evidence, Evidence("settings", said))), *roots[1:])


def _entry(chain: Sequence[ProxyEntry], root: Cause) -> int | None:
    host = root.subject.host
    for at, entry in enumerate(chain):
        if entry.kind is EntryKind.URL and host and entry.parsed.host in (host, f"{host}:443", f"{host}:80"):
            return at
    return None


def _rule(chain: Sequence[ProxyEntry], at: int) -> str:
    if at + 1 == len(chain):
        return text("en", "seen.seen/rule_last")
    return text("en", f"seen.seen/rule_{'any' if chain[at].falls_back_on_error else 'not_found'}")
