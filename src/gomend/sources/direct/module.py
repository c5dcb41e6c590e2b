"""One module of a repository: its versions, what a revision is as a version, its go.mod and its files.

Every rule is go's own. Source: https://go.dev/ref/mod#vcs-version, cmd/go/internal/modfetch (coderepo.go).
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import IO

from gomend.causes import Code
from gomend.gomod.codeplace import CodePlace
from gomend.gomod.gomodfile import Retract, parse_gomod
from gomend.gomod.modsyntax import ModFileErrors
from gomend.gomod.path import InvalidVersionError
from gomend.gomod.version import (
    canonical,
    compare,
    is_incompatible,
    is_pseudo,
    is_valid,
    major,
    matches_major,
    parse,
    parse_pseudo,
    pseudo_version,
    sort_versions,
)
from gomend.sources.direct.packing import pack
from gomend.sources.direct.placing import Placed, find, refusal
from gomend.sources.direct.repository import Commit, DirectError, Repository

_INCOMPATIBLE = "+incompatible"
_NOT_ALLOWED = "+incompatible suffix not allowed: major version {} is compatible"


@dataclass(frozen=True, slots=True)
class Version:
    """A version, and the commit that it is."""

    version: str
    commit: Commit

    @property
    def time(self) -> datetime:
        """When the commit was made."""
        return self.commit.time


class ModuleInRepository:
    """The module at `place` in `repository`. Every call raises DirectError."""

    def __init__(self, place: CodePlace, repository: Repository) -> None:
        self.place = place
        self.repository = repository

    async def versions(self) -> list[str]:
        """All tagged versions, ascending, `+incompatible` ones last. Source: Versions."""
        place = self.place
        if place.module.startswith("gopkg.in/") and place.module.endswith("-unstable"):
            return []
        plain: list[str] = []
        incompatible: list[str] = []
        for tag in await self.repository.tags(place.tag_prefix):
            version = tag.removeprefix(place.tag_prefix)
            if not _is_release_tag(version) or is_pseudo(version):
                continue
            if matches_major(version, place.major):
                plain.append(version)
            elif not place.folder and not place.major and major(version) > "v1":
                incompatible.append(version)
        plain = sort_versions(plain)
        return [*plain, *await self._incompatible(plain, sort_versions(incompatible))]

    async def _incompatible(self, plain: list[str], candidates: list[str]) -> list[str]:
        """Those of a major whose newest version has no go.mod; none at all once the newest compatible one has one."""
        if not candidates or (plain and await self._has_gomod(plain[-1])):
            return []
        kept: list[str] = []
        for wanted in dict.fromkeys(map(major, candidates)):
            of_major = [version for version in candidates if major(version) == wanted]
            if not await self._has_gomod(of_major[-1]):
                kept += [version + _INCOMPATIBLE for version in of_major]
        return kept

    async def _has_gomod(self, version: str) -> bool:
        commit = await self.repository.commit(version)
        return await self.repository.read(commit, "go.mod") is not None

    async def latest(self) -> Version:
        """The version that `latest` means: the highest release that is not retracted, else pre-release, else commit."""
        versions = await self.versions()
        retracted = await self._retracted(versions)
        usable = [version for version in versions if not retracted(version)]
        releases = [version for version in usable if not _prerelease(version)]
        if releases or usable:
            return await self.version((releases or usable)[-1])
        return await self._as_version(await self.repository.head(), "")

    async def version(self, revision: str) -> Version:
        """The version that a revision is: a version, a branch, a tag or a commit. Source: Stat."""
        try:
            commit = await self.repository.commit(self._revision(revision))
        except DirectError as error:
            words = f"invalid version: {error.words}"
            raise DirectError(words, code=error.code, is_missing=error.is_missing, output=error.output) from error
        return await self._as_version(commit, revision)

    def _revision(self, version: str) -> str:
        if not is_valid(version):
            return version
        if is_pseudo(version):
            return parse_pseudo(version).revision
        return self.place.tag_prefix + version.removesuffix(_INCOMPATIBLE)

    async def _as_version(self, commit: Commit, asked: str) -> Version:
        """Source: convert."""
        if is_pseudo(asked):
            found = await self._checked(asked, commit, asked)
            await self._check_pseudo(commit, asked)
            return found
        retracted = await self._retracted_or_none()
        by_tag, exact = self._of_tag(commit.tag)
        if exact:
            try:
                return await self._checked(by_tag, commit, asked)
            except DirectError:
                pass  # another tag, or the commit itself, may still do
        highest = base = ""
        for tag in commit.tags:
            version, exact = self._of_tag(tag)
            if asked and compare(version, asked) == 0:
                if exact:
                    return await self._checked(version, commit, asked)
                base = version
            is_higher = exact and compare(highest, version) < 0 and not retracted(version)
            if is_higher and await self._fits(version, commit, asked):
                highest = version
        if highest:
            return await self._checked(highest, commit, asked)
        if not base:
            base = await self._base(commit, retracted, asked)
        return await self._checked(
            pseudo_version(self.place.pseudo_major, base, commit.time, commit.short), commit, asked
        )

    async def _base(self, commit: Commit, retracted: Callable[[str], bool], asked: str) -> str:
        """The highest version before the commit that its pseudo-version may build on; or empty."""
        unfit = {
            wanted
            for wanted in {major(self._of_tag(tag)[0]) for tag in await self.repository.tags(self.place.tag_prefix)}
            if wanted and not await self._fits(f"{wanted}.0.0", commit, asked)
        }

        def allowed(tag: str) -> bool:
            version = self._of_tag(tag)[0]
            return bool(version) and major(version) not in unfit and not retracted(version)

        tag = await self.repository.highest_tag(commit, self.place.tag_prefix, allowed)
        return self._of_tag(tag)[0]

    def _of_tag(self, tag: str) -> tuple[str, bool]:
        """The version that a tag stands for, and whether it is written just so; empty for another tag."""
        trimmed = tag.removeprefix(self.place.tag_prefix)
        if not tag.startswith(self.place.tag_prefix) or is_pseudo(tag):
            return "", False
        version = canonical(trimmed.partition("+")[0])
        if not version or not trimmed.startswith(version) or not is_valid(trimmed):
            return "", False
        return version, version == trimmed

    async def _fits(self, version: str, commit: Commit, asked: str) -> bool:
        return matches_major(version, self.place.major) or await self._may_be_incompatible(version, commit, asked)

    async def _may_be_incompatible(self, version: str, commit: Commit, asked: str) -> bool:
        """Whether +incompatible may stand behind the version: nothing in the commit says that it is a module's."""
        if self.place.folder or self.place.major or await self.repository.read(commit, "go.mod") is not None:
            return False
        if is_incompatible(asked):  # go.dev/issue/51324
            return True
        return await self.repository.read(commit, f"{major(version)}/go.mod") is None

    async def _checked(self, version: str, commit: Commit, asked: str) -> Version:
        """The version with `+incompatible` where it has to be; refused where it is not this module's.

        Source: checkCanonical.
        """
        await self._find(version, commit)
        if version == asked.removesuffix(_INCOMPATIBLE):
            version = asked
        plain = version.removesuffix(_INCOMPATIBLE)
        fault = ""
        if not matches_major(plain, self.place.major):
            if await self._may_be_incompatible(plain, commit, asked):
                version = plain + _INCOMPATIBLE
            elif self.place.major:
                fault = "module path includes a major version suffix, so major version must match"
            else:
                path = posixpath.join(self.place.prefix, major(version))
                fault = f'module contains a go.mod file, so module path must match major version ("{path}")'
        elif is_incompatible(version):
            fault = _NOT_ALLOWED.format(major(version))
        if asked and asked == canonical(asked) and asked.removesuffix(_INCOMPATIBLE) != plain:
            raise refusal(f"resolves to version {version} ({asked.removesuffix(_INCOMPATIBLE)} is not a tag)")
        if fault:
            raise refusal(fault)
        return Version(version, commit)

    async def _check_pseudo(self, commit: Commit, version: str) -> None:
        """A pseudo-version says the commit's name and time, and a tag before it. Source: validatePseudoVersion."""
        try:
            parts = parse_pseudo(version.removesuffix(_INCOMPATIBLE))
        except InvalidVersionError as error:
            raise refusal(error.reason, pseudo=True) from error
        if parts.revision != commit.short:
            how = "does not match short name of revision"
            if parts.revision.startswith(commit.short):
                how = "revision is longer than canonical"
            elif commit.short.startswith(parts.revision):
                how = "revision is shorter than canonical"
            raise refusal(f"{how} (expected {commit.short})", pseudo=True)
        if parts.time != commit.time:
            stamp = f"{commit.time:%Y%m%d%H%M%S}"
            raise refusal(f"does not match version-control timestamp (expected {stamp})", pseudo=True)
        if not parts.base:
            if not self.place.pseudo_major and major(version) == "v1":
                raise refusal("major version without preceding tag must be v0, not v1", pseudo=True)
            return
        prefix = self.place.tag_prefix
        for tag in commit.tags:
            if tag.removeprefix(prefix) == parts.base:
                raise refusal(
                    f"tag ({tag}) found on revision {parts.revision} is already canonical, so should not be replaced "
                    "with a pseudo-version derived from that tag",
                    pseudo=True,
                )
        await self._check_ancestor(commit, parts.base, parts.revision)

    async def _check_ancestor(self, commit: Commit, base: str, revision: str) -> None:
        last = ""
        for tag in await self.repository.tags(self.place.tag_prefix + base):
            if compare(tag.removeprefix(self.place.tag_prefix), base) == 0:
                last = tag
                if await self.repository.descends(commit, tag):
                    return
        if not last:
            raise refusal(f"preceding tag ({base}) not found", pseudo=True)
        raise refusal(f"revision {revision} is not a descendent of preceding tag ({last})", pseudo=True)

    async def _find(self, version: str, commit: Commit) -> Placed:
        return await find(self.place, self.repository, version, commit, self._revision(version))

    async def gomod(self, version: str) -> bytes:
        """The go.mod of a canonical version; one with a module line alone where it has none. Source: GoMod."""
        found = await self._found(version)
        return f"module {self.place.module}\n".encode() if found.gomod is None else found.gomod

    async def _found(self, version: str) -> Placed:
        if version != canonical(version):
            raise DirectError(f"version {version} is not canonical", code=Code.MODULE_INVALID_VERSION, is_missing=True)
        # What a pseudo-version says is checked, and the major of any version: a proxy answers for both.
        return await self._find(version, (await self.version(version)).commit)

    async def pack(self, version: str, to: IO[bytes]) -> None:
        """Writes the zip of a canonical version: the files, and so the hash, of the one that go makes.

        Raises GoRefusalError too, for files that no module may hold. Source: Zip.
        """
        found = await self._found(version)
        await pack(self.repository, f"{self.place.module}@{version}", found, to)

    async def _retracted_or_none(self) -> Callable[[str], bool]:
        try:
            return await self._retracted(await self.versions())
        except DirectError:
            return lambda _: False

    async def _retracted(self, versions: list[str]) -> Callable[[str], bool]:
        """Which versions the newest one takes back. Source: retractedVersions."""
        compatible = list(takewhile(lambda version: not is_incompatible(version), versions))
        releases = [version for version in compatible if not _prerelease(version)]
        if not compatible:
            return lambda _: False
        newest = (releases or compatible)[-1]
        commit = await self.repository.commit(self._revision(newest))
        gomod = (await self._find(newest, commit)).gomod
        try:
            retractions: list[Retract] = parse_gomod(gomod, lax=True).retract if gomod is not None else []
        except ModFileErrors:
            retractions = []

        def covers(version: str) -> bool:
            return any(compare(one.low, version) <= 0 <= compare(one.high, version) for one in retractions)

        return covers


def _is_release_tag(version: str) -> bool:
    parts = parse(version)
    return parts is not None and not parts.build and version == canonical(version)


def _prerelease(version: str) -> str:
    parts = parse(version)
    return parts.prerelease if parts else ""
