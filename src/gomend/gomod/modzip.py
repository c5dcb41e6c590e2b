"""Module zips: the h1 hash, and what go checks before it unpacks one.

Source: golang.org/x/mod/sumdb/dirhash (Hash1, HashZip) and golang.org/x/mod/zip (checkZip, Unzip).
"""

import hashlib
import posixpath
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from gomend.gomod.path import InvalidPathError, check_file_path
from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import canonical, check

MAX_ZIP = 500 << 20  # bytes, packed and unpacked
MAX_GOMOD = 16 << 20
MAX_LICENSE = 16 << 20
_CHUNK = 1 << 16
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
    lines = []
    for name, chunks in files:
        raw = name.encode("utf-8", "surrogateescape")
        if b"\n" in raw:
            raise ModuleZipError("dirhash: filenames with newlines are not supported")
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
        lines.append((raw, digest.hexdigest().encode()))
    total = hashlib.sha256()
    for raw, hexdigest in sorted(lines):
        total.update(hexdigest + b"  " + raw + b"\n")
    return "h1:" + b64encode(total.digest()).decode()


def hash_gomod(data: bytes) -> str:
    """The `h1:` hash of a go.mod, as go.sum has it behind `/go.mod`."""
    return hash_files([("go.mod", (data,))])


def hash_zip(file: BinaryIO) -> str:
    """The `h1:` hash of a module zip. Entries that are folders count as empty files.

    Reads in small pieces and never unpacks more than an entry declares, nor more than 500 MiB in all.
    Raises ModuleZipError where the zip is broken or larger.
    """
    with _opened(file) as archive:
        entries = {_name(entry): entry for entry in archive.infolist()}
        names = [_name(entry) for entry in archive.infolist()]
        if sum(entries[name].file_size for name in names) > MAX_ZIP:
            raise ModuleZipError(_TOO_LARGE)
        return hash_files((name, _content(archive, entries[name])) for name in names)


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise ModuleZipError("zip: not a valid zip file") from error


def _name(entry: zipfile.ZipInfo) -> str:
    """The name's bytes as UTF-8, whatever the zip's flag says: Go looks at the bytes alone."""
    if entry.flag_bits & 0x800 or entry.orig_filename.isascii():
        return entry.orig_filename
    return entry.orig_filename.encode("cp437").decode("utf-8", "surrogateescape")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if _name(entry).endswith("/"):
        if entry.file_size:
            raise ModuleZipError("zip: not a valid zip file")
        return
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ModuleZipError("zip: unsupported compression algorithm")
    try:
        with archive.open(entry) as content:
            while chunk := content.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ModuleZipError(f"{_name(entry)}: {error}") from error


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
    with _opened(file) as archive:
        checker = _Checker(f"{module}@{version}/")
        for entry in archive.infolist():
            checker.add(_name(entry), entry.file_size)
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
        self._seen: dict[str, tuple[str, bool]] = {}

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
        return self._collision(path, is_folder=is_folder)

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

    def _collision(self, path: str, *, is_folder: bool) -> str:
        """Against all names seen before, those of the folders above included."""
        while path:
            key = "".join(map(_folded, path))
            other, was_folder = self._seen.get(key, ("", False))
            if not other:
                self._seen[key] = (path, is_folder)
            elif other != path:
                return f"case-insensitive file name collision: {quote(other)} and {quote(path)}"
            elif was_folder != is_folder:
                return f"entry {quote(path)} is both a file and a directory"
            elif not is_folder:
                return f"multiple entries for file {quote(path)}"
            path, is_folder = path.rpartition("/")[0], True
        return ""


def _folded(char: str) -> str:
    """One representative of the characters that differ in case only (unicode.SimpleFold): always one character."""
    for folded in (char.casefold(), char.lower()):
        if len(folded) == 1:
            return folded
    return char
