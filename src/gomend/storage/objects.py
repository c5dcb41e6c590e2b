"""A store in a bucket: S3 and what is compatible, Google Cloud Storage, Azure Blob, through obstore.

Objects are created only where there is none (`If-None-Match: *`), so that any number of processes share a bucket with
nothing else beside it. obstore is called in threads: its asynchronous calls can abort a process that ends.
"""

import asyncio
import mmap
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, PreconditionError
from obstore.store import from_url

from gomend.causes import Code
from gomend.storage.base import PIECE, TENANTS, Entry, Stat, StoreError, check_key
from gomend.storage.ownscratch import OwnScratch

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from obstore.store import ObjectStore as Bucket
    from obstore.store import RetryConfig

_T = TypeVar("_T")
_THREADS = 64
_PATIENCE: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}  # obstore's own takes minutes
_PERFORMED = re.compile(r"Error performing (?P<method>[A-Z]+) (?P<url>[^\s?]+)\S* in \S+ - (?P<said>.*)")
_DOCUMENT = re.compile(r"<Code>(?P<code>[^<]*)</Code>.*?<Message>(?P<message>[^<]*)</Message>")


@dataclass(frozen=True, slots=True)
class _Object:
    stat: Stat
    key: str
    store: "ObjectStore"
    path: None = None

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As of Blob."""
        stop = self.stat.size if stop is None else stop
        if start >= stop:
            return
        pieces = await self.store.in_thread(self.store.pieces, self.key, start, stop, self.stat.tag)
        while (piece := await self.store.in_thread(next, pieces, None)) is not None:
            start += len(piece)
            yield piece
        if start < stop:
            raise StoreError("the object became shorter while it was read")


class ObjectStore:
    """As of Store. `url` names the bucket (`s3://bucket/prefix`, `gs://…`, `az://…`); further settings come from the
    environment, as of each provider's own tools, and from `options` (obstore's). Raises StoreError for a URL that names
    no bucket.
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        try:
            self._bucket: Bucket = from_url(url, **{"retry_config": _PATIENCE, **(options or {})})
        except (BaseError, ValueError, TypeError) as error:
            raise StoreError(_words(error)) from error
        self._own = OwnScratch()
        self.scratch = self._own.folder
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="bucket")

    async def open(self, key: str) -> _Object | None:
        """As of Store."""
        stat = await self.stat(key)
        return _Object(stat, key, self) if stat else None

    async def stat(self, key: str) -> Stat | None:
        """As of Store."""
        check_key(key)
        try:
            meta: ObjectMeta = await self.in_thread(obstore.head, self._bucket, key)
        except FileNotFoundError:
            return None
        return Stat(meta["size"], meta["last_modified"].timestamp(), (meta["e_tag"] or "").strip('"'))

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store."""
        check_key(key)
        try:
            await self.in_thread(self._create, key, content)
        except (AlreadyExistsError, PreconditionError):
            return False
        except FileNotFoundError as error:  # the bucket itself
            raise StoreError(_words(error)) from error
        finally:
            if isinstance(content, Path):
                content.unlink(missing_ok=True)
        return True

    async def replace(self, key: str, content: bytes) -> None:
        """As of Store."""
        check_key(key)
        try:
            await self.in_thread(obstore.put, self._bucket, key, content)
        except FileNotFoundError as error:  # the bucket itself
            raise StoreError(_words(error)) from error

    async def delete(self, key: str) -> bool:
        """As of Store."""
        if await self.stat(key) is None:
            return False
        await self.in_thread(obstore.delete, self._bucket, key)
        return True

    async def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """As of Store."""
        folder = prefix.rpartition("/")[0]  # a bucket's prefix is of whole path elements
        batches = iter(obstore.list(self._bucket, folder or None))
        while (batch := await self.in_thread(next, batches, None)) is not None:
            for meta in batch:
                if meta["path"].startswith(prefix) and not meta["path"].startswith(TENANTS):
                    modified = meta["last_modified"].timestamp()
                    yield Entry(meta["path"], meta["size"], modified, modified)

    async def close(self) -> None:
        """As of Store."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._own.close()

    async def in_thread(self, act: Callable[..., _T], *arguments: object) -> _T:
        """A call to the bucket. Raises FileNotFoundError, AlreadyExistsError, PreconditionError, StoreError."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, act, *arguments)
        except (FileNotFoundError, AlreadyExistsError, PreconditionError):
            raise
        except PermissionDeniedError as error:
            raise StoreError(_words(error), Code.DISK_PERMISSION) from error
        except (BaseError, OSError) as error:
            raise StoreError(_words(error)) from error

    def pieces(self, key: str, start: int, stop: int, tag: str) -> Iterator[bytes]:
        """The bytes of an object, of this very version."""
        options: GetOptions = {"range": (start, stop)}
        if tag:
            options["if_match"] = f'"{tag}"'
        found = obstore.get(self._bucket, key, options=options)
        return (bytes(piece) for piece in found.stream(min_chunk_size=PIECE))

    def _create(self, key: str, content: bytes | Path) -> None:
        given = content if isinstance(content, bytes) else _mapped(content)
        obstore.put(self._bucket, key, given, mode="create")


def _mapped(file: Path) -> "bytes | mmap.mmap":
    """A file's bytes, of which only those that are being sent need memory.

    obstore creates an object only where there is none in one piece, not in parts, and reads a file whole for that.
    """
    with file.open("rb") as opened:
        size = opened.seek(0, SEEK_END)
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if size else b""


def _words(error: Exception) -> str:
    """What an error says, without the dump of itself that obstore adds for its own makers, and of a document that the
    provider sent what it says to people. A query is left out: it may hold a signature.
    """
    words = " ".join(str(error).partition("Debug source:")[0].split())
    found = _PERFORMED.search(words)
    if found is None:
        return words
    said, document = found["said"], _DOCUMENT.search(found["said"])
    if document is not None:
        said = f"{said.partition('<')[0]}{document['code']}: {document['message']}"
    return f"{found['method']} {found['url']}: {said}"
