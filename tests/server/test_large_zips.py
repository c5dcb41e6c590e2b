"""Zips as large as go takes, and larger: passed on, checked and stored in bounded memory by a real server."""

import base64
import contextlib
import hashlib
import http.client
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Exchange, Upstream
from tests.server.faulttable import fault
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

from gomend.gomod.modzip import MAX_ZIP, hash_zip
from gomend.sources.directorylimit import MAX_DIRECTORY

GROUP = "A zip"
FRONT = b"example.com/m@v1.0.0/"
PATH = "/example.com/m/@v/v1.0.0.zip"
SLACK = 32 << 20  # bytes by which a server may grow
_LOCAL = struct.Struct("<4s5H3I2H")
_RECORD = struct.Struct("<4s6H3I5H2I")
_LARGE = struct.Struct("<4sQ2H2I4Q")


def local(name: bytes, data: bytes, size: int, crc: int, method: int) -> bytes:
    return _LOCAL.pack(b"PK\3\4", 45, 0, method, 0, 0x21, crc, len(data), size, len(name), 0) + name + data


def record(name: bytes, packed: int, size: int, crc: int, method: int, offset: int) -> bytes:
    fields = (45, 45, 0, method, 0, 0x21, crc, packed, size, len(name), 0, 0, 0, 0, 0, offset)
    return _RECORD.pack(b"PK\1\2", *fields) + name


def ending(count: int, size: int, offset: int) -> bytes:
    """The end of a zip whose numbers stand in a zip64 record."""
    at = offset + size
    large = _LARGE.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    last = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return large + struct.pack("<4sIQI", b"PK\6\7", 0, at, 1) + last


def crc_of_zeros(size: int) -> int:
    crc, piece = 0, bytes(1 << 20)
    for at in range(0, size, len(piece)):
        crc = zlib.crc32(piece[: size - at], crc)
    return crc


def large(file: Path, whole: int) -> None:
    """A zip of so many bytes with one stored file, all zeros, which take no room on the disk."""
    name = FRONT + b"data.bin"
    rest = len(local(name, b"", 0, 0, 0)) + len(record(name, 0, 0, 0, 0, 0)) + len(ending(1, 0, 0))
    size = whole - rest
    head = _LOCAL.pack(b"PK\3\4", 45, 0, 0, 0, 0x21, crc := crc_of_zeros(size), size, size, len(name), 0) + name
    listed = record(name, size, size, crc, 0, 0)
    with file.open("wb") as out:
        out.write(head)
        out.seek(size, 1)
        out.write(listed + ending(1, len(listed), len(head) + size))
    assert file.stat().st_size == whole


def many(file: Path, count: int, content: bytes) -> None:
    """A zip of so many files with this content, deflated."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc = squeezer.compress(content) + squeezer.flush(), zlib.crc32(content)
    listed, offset = bytearray(), 0
    with file.open("wb") as out:
        for number in range(count):
            name = b"%bd%03d/%06d" % (FRONT, number % 997, number)
            listed += record(name, len(packed), len(content), crc, 8, offset)
            offset += out.write(local(name, packed, len(content), crc, 8))
        out.write(listed + ending(count, len(listed), offset))


def long_list(file: Path) -> None:
    """A zip whose list of files is longer than a server reads: one name again and again."""
    one = record(FRONT + b"a", 0, 0, 0, 0, 0)
    count = MAX_DIRECTORY // len(one) + 1
    first = local(FRONT + b"a", b"", 0, 0, 0)
    file.write_bytes(first + one * count + ending(count, len(one) * count, len(first)))


def hash_of(count: int, content: bytes) -> str:
    """The hash of such a zip, by the words of golang.org/x/mod/sumdb/dirhash."""
    one = hashlib.sha256(content).hexdigest()
    names = sorted(b"%bd%03d/%06d" % (FRONT, number % 997, number) for number in range(count))
    listed = b"".join(b"%b  %b\n" % (one.encode(), name) for name in names)
    return f"h1:{base64.b64encode(hashlib.sha256(listed).digest()).decode()}"


@dataclass
class Place:
    """A server, the file that its source gives for the zip, and room for a zip twice."""

    server: Served
    found: Lab
    file: Path
    at_rest: int  # bytes of memory

    def ask(self) -> tuple[int, int, str, bool]:
        """Status, bytes, SHA-256 and whether it was cut; the answer is not held."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        digest, size = hashlib.sha256(), 0
        with contextlib.closing(connection):
            connection.request("GET", PATH)
            answer = connection.getresponse()
            cut = False
            try:
                while piece := answer.read1(1 << 20):
                    digest.update(piece)
                    size += len(piece)
            except (http.client.HTTPException, OSError):
                cut = True
            return answer.status, size, digest.hexdigest(), cut or answer.length not in (None, 0)

    @property
    def grown(self) -> int:
        """By how many bytes the memory of the largest process of the server has grown, at its peak."""
        return peak_of_all(self.server) - self.at_rest


def peak_of_all(server: Served) -> int:
    return max(map(peak_of, processes(server.process.pid)))


def processes(group: int) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if os.getpgid(int(folder.name)) == group:
                    yield int(folder.name)


def peak_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """In memory where there is room for it: the test is of the server, not of the disk."""
    roomy = Path("/dev/shm")
    in_memory = roomy.is_dir() and shutil.disk_usage(roomy).free > 4 * MAX_ZIP
    with tempfile.TemporaryDirectory(dir=roomy if in_memory else tmp_path) as folder:
        file = Path(folder, "m.zip")
        found = lab([Module("example.com/m", "v1.0.0")])

        def act(exchange: Exchange, _: bytes | None) -> None:
            with file.open("rb") as opened:
                exchange.send(200, length=file.stat().st_size, content_type="application/zip")
                with contextlib.suppress(OSError):  # who is not interested hangs up
                    exchange.connection.sendfile(opened)

        found.broken[PATH] = act
        with Upstream(found) as upstream, serving(Path(folder, "served"), upstream.url, "--timeout", "60") as server:
            yield Place(server, found, file, peak_of_all(server))


@fault(GROUP, "is as large as go takes (500 MiB)", "200, the right file, in bounded memory")
def test_the_largest_zip_passes_in_bounded_memory_cold_and_warm(place: Place) -> None:
    large(place.file, MAX_ZIP)
    with place.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    assert place.ask() == (200, MAX_ZIP, digest, False)
    place.server.await_stored(PATH)
    assert place.ask() == (200, MAX_ZIP, digest, False)
    assert place.found.count(PATH) == 1
    assert place.grown < SLACK


@fault(GROUP, "is larger than go takes", "502 `proxy.bad_response`; the size is told")
def test_a_zip_beyond_the_limit_is_refused_with_its_size(place: Place) -> None:
    with place.file.open("wb") as file:
        file.truncate(MAX_ZIP + 1)
    got = place.server.get(PATH)
    assert (got.status, got.headers["x-gomend-code"]) == (502, "proxy.bad_response")
    assert f"downloaded zip file too large ({MAX_ZIP + 1} bytes)" in got.text


@fault(GROUP, "of unknown size is larger than go takes", "a download that is cut; nothing is stored")
def test_a_zip_that_never_ends_is_cut_at_the_limit(place: Place) -> None:
    with place.file.open("wb") as file:
        file.write(b"PK\3\4")
        file.truncate(MAX_ZIP + 1)

    def chunked(exchange: Exchange, _: bytes | None) -> None:
        exchange.end()
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % (MAX_ZIP + 1)
        with place.file.open("rb") as opened, contextlib.suppress(OSError):
            exchange.connection.sendall(head)
            exchange.connection.sendfile(opened)
            exchange.connection.sendall(b"\r\n0\r\n\r\n")

    place.found.broken[PATH] = chunked
    status, size, _, cut = place.ask()
    assert (status, cut) == (200, True) and size <= MAX_ZIP
    assert place.server.has_logged("downloaded zip file too large (more than")
    assert not (place.server.store / PATH[1:]).exists() and place.grown < SLACK


@fault(GROUP, "of many small deflated files unpacks to more than go takes", "a download that is cut; nothing is stored")
def test_a_bomb_of_many_files_is_found_by_what_they_declare(place: Place) -> None:
    many(place.file, 4000, bytes(1 << 20))  # 4 GB in 4 MB
    status, size, _, cut = place.ask()
    assert (status, cut) == (200, True) and size < place.file.stat().st_size
    assert place.server.has_logged("total uncompressed size of module contents too large")
    assert not (place.server.store / PATH[1:]).exists() and place.grown < SLACK


@fault(GROUP, "has more than 65,535 files, in zip64's form", "200, the right file")
def test_a_zip_of_very_many_files_passes_in_bounded_memory(place: Place) -> None:
    count, content = 70_000, b"package m\n"
    many(place.file, count, content)
    with place.file.open("rb") as file:
        assert hash_zip(file) == hash_of(count, content)
    whole = place.file.read_bytes()
    assert place.server.keep(PATH).body == whole
    assert place.server.get(PATH).body == whole
    assert place.grown < SLACK + 1000 * count


@fault(GROUP, "has a list of files of more than 32 MiB", "a download that is cut; nothing is stored")
def test_a_list_of_files_that_would_fill_the_memory_is_not_read(place: Place) -> None:
    long_list(place.file)
    status, _, _, cut = place.ask()
    assert (status, cut) == (200, True)
    assert place.server.has_logged("its list of files takes")
    assert not (place.server.store / PATH[1:]).exists() and place.grown < SLACK
