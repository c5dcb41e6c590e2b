"""What is kept of an output: its beginning and its end, in whole lines where something was left out."""

from hypothesis import given
from hypothesis import strategies as st

from gomend.gocmd.capture import Capture, Lines


def test_a_short_output_is_kept_whole():
    capture = Capture(head=10, tail=10)
    for chunk in (b"one\ntw", b"o\nthree\nfour\n"):
        capture.add(chunk)
    assert (b"".join(capture.chunks()), capture.dropped, capture.size) == (b"one\ntwo\nthree\nfour\n", 0, 19)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=60), st.integers(1, 100), st.integers(1, 100))
def test_memory_is_bounded_and_both_ends_are_there(chunks: list[bytes], head: int, tail: int):
    capture = Capture(head, tail)
    for chunk in chunks:
        capture.add(chunk)
    whole, kept = b"".join(chunks), b"".join(capture.chunks())
    assert capture.size == len(whole)
    assert len(kept) <= head + tail + 81
    if capture.dropped == 0:
        assert kept == whole
    else:
        before = whole[: max(head, 1)].rpartition(b"\n")[0]
        assert kept.startswith(before)
        assert whole.endswith(kept[-1:]) or kept.endswith(b"\n")


def test_the_cut_falls_on_line_ends():
    capture = Capture(head=4, tail=8)
    for number in range(100):
        capture.add(b"line %d\nrest" % number)
    kept = b"".join(capture.chunks()).split(b"\n")
    assert kept[0] == b"line 0"
    assert all(line == b"" or line.startswith((b"restline", b"line", b"rest")) for line in kept)


def test_streams_that_share_a_capture_never_mix_within_a_line():
    capture = Capture()
    out, err = Lines(capture), Lines(capture)
    out.add(b"a beg")
    err.add(b"an error\nand ")
    out.add(b"inning\n")
    err.add(b"more")
    out.close()
    err.close()
    assert b"".join(capture.chunks()) == b"an error\na beginning\nand more\n"
