"""Which fixes gomend makes last, and the values it then stores in go's settings: the table fix → settings. Pure.

A fix is worth storing where the setting itself is at fault and the next run would fail the same way. What only tries
something (another HTTP version, a cache elsewhere) stays a command for one run. No value here weakens a check.
"""

from collections.abc import Callable, Mapping
from typing import Final

from gomend.explain.fixes import conditions, goproxy
from gomend.explain.fixes.situation import Situation
from gomend.gomod.proxymeant import meant

Values = Mapping[str, str | None]  # None: take it out of go's file, so that the default holds


def values_for(key: str, situation: Situation) -> Values | None:
    """What to store for the fix `key`; None where there is nothing to store, or the settings no longer call for it."""
    make = _TABLE.get(key)
    return make(situation) if make else None


def _move_on(situation: Situation) -> Values | None:
    if not conditions.may_move_on(situation):
        return None
    value = goproxy.moving_on(situation)
    return {"GOPROXY": value} if value else None


def _add_direct(situation: Situation) -> Values | None:
    return {"GOPROXY": goproxy.with_direct(situation)} if conditions.lacks_direct(situation) else None


def _make_private(situation: Situation) -> Values | None:
    if not situation.module or not conditions.not_private(situation):
        return None
    return {"GOPRIVATE": goproxy.with_private(situation)}


def _repair(situation: Situation) -> Values | None:
    value = meant(situation.settings.get("GOPROXY", ""))
    return None if value is None else {"GOPROXY": value}


def _as_found(situation: Situation) -> Values | None:
    """What a look at the settings found right for one that is stored wrong."""
    name, value = situation.setting, situation.cause.facts.get("value", "")
    if not name or (value and weakens(name, value)):
        return None
    return {name: value or None}


def weakens(name: str, value: str) -> bool:
    """Whether storing this would switch a check off: no fix does."""
    return (
        (name == "GOSUMDB" and value == "off")
        or name in ("GOINSECURE", "GONOSUMCHECK")
        or (name == "GONOSUMDB" and "*" in value.split(","))
        or (name == "GOFLAGS" and "insecure" in value)
    )


def _fixed(**values: str | None) -> Callable[[Situation], Values | None]:
    def make(situation: Situation) -> Values | None:
        return None if all(situation.settings.get(name) == value for name, value in values.items()) else values

    return make


_TABLE: Final[Mapping[str, Callable[[Situation], Values | None]]] = {
    "move_on": _move_on,
    "move_on_public": _move_on,
    "add_direct": _add_direct,
    "make_private": _make_private,
    "use_goproxy_cn": _fixed(GOPROXY="https://goproxy.cn,direct"),
    "use_a_proxy": _fixed(GOPROXY="https://proxy.golang.org,direct"),
    "allow_network": _fixed(GOPROXY="https://proxy.golang.org,direct"),
    "drop_own_goproxy": _fixed(GOPROXY=None),
    "sumdb_mirror": _fixed(GOSUMDB="sum.golang.google.cn"),
    "allow_toolchain": _fixed(GOTOOLCHAIN="auto"),
    "modules_on": _fixed(GO111MODULE=None),
    "repair_goproxy": _repair,
    "repair_goflags": _as_found,
    "store": _as_found,
    "unstore": _as_found,
}
