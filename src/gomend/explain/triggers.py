"""Which lines of a log can matter at all: a cheap test that lets the reader skip the noise in bulk.

Every statement that `explain` knows has a line that contains one of NEEDLES (a test holds that), and ends at most
FOLLOWING lines further on. So a line may be skipped when no needle is in it nor in the FOLLOWING lines before it.
"""

from typing import Final

FOLLOWING: Final = 16
"""So many lines after a line with a needle are handed over too: indented blocks, quoted answers, JSON members."""

NEEDLES: Final[tuple[bytes, ...]] = (
    # go's own lines and their frames
    b"go: ",
    b"go get ",
    b"# ",
    b".go:",
    b"go.mod:",
    b"go.work",
    b"erifying ",
    b"erified",
    b"been modified",
    b"requires Go",
    b"no matching versions",
    b"file indicates go ",
    b"only valid when using modules",
    b" has unexpected file ",
    b"invalid character ",
    b" Forbidden",
    b"nauthorized",
    b"no required",
    b"reading http",
    b"exists but",
    b"unrecognized",
    b"declares its path",
    b"exclude all",
    b"FAIL",
    b"ok  \t",
    b"panic: ",
    b'"Path": ',
    b'"Action":',
    # what any program says when something breaks
    b"rror",
    b"ERR",
    b"atal",
    b"xit ",
    b"xited ",
    b"dial tcp",
    b"x509",
    b" space left",
    b"malformed",
    b"o such ",
    b"url: (",
    b"fail",
    b"Fail",
    b"enied",
    b"not ",
    b"nable to ",
    b"issing ",
    b"onnection ",
    b"imed out",
    b"illed",
    b"ssh",
    b"remote: ",
)

NEEDLES_BEYOND_ASCII: Final[tuple[bytes, ...]] = (
    "无法".encode(),
    "不知道".encode(),
    "拒绝".encode(),
    "超时".encode(),
    "失败".encode(),
    "错误".encode(),
    "强迫".encode(),
    "中止".encode(),
    "不存在".encode(),
    "未找到".encode(),
    "找不到".encode(),
    "空间不足".encode(),
    "没有".encode(),
    "不符".encode(),
)
"""The same in Chinese, from git, Windows and the C library; worth a look only in a piece that is not ASCII."""


def may_matter(piece: bytes) -> bool:
    """Whether a piece of a log (UTF-8; a line or many) contains anything that can matter."""
    return any(needle in piece for needle in NEEDLES) or (
        not piece.isascii() and any(needle in piece for needle in NEEDLES_BEYOND_ASCII)
    )
