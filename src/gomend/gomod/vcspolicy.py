"""GOVCS: which version-control tools may fetch which modules directly.

Source: cmd/go/internal/vcs (vcs.go: parseGOVCS, checkGOVCS).
"""

from dataclasses import dataclass

from gomend.gomod.private import covers
from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError


class GOVCSError(GoRefusalError):
    """Go refuses the value of GOVCS, and with it every direct fetch."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One `pattern:tool|tool` entry. `pattern` is `public`, `private` or a glob."""

    pattern: str
    tools: tuple[str, ...]


DEFAULT_RULES = (Rule("private", ("all",)), Rule("public", ("git", "hg")))


def parse_govcs(govcs: str) -> tuple[Rule, ...]:
    """The rules in force, in order: those of GOVCS, then the built-in ones. Raises GOVCSError with go's words."""
    if not govcs.strip():
        return DEFAULT_RULES
    rules: list[Rule] = []
    items: dict[str, str] = {}
    for raw in govcs.strip().split(","):
        item = raw.strip()
        if not item:
            raise GOVCSError("empty entry in GOVCS")
        pattern, colon, tools = (part.strip() for part in item.partition(":"))
        if not colon:
            raise GOVCSError(f"malformed entry in GOVCS (missing colon): {quote(item)}")
        if not pattern:
            raise GOVCSError(f"empty pattern in GOVCS: {quote(item)}")
        if not tools:
            raise GOVCSError(f"empty VCS list in GOVCS: {quote(item)}")
        if pattern in (".", "..") or pattern.startswith(("./", "../")):
            raise GOVCSError(f"relative pattern not allowed in GOVCS: {quote(pattern)}")
        if pattern in items:
            raise GOVCSError(f"unreachable pattern in GOVCS: {quote(item)} after {quote(items[pattern])}")
        items[pattern] = item
        allowed = tuple(tool.strip() for tool in tools.split("|"))
        if not all(allowed):
            raise GOVCSError(f"empty VCS name in GOVCS: {quote(item)}")
        rules.append(Rule(pattern, allowed))
    return (*rules, *DEFAULT_RULES)


def vcs_allowed(rules: tuple[Rule, ...], root: str, tool: str, *, private: bool) -> bool:
    """Whether `tool` (git, hg, svn, fossil, bzr) may fetch the repository root; the first rule that matches decides.

    `private` says whether GOPRIVATE covers the root.
    """
    for rule in rules:
        match rule.pattern:
            case "private":
                applies = private
            case "public":
                applies = not private
            case glob:
                applies = covers(glob, root)
        if applies:
            return tool in rule.tools or "all" in rule.tools
    return False
