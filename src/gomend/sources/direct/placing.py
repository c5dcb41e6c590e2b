"""Where in a commit a module lies. Source: cmd/go/internal/modfetch (coderepo.go, findDir)."""

import posixpath
from dataclasses import dataclass

from gomend.causes import Code
from gomend.gomod.codeplace import CodePlace, declared_path, fits_major
from gomend.gomod.path import split_major
from gomend.gomod.version import major
from gomend.sources.direct.repository import Commit, DirectError, Repository


@dataclass(frozen=True, slots=True)
class Placed:
    """Where in a commit the module lies; `gomod` is None where it has none."""

    commit: Commit
    folder: str
    gomod: bytes | None


async def find(place: CodePlace, repository: Repository, version: str, commit: Commit, revision: str) -> Placed:
    """Where in a commit the module at `place` lies; `revision` is what the commit was asked by. Source: findDir.

    Raises DirectError.
    """
    file = posixpath.join(place.folder, "go.mod")
    gomod = await repository.read(commit, file)
    declared = declared_path(gomod or b"")
    # go once took unversioned paths for versioned ones of gopkg.in (golang.org/issue/34254).
    fits = gomod is not None and (
        fits_major(declared, place.major) or (not place.major and declared.startswith("gopkg.in/"))
    )
    below = place.major_folder
    if below and await _lies_below(place, repository, commit, revision, also_above=fits):
        return Placed(commit, below, await repository.read(commit, f"{below}/go.mod"))
    if fits:
        return Placed(commit, place.folder, gomod)
    if gomod is None:
        if not place.folder and (not place.major or place.major.startswith(".")):
            return Placed(commit, "", None)
        and_below = f" and ...{place.major}/go.mod" if below else ""
        raise refusal(f"missing {place.prefix}/go.mod{and_below} at revision {revision}")
    suffix = f" (and ...{place.major}/go.mod does not exist)" if below else ""
    if not declared:
        raise refusal(f"{file} is missing module path{suffix} at revision {revision}")
    if place.major:
        raise refusal(f'{file} has non-...{place.major} module path "{declared}"{suffix} at revision {revision}')
    if split_major(declared) is None:
        raise refusal(f'{file} has malformed module path "{declared}"{suffix} at revision {revision}')
    raise refusal(f'{file} has post-{major(version)} module path "{declared}"{suffix} at revision {revision}')


async def _lies_below(
    place: CodePlace, repository: Repository, commit: Commit, revision: str, *, also_above: bool
) -> bool:
    """Whether the module is the one in the folder `v2` (and so on). Refuses what is ambiguous or wrong there."""
    below = place.major_folder
    gomod = await repository.read(commit, f"{below}/go.mod")
    if gomod is None:
        return False
    declared = declared_path(gomod)
    if not fits_major(declared, place.major):
        if not declared:
            raise refusal(f"{place.root}/{below}/go.mod is missing module path at revision {revision}")
        raise refusal(
            f'{place.root}/{below}/go.mod has non-...{place.major} module path "{declared}" at revision {revision}'
        )
    if also_above:
        raise refusal(
            f"{place.prefix}/{posixpath.join(place.folder, 'go.mod')} and ...{place.major}/go.mod both have "
            f"...{place.major} module paths at revision {revision}"
        )
    return True


def refusal(words: str, *, pseudo: bool = False) -> DirectError:
    """A version that is none of the module's."""
    noun = "pseudo-version" if pseudo else "version"
    return DirectError(f"invalid {noun}: {words}", code=Code.MODULE_INVALID_VERSION, is_missing=True)
