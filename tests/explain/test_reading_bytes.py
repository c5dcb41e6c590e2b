"""Any bytes become lines: every encoding, terminals' tricks, hostile input."""

import codecs
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.work import growth

from gomend.explain.reader import LogReader, read_lines
from gomend.explain.reading.terminal import clean

LOG = "go: downloading x.io/a v1.0.0\ngo: x.io/b@v1.0.0: 致命错误：无法访问 é\n\tserver response: no\n"


def texts(raw: bytes) -> list[str]:
    return [line.text for line in read_lines([raw])]


@pytest.mark.parametrize(
    "raw",
    [
        LOG.encode(),
        codecs.BOM_UTF8 + LOG.encode(),
        codecs.BOM_UTF16_LE + LOG.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + LOG.encode("utf-16-be"),
        LOG.encode("utf-16-le"),
        LOG.encode("utf-16-be"),
        LOG.replace("\n", "\r\n").encode(),
    ],
)
def test_every_encoding_gives_the_same_text(raw: bytes) -> None:
    assert texts(raw) == LOG.splitlines()


def test_chinese_windows_and_western_windows_code_pages() -> None:
    chinese = "由于目标计算机积极拒绝，无法连接。"
    assert texts(chinese.encode("gbk")) == [chinese]
    assert texts("Échec d'authentification".encode("cp1252")) == ["Échec d'authentification"]


def test_a_piece_of_utf16_in_a_utf8_file() -> None:
    raw = b"go: first\n" + b"x" * 5000 + b"\n" + "go: second\n".encode("utf-16-le")
    assert "go: second" in texts(raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\x1b[31mgo: x\x1b[0m", ["go: x"]),
        (b"\x1b]0;title\x07go: x", ["go: x"]),
        (b"\x1b]8;;https://a.io\x1b\\link\x1b]8;;\x1b\\", ["link"]),
        (b"a\x1b[2K\x1b[1Gb", ["ab"]),
        (b"\x9b31mgo: x", ["›31mgo: x"]),
        ("\u009b31mgo: x".encode(), ["go: x"]),
        (b"go: \xe2\x80\xaex\x00\x07\x08", ["go: x"]),
        (b"10%\r20%\r100%", ["100%"]),
        (b"Receiving objects:  45%\rerror: RPC failed\rdone", ["error: RPC failed", "done"]),
        (b"line\r\r\n", ["line"]),
        (b"", []),
        (b"\n", [""]),
    ],
)
def test_what_a_terminal_would_show(raw: bytes, shown: list[str]) -> None:
    assert texts(raw) == shown


@given(st.binary(max_size=3000), st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_any_bytes_in_any_pieces_give_the_same_harmless_lines(raw: bytes, size: int) -> None:
    whole = list(read_lines([raw]))
    assert list(read_lines([raw[at : at + size] for at in range(0, len(raw), size)])) == whole
    numbers = [line.number for line in whole]
    assert numbers == sorted(numbers)
    for line in whole:
        assert not any((ord(c) < 32 and c != "\t") or 127 <= ord(c) < 160 for c in line.text)


_PIECES = [
    "go: ",
    "\x1b[",
    "\x1b]",
    "31m",
    "```",
    "> ",
    "\r",
    "\n",
    '{"log":"',
    '"}',
    "##[group]Run ",
    "##[endgroup]",
    "#1 1.0 ",
    "2026-11-22T10:00:00Z ",
    "01O+",
    "stderr P ",
    "go : ",
    "At line:1 char:1",
    "x" * 90,
    "\t",
    " ",
    "é",
    "致",
    "fatal: ",
    "| ",
    "$ ",
    "echo $?",
    "section_start:1:a\r",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_wrappers_is_read(text: str) -> None:
    lines = list(read_lines([text.encode()]))
    for channel in {line.channel for line in lines}:
        numbers = [line.number for line in lines if line.channel == channel]
        assert numbers == sorted(numbers)
    assert all("\x1b" not in line.text and line.last <= text.count("\n") + 1 for line in lines)


@pytest.mark.parametrize("escape", ["\x1b[", "\x1b]", "\x1bP", "\x9b", "[1;", "^[[1;", "\x1b[1;", "\\u001b["])
def test_no_escape_sequence_makes_cleaning_slow(escape: str) -> None:
    assert growth(clean, lambda size: escape * (size // len(escape)), 4_000) < 24


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "[",
        "#1 ",
        "> ",
        "| ",
        "a@b ",
        "[pod/a/b] ",
        '{"log":',
        "&amp;",
        "10:00:00 ",
        "2026-11-22T10:00:00Z ",
        "level=a ",
        'time=a msg="',
        "go: ",
        "a: go: ",
        "a:go: downloading",
        "/x",
        "x\\",
        "::error ",
        "$ ",
        "+ ",
        "exit code ",
        "make: *** ",
        "failed to solve: ",
        "The command '",
        "\t",
        'process "',
        "RUN --a=b ",
        "Error: ",
        "section_start:1:a",
        "<1>1 a a ",
        "➜ ",
        "PS C:\\",
        "go : ",
        "curl: (",
        "1",
    ],
)
def test_no_line_makes_reading_slow(unit: str) -> None:
    def read(text: str) -> object:
        return list(read_lines([text.encode()]))

    assert growth(read, lambda size: unit * (size // len(unit)), 4_000) < 24


def test_an_endless_line_takes_little_memory() -> None:
    reader = LogReader()
    chunk = b"x" * (1 << 20)
    tracemalloc.start()
    for _ in range(48):
        assert list(reader.feed(chunk)) == []
    lines = [*reader.feed(b"go: the end\nfatal: next\n"), *reader.finish()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert lines[0].text.endswith("go: the end")
    assert (lines[1].number, lines[1].text) == (2, "fatal: next")


def test_of_a_long_log_only_what_can_matter_is_handed_over() -> None:
    noise = [f"compiling unit {number} of many" for number in range(60_000)]
    noise[40_000] = "go: x.io/y@v1.0.0: EOF"
    noise[40_001] = "\tserver response: quoted"
    noise[-1] = "the end"
    lines = {line.number: line.text for line in read_lines([("\n".join(noise) + "\n").encode()])}
    assert lines[40_001] == "go: x.io/y@v1.0.0: EOF"
    assert lines[40_002] == "\tserver response: quoted"
    assert lines[60_000] == "the end"
    assert lines[1] == noise[0]
    assert len(lines) < 12_000
    assert all(noise[number - 1] == text for number, text in lines.items())


@given(
    st.lists(
        st.sampled_from([*(f"noise {n}" * 9 for n in range(9)), "go: x@v1: EOF", "fatal: y", "go: downloading a v1"]),
        max_size=400,
    ),
    st.data(),
)
@settings(max_examples=12, deadline=None)
def test_skipping_keeps_numbers_and_all_that_matters(pieces: list[str], data: st.DataObject) -> None:
    padding = ["plain words only"] * 18_000
    lines = padding + pieces + padding
    raw = ("\n".join(lines) + "\n").encode()
    cut = data.draw(st.integers(1, len(raw)))
    read = {line.number: line.text for line in read_lines([raw[:cut], raw[cut:]])}
    assert all(lines[number - 1] == text for number, text in read.items())
    assert all(number in read for number, text in enumerate(lines, 1) if text.startswith(("go:", "fatal")))
