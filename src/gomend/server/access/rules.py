"""Which modules and versions a server hands out at all, whoever asks. Pure.

The first rule that is about the module (and the version) decides; without one it is allowed. This is the one seam for
policies: whatever says yes or no to a module version is an `Objection`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from gomend.errors import GomendError
from gomend.gomod.private import covers, faults
from gomend.gomod.version import canonical, compare, is_valid

_COMPARISON = re.compile(r"(<=|>=|<|>|=)?(v\S+)")


class Action(StrEnum):
    """What a rule does with what it is about."""

    ALLOW = "allow"
    DENY = "deny"  # 403, with the reason
    HIDE = "hide"  # 404, and left out of lists


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pattern` as in GOPRIVATE; `versions` is a range such as `>=v1.2.0 <v2`, empty for all versions."""

    action: Action
    pattern: str
    versions: str = ""
    reason: str = ""


class RuleError(GomendError):
    """Rule number `number` (from 1) is wrong: its `field` is `pattern` or `versions`."""

    def __init__(self, number: int, field: str, value: str) -> None:
        super().__init__(f"rule {number}: {field} {value!r} is not valid")
        self.number = number
        self.field = field
        self.value = value


class Objection(msgspec.Struct, frozen=True):
    """Why a module version is not handed out; `hidden`: as if there were none."""

    reason: str
    hidden: bool = False


Policy = Callable[[str, str], Objection | None]
"""What a policy objects to in a module (path) and version (empty where the request is about no single one)."""


def policy(rules: Sequence[Rule]) -> Policy:
    """The policy that rules make. Raises RuleError."""
    ranges = [_range(number, rule) for number, rule in enumerate(rules, start=1)]

    def objection(module: str, version: str) -> Objection | None:
        for rule, is_in in zip(rules, ranges, strict=True):
            if covers(rule.pattern, module) and is_in(version):
                if rule.action is Action.ALLOW:
                    return None
                about = f"{rule.pattern} {rule.versions}".strip()
                return Objection(rule.reason or f"a rule about {about}", hidden=rule.action is Action.HIDE)
        return None

    return objection


def shown(policy_: Policy, module: str, versions: Iterable[str]) -> list[str]:
    """The versions of a list that are not hidden. A denied one stays: who asks for it is told why."""
    return [version for version in versions if (found := policy_(module, version)) is None or not found.hidden]


def _range(number: int, rule: Rule) -> Callable[[str], bool]:
    if not rule.pattern or "," in rule.pattern or faults(rule.pattern):
        raise RuleError(number, "pattern", rule.pattern)
    comparisons = []
    for word in rule.versions.split():
        found = _COMPARISON.fullmatch(word)
        if found is None or not is_valid(found[2]):
            raise RuleError(number, "versions", rule.versions)
        comparisons.append((found[1] or "=", found[2]))

    def is_in(version: str) -> bool:
        if not comparisons:
            return True
        return canonical(version) == version != "" and all(_holds(version, *one) for one in comparisons)

    return is_in


def _holds(version: str, operator: str, limit: str) -> bool:
    order = compare(version, limit)
    match operator:
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
        case ">=":
            return order >= 0
        case _:
            return order == 0
