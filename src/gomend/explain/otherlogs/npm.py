"""npm (6 to 11), yarn and pnpm."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from gomend.causes import Code, Subject
from gomend.explain.otherlogs.blocks import Block
from gomend.explain.otherlogs.git import match_git
from gomend.explain.otherlogs.registry import RULES, match_registry, statement
from gomend.explain.otherlogs.rules import Match, Rule, Strength, best_match, host_of
from gomend.explain.statements import Role, Statement

_ERROR: Final = re.compile(r"npm (?:ERR!|error)(?: |$)")
_LINE: Final = re.compile(
    r"npm (?:ERR!|error) ?(?:(?:code|errno|syscall|network|404|403|401|path|command|notarget|sha512|enoent|"
    r"nospc)(?= |$) ?)?"
)
_RETRY: Final = re.compile(
    r"npm (?:WARN|warn|http) .{0,200}(?:attempt \d|retry|will try again)|"
    r"\s*WARN\s+GET \S{1,500} error \(.{1,80}\)\. Will retry|"
    r"info There appears to be trouble with your network"
)
_OTHERS: Final = re.compile(
    r"error An unexpected error occurred: |➤ YN\d{4}: .{0,80}(?:Error|error|ENOTFOUND|ECONN|ETIMEDOUT)|"
    r"\s*ERR_PNPM_\w+ |(?:error )?Couldn't find package |"
    r"error Couldn't find any versions"
)
_SUCCESS: Final = re.compile(
    r"(?:added|changed|removed|up to date)\b.{0,120}packages? in \d|up to date, audited|Done in \d[\d.]{0,8}m?s\b|"
    r"success Saved lockfile"
)
_CODE: Final = re.compile(r"npm (?:ERR!|error) code (?P<code>\S{1,64})")
_DIALLED: Final = re.compile(r"connect E\w+ (?P<address>[\d.:a-f]{3,45}):(?P<port>\d{1,5})\b")
_READING: Final = re.compile(r"syscall read\b|\bread ETIMEDOUT\b")
_RESOURCE: Final = re.compile(
    r"'(?P<module>@?[\w./-]{1,214})@(?P<version>[^'\s]{1,128})'|"
    r"No matching version found for (?P<module2>@?[\w./-]{1,214})@(?P<version2>\S{1,128}?)\.?(?:\s|$)"
)

_OWN: Final = (
    Rule.of(
        Code.MODULE_NO_MATCHING_VERSION,
        r"code ETARGET|no matching version found|couldn't find any versions for|NO_MATCHING_VERSION",
    ),
    Rule.of(Code.TOOLCHAIN_TOO_OLD, r"code EBADENGINE|UNSUPPORTED_ENGINE|the engine \"node\" is incompatible"),
    Rule.of(
        Code.MODE_NO_MODULE,
        r"could not read package\.json|no such file or directory, open "
        r"'[^']{0,300}package\.json'",
    ),
    Rule.of(Code.MODE_READONLY, r"can only install .{0,80}when your package\.json|frozen-lockfile|OUTDATED_LOCKFILE"),
    Rule.of(Code.BUILD_COMPILE, r"code ELIFECYCLE|command failed|lifecycle script|missing script", Strength.GENERAL),
)


class Npm:
    """Reads what npm and its kin print."""

    def opens(self, text: str) -> bool:
        """Whether the line is an error, a retry or a success of npm, yarn or pnpm."""
        return bool(_ERROR.match(text) or _RETRY.match(text) or _OTHERS.match(text) or _SUCCESS.match(text))

    def goes_on(self, block: Block, text: str) -> bool:
        """npm puts its name before each line of an error."""
        if _ERROR.match(block.lines[0]):
            return _ERROR.match(text) is not None and not (_CODE.match(text) and any(map(_CODE.match, block.lines)))
        return False

    def read(self, block: Block) -> Iterator[Statement]:
        """One statement a block."""
        lines = [_LINE.sub("", text, count=1) for text in block.lines]
        if _SUCCESS.match(block.lines[0]):
            yield statement(
                Role.SUCCEEDED, Match(Code.PROGRESS_DOWNLOAD, Strength.EXACT, Subject(), 0), block.lines, block.where
            )
            return
        found = _found(block.lines, lines)
        role = Role.TRY if _RETRY.match(block.lines[0]) else Role.FAULT
        yield statement(role, found, block.lines, block.where)


def _found(raw: Sequence[str], lines: Sequence[str]) -> Match | None:
    own = best_match(_OWN, raw)
    found = match_registry([text for text in lines if "complete log of this run" not in text])
    if any("git " in text and ("ls-remote" in text or "clone" in text or "git dep" in text) for text in lines) or any(
        text.startswith(("fatal: ", "remote: ", "git@", "ssh: ")) for text in lines
    ):
        found = match_git(lines) or found
    code = next((shown["code"] for text in raw if (shown := _CODE.match(text))), "")
    if code and (by_code := best_match(RULES, [code])) and found and by_code.strength >= Strength.EXACT:
        found = replace(found, code=by_code.code, strength=by_code.strength)
    if own and (found is None or own.strength > found.strength or own.code is not Code.BUILD_COMPILE):
        found = replace(own, subject=found.subject if found else own.subject)
    if found is None:
        return None
    if found.code is Code.NET_CONNECT_TIMEOUT and any(_READING.search(text) for text in raw):
        found = replace(found, code=Code.NET_RESPONSE_TIMEOUT)
    found = _through_proxy(found, raw)
    for text in lines:
        if named := _RESOURCE.search(text):
            module = named["module"] or named["module2"]
            version = named["version"] or named["version2"]
            return replace(
                found, subject=replace(found.subject, module=module, version="" if version == "*" else version)
            )
    return found


def _through_proxy(found: Match, lines: Sequence[str]) -> Match:
    """Node names the address that it dialled: when its port is not that of the URL, it is a forward proxy's."""
    for text in lines:
        dialled = _DIALLED.search(text)
        if dialled and found.subject.url.startswith("http"):
            asked = host_of(found.subject.url).rpartition(":")[2]
            own = asked if asked.isdigit() else ("443" if found.subject.url.startswith("https") else "80")
            if dialled["port"] != own:
                through = f"{dialled['address']}:{dialled['port']}"
                return replace(found, code=Code.NET_HTTP_PROXY, subject=replace(found.subject, host=through))
    return found
