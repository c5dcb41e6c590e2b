"""What is no zip for Go's archive/zip is none here, in whatever pieces it comes."""

import io
import zipfile

import pytest

from gomend.gomod.zipend import ZipEnd


def made(names: int, *, comment: bytes = b"", content: bytes = b"package a\n") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for number in range(names):
            zipped.writestr(f"example.com/a@v1.0.0/{number}.go", content)
        zipped.comment = comment
    return file.getvalue()


def is_zip(data: bytes, piece: int) -> bool:
    end = ZipEnd()
    for start in range(0, len(data), piece):
        end.add(data[start : start + piece])
    return end.is_zip()


ZIP = made(3)


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ZIP, True),
        (made(0), True),
        (made(3, comment=b"x" * 65535), True),
        (made(2, comment=b"a PK\x05\x06 in a comment"), True),
        (b"", False),
        (b"<html><body>Please log in</body></html>", False),
        (b"PK\x03\x04 no zip at all", False),
        (ZIP[:-1], False),
        (ZIP[:-40], False),
        (ZIP[200:], False),
        (ZIP.replace(b"PK\x01\x02", b"PK\x01\x03"), False),
    ],
    ids=range(11),
)
def test_a_zip_is_known_by_its_end(data: bytes, expected: bool, piece: int) -> None:
    assert is_zip(data, piece) is expected


def test_a_directory_larger_than_what_is_kept_is_believed() -> None:
    assert is_zip(made(2000, content=b""), 1000)
