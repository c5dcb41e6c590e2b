"""Module zips: the h1 hash, and what go checks before it unpacks one.

Source: golang.org/x/mod/sumdb/dirhash (Hash1, HashZip) and golang.org/x/mod/zip (checkZip, Unzip).
"""

import hashlib
import posixpath
from base64 import b64encode
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import BinaryIO

from gomend.gomod.collisions import Collisions
from gomend.gomod.path import InvalidPathError, check_file_path
from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import canonical, check
from gomend.gomod.ziparchive import Archive, Entry, ZipContentError, unpacked

MAX_ZIP = 500 << 20  # bytes, packed and unpacked
MAX_GOMOD = 16 << 20
MAX_LICENSE = 16 << 20
_BATCH = 1 << 20  # packed bytes a task; larger entries are read in pieces
_BATCHES = 16
_BYTES = ("utf-8", "surrogateescape")
_TOO_LARGE = f"total uncompressed size of module contents too large (max size is {MAX_ZIP} bytes)"


class ModuleZipError(GoRefusalError):
    """Not a zip that go would take for this module. `str()` is go's text where go has one."""


class InvalidFilesError(ModuleZipError):
    """Files that may not be in a module zip: (name in the zip, go's words), in the zip's order."""

    def __init__(self, files: tuple[tuple[str, str], ...]) -> None:
        super().__init__("\n".join(f"{name}: {reason}" for name, reason in files))
        self.files = files


@dataclass(frozen=True, slots=True)
class ModuleZip:
    """What a valid module zip holds."""

    files: tuple[str, ...]  # names in the zip, `module@version/path`
    unpacked: int  # bytes


def hash_files(files: Iterable[tuple[str, Iterable[bytes]]]) -> str:
    """The `h1:` hash of named contents: names are sorted bytewise. Raises ModuleZipError for a name with a newline."""
    return hash_digests((name, digest_of(chunks)) for name, chunks in files)


def digest_of(chunks: Iterable[bytes]) -> str:
    """SHA-256 of one file's content, in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def hash_digests(files: Iterable[tuple[str, str]]) -> str:
    """The `h1:` hash of (name, `digest_of` its content) pairs. Raises ModuleZipError for a name with a newline."""
    lines = []
    for name, digest in files:
        raw = name.encode("utf-8", "surrogateescape")
        if b"\n" in raw:
            raise ModuleZipError("dirhash: filenames with newlines are not supported")
        lines.append((raw, digest.encode()))
    total = hashlib.sha256()
    for raw, hexdigest in sorted(lines):
        total.update(hexdigest + b"  " + raw + b"\n")
    return "h1:" + b64encode(total.digest()).decode()


def hash_gomod(data: bytes) -> str:
    """The `h1:` hash of a go.mod, as go.sum has it behind `/go.mod`."""
    return hash_files([("go.mod", (data,))])


def hash_zip(file: BinaryIO, pool: Executor | None = None) -> str:
    """The `h1:` hash of a module zip. Entries that are folders count as empty files.

    Never unpacks more than an entry declares, nor more than 500 MiB in all, and holds a few MiB of it. With a `pool`
    of threads (not one that this call itself runs in) they share the work.
    Raises ModuleZipError where the zip is broken or larger.
    """
    archive = open_zip(file)
    last = {entry.name: entry for entry in archive.entries}  # of entries with the same name the last one counts
    entries = [last[entry.name] for entry in sorted(archive.entries, key=lambda one: one.name.encode(*_BYTES))]
    try:
        if pool is None:
            return hash_digests((entry.name, digest_of(archive.content(entry))) for entry in entries)
        return hash_digests(_shared_out(archive, entries, pool))
    except ZipContentError as error:
        raise ModuleZipError(str(error)) from error


def open_zip(file: BinaryIO) -> Archive:
    """A module zip with its entries. Raises ModuleZipError where it is none, or declares more than 500 MiB."""
    try:
        archive = Archive(file)
    except ZipContentError as error:
        raise ModuleZipError(str(error)) from error
    if sum(entry.size for entry in archive.entries) > MAX_ZIP:
        raise ModuleZipError(_TOO_LARGE)
    return archive


def _shared_out(archive: Archive, entries: Iterable[Entry], pool: Executor) -> Iterator[tuple[str, str]]:
    """The digests of the entries, a batch of small ones a task; few batches are under way at a time."""
    under_way: deque[Future[list[tuple[str, str]]]] = deque()
    batch: list[tuple[Entry, bytes]] = []
    size = 0
    for entry in entries:
        if entry.packed > _BATCH:
            yield entry.name, digest_of(archive.content(entry))
            continue
        batch.append((entry, archive.raw(entry)))
        size += entry.packed
        if size >= _BATCH:
            under_way.append(pool.submit(_digests, batch))
            batch, size = [], 0
            if len(under_way) >= _BATCHES:
                yield from under_way.popleft().result()
    yield from _digests(batch)
    while under_way:
        yield from under_way.popleft().result()


def _digests(batch: Iterable[tuple[Entry, bytes]]) -> list[tuple[str, str]]:
    return [(entry.name, digest_of(unpacked(entry, [raw] if raw else []))) for entry, raw in batch]


def check_zip(file: BinaryIO, module: str, version: str) -> ModuleZip:
    """Check names, collisions and declared sizes as go does before it unpacks; contents are not read.

    Raises ModuleZipError, InvalidFilesError, InvalidPathError or InvalidVersionError.
    """
    if (wanted := canonical(version)) != version:
        raise ModuleZipError(f"version {quote(version)} is not canonical (should be {quote(wanted)})")
    check(module, version)
    size = file.seek(0, 2)
    if size > MAX_ZIP:
        raise ModuleZipError(f"module zip file is too large ({size} bytes; limit is {MAX_ZIP} bytes)")
    try:
        archive = Archive(file)
    except ZipContentError as error:
        raise ModuleZipError(str(error)) from error
    checker = _Checker(f"{module}@{version}/")
    for entry in archive.entries:
        checker.add(entry.name, entry.size)
    if checker.too_large:
        raise ModuleZipError(_TOO_LARGE)
    if checker.invalid:
        raise InvalidFilesError(tuple(checker.invalid))
    return ModuleZip(tuple(checker.valid), checker.size)


class _Checker:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.valid: list[str] = []
        self.invalid: list[tuple[str, str]] = []
        self.size = 0
        self.too_large = False
        self._collisions = Collisions()

    def add(self, entry: str, size: int) -> None:
        if not entry.startswith(self.prefix):
            self.invalid.append((entry, f"path does not have prefix {quote(self.prefix)}"))
            return
        path = entry.removeprefix(self.prefix)
        if not path:
            return
        is_folder = path.endswith("/")
        path = path.removesuffix("/")
        reason = self._name_fault(path, is_folder=is_folder)
        if not reason and not is_folder:
            reason = self._file_fault(path, size)
        if reason:
            self.invalid.append((entry, reason))
        elif not is_folder:
            self.valid.append(entry)

    def _name_fault(self, path: str, *, is_folder: bool) -> str:
        if posixpath.normpath(path) != path or path.startswith("//"):
            return "file path is not clean"
        try:
            check_file_path(path)
        except InvalidPathError as error:
            return str(error)
        return self._collisions.fault(path, is_folder=is_folder)

    def _file_fault(self, path: str, size: int) -> str:
        base = path.rpartition("/")[2]
        if base.lower() == "go.mod":
            if base != path:
                return "go.mod file not in module root directory"
            if path != "go.mod":
                return "go.mod files must have lowercase names"
        if size <= MAX_ZIP - self.size:
            self.size += size
        else:
            self.too_large = True
        if path == "go.mod" and size > MAX_GOMOD:
            return f"go.mod file too large (max size is {MAX_GOMOD} bytes)"
        if path == "LICENSE" and size > MAX_LICENSE:
            return f"LICENSE file too large (max size is {MAX_LICENSE} bytes)"
        return ""
