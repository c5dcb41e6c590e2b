"""A Mercurial repository, in a clone without a working copy.

The commands are go's. Source: cmd/go/internal/modfetch/codehost (vcs.go); https://www.mercurial-scm.org/help.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from gomend.causes import Code
from gomend.gomod.modtree import TreeFile
from gomend.gomod.modzip import MAX_GOMOD
from gomend.gomod.version import compare
from gomend.sources.direct.archive import read_archive
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.fetching import fetch
from gomend.sources.direct.hg import Hg
from gomend.sources.direct.repository import Commit, DirectError, Take

_HELD_FOR = 5.0  # seconds that a pull is good for
# A revision is put into hg's language of sets: what is more than a name there is none.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+/-]*")
_FRONT = "prefix/"
_KEPT, _SMALL = 64, 1 << 16  # files that are remembered, and bytes of one


class HgRepository:
    """The repository at `url`, and its clone among `clones`. `clock` gives seconds."""

    vcs = "hg"

    def __init__(self, url: str, clones: Clones, hg: Hg, *, clock: Callable[[], float]) -> None:
        self.url = url
        self._clone = clones.clone(hashlib.sha256(f"hg:{url}".encode()).hexdigest())
        self._hg = hg
        self._clock = clock
        self._pulled_until = float("-inf")
        self._contents: dict[tuple[str, str], bytes | None] = {}  # of files asked for: hg takes long to start

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """As Repository.in_use."""
        async with self._clone.in_use():
            yield

    async def tags(self, prefix: str) -> Mapping[str, str]:
        """As Repository.tags."""
        await self._pull()
        said = await self._run("tags", "--template", "{node} {tag}\n")
        tags = {name: node for node, _, name in (line.partition(" ") for line in _lines(said)) if name != "tip"}
        return {tag: tags[tag] for tag in sorted(tags) if tag.startswith(prefix)}

    async def head(self) -> Commit:
        """As Repository.head: to hg and go, the commit that came last."""
        return await self.commit("tip")

    async def commit(self, revision: str) -> Commit:
        """As Repository.commit. What may mean another commit tomorrow, a branch or the tip, is asked of the remote."""
        if _NAME.fullmatch(revision) is None:
            raise _unknown(revision)
        if self._clone.exists and revision != "tip":
            branches = _lines(await self._run("branches", "-c", "--template", "{branch}\n"))
            found = await self._here(revision) if revision not in branches else None
            if found is not None:
                return found
        await self._pull()
        found = await self._here(revision)
        if found is None:
            raise _unknown(revision)
        return found

    async def _here(self, revision: str) -> Commit | None:
        try:
            said = await self._run("log", "-l1", f"--rev={revision}", "--template", "{node} {date|hgdate} {tags}")
        except DirectError:
            return None
        hash_, when, _, *tags = said.decode("utf-8", "replace").split()
        is_hash = hash_.startswith(revision)
        return Commit(
            hash_,
            datetime.fromtimestamp(int(when), UTC),
            tuple(sorted(tag for tag in tags if tag != "tip")),
            tag="" if is_hash else revision,
            ref="" if is_hash and len(revision) >= len(hash_[:12]) else revision,
        )

    async def read(self, commit: Commit, path: str) -> bytes | None:
        """As Repository.read."""
        key = (commit.hash, path)
        if key in self._contents:
            return self._contents[key]
        content = await self._content(commit, path)
        if len(content or b"") <= _SMALL:
            self._contents[key] = content
            if len(self._contents) > _KEPT:
                self._contents.pop(next(iter(self._contents)))
        return content

    async def _content(self, commit: Commit, path: str) -> bytes | None:
        place = (f"--rev={commit.hash}", "--", f"path:{path}")
        try:
            await self._run("files", "-q", *place)
        except DirectError:
            return None
        return await self._hg.run(self._clone, *self._hg.configured, "cat", *place, most=MAX_GOMOD)

    async def highest_tag(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        """As Repository.highest_tag."""
        said = await self._run("log", f"--rev=ancestors({commit.hash}) and tag()", "--template", "{tags}\n")
        highest = ""
        for tag in said.decode("utf-8", "replace").split():
            if tag.startswith(prefix) and allowed(tag) and compare(tag.removeprefix(prefix), highest) > 0:
                highest = tag.removeprefix(prefix)
        return prefix + highest if highest else ""

    async def descends(self, commit: Commit, tag: str) -> bool:
        """As Repository.descends."""
        node = (await self.tags(tag)).get(tag)
        return node is not None and bool(await self._run("log", f"--rev=ancestors({commit.hash}) and {node}"))

    async def tree(self, commit: Commit, folder: str) -> list[TreeFile]:
        """As Repository.tree."""
        listed = await self._run(
            "files", f"--rev={commit.hash}", "--template", "{size} {flags} {path}\\0", *_below(folder)
        )
        files = []
        for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            size, flags, path = line.split(" ", 2)
            path = path.removeprefix(f"{folder}/") if folder else path
            files.append(TreeFile(path, int(size), is_regular="l" not in flags))
        return files

    async def copy(self, commit: Commit, folder: str, wanted: Collection[str], take: Take) -> None:
        """As Repository.copy."""
        words = (
            *self._hg.configured, "archive", "-t", "tar", "--no-decode", f"--rev={commit.hash}",
            f"--prefix={_FRONT}", *_below(folder), "--", "-",
        )  # fmt: skip
        front = f"{_FRONT}{folder}/" if folder else _FRONT
        with self._hg.watch.call("hg", "archive", self.url, is_remote=False):
            await read_archive(self._hg, self._clone, words, front, wanted=wanted, take=take)

    async def _run(self, *words: str) -> bytes:
        await self._made()
        return await self._hg.run(self._clone, *self._hg.configured, *words)

    async def _pull(self) -> None:
        """All that the remote has, unless that came a moment ago."""
        if self._clone.exists and self._clock() < self._pulled_until:
            return
        await self._made()
        async with self._clone.alone():
            await fetch(self._hg, self._clone, self.url, *self._hg.configured, "pull", "-q", "-f", "--", self.url)
        self._pulled_until = self._clock() + _HELD_FOR

    async def _made(self) -> None:
        if not self._clone.exists:
            new = self._clone.new()
            await self._hg.run(None, *self._hg.configured, "init", "--", str(new))
            self._clone.take(new)


def _below(folder: str) -> tuple[str, ...]:
    return (f"--include=path:{folder}",) if folder else ()


def _lines(said: bytes) -> list[str]:
    return said.decode("utf-8", "replace").splitlines()


def _unknown(revision: str) -> DirectError:
    return DirectError(f"unknown revision {revision}", code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
