"""Module zips: hashed and checked as go does."""

import hashlib
import io
import json
import os
import random
import subprocess
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gomend.gomod.modzip import (
    MAX_ZIP,
    InvalidFilesError,
    ModuleZipError,
    check_zip,
    digest_of,
    hash_digests,
    hash_gomod,
    hash_zip,
)
from gomend.gomod.path import InvalidVersionError
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.ziparchive import Archive, ZipContentError

MODULE, VERSION = "example.com/Zip", "v1.2.3"
PREFIX = f"{MODULE}@{VERSION}/"


def make_zip(*files, method=zipfile.ZIP_DEFLATED):
    """A zip of (name, content) pairs; names as given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that stand twice are wanted here
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def under_prefix(*names):
    return make_zip(*((PREFIX + name, b"x" * 10 if name and name[-1] != "/" else b"") for name in names))


ZIPS = {
    "good": under_prefix("go.mod", "a.go", "sub/b.go", "LICENSE"),
    "no prefix": make_zip(("other/a.go", b"")),
    "other case": make_zip((PREFIX.lower() + "a.go", b"")),
    "unclean": under_prefix("a/../b", "a//b", "./c", "../d", "/e", "f/."),
    "bad names": under_prefix("a:b", "CON", "x*", "é.go", "日本/x", "a.", "con.txt", "a'b", "b`c"),
    "cases": under_prefix("a.go", "A.go", "sub/x", "SUB/y", "\u212a", "k", "ß", "ss", "ẞ"),
    "file and folder": under_prefix("a", "a/b"),
    "folder and file": under_prefix("a/b", "a"),
    "twice": under_prefix("a", "b", "a"),
    "folders": under_prefix("", "a/", "a/b", "a/", "c/"),
    "full folder": make_zip((PREFIX + "a/", b"x")),
    "nested go.mod": under_prefix("go.mod", "sub/go.mod", "sub/GO.MOD"),
    "odd go.mod": under_prefix("Go.Mod"),
    "empty": make_zip(),
    "large go.mod": make_zip(
        (PREFIX + "go.mod", b"x" * ((16 << 20) + 1)), (PREFIX + "LICENSE", b"x" * ((16 << 20) + 1))
    ),
    "no zip": b"<html>log in</html>",
    "cut": under_prefix("a.go", "b.go")[:-30],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zips")
    for name, data in ZIPS.items():
        (folder / name).write_bytes(data)
    return folder


def test_a_zip_is_taken_or_refused_as_by_go(oracle, written):
    asked = [("check_zip", MODULE, VERSION, str(written / name)) for name in ZIPS]
    asked += [
        ("check_zip", *pair, str(written / "good"))
        for pair in [(MODULE, "v1.2"), ("nodot", VERSION), (MODULE, "v2.0.0")]
    ]
    taken = 0
    for (_, module, version, path), (wanted,) in zip(asked, oracle(asked), strict=True):
        try:
            with Path(path).open("rb") as file:
                check_zip(file, module, version)
            got = ""
            taken += 1
        except InvalidVersionError as error:  # go puts the module before it
            got = f"{module}@{version}: invalid version: {error.reason}"
        except GoRefusalError as error:
            got = str(error)
        assert got == wanted, path
    assert taken == 4


def test_the_hash_is_gos(oracle, written):
    for name, wanted in zip(ZIPS, oracle(("hash_zip", str(written / name)) for name in ZIPS), strict=True):
        try:
            got = ["ok", hash_zip(io.BytesIO(ZIPS[name]))]
        except ModuleZipError as error:
            got = ["error", str(error)]
        assert got == wanted, name
    stored = make_zip((PREFIX + "go.mod", b"x" * 10), method=zipfile.ZIP_STORED)
    assert hash_zip(io.BytesIO(stored)) == hash_zip(io.BytesIO(under_prefix("go.mod")))


def test_go_mod_download_records_the_same_hashes(go, tmp_path):
    gomod = f"module {MODULE}\n".encode()
    data = make_zip((PREFIX + "go.mod", gomod), (PREFIX + "z.go", b"package z\n"), (PREFIX + "a/a.go", b"package a\n"))
    folder = tmp_path / "proxy/example.com/!zip/@v"
    folder.mkdir(parents=True)
    (folder / f"{VERSION}.zip").write_bytes(data)
    (folder / f"{VERSION}.mod").write_bytes(gomod)
    (folder / f"{VERSION}.info").write_text(json.dumps({"Version": VERSION}))
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "GOPROXY": (tmp_path / "proxy").as_uri(), "GOSUMDB": "off",
        "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local", "GOENV": "off",
    }  # fmt: skip
    command = [go, "mod", "download", "-json", f"{MODULE}@{VERSION}"]
    shown = json.loads(subprocess.run(command, cwd=tmp_path, env=environ, check=True, capture_output=True).stdout)
    assert shown["Sum"] == hash_zip(io.BytesIO(data))
    assert shown["GoModSum"] == hash_gomod(gomod)


@pytest.mark.parametrize("name", ["no zip", "cut"])
def test_what_is_no_zip_is_refused_with_gos_words(name):
    with pytest.raises(ModuleZipError, match=r"^zip: not a valid zip file$"):
        hash_zip(io.BytesIO(ZIPS[name]))


def test_refused_files_are_named():
    with pytest.raises(InvalidFilesError) as caught:
        check_zip(io.BytesIO(ZIPS["twice"]), MODULE, VERSION)
    assert caught.value.files == ((PREFIX + "a", 'multiple entries for file "a"'),)


def _declare(data, size):
    """The same zip whose last entry says in the directory that it holds `size` bytes."""
    at = data.rindex(b"PK\x01\x02") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def test_a_bomb_is_not_unpacked():
    bomb = make_zip((PREFIX + "a", bytes(64 << 20)))
    with pytest.raises(ModuleZipError):
        hash_zip(io.BytesIO(_declare(bomb, 10)))
    with pytest.raises(ModuleZipError, match="too large"):
        hash_zip(io.BytesIO(_declare(bomb, MAX_ZIP + 1)))
    with pytest.raises(ModuleZipError, match="too large"):
        check_zip(io.BytesIO(_declare(bomb, MAX_ZIP + 1)), MODULE, VERSION)


def _damaged():
    """Zips in which one thing is not what it says, by name."""
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        whole = make_zip((PREFIX + "a", bytes(range(256)) * 40), (PREFIX + "b", b"b" * 100), method=method)
        start = 30 + len(PREFIX) + 1
        entry = whole.rindex(b"PK\x01\x02")  # of b, in the directory
        for at in (start, start + 20, start + 200):
            yield f"{method} byte {at}", whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        for size in (99, 101, 0):
            yield f"{method} size {size}", _declare(whole, size)
        yield f"{method} no crc", whole[: entry + 16] + bytes(4) + whole[entry + 20 :]
        yield f"{method} other crc", whole[: entry + 16] + b"abcd" + whole[entry + 20 :]
        packed = whole[entry + 20 : entry + 24]
        for less in (1, 5):
            shorter = (int.from_bytes(packed, "little") - less).to_bytes(4, "little")
            yield f"{method} {less} less packed", whole[: entry + 20] + shorter + whole[entry + 24 :]
        yield f"{method} other method", whole[: entry + 10] + b"\x0c\0" + whole[entry + 12 :]
        yield f"{method} no local header", b"XX" + whole[2:]


def _said(error):
    text = str(error)
    return "flate: corrupt input" if text.startswith("flate: corrupt input") else text  # go tells where


def test_damage_is_seen_as_by_go(oracle, tmp_path):
    zips = dict(_damaged())
    for name, data in zips.items():
        (tmp_path / name).write_bytes(data)
    wanted = oracle(("hash_zip", str(tmp_path / name)) for name in zips)
    with ThreadPoolExecutor(2) as pool:
        for (name, data), (outcome, words) in zip(zips.items(), wanted, strict=True):
            for threads in (None, pool):
                try:
                    got = ("ok", hash_zip(io.BytesIO(data), threads))
                except ModuleZipError as error:
                    got = ("error", str(error))
                assert got == (outcome, _said(words)), name
            assert _in_one_piece(data) == (outcome, _said(words)), name


def _in_one_piece(data):
    """The hash by way of `Archive.whole`."""
    try:
        archive = Archive(io.BytesIO(data))
        digests = []
        for entry in archive.entries:
            whole = archive.whole(entry)
            digests.append((entry.name, digest_of(archive.content(entry) if whole is None else [whole])))
    except ZipContentError as error:
        return "error", str(error)
    return "ok", hash_digests(digests)


def test_threads_change_nothing_and_large_files_come_in_pieces(oracle, tmp_path):
    rng = random.Random(7)
    mib = 1 << 20
    sizes = [0, 1, mib - 1, mib, mib + 1, 2 * mib, 3 * mib + 7, *(rng.randrange(3000) for _ in range(500))]
    noise = rng.randbytes(4 * mib)
    contents = [noise[:size] if number % 2 else bytes(size) for number, size in enumerate(sizes)]
    data = make_zip(*((f"{PREFIX}{number}", content) for number, content in enumerate(contents)))
    (tmp_path / "zip").write_bytes(data)
    [[_, wanted]] = oracle([("hash_zip", str(tmp_path / "zip"))])
    with ThreadPoolExecutor(3) as pool:
        assert hash_zip(io.BytesIO(data), pool) == hash_zip(io.BytesIO(data)) == wanted


def test_damaged_content_is_refused():
    data = bytearray(make_zip((PREFIX + "a", hashlib.sha256(b"x").digest() * 50), method=zipfile.ZIP_STORED))
    data[len(PREFIX) + 60] ^= 1
    with pytest.raises(ModuleZipError, match=r"^zip: checksum error$"):
        hash_zip(io.BytesIO(bytes(data)))
