"""pip, and uv where it says the same."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gomend.causes import Code, Subject
from gomend.explain.otherlogs.blocks import Block
from gomend.explain.otherlogs.git import match_git
from gomend.explain.otherlogs.registry import match_registry, statement
from gomend.explain.otherlogs.rules import Match, Rule, Strength, best_match, host_of, url_in
from gomend.explain.statements import Role, Statement

_INDEX: Final = re.compile(r"Looking in (?:indexes|links): (?P<url>\S{1,2000})")
_TRY: Final = re.compile(
    r"\s*(?:WARNING: )?Retrying \(Retry\(|\s*Could not fetch URL |\s*WARNING: (?:Failed to fetch|"
    r"Connection timed out while downloading|Attempting to resume)"
)
_FAULT: Final = re.compile(
    r"\s*(?:Could not find (?:a version|any downloads) that satisf|No (?:matching distribution|distributions at all)"
    r" found for )|"
    r"\s*ERROR: (?:Could not find a version|No matching distribution|Could not install packages due to|HTTP error|"
    r"THESE PACKAGES DO NOT MATCH|"
    r"Hash(?:es)? (?:are|is) required|Package '.{1,200}' requires a different Python|Ignored the following|"
    r"ResolutionImpossible|Cannot install|"
    r"Command errored out|Could not detect requirement|Invalid requirement|\d{3} Client Error|\d{3} Server Error|"
    r"Exception:|Failed to build|"
    r"Could not open requirements|Operation cancelled|.{0,300}(?:ConnectionPool|Max retries exceeded|"
    r"Read timed out|SSLError|certificate))|"
    r"pip\._(?:vendor|internal)\.[\w.]{1,120}(?:Error|Exception)\w*: |(?:requests|urllib3)\.exceptions\.\w{1,64}: |"
    r"Exception:$|User for [\w.-]{1,253}(?::\d{1,5})?: |error: Failed to (?:fetch|download)|"
    r"\s*× (?:Failed to (?:fetch|download)|No solution found)|"
    r"error: Request failed after \d+ retries"
)
_GOES_ON: Final = re.compile(
    r"ERROR: |\s|Traceback |During handling|pip\._|[\w.]{1,120}(?:Error|Exception)\b|Exception:"
)
_SUCCESS: Final = re.compile(
    r"Successfully installed |Requirement already satisfied: |Successfully downloaded |Installed \d+ packages? in "
)
_NO_VERSION: Final = re.compile(
    r"satisfies the requirement "
    r"(?P<name>[\w.\[\]-]{1,128})(?P<wanted>[^\s(]{0,128})[^(]{0,64}\(from versions: "
    r"(?P<versions>.{0,20})"
)
_MOST_PIECES: Final = 6  # of a warning that a terminal cut
_NOTHING_FOUND: Final = re.compile(
    r"(?:No (?:matching distribution|distributions at all) found for|any downloads that satisfy the requirement) "
    r"(?P<name>[\w.\[\]-]{1,128})(?:==(?P<version>[\w.+!-]{1,64}))?"
)
_CUT: Final = re.compile(r"after connection broken by (?!.{0,4000}: /)")
_OWN: Final = (
    Rule.of(Code.TOOLCHAIN_TOO_OLD, r"requires a different python"),
    Rule.of(Code.CHECKSUM_GOSUM_MISMATCH, r"do not match the hashes|hashes? (?:are|is) required", Strength.OVERRIDING),
    Rule.of(
        Code.MODULE_NO_MATCHING_VERSION,
        r"resolutionimpossible|conflicting dependencies|no solution found|cannot install .{1,300} because",
    ),
    Rule.of(Code.PROXY_UNAUTHORIZED, r"^user for [\w.-]+"),
    Rule.of(Code.BUILD_COMPILE, r"command errored out|failed to build|failed building wheel", Strength.GENERAL),
)


class Pip:
    """Reads what pip prints. The reason why no version was found is in the warnings before, so they are remembered."""

    def __init__(self) -> None:
        self._tried: Match | None = None
        self._index = ""

    def opens(self, text: str) -> bool:
        """Whether the line is pip's own."""
        return bool(_TRY.match(text) or _FAULT.match(text) or _SUCCESS.match(text) or _INDEX.match(text))

    def goes_on(self, block: Block, text: str) -> bool:
        """Errors go on over indented lines, tracebacks and further errors."""
        if not _FAULT.match(block.lines[0]):
            cut = _CUT.search("".join(block.lines)) is not None
            return cut and len(block.lines) < _MOST_PIECES and not self.opens(text)
        return bool(text.strip()) and bool(_GOES_ON.match(text)) and not _TRY.match(text)

    def read(self, block: Block) -> Iterator[Statement]:
        """One statement a block; none for the line that names the index."""
        first = block.lines[0]
        if index := _INDEX.match(first):
            self._index = index["url"].rstrip(",")
            return
        if _SUCCESS.match(first):
            self._tried = None
            yield statement(
                Role.SUCCEEDED, Match(Code.PROGRESS_DOWNLOAD, Strength.EXACT, Subject(), 0), block.lines, block.where
            )
            return
        found = self._at_index(match_registry(block.lines))
        if _TRY.match(first):
            self._tried = found or self._tried
            yield statement(Role.TRY, found, block.lines, block.where)
            return
        yield statement(Role.FAULT, self._fault(block, found), block.lines, block.where)

    def _fault(self, block: Block, found: Match | None) -> Match | None:
        if any("git " in text for text in block.lines) and (git := match_git(block.lines)):
            return git
        own = best_match(_OWN, block.lines)
        if own and (found is None or own.strength >= found.strength):
            return self._at_index(own)
        if found:
            return found
        for text in block.lines:
            if missing := _NO_VERSION.search(text):
                return self._nothing_found(missing)
        if self._tried is None and (missing := _NOTHING_FOUND.search("\n".join(block.lines))):
            subject = Subject(module=missing["name"], version=missing["version"] or "")
            return Match(Code.MODULE_NO_MATCHING_VERSION, Strength.GENERAL, subject, 0)
        return self._tried

    def _nothing_found(self, missing: re.Match[str]) -> Match:
        wanted = missing["wanted"].removeprefix("==") if missing["wanted"].startswith("==") else ""
        subject = Subject(module=missing["name"], version=wanted)
        if not missing["versions"].startswith("none"):
            return Match(Code.MODULE_NO_MATCHING_VERSION, Strength.EXACT, subject, 0)
        if self._tried:
            about = self._tried.subject
            return replace(self._tried, subject=replace(about, module=subject.module, version=subject.version))
        # pip hides the status of an index page: 404, 403 and 503 all read like this.
        return Match(
            Code.PROXY_NOT_FOUND, Strength.GENERAL, replace(subject, host=host_of(self._index), url=self._index), 0
        )

    def _at_index(self, found: Match | None) -> Match | None:
        if found is None or found.subject.host or not self._index:
            return found
        return replace(
            found,
            subject=replace(found.subject, host=host_of(self._index), url=found.subject.url or url_in(self._index)),
        )
