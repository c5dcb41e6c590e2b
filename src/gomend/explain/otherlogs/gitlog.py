"""git on its own: clones, fetches and submodules of a CI job."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gomend.causes import Code, Subject
from gomend.explain.otherlogs.blocks import Block
from gomend.explain.otherlogs.git import looks_like_git, match_git
from gomend.explain.otherlogs.registry import statement
from gomend.explain.otherlogs.rules import Match, Strength
from gomend.explain.statements import Role, Statement

_PROGRESS: Final = re.compile(r"remote: (?:Enumerating|Counting|Compressing|Total|warning: )|remote:\s*$")
_FATAL: Final = re.compile(r"\s*(?:fatal|致命错误|致命錯誤|schwerwiegend|fataal|fatale)\s?[:：]", re.IGNORECASE)
_ON: Final = re.compile(
    r"\s*$|Please make sure|and the repository exists|To add an exception|\tgit config|请确认|請確認|"
    r"If this is a private|Confirm the import path|@{5,}|"
    r"The authenticity|Warning: Permanently|IT IS POSSIBLE|Someone could|It is also possible|The fingerprint|"
    r"SHA256:|Add correct host key|Offending|"
    r"Host key|hint: |error: |warning: |\s+(?:asked for|redirect|请求|重定向)"
)
_NO_REPOSITORY: Final = "not a git repository"
_DONE: Final = re.compile(
    r"Resolving deltas: 100%|Receiving objects: 100%|Already up to date|HEAD is now at |处理 delta 中: 100%|"
    r"接收对象中: 100%"
)


class Git:
    """Reads what git and ssh print when no go command quotes them."""

    def opens(self, text: str) -> bool:
        """Whether a message of git or ssh begins here."""
        return (looks_like_git(text) and not _PROGRESS.match(text)) or _DONE.match(text) is not None

    def goes_on(self, block: Block, text: str) -> bool:
        """Complaints go on with more complaints and advice."""
        if _DONE.match(block.lines[0]) or text.startswith("Cloning into"):
            return False
        return (looks_like_git(text) and not _PROGRESS.match(text)) or _ON.match(text) is not None

    def read(self, block: Block) -> Iterator[Statement]:
        """A fault when git gave up or a known reason is there; nothing for a mere word of progress."""
        if _DONE.match(block.lines[0]):
            done = Match(Code.PROGRESS_DOWNLOAD, Strength.EXACT, Subject(), 0)
            yield statement(Role.DONE, done, block.lines, block.where)
            return
        found = match_git(block.lines)
        fatal = any(_FATAL.match(text) for text in block.lines)
        if found is None and not fatal:
            return
        if not fatal and found is not None and found.strength is Strength.CONSEQUENCE:
            return
        kept = [text for text in block.lines if text.strip()]
        told = statement(Role.FAULT, found, kept, block.where)
        # A script may well ask git outside of any repository, for a version to print, and go on.
        yield replace(told, follows=True) if _NO_REPOSITORY in block.lines[0] else told
