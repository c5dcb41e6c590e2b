"""A request's head is read strictly: what two readers could take for different requests is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.server.requesthead import BadRequestError, Head, read_head

HOST = b"Host: localhost\r\n"


def test_a_plain_request_is_read() -> None:
    head = read_head(b"GET /a/@v/list?x=1 HTTP/1.1\r\nHost:  a:1 \r\nX-Y:\r\nx-y: \xe9 b\r\n\r\n")
    assert head == Head(
        "GET", b"/a/@v/list", [(b"host", b"a:1"), (b"x-y", b""), (b"x-y", b"\xe9 b")], is_last=False, is_old=False
    )


def test_a_target_that_names_a_host_counts_more_than_the_header() -> None:
    head = read_head(b"GET http://evil.example/a?b HTTP/1.1\r\n" + HOST + b"\r\n")
    assert (head.path, head.headers) == (b"/a", [(b"host", b"evil.example")])


@pytest.mark.parametrize(
    "lines",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Connection: keep-alive, Close\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_nothing_is_read_behind_what_may_be_a_body(lines: bytes) -> None:
    assert read_head(lines).is_last


def test_an_empty_body_is_none() -> None:
    assert not read_head(b"POST /-/purge/x HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n").is_last


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\n" + HOST + b"\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b" folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rC: d\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\nC: d\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
)
def test_what_is_not_clear_is_refused(lines: bytes, status: int) -> None:
    with pytest.raises(BadRequestError) as found:
        read_head(lines)
    assert found.value.status == status


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(first: bytes, rest: bytes) -> None:
    for head in (first + b"\r\n\r\n", b"GET /" + first + b" HTTP/1.1\r\n" + HOST + rest + b"\r\n\r\n"):
        try:
            found = read_head(head)
        except BadRequestError:
            continue
        assert not any(byte in b"\x00\r\n" for name, value in found.headers for byte in name + value)
        assert b" " not in found.path
