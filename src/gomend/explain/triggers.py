"""Which lines of a log can matter at all: a cheap test that lets the reader skip the noise in bulk.

Every statement that `explain` knows has a line that contains one of NEEDLES (a test holds that), and ends at most
FOLLOWING lines further on. So a line may be skipped when it contains no needle and none of the FOLLOWING lines before it
does.
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
    b"no required",
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

NEEDLES_BEYOND_ASCII: Final[tuple[bytes, ...]] = tuple(
    needle.encode()
    for needle in "无法 不知道 拒绝 超时 失败 错误 强迫 中止 不存在 未找到 找不到 空间不足 没有 不符".split()
)
"""The same in Chinese, from git, Windows and the C library; worth a look only in a piece that is not ASCII."""


def may_matter(piece: bytes) -> bool:
    """Whether a piece of a log (UTF-8; a line or many) contains anything that can matter."""
    return any(needle in piece for needle in NEEDLES) or (
        not piece.isascii() and any(needle in piece for needle in NEEDLES_BEYOND_ASCII)
    )
