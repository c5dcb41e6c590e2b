"""A module's zip asked of a source and hashed, on its way through a file that nobody else sees."""

import asyncio
import tempfile
from typing import BinaryIO

from gomend.diagnose.asking import Reply, Sink, ask
from gomend.diagnose.world import World
from gomend.gomod.modzip import MAX_ZIP, ModuleZipError, hash_zip
from gomend.gomod.protocol import Asked
from gomend.gomod.proxylist import ProxyEntry
from gomend.gomod.ziparchive import ZipContentError


async def ask_zip(world: World, entry: ProxyEntry, asked: Asked, *, seconds: float) -> tuple[Reply, str]:
    """The reply and the zip's h1, "" where nothing came, or not all: no more than go itself takes, and no longer."""
    try:
        with tempfile.TemporaryFile(prefix="gomend-zip-") as file:
            reply = await ask(world, entry, asked, sink=Sink(file, MAX_ZIP, seconds))
            h1 = await asyncio.to_thread(h1_of, file) if reply.code is None and reply.is_whole else ""
            return reply, h1
    except OSError:  # no room, or no folder, for temporary files: the source is still looked at
        return await ask(world, entry, asked), ""


def h1_of(file: BinaryIO) -> str:
    """The h1 of a zip, read from its beginning; "" for what is no module's zip."""
    file.seek(0)
    try:
        return hash_zip(file)
    except (ModuleZipError, ZipContentError, ValueError, EOFError):
        return ""
