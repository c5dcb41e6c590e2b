"""The files of a commit, as an archive that a program streams."""

import asyncio
import os
import tarfile
from collections.abc import Collection, Sequence
from typing import IO

from gomend.causes import Code
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.program import Program, verb
from gomend.sources.direct.repository import DirectError, Take


async def read_archive(
    program: Program, clone: Clone, words: Sequence[str], front: str, *, wanted: Collection[str], take: Take
) -> None:
    """Runs a call that prints a tar file, and hands the contents of those of its files to `take`, in another thread.
    Their names begin with `front`, which `wanted` and `take` do not know.

    Raises DirectError.
    """
    out, into = os.pipe()
    fault: tarfile.TarError | None = None
    with os.fdopen(out, "rb") as stream:
        try:
            async with program.started(clone, words, into):
                os.close(into)
                into = -1
                reading = asyncio.ensure_future(asyncio.to_thread(_read, stream, front, wanted, take))
                try:
                    await asyncio.shield(reading)
                except tarfile.TarError as error:  # the program may say why
                    fault = error
        finally:
            if into >= 0:
                os.close(into)
            else:
                await asyncio.wait({reading})  # the program has ended, and so has its pipe
    if fault is not None:
        raise DirectError(f"{program.tool} {verb(words)}: {fault}", code=Code.UNKNOWN) from fault


def _read(stream: IO[bytes], front: str, wanted: Collection[str], take: Take) -> None:
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as archive:
        for member in archive:
            path = member.name.removeprefix(front)
            content = archive.extractfile(member) if member.isreg() and path in wanted else None
            if content is not None:
                take(path, content)
    while stream.read(1 << 16):
        pass
