"""Whether a store can be used, found out by using it."""

import asyncio
import os

from gomend.server.plan import ServeError
from gomend.storage.base import OWN, Store, StoreError
from gomend.storage.opening import open_store

_LONGEST = 4096


def try_store(where: str) -> None:
    """Store, find and remove a trial file. Raises ServeError.

    In a process of its own: what a bucket is reached with starts threads, and workers are forked from this one.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            asyncio.run(_tried(where))
        except StoreError as error:
            os.write(writer, (error.words or "unknown").encode("utf-8", "replace")[:_LONGEST])
        except BaseException as error:
            os.write(writer, repr(error).encode("utf-8", "replace")[:_LONGEST])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        words = told.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    if words:
        raise ServeError("store", value=where, words=words)


async def write_and_delete(store: Store) -> None:
    """Store, find and remove a trial file. Raises StoreError."""
    key = f"{OWN}trial/{os.urandom(8).hex()}"
    await store.add(key, b"trial")
    if await store.open(key) is None or not await store.delete(key):
        raise StoreError("what was stored is not found")


async def _tried(where: str) -> None:
    store = open_store(where)
    try:
        await write_and_delete(store)
    finally:
        await store.close()
