"""One module version in the cache: are its zip, hash, go.mod, info and sources what they should be?"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from gomend.gomod.modzip import ModuleZipError, digest_of, hash_digests, hash_gomod, open_zip
from gomend.gomod.ziparchive import ZipContentError
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.folders import MOST_NAMED, Comparison, hash_folder
from gomend.modcache.reading import opener, read
from gomend.modcache.recorded import Recorded
from gomend.modcache.scan import Entry

_HASH_LENGTH = 47  # h1: and SHA-256 in base64


class VersionCheck:
    """Checks one entry; `faults` lists what is wrong, `bytes` counts what was read."""

    def __init__(self, cache: Path, entry: Entry, recorded: Recorded) -> None:
        self.faults: list[Fault] = []
        self.bytes = 0
        self._cache = cache
        self._entry = entry
        self._key = entry.module, entry.version
        self._recorded = recorded
        self._gomod: bytes | None = None  # the go.mod in the zip
        self._folder_compared = False

    def run(self) -> list[Fault]:
        """Does all checks, in the order in which one explains the next."""
        stored, is_readable = self._stored()
        found = self._zip()
        self._hash(stored, found, is_readable=is_readable)
        self._mod()
        self._info()
        self._folder(stored)
        return self.faults

    def _stored(self) -> tuple[str, bool]:
        """The hash in the ziphash file; "" for none, and whether that is well."""
        data = self._read("ziphash")
        if data is None:
            return "", True
        words = data.strip()
        if b"\0" in words or len(words) != _HASH_LENGTH or not words.startswith(b"h1:"):
            # go makes it anew from the zip where it has no zeros or the wrong length, and stops at another algorithm.
            heals = "zip" in self._entry.files and (b"\0" in words or len(words) != _HASH_LENGTH)
            self._add(Kind.ZIPHASH_UNREADABLE, Notices.HEALS if heals else Notices.BUILD, "ziphash")
            return "", False
        return words.decode("ascii", "replace"), True

    def _zip(self) -> str:
        """The hash of the zip, "" where there is none or it cannot be read."""
        path = self._entry.files.get("zip")
        if path is None:
            return ""
        unpacked = self._entry.folder is not None and "partial" not in self._entry.files
        try:
            with open(path, "rb", opener=opener) as file:
                return self._hashed(file)
        except (ModuleZipError, ZipContentError) as error:
            notices = Notices.VERIFY if unpacked else Notices.BUILD
            self._add(Kind.ZIP_DAMAGED, notices, "zip", detail=str(error))
        except OSError as error:
            self._unreadable(path, error)
        return ""

    def _hashed(self, file: BinaryIO) -> str:
        archive = open_zip(file)
        prefix = f"{self._entry.module}@{self._entry.version}/"
        comparison = None
        if self._entry.folder is not None and "partial" not in self._entry.files:
            comparison = Comparison(self._entry.folder, self._entry.module)
        digests = []
        for entry in archive.entries:
            name = entry.name.removeprefix(prefix)
            whole = archive.whole(entry)
            if whole is None:
                chunks: Iterable[bytes] = archive.content(entry)
                if comparison is not None and not entry.is_folder:
                    chunks = comparison.pieces(name, chunks)
                digest = digest_of(chunks)
            else:
                if comparison is not None:
                    comparison.whole(name, whole)
                digest = hashlib.sha256(whole).hexdigest()
            if name == "go.mod":
                self._gomod = whole if whole is not None else b"".join(archive.content(entry))
            self.bytes += entry.size
            digests.append((entry.name, digest))
        if self._gomod is None:
            self._gomod = f"module {self._entry.module}\n".encode()  # what go makes for a module without one
        found = hash_digests(digests)
        if comparison is not None:
            self._compared(comparison.close(), trusted=self._differs("zip", found) is None)
        return found

    def _compared(self, differing: list[str], *, trusted: bool) -> None:
        self._folder_compared = trusted
        if differing and trusted:
            self._altered(tuple(differing), "zip")

    def _hash(self, stored: str, found: str, *, is_readable: bool) -> None:
        differs = self._differs("zip", found) if found else None
        if differs is not None:
            # go compares what stands in the ziphash with go.sum, never the zip itself.
            seen = Notices.BUILD if stored == found else Notices.VERIFY
            self._add(Kind.ZIP_MISMATCH, seen, "zip", wanted=differs[0], found=found, source=differs[1])
        if not stored:
            if is_readable and found:
                self._add(Kind.ZIPHASH_MISSING, Notices.HEALS, "ziphash")
            return
        against = self._differs("zip", stored)
        if against is not None and found != stored:
            self._add(Kind.ZIPHASH_WRONG, Notices.BUILD, "ziphash", wanted=against[0], found=stored, source=against[1])
        elif found and found != stored and differs is None:
            self._add(Kind.ZIPHASH_WRONG, Notices.VERIFY, "ziphash", wanted=found, found=stored, source="zip")

    def _mod(self) -> None:
        data = self._read("mod")
        if data is None:
            return
        digest = hash_gomod(data)
        against = self._differs("mod", digest)
        if against is not None:
            self._add(Kind.MOD_MISMATCH, Notices.BUILD, "mod", wanted=against[0], found=digest, source=against[1])
        elif self._gomod is not None and data != self._gomod and not self._recorded.knows("mod", self._key):
            wanted = hash_gomod(self._gomod)
            if digest != wanted:
                self._add(Kind.MOD_MISMATCH, Notices.NEVER, "mod", wanted=wanted, found=digest, source="zip")

    def _info(self) -> None:
        data = self._read("info")
        if data is None:
            return
        try:
            told = json.loads(data)
            version = {str(name).lower(): value for name, value in told.items()}.get("version")
        except (ValueError, AttributeError, RecursionError) as error:
            self._add(Kind.INFO_DAMAGED, Notices.HEALS, "info", detail=str(error))
            return
        if version != self._entry.version:
            self._add(
                Kind.INFO_WRONG, Notices.NEVER, "info", wanted=self._entry.version, found=str(version), source="info"
            )

    def _folder(self, stored: str) -> None:
        folder = self._entry.folder
        if folder is None:
            return
        if "partial" in self._entry.files:
            self._add_at(Kind.FOLDER_UNFINISHED, Notices.HEALS, folder)
            return
        if self._folder_compared:
            return
        known = self._recorded.zips.get(self._key)
        if not known and not stored:
            if "zip" not in self._entry.files:
                self._add_at(Kind.FOLDER_ALONE, Notices.HEALS, folder)
            return
        try:
            found = hash_folder(folder, f"{self._entry.module}@{self._entry.version}")
        except OSError as error:
            self._unreadable(folder, error)
            return
        except ModuleZipError as error:
            self._add_at(Kind.FOLDER_ALTERED, Notices.VERIFY, folder, detail=str(error))
            return
        against = self._differs("zip", found) if known else None if found == stored else (stored, "ziphash")
        if against is not None:
            self._add_at(Kind.FOLDER_ALTERED, Notices.VERIFY, folder, wanted=against[0], found=found, source=against[1])

    def _altered(self, files: tuple[str, ...], source: str) -> None:
        folder = self._entry.folder
        if folder is not None:
            more = "" if len(files) <= MOST_NAMED else str(len(files))
            self._add_at(
                Kind.FOLDER_ALTERED, Notices.VERIFY, folder, source=source, files=files[:MOST_NAMED], detail=more
            )

    def _differs(self, kind: str, digest: str) -> tuple[str, str] | None:
        return self._recorded.differs(kind, self._key, digest)

    def _read(self, kind: str) -> bytes | None:
        path = self._entry.files.get(kind)
        if path is None:
            return None
        try:
            return read(path)
        except OSError as error:
            self._unreadable(path, error)
            return None

    def _unreadable(self, path: Path, error: OSError) -> None:
        self._add_at(Kind.UNREADABLE, Notices.BUILD, path, detail=error.strerror or str(error))

    def _add(
        self,
        kind: Kind,
        notices: Notices,
        file: str,
        *,
        wanted: str = "",
        found: str = "",
        source: str = "",
        detail: str = "",
    ) -> None:
        path = self._entry.files.get(file) or self._entry.files["zip"].with_suffix(f".{file}")
        self._add_at(kind, notices, path, wanted=wanted, found=found, source=source, detail=detail)

    def _add_at(
        self,
        kind: Kind,
        notices: Notices,
        path: Path,
        *,
        wanted: str = "",
        found: str = "",
        source: str = "",
        files: tuple[str, ...] = (),
        detail: str = "",
    ) -> None:
        self.faults.append(
            Fault(
                kind,
                notices,
                path.relative_to(self._cache).as_posix(),
                *self._key,
                wanted=wanted,
                found=found,
                source=source,
                files=files,
                detail=detail,
            )
        )
