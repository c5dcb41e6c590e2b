"""A module's zip, made of its files in a commit. Source: cmd/go/internal/modfetch (coderepo.go, Zip)."""

import io
import shutil
import zipfile
from typing import IO

from gomend.gomod.modtree import TreeFile, module_files, vendors_strictly
from gomend.sources.direct.placing import Placed
from gomend.sources.direct.repository import Repository


async def pack(repository: Repository, name: str, placed: Placed, to: IO[bytes]) -> None:
    """Writes the zip of the module version `name`: the files, and so the hash, of the one that go makes.

    Raises DirectError; GoRefusalError for files that no module may hold.
    """
    tree = await repository.tree(placed.commit, placed.folder)
    above = None
    if placed.folder and not any(file.path == "LICENSE" for file in tree):
        above = await repository.read(placed.commit, "LICENSE")
    if above is not None:
        tree.append(TreeFile("LICENSE", len(above)))
    wanted = set(module_files(tree, strict_vendor=vendors_strictly(placed.gomod)))
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:

        def take(path: str, content: IO[bytes]) -> None:
            with archive.open(_entry(f"{name}/{path}"), "w") as entry:
                shutil.copyfileobj(content, entry, 1 << 18)

        await repository.copy(placed.commit, placed.folder, wanted, take)
        if above is not None:
            take("LICENSE", io.BytesIO(above))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # dated 1980, so that each server makes the same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
