"""What is no clean request, by HTTP/1.1 over TLS and by HTTP/2, or no handshake: refused, and it harms nobody."""

import itertools
import re
import socket
import struct
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from tests.lab.http2 import frame
from tests.lab.upstream import Upstream
from tests.server.faulttable import TABLE, Fault
from tests.server.hostile import HIDDEN, PATH, PATHS, REQUESTS, SECOND, SMALL
from tests.server.overtls import Identity, said, secured
from tests.server.rawhttp2 import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    PING,
    PREFACE,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Talk,
    asking,
    block,
    request,
)
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

FILE = PATH.encode()
WELL = asking(FILE)
CANCEL = struct.pack(">I", 8)
MOST_MEMORY = 32 << 20  # bytes that a client may cost
MOST_ASKED = 200  # requests to a source for one client

# What another reader of HTTP/1.1 answers otherwise, just as safely: a body is read to its end, so that what stands
# behind it is a request; a line feed alone ends a line (RFC 9112 §2.2).
OTHERWISE: dict[str, tuple[list[int], bool]] = {
    "Content-Length and Transfer-Encoding": ([200], False),
    "a request in the body": ([200], True),
    "a request in a chunked body": ([200], True),
    "an unknown Transfer-Encoding": ([400], False),
    "two Transfer-Encodings": ([400], False),
    "lines that end without a carriage return": ([200], True),
    "a header of 600 kB": ([431], False),
    "a version of HTTP that is none": ([400], False),
    "a method of 5,000 letters": ([405], True),
    "a POST that expects 100 and has a body": ([405], True),
    "a target that is not UTF-8": ([400], False),
}
# Where the end comes before all was sent, what was said may be lost on the way.
LOST = ("a header of 600 kB", "a target of 200 kB", "a PUT of 300 kB", "10,000 headers")

# What is sent, and what is said to stream 1; stream 3 is answered unless that is the end of the connection.
PROTOCOL, ENDS = "reset: PROTOCOL_ERROR", "the end: PROTOCOL_ERROR"
HTTP2: dict[str, tuple[bytes, str]] = {
    "a header's name in upper case": (request(1, [*WELL, (b"X-A", b"b")]), ENDS),
    "two `:path`": (request(1, [*WELL, (b":path", b"/example.com/hidden/@v/list")]), PROTOCOL),
    "two `:method`": (request(1, [(b":method", b"PUT"), *WELL]), PROTOCOL),
    "two `:authority`": (request(1, [(b":authority", b"evil.example"), *WELL]), PROTOCOL),
    "no `:method`": (request(1, asking(FILE, method=None)), PROTOCOL),
    "no `:path`": (request(1, asking(FILE, path=None)), PROTOCOL),
    "no `:scheme`": (request(1, asking(FILE, scheme=None)), PROTOCOL),
    "neither `:authority` nor Host": (request(1, asking(FILE, authority=None)), "400"),
    "a Host instead of `:authority`": (request(1, [*asking(FILE, authority=None), (b"host", b"localhost")]), "200"),
    "two Hosts": (
        request(1, [*asking(FILE, authority=None), (b"host", b"evil.example"), (b"host", b"localhost")]), "400"),
    "two Hosts beside `:authority`": (
        request(1, [*WELL, (b"host", b"evil.example"), (b"host", b"localhost")]), "400"),
    "another `:authority`": (request(1, asking(FILE, authority=b"evil.example")), "421"),
    "an `:authority` with a user before it": (request(1, asking(FILE, authority=b"localhost@evil.example")), "421"),
    "an `:authority` with a blank": (request(1, asking(FILE, authority=b"local host")), PROTOCOL),
    "another Host than `:authority`": (request(1, [*WELL, (b"host", b"evil.example")]), "421"),
    "an empty `:path`": (request(1, asking(FILE, path=b"")), PROTOCOL),
    "a `:path` without a slash": (request(1, asking(FILE, path=FILE[1:])), PROTOCOL),
    "a `:path` that is a URL": (request(1, asking(FILE, path=b"http://evil.example" + FILE)), PROTOCOL),
    "a `:path` with a blank": (request(1, asking(FILE, path=b"/a b")), PROTOCOL),
    "a `:path` with a NUL": (request(1, asking(FILE, path=b"/a\0b")), PROTOCOL),
    "a `:path` that is not UTF-8": (request(1, asking(FILE, path=b"/\xff\xfe/@v/list")), ENDS),
    "a `:path` that leads upwards": (request(1, asking(FILE, path=b"/../../etc/passwd")), "404"),
    "a `:path` of 10 kB": (request(1, asking(FILE, path=b"/" + b"a" * 10_000)), "414"),
    "a `:path` of 100 kB": (request(1, asking(FILE, path=b"/" + b"a" * 100_000)), "431"),
    "a `:scheme` that is none": (request(1, asking(FILE, scheme=b"a b")), PROTOCOL),
    "an unknown pseudo header": (request(1, [*WELL, (b":foo", b"x")]), ENDS),
    "a `:status`": (request(1, [*WELL, (b":status", b"200")]), PROTOCOL),
    "a pseudo header behind another one": (request(1, [(b"x-a", b"b"), *WELL]), PROTOCOL),
    "Connection": (request(1, [*WELL, (b"connection", b"close")]), PROTOCOL),
    "Keep-Alive": (request(1, [*WELL, (b"keep-alive", b"5")]), PROTOCOL),
    "Proxy-Connection": (request(1, [*WELL, (b"proxy-connection", b"close")]), PROTOCOL),
    "Transfer-Encoding": (request(1, [*WELL, (b"transfer-encoding", b"chunked")]), PROTOCOL),
    "Upgrade": (request(1, [*WELL, (b"upgrade", b"h2c")]), PROTOCOL),
    "a TE other than trailers": (request(1, [*WELL, (b"te", b"gzip")]), PROTOCOL),
    "a Content-Length without a body": (request(1, [*WELL, (b"content-length", b"5")]), PROTOCOL),
    "a Content-Length longer than the body": (request(1, [*WELL, (b"content-length", b"5")], b"abc"), PROTOCOL),
    "a Content-Length shorter than the body": (request(1, [*WELL, (b"content-length", b"5")], b"abcdefgh"), PROTOCOL),
    "two Content-Lengths": (
        request(1, [*WELL, (b"content-length", b"5"), (b"content-length", b"6")], b"abcde"), PROTOCOL),
    "a Content-Length with a sign": (request(1, [*WELL, (b"content-length", b"+5")], b"abcde"), PROTOCOL),
    "a request of HTTP/1.1 for a body": (request(1, WELL, HIDDEN), "200"),
    "a NUL in a header": (request(1, [*WELL, (b"x-a", b"b\0c")]), ENDS),
    "a line's end in a header": (request(1, [*WELL, (b"x-a", b"b\r\nhost: evil.example")]), ENDS),
    "a blank in a header's name": (request(1, [*WELL, (b"x a", b"b")]), ENDS),
    "a header without a name": (request(1, [*WELL, (b"", b"b")]), ENDS),
    "a header of 600 kB": (request(1, [*WELL, (b"x", b"y" * 600_000)]), "the end"),
    "10,000 headers": (request(1, [*WELL, *((b"x%d" % n, b"y") for n in range(10_000))]), "431"),
    "CONNECT": (request(1, [(b":method", b"CONNECT"), (b":authority", b"evil.example:443")]), "405"),
    "CONNECT with a `:path`": (request(1, asking(FILE, method=b"CONNECT")), PROTOCOL),
    "CONNECT to a WebSocket": (request(1, [*asking(FILE, method=b"CONNECT"), (b":protocol", b"websocket")]), PROTOCOL),
    "TRACE": (request(1, asking(FILE, method=b"TRACE")), "405"),
    "OPTIONS *": (request(1, asking(b"*", method=b"OPTIONS")), "405"),
    "a method in lower case": (request(1, asking(FILE, method=b"get")), "405"),
    "a method with a blank": (request(1, asking(FILE, method=b"G T")), ENDS),
    "a PUT of 60 kB": (request(1, asking(FILE, method=b"PUT"), b"x" * 60_000), "405"),
    "trailers": (request(1, WELL, b"", [(b"x-t", b"1")]), "200"),
    "trailers with a `:path`": (request(1, WELL, b"", [(b":path", b"/example.com/hidden/@v/list")]), "200"),
    "a request on stream 0": (request(0, WELL), ENDS),
    "a request on an even stream": (request(2, WELL), ENDS),
    "a body without a request": (frame(DATA, END_STREAM, 1, b"x"), ENDS),
    "the reset of a stream that is none": (frame(RST_STREAM, 0, 1, bytes(4)), ENDS),
    "a promise": (frame(PUSH_PROMISE, END_HEADERS, 1, b"\0\0\0\2\x82"), ENDS),
    "a continuation of nothing": (frame(CONTINUATION, END_HEADERS, 1, b"\x82"), ENDS),
    "another frame between headers": (
        frame(HEADERS, END_STREAM, 1, b"\x82") + frame(PING, 0, 0, b"12345678"), ENDS),
    "headers that cannot be unpacked": (frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\xff" * 7), ENDS),
    "padding longer than its frame": (frame(HEADERS, END_STREAM | END_HEADERS | 8, 1, b"\xff\x82"), ENDS),
    "a frame of 20 kB": (frame(DATA, 0, 1, b"x" * 20_000), "the end: FRAME_SIZE_ERROR"),
    "a window without an opening": (frame(WINDOW_UPDATE, 0, 0, bytes(4)), ENDS),
    "a window beyond its limit": (
        frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 2, "the end: FLOW_CONTROL_ERROR"),
    "settings of three bytes": (frame(SETTINGS, 0, 0, b"abc"), ENDS),
    "settings of frames without room": (frame(SETTINGS, 0, 0, struct.pack(">HI", 5, 0)), ENDS),
    "settings of a stream": (frame(SETTINGS, 0, 1), ENDS),
    "a kind of frame that is unknown": (frame(0xFA, 0xFF, 7, b"x" * 100) + request(1, WELL), "200"),
}  # fmt: skip

# What is sent to the port as it is.
RAW = {
    "a request without TLS": (f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2).encode(),
    "HTTP/2 without TLS": PREFACE + frame(SETTINGS, 0, 0) + request(1, WELL),
    "bytes that mean nothing": bytes(range(256)) * 100,
    "SSL 2": b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + b"\x01\x00\x80" * 7 + b"x" * 16,
    "a record longer than records are": b"\x16\x03\x01\xff\xff" + b"\x01" * 65_535,
    "a hello that says nothing": b"\x16\x03\x01\x00\x04\x01\x00\x00\x00",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "application data before a handshake": b"\x17\x03\x03\x00\x20" + b"x" * 32,
}

_GROUP = "A request over TLS that is no clean one, by HTTP/1.1, where it is answered in other words than without"
TABLE[__name__] += [
    Fault(_GROUP, what, ", ".join(map(str, statuses)) + ("" if goes_on else ", then the end"))
    for what, (statuses, goes_on) in OTHERWISE.items()
]
TABLE[__name__] += [Fault("By HTTP/2, over TLS", what, told) for what, (_, told) in HTTP2.items()]
TABLE[__name__] += [Fault("Instead of a TLS handshake", what, "the end of the connection") for what in RAW]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Lab]]:
    """One server with TLS that has a file."""
    found = lab([SMALL])
    folder = tmp_path_factory.mktemp("secured")
    identity = Identity(folder)
    with (
        Upstream(found) as upstream,
        serving(folder, upstream.url, *identity.options, gosumdb=found.sums.key, trusts=identity.trusts) as server,
    ):
        server.keep(PATH)
        yield server, found


def all_is_well(server: Served, found: Lab) -> bool:
    """It goes on, asked no source in vain, and has said nothing of its insides."""
    asked = [path for path in found.asked if "hidden" in path or "passwd" in path]
    log = server.log.read_text()
    return server.get(PATH).body == SMALL.go_mod and not asked and "Traceback" not in log and "panicked" not in log


@pytest.mark.parametrize("what", REQUESTS)
def test_by_http1_over_tls_it_is_refused_and_harms_nobody(what: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    words, statuses, goes_on = REQUESTS[what]
    statuses, goes_on = OTHERWISE.get(what, (statuses, goes_on))
    answer = said(secured(server), words + SECOND)
    seen = [int(status) for status in re.findall(rb"(?m)^HTTP/1\.[01] (\d+) ", answer) if status != b"100"]
    assert seen == [*statuses, *([200] if goes_on else [])] or (not seen and what in LOST), answer[:2000]
    assert (b"\r\n\r\ngomend " in answer) is goes_on
    assert all_is_well(server, found)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_over_tls_leaves_the_store_or_reaches_a_source(path: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    before, stored = len(found.asked), sorted(server.store.rglob("*"))
    got = server.get(path)
    assert got.status == PATHS[path], got.text
    with Talk(server) as talk:
        talk.send(request(1, asking(path.encode())))
        talk.listen(1)
        assert talk.streams[1].status == PATHS[path]
    assert "root:" not in got.text
    assert len(found.asked) == before and sorted(server.store.rglob("*")) == stored


@pytest.mark.parametrize("what", HTTP2)
def test_by_http2_it_is_refused_and_harms_nobody(what: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    frames, told = HTTP2[what]
    with Talk(server) as talk:
        talk.send(frames + request(3, asking(b"/-/version")))
        talk.listen(1, 3)
        if told.startswith("the end"):
            assert told in ("the end", f"the end: {talk.last_word}") and talk.is_over
            assert not talk.streams[1].status
        else:
            assert (talk.streams[1].told, talk.streams[3].told) == (told, "200")
    assert all_is_well(server, found)


@pytest.mark.parametrize("what", RAW)
def test_what_is_no_handshake_ends_the_connection(what: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    answer = said(socket.create_connection(("127.0.0.1", server.port), PATIENCE), RAW[what])
    assert not answer or answer[0] == 0x15, answer  # an alert
    assert all_is_well(server, found)


def _half_a_head() -> Iterator[bytes]:
    yield frame(HEADERS, END_STREAM, 1, block(WELL))
    while True:
        yield frame(CONTINUATION, 0, 1) * 1000


def _asked_and_reset(*, is_cold: bool) -> Iterator[bytes]:
    for stream in itertools.count(1, 2):
        path = f"/example.com/small/@v/v9.{stream}.0.info".encode() if is_cold else FILE
        yield request(stream, asking(path)) + frame(RST_STREAM, 0, stream, CANCEL)


def _empty_bodies() -> Iterator[bytes]:
    yield frame(HEADERS, END_HEADERS, 1, block(WELL))
    while True:
        yield frame(DATA, 0, 1) * 1000


def _beyond_the_window() -> Iterator[bytes]:
    yield frame(HEADERS, END_HEADERS, 1, block(asking(FILE, method=b"PUT")))
    while True:
        yield frame(DATA, 0, 1, b"x" * 16_000)


def _names_from_a_table() -> Iterator[bytes]:
    """One byte for each header of 4 kB."""
    large = b"\x40\x01x\x7f\x81\x1e" + b"y" * 4000
    for stream in itertools.count(1, 2):
        yield frame(HEADERS, END_STREAM | END_HEADERS, stream, block(WELL) + large + b"\xbe" * 12_000)


# What is sent without end, and whether that ends the connection soon (None: sooner or later). No answer is read.
FLOODS: dict[str, tuple[Callable[[], Iterator[bytes]], bool | None]] = {
    "continuations of headers": (_half_a_head, True),
    "requests that are reset at once": (partial(_asked_and_reset, is_cold=False), True),
    "requests for what is not at hand that are reset at once": (partial(_asked_and_reset, is_cold=True), True),
    "empty pieces of a body": (_empty_bodies, True),
    "more of a body than the window lets in": (_beyond_the_window, None),
    "requests whose headers unpack to 48 MB": (_names_from_a_table, False),
    "requests": (lambda: (request(stream, WELL) for stream in itertools.count(1, 2)), True),
    "pings": (lambda: itertools.repeat(frame(PING, 0, 0, b"12345678") * 1000), False),
    "settings": (lambda: itertools.repeat(frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1000)) * 1000), False),
}
MOST_SENT = 4 << 20  # bytes

TABLE[__name__] += [
    Fault("Without end, by HTTP/2", what, "the end of the connection" if ends else "the others: 200")
    for what, (_, ends) in FLOODS.items()
]


@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_is_ended_or_costs_the_others_nothing(what: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    frames, ends = FLOODS[what]
    before, asked, sent = server.memory(), len(found.asked), 0
    with Talk(server) as talk:
        for piece in frames():
            talk.send(piece)
            sent += len(piece)
            if sent > MOST_SENT or talk.is_over:
                break
        assert ends is None or talk.is_over is ends
        assert all_is_well(server, found)
        assert server.memory() - before < MOST_MEMORY
    assert len(found.asked) - asked < MOST_ASKED
