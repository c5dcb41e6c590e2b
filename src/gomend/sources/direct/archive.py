"""The files of a commit, as `git archive` streams them."""

import asyncio
import os
import tarfile
from collections.abc import Collection
from typing import IO

from gomend.causes import Code
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.git import Git
from gomend.sources.direct.repository import DirectError, Take

ATTRIBUTES = "* -export-subst -export-ignore\n"  # golang.org/issue/27153
# Line ends are as on go's own platforms, whatever the settings of this machine.
_WORDS = ("--literal-pathspecs", "-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=tar")


async def read_archive(
    git: Git, clone: Clone, commit: str, folder: str, *, wanted: Collection[str], take: Take
) -> None:
    """Hands the contents of those files of a commit to `take`, in another thread. Raises DirectError."""
    words = (*_WORDS, "--end-of-options", commit, *([folder] if folder else []))
    out, into = os.pipe()
    fault: tarfile.TarError | None = None
    with os.fdopen(out, "rb") as stream:
        try:
            async with git.started(clone, words, into):
                os.close(into)
                into = -1
                front = f"{folder}/" if folder else ""
                reading = asyncio.ensure_future(asyncio.to_thread(_read, stream, front, wanted, take))
                try:
                    await asyncio.shield(reading)
                except tarfile.TarError as error:  # git may say why
                    fault = error
        finally:
            if into >= 0:
                os.close(into)
            else:
                await asyncio.wait({reading})  # git has ended, and so has its pipe
    if fault is not None:
        raise DirectError(f"git archive: {fault}", code=Code.UNKNOWN) from fault


def _read(stream: IO[bytes], front: str, wanted: Collection[str], take: Take) -> None:
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as archive:
        for member in archive:
            path = member.name.removeprefix(front)
            content = archive.extractfile(member) if member.isreg() and path in wanted else None
            if content is not None:
                take(path, content)
    while stream.read(1 << 16):
        pass
