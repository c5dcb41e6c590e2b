"""A git repository, in a bare clone that holds what was asked of it so far.

The commands are go's: what go has found to work with every server. Source: facts of cmd/go/internal/modfetch/codehost
(git.go); https://git-scm.com/docs.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from gomend.causes import Code
from gomend.gomod.modtree import TreeFile
from gomend.gomod.modzip import MAX_GOMOD
from gomend.gomod.version import compare
from gomend.sources.direct.archive import read_archive
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.fetching import OverrunError, fetch
from gomend.sources.direct.git import Git
from gomend.sources.direct.repository import Commit, DirectError, Take

_ATTRIBUTES = "* -export-subst -export-ignore\n"  # golang.org/issue/27153
# Line ends are as on go's own platforms, whatever the settings of this machine.
_ARCHIVE = ("--literal-pathspecs", "-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=tar")
_FEWEST_DIGITS = 7  # of a hash that is asked for by its beginning
_SHA1, _SHA256 = 40, 64  # digits of a whole hash
_HEX = re.compile("[0-9a-f]+")
_HELD_FOR = 5.0  # seconds that the remote's names are good for: one file after the other is asked for a version
_TOO_LARGE_FOR = 600.0  # seconds in which a repository is not fetched again whose history was too large
_FETCHED = "gomend-fetched"  # in the clone: a hash of the remote's names as they were when all history was fetched


class GitRepository:
    """The repository at `url`, and its clone among `clones`.

    `status_of` tells the HTTP status of a URL, None where no answer came: git itself does not say whether a
    repository is missing. `clock` gives seconds.
    """

    vcs = "git"

    def __init__(
        self,
        url: str,
        clones: Clones,
        git: Git,
        *,
        status_of: Callable[[str], Awaitable[int | None]],
        clock: Callable[[], float],
    ) -> None:
        self.url = url
        self._clone = clones.clone(hashlib.sha256(f"git:{url}".encode()).hexdigest())
        self._git = git
        self._status_of = status_of
        self._clock = clock
        self._names: dict[str, str] = {}
        self._names_until = float("-inf")
        self._known_digits: int | None = None
        self._too_large: OverrunError | None = None
        self._too_large_until = float("-inf")

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """As Repository.in_use."""
        async with self._clone.in_use():
            yield

    async def tags(self, prefix: str) -> Mapping[str, str]:
        """As Repository.tags."""
        names = await self._remote_names()
        tags = {
            name.removeprefix("refs/tags/"): hash_ for name, hash_ in names.items() if name.startswith("refs/tags/")
        }
        return {tag: tags[tag] for tag in sorted(tags) if tag.startswith(prefix)}

    async def head(self) -> Commit:
        """As Repository.head."""
        found = (await self._remote_names()).get("HEAD")
        if found is None:
            raise DirectError("no commits", code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
        return await self.commit(found)

    async def _remote_names(self) -> dict[str, str]:
        """HEAD, branches and tags of the remote, each with its commit's hash."""
        if self._clock() < self._names_until:
            return self._names
        try:
            listed = await self._git.ask(self.url, None, "ls-remote", "-q", "--end-of-options", self.url)
        except DirectError as error:
            if self.url.startswith(("http://", "https://")) and await self._status_of(self.url) in (404, 410):
                raise DirectError(error.words, code=Code.VCS_NOT_FOUND, is_missing=True, output=error.output) from error
            raise
        names: dict[str, str] = {}
        for line in listed.decode("utf-8", "surrogateescape").splitlines():
            hash_, _, name = line.partition("\t")
            if name == "HEAD" or name.startswith(("refs/heads/", "refs/tags/")):
                names[name] = hash_
        for name in [name for name in names if name.endswith("^{}")]:  # what an annotated tag is a tag of
            names[name.removesuffix("^{}")] = names.pop(name)
        self._names, self._names_until = names, self._clock() + _HELD_FOR
        return names

    async def commit(self, revision: str) -> Commit:
        """As Repository.commit. Only what a branch or tag leads to is fetched: a forge serves others' commits too."""
        async with self._clone.alone():
            digits = await self._digits()
            if _is_hash(revision, digits) and (found := await self._here(revision, revision)):
                return found
            if await self._has(f"refs/tags/{revision}") and (
                found := await self._here(revision, f"refs/tags/{revision}")
            ):
                return found
            names = await self._remote_names()
            ref, hash_ = _named(revision, names, digits)
            found = await self._here(revision, hash_) if hash_ else None
            if found is not None and ref.startswith("refs/tags/") and not await self._has(ref):
                await self._run("update-ref", ref, hash_)
            if found is not None:
                return found
            if ref and await self._fetched(hash_ if ref == "HEAD" else ref, ref):
                found = await self._here(revision, hash_)
            if found is None:
                await self._fetch_all()
                found = await self._here(revision, hash_ or revision)
            if found is None:
                raise _unknown(revision)
            return found

    async def _fetched(self, what: str, ref: str) -> bool:
        """Whether the one commit came. Why not is no matter: then everything is fetched, unless this is too much."""
        target = "refs/dummy" if ref == "HEAD" else ref
        try:
            # golang.org/issue/56881: version 1 of the protocol misses tags of the commit.
            await self._asked(
                "-c", "protocol.version=2", "fetch", "-q", "-f", "--depth=1", "--end-of-options", self.url,
                f"{what}:{target}",
            )  # fmt: skip
        except OverrunError:
            raise
        except DirectError:
            return False
        return True

    async def _fetch_all(self) -> None:
        """All branches and tags with their history, unless they are here."""
        names = await self._remote_names()
        mark = hashlib.sha256(repr(sorted(names.items())).encode()).hexdigest()
        marked = self._clone.folder / _FETCHED
        if marked.exists() and marked.read_text() == mark:
            return
        if self._too_large is not None and self._clock() < self._too_large_until:
            raise self._too_large
        try:
            # golang.org/issue/34266: what is shallow is deepened in a second step.
            await self._asked(
                "fetch", "-q", "-f", "--end-of-options", self.url,
                "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*",
            )  # fmt: skip
            if (self._clone.folder / "shallow").exists():
                await self._asked("fetch", "-q", "--unshallow", "-f", "--end-of-options", self.url)
        except OverrunError as error:
            if error.is_its_own:
                self._too_large, self._too_large_until = error, self._clock() + _TOO_LARGE_FOR
            raise
        marked.write_text(mark)

    async def _here(self, asked: str, name: str) -> Commit | None:
        """A commit of the clone; None where it is not there."""
        try:
            said = await self._run(
                "-c", "log.showsignature=false", "log", "--no-decorate", "-n1", "--format=format:%H %ct %D",
                "--end-of-options", name, "--",
            )  # fmt: skip
        except DirectError:
            return None
        if not said:  # the name of a file or a folder
            return None
        hash_, time, *decoration = said.decode("utf-8", "surrogateescape").split(" ", 2)
        tags = {word.removeprefix("tag: ") for word in " ".join(decoration).split(", ") if word.startswith("tag: ")}
        names = self._names
        tags |= {
            ref.removeprefix("refs/tags/") for ref in names if ref.startswith("refs/tags/") and names[ref] == hash_
        }
        return Commit(
            hash_,
            datetime.fromtimestamp(int(time), UTC),
            tuple(sorted(tags)),
            tag=asked if asked in tags else "",
            ref=next((ref for ref in (f"refs/tags/{asked}", f"refs/heads/{asked}") if names.get(ref) == hash_), ""),
        )

    async def read(self, commit: Commit, path: str) -> bytes | None:
        """As Repository.read. All that is read so, a go.mod or a LICENSE, may have 16 MiB."""
        try:
            return await self._git.run(self._clone, "cat-file", "blob", f"{commit.hash}:{path}", most=MAX_GOMOD)
        except DirectError:
            # It says the same of a file that is not in the commit and of a commit that is damaged; this does not.
            listed = await self._run("--literal-pathspecs", "ls-tree", "-z", commit.hash, path)
            if b" blob " in listed:
                raise
            return None

    async def highest_tag(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        """As Repository.highest_tag."""
        found = await self._highest(commit, prefix, allowed)
        if not found and await self.tags(f"{prefix}v"):
            async with self._clone.alone():
                await self._fetch_all()
            found = await self._highest(commit, prefix, allowed)
        return found

    async def _highest(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        merged = await self._run("for-each-ref", "--format=%(refname)", f"--merged={commit.hash}", "refs/tags")
        highest = ""
        for line in merged.decode("utf-8", "surrogateescape").splitlines():
            tag = line.removeprefix("refs/tags/")
            if tag.startswith(prefix) and allowed(tag) and compare(tag.removeprefix(prefix), highest) > 0:
                highest = tag.removeprefix(prefix)
        return prefix + highest if highest else ""

    async def descends(self, commit: Commit, tag: str) -> bool:
        """As Repository.descends."""
        if await self._is_ancestor(tag, commit):
            return True
        async with self._clone.alone():
            await self._fetch_all()
        return await self._is_ancestor(tag, commit)

    async def _is_ancestor(self, tag: str, commit: Commit) -> bool:
        try:
            await self._run("merge-base", "--is-ancestor", "--", f"refs/tags/{tag}", commit.hash)
        except DirectError:
            return False
        return True

    async def tree(self, commit: Commit, folder: str) -> list[TreeFile]:
        """As Repository.tree."""
        listed = await self._run("ls-tree", "-r", "-l", "-z", f"{commit.hash}:{folder}")
        files = []
        for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, kind, _, size = facts.split()
            if kind == "blob":  # a submodule is a commit: git archive leaves its folder empty
                files.append(TreeFile(path, int(size), is_regular=mode.startswith("100")))
        return files

    async def copy(self, commit: Commit, folder: str, wanted: Collection[str], take: Take) -> None:
        """As Repository.copy."""
        words = (*_ARCHIVE, "--end-of-options", commit.hash, *([folder] if folder else []))
        with self._git.watch.call("git", "archive", self.url, is_remote=False):
            front = f"{folder}/" if folder else ""
            await read_archive(self._git, self._clone, words, front, wanted=wanted, take=take)

    async def _has(self, ref: str) -> bool:
        try:
            await self._run("show-ref", "--verify", "-q", ref)
        except DirectError:
            return False
        return True

    async def _run(self, *words: str) -> bytes:
        await self._made()
        return await self._git.run(self._clone, *words)

    async def _asked(self, *words: str) -> None:
        await self._made()
        await fetch(self._git, self._clone, self.url, *words)

    async def _made(self) -> None:
        if self._clone.exists:
            return
        names = await self._remote_names()
        is_sha256 = any(len(hash_) == _SHA256 for hash_ in names.values())
        # Only where it must be said: git before 2.29 does not know the option.
        form = ["--object-format=sha256"] if is_sha256 else []
        new = self._clone.new()
        await self._git.run(None, "init", "-q", "--bare", "--template=", *form, str(new))
        attributes = new / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(_ATTRIBUTES)
        self._clone.take(new)
        self._known_digits = None

    async def _digits(self) -> int:
        """How many digits a hash has here. Source: codehost/git.go (checkConfigSHA256, hexHashLen)."""
        if self._known_digits is None:
            said = await self._run("config", "--default", "sha1", "extensions.objectFormat")
            self._known_digits = _SHA256 if said.strip() == b"sha256" else _SHA1
        return self._known_digits


def _is_hash(revision: str, digits: int) -> bool:
    return _FEWEST_DIGITS <= len(revision) <= digits and _HEX.fullmatch(revision) is not None


def _named(revision: str, names: Mapping[str, str], digits: int) -> tuple[str, str]:
    """The remote's name for a revision, and the commit. Raises DirectError where it has none, or several."""
    for ref in (f"refs/tags/{revision}", f"refs/heads/{revision}"):
        if ref in names:
            return ref, names[ref]
    if revision == "HEAD" and "HEAD" in names:
        return "HEAD", names["HEAD"]
    if not _is_hash(revision, digits):
        raise _unknown(revision)
    refs = sorted(ref for ref, hash_ in names.items() if hash_.startswith(revision))
    if len({names[ref] for ref in refs}) > 1:
        words = f"ambiguous revision {revision}"
        raise DirectError(words, code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
    if refs:
        return refs[0], names[refs[0]]
    return "", revision if len(revision) == digits else ""


def _unknown(revision: str) -> DirectError:
    return DirectError(f"unknown revision {revision}", code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
