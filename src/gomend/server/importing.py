"""Brings the files of a folder into a store, each checked as if it came from a source."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.gomod.path import wire_form
from gomend.gomod.protocol import NotProtocolError, parse_path
from gomend.server.refusals import refusal_of
from gomend.sources.base import Answer, Request, Source
from gomend.sources.cached import Stored
from gomend.sources.keys import is_immutable
from gomend.sources.whole import some_text

_ENDINGS = frozenset({".info", ".mod", ".zip"})
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one file. `code` is None where it is in the store now; `was_there`: it had been before."""

    path: str
    was_there: bool = False
    code: Code | None = None
    words: str = ""


def place_of(folder: Path) -> Path:
    """Where the files lie: in a module cache (GOMODCACHE) below cache/download."""
    inner = folder / "cache" / "download"
    return inner if inner.is_dir() else folder


def files_of(folder: Path) -> Iterator[str]:
    """The .info, .mod and .zip of versions that lie in a folder, as a source is asked for them, sorted."""
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder).as_posix()
        if path.suffix in _ENDINGS and path.is_file():
            try:
                asked = parse_path(key, percent_encoded=False)
            except NotProtocolError:
                continue
            if is_immutable(asked):
                yield wire_form(key)


async def bring(
    source: Source, paths: Iterable[str], told: Callable[[int, int], None] | None = None, before: int = 0
) -> list[Brought]:
    """Ask the answers of a house, or another server, for each file, so that it is stored; in the order of `paths`.

    `told` hears how many of how many are done, with those that were `before`.
    """
    room = asyncio.Semaphore(_AT_ONCE)
    wanted = list(paths)
    done = before

    async def one(path: str) -> Brought:
        nonlocal done
        async with room:
            brought = await _brought(source, path)
        done += 1
        if told is not None:
            told(done, before + len(wanted))
        return brought

    return await asyncio.gather(*map(one, wanted))


async def _brought(source: Source, path: str) -> Brought:
    try:
        async with source.get(Request(path, parse_path(path).kind.value)) as answer:
            if answer.status != 200:
                return await _refused(path, answer)
            if isinstance(answer, Stored):
                return Brought(path, was_there=True)
            async for _ in answer.chunks():
                pass
    except (GomendError, OSError) as error:
        refusal = refusal_of(error, path)
        return Brought(path, code=refusal.code or Code.UNKNOWN, words=refusal.body.partition("\n")[0])
    return Brought(path)


async def _refused(path: str, answer: Answer) -> Brought:
    """A gomend server names the cause; other servers are known by the status."""
    said = answer.headers.get("X-Gomend-Code", "")
    default = Code.PROXY_NOT_FOUND if answer.status in (404, 410) else Code.PROXY_SERVER_ERROR
    code = Code(said) if said in set(Code) else default
    return Brought(path, code=code, words=(await some_text(answer)).partition("\n")[0])
