"""HTTP/2 as the client speaks it, against an independent server side (the library h2) in memory."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import Event, RequestReceived, StreamReset, WindowUpdated
from h2.settings import SettingCodes

from gomend.net.faults import Http2Error
from gomend.net.multiplexed import Http2Line, NotAnsweredError, Stream

LENGTH = ("content-length", "11")
BODY = b"module m.io"


class Wire:
    """A line with its server; what either side says arrives when the loop turns."""

    def __init__(self, *, streams: int = 100) -> None:
        self.server = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.server.local_settings[SettingCodes.MAX_CONCURRENT_STREAMS] = streams
        self.server.local_settings.acknowledge()
        self.server.initiate_connection()
        self.events: list[Event] = []
        self.ends = 0
        self.aborted: list[Exception | None] = []
        self.line = Http2Line(self._ended)
        self.line.below = self
        self.line.established("h2")

    def write(self, data: bytes) -> None:
        self.events += self.server.receive_data(data)

    def abort(self, error: Exception | None = None) -> None:
        self.aborted.append(error)
        self.line.lost(error)

    def _ended(self) -> None:
        self.ends += 1

    async def turn(self) -> None:
        """What was said on both sides arrives."""
        for _ in range(3):
            await asyncio.sleep(0)
            if data := self.server.data_to_send():
                self.line.received(data)

    def ask(self, path: str = "/m/@v/v1.0.0.mod") -> Stream:
        return self.line.ask("GET", "proxy.example", path, [("Accept-Encoding", "gzip"), ("Authorization", "Basic x")])

    def answer(self, stream: int, body: bytes = BODY, *headers: tuple[str, str], end: bool = True) -> None:
        self.server.send_headers(stream, [(":status", "200"), *headers])
        self.server.send_data(stream, body, end_stream=end)


def on_a_wire(act: Callable[[Wire], Awaitable[None]], *, streams: int = 100) -> Wire:
    async def go() -> Wire:
        wire = Wire(streams=streams)
        await wire.turn()
        await act(wire)
        return wire

    return asyncio.run(go())


async def whole(stream: Stream) -> bytes:
    await stream.begun()
    return b"".join([piece async for piece in pieces(stream)])


async def pieces(stream: Stream):
    while piece := await stream.read():
        yield piece


def test_a_request_arrives_as_it_was_made_and_its_answer_as_it_was_sent() -> None:
    async def act(wire: Wire) -> None:
        stream = wire.ask("/" + "x" * 300)
        await wire.turn()
        wire.answer(1, BODY, LENGTH, ("etag", '"1"'), ("x", "a"), ("x", "b"))
        await wire.turn()
        assert await whole(stream) == BODY
        assert (stream.status, stream.reason) == (200, "OK")
        assert stream.headers.getall("X") == ["a", "b"]

    wire = on_a_wire(act)
    asked = next(event for event in wire.events if isinstance(event, RequestReceived))
    assert [(str(name), str(value)) for name, value in asked.headers or ()] == [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", "proxy.example"),
        (":path", "/" + "x" * 300),
        ("accept-encoding", "gzip"),
        ("authorization", "Basic x"),
    ]


def test_many_answers_come_in_any_order_and_in_pieces() -> None:
    async def act(wire: Wire) -> None:
        streams = [wire.ask() for _ in range(50)]
        await wire.turn()
        for number in reversed(range(50)):
            wire.answer(2 * number + 1, b"%d " % number, end=False)
        await wire.turn()
        for number in range(50):
            wire.server.send_data(2 * number + 1, b"end", end_stream=True)
        data = wire.server.data_to_send()
        for at in range(len(data)):  # cut anywhere
            wire.line.received(data[at : at + 1])
        assert [await whole(stream) for stream in streams] == [b"%d end" % number for number in range(50)]

    assert on_a_wire(act).aborted == []


def test_padding_large_headers_and_the_servers_pings_are_understood() -> None:
    async def act(wire: Wire) -> None:
        stream = wire.ask()
        await wire.turn()
        wire.server.ping(b"12345678")
        wire.server.send_headers(1, [(":status", "103"), ("link", "x")])
        wire.server.send_headers(1, [(":status", "200"), ("long", "y" * 40_000)])  # needs CONTINUATION
        wire.server.send_data(1, BODY, pad_length=20)
        wire.server.send_headers(1, [("trailer", "z")], end_stream=True)
        await wire.turn()
        assert await whole(stream) == BODY
        assert len(stream.headers["long"]) == 40_000

    assert "PingAckReceived" in [type(event).__name__ for event in on_a_wire(act).events]


def test_a_large_body_comes_as_fast_as_it_is_read() -> None:
    async def act(wire: Wire) -> None:
        stream = wire.ask()
        await wire.turn()
        wire.server.send_headers(1, [(":status", "200")])
        sent = got = 0
        while got < 5_000_000:
            while (room := wire.server.local_flow_control_window(1)) and sent < 5_000_000:
                sent += (size := min(room, 16_384, 5_000_000 - sent))
                wire.server.send_data(1, bytes(size), end_stream=sent == 5_000_000)
            assert sent - got <= 1 << 20
            await wire.turn()
            got += len(await stream.read())
            await wire.turn()

    assert any(isinstance(event, WindowUpdated) for event in on_a_wire(act).events)


def test_no_more_is_asked_at_once_than_the_server_takes() -> None:
    async def act(wire: Wire) -> None:
        assert wire.line.room == 3
        for _ in range(3):
            wire.ask()
        with pytest.raises(NotAnsweredError):
            wire.ask()
        await wire.turn()
        wire.answer(3)
        await wire.turn()
        wire.ask()

    on_a_wire(act, streams=3)


def test_what_a_goaway_leaves_out_is_to_be_asked_elsewhere_and_the_rest_comes() -> None:
    async def act(wire: Wire) -> None:
        first, second = wire.ask(), wire.ask()
        await wire.turn()
        wire.server.send_headers(1, [(":status", "200")])
        rest = wire.server.data_to_send()
        wire.server.send_data(1, BODY, end_stream=True)
        data = wire.server.data_to_send()
        wire.server.close_connection(last_stream_id=1)
        wire.line.received(rest + wire.server.data_to_send() + data)
        assert await whole(first) == BODY
        with pytest.raises(NotAnsweredError):
            await whole(second)
        assert wire.line.room == 0
        with pytest.raises(NotAnsweredError):
            wire.ask()

    assert on_a_wire(act).ends == 1


def test_a_stream_that_is_refused_is_to_be_asked_elsewhere() -> None:
    async def act(wire: Wire) -> None:
        stream = wire.ask()
        await wire.turn()
        wire.server.reset_stream(1, ErrorCodes.REFUSED_STREAM)
        await wire.turn()
        with pytest.raises(NotAnsweredError):
            await whole(stream)

    assert on_a_wire(act).aborted == []


def test_a_stream_that_is_cut_in_its_body_says_so_in_gos_words() -> None:
    async def act(wire: Wire) -> None:
        stream, other = wire.ask(), wire.ask()
        await wire.turn()
        wire.answer(1, end=False)
        wire.server.reset_stream(1, ErrorCodes.INTERNAL_ERROR)
        wire.answer(3)
        await wire.turn()
        await stream.begun()
        assert await stream.read() == BODY
        with pytest.raises(Http2Error, match="stream error: stream ID 1; INTERNAL_ERROR; received from peer"):
            await stream.read()
        assert await whole(other) == BODY

    on_a_wire(act)


def test_a_lost_connection_cuts_every_body_and_leaves_the_rest_to_be_asked_elsewhere() -> None:
    async def act(wire: Wire) -> None:
        begun, not_begun = wire.ask(), wire.ask()
        await wire.turn()
        wire.answer(1, end=False)
        await wire.turn()
        wire.line.lost(ConnectionResetError("reset"))
        await begun.begun()
        assert await begun.read() == BODY
        with pytest.raises(ConnectionResetError):
            await begun.read()
        with pytest.raises(NotAnsweredError):
            await whole(not_begun)

    assert on_a_wire(act).ends == 1


@pytest.mark.parametrize("length", ["12", "10"])
def test_a_body_that_is_not_as_long_as_was_said_is_cut(length: str) -> None:
    async def act(wire: Wire) -> None:
        wire.server.config.validate_outbound_headers = False
        stream = wire.ask()
        await wire.turn()
        wire.answer(1, BODY, ("content-length", length))
        await wire.turn()
        await stream.begun()
        with pytest.raises(Http2Error, match="PROTOCOL_ERROR"):
            while await stream.read():
                pass

    on_a_wire(act)


@pytest.mark.parametrize(
    ("name", "value"), [("x", "a\r\nSet-Cookie: b"), ("x\r\ny", "a"), ("X-Upper", "a"), ("a b", "a"), (":extra", "a")]
)
def test_a_header_that_could_become_another_is_no_answer(name: str, value: str) -> None:
    async def act(wire: Wire) -> None:
        wire.server.config.validate_outbound_headers = wire.server.config.normalize_outbound_headers = False
        stream = wire.ask()
        await wire.turn()
        wire.answer(1, BODY, (name, value))
        await wire.turn()
        with pytest.raises(NotAnsweredError):
            await whole(stream)

    on_a_wire(act)


@pytest.mark.parametrize(
    "frame",
    [
        b"\x00\x40\x01\x00\x00\x00\x00\x00\x01",  # larger than was allowed
        b"\x00\x00\x01\x05\x04\x00\x00\x00\x01\x00",  # a push
        b"\x00\x00\x01\x01\x04\x00\x00\x00\x01\xff",  # headers that cannot be read
        b"\x00\x00\x01\x09\x04\x00\x00\x00\x01\x88",  # a continuation of nothing
        b"\x00\x00\x02\x00\x08\x00\x00\x00\x01\x05\x00",  # more padding than there is
    ],
)
def test_a_frame_against_the_rules_ends_the_connection(frame: bytes) -> None:
    async def act(wire: Wire) -> None:
        stream = wire.ask()
        await wire.turn()
        wire.answer(1, end=False)
        await wire.turn()
        wire.line.received(frame)
        await stream.begun()
        assert await stream.read() == BODY
        with pytest.raises(Http2Error, match="error"):
            await stream.read()

    wire = on_a_wire(act)
    assert wire.ends == 1


def test_an_answer_that_nobody_wants_is_called_off_and_silence_is_held_against_the_line() -> None:
    async def act(wire: Wire) -> None:
        begun, silent = wire.ask(), wire.ask()
        await wire.turn()
        wire.answer(1, end=False)
        await wire.turn()
        await begun.begun()
        begun.done()
        assert wire.line.room
        silent.done()
        assert not wire.line.room
        wire.server.send_data(1, b"on its way")
        await wire.turn()

    wire = on_a_wire(act)
    resets = [event.stream_id for event in wire.events if isinstance(event, StreamReset)]
    assert (resets, wire.aborted) == ([1, 3], [])
