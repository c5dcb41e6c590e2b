"""Connections that this process has taken in: who is waited for, for how long, and who is not."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from gomend.server.tlsconnections import Connections, Limits, peer_of

LIMITS = Limits(first=20, idle=120, stalled=60)


class Place:
    """A listening socket, and both ends of who connects to it."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self.listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.connections = Connections(self.listening.getsockname()[1], LIMITS)

    def connect(self) -> tuple[socket.socket, socket.socket]:
        """A client's end, and the server's."""
        client = self._stack.enter_context(socket.create_connection(self.listening.getsockname()))
        own, _ = self.listening.accept()
        return client, self._stack.enter_context(own)


def peer(client: socket.socket) -> tuple[str, int]:
    return peer_of(client.getsockname())


def is_over(client: socket.socket) -> bool:
    client.settimeout(10)
    try:
        return client.recv(100) == b""
    except ConnectionResetError:
        return True


@pytest.fixture
def place() -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        yield Place(stack)


def test_newcomers_are_those_who_have_connected_and_not_asked(place: Place) -> None:
    client, own = place.connect()
    other, _ = place.connect()
    assert place.connections.newcomers(0) == 2
    place.connections.asks(peer(client))
    assert place.connections.newcomers(1) == 1
    place.connections.asks(peer(other))
    assert place.connections.newcomers(2) == 0
    own.close()
    client.close()
    place.connect()
    assert place.connections.newcomers(3) == 1


def test_a_client_that_does_not_ask_is_not_waited_for(place: Place) -> None:
    client, _ = place.connect()
    assert place.connections.close_overdue(100) == 0  # it was not known before
    assert place.connections.close_overdue(119) == 0
    assert place.connections.close_overdue(121) == 1
    assert is_over(client)


def test_a_client_that_idles_is_waited_for_for_a_while(place: Place) -> None:
    client, own = place.connect()
    place.connections.asks(peer(client))
    place.connections.is_answered(peer(client))
    assert place.connections.close_overdue(0) == 0
    assert place.connections.close_overdue(119) == 0
    client.sendall(b"more")
    assert own.recv(10) == b"more"
    assert place.connections.close_overdue(121) == 0
    assert place.connections.close_overdue(240) == 0
    assert place.connections.close_overdue(242) == 1
    assert is_over(client)


def test_a_client_is_waited_for_as_long_as_it_waits_for_an_answer(place: Place) -> None:
    client, _ = place.connect()
    for _ in range(2):
        place.connections.asks(peer(client))
    assert place.connections.close_overdue(0) == 0
    place.connections.is_answered(peer(client))
    assert place.connections.close_overdue(10_000) == 0
    place.connections.is_answered(peer(client))
    assert place.connections.close_overdue(10_001) == 1


def test_a_client_that_takes_nothing_is_not_waited_for(place: Place) -> None:
    client, own = place.connect()
    place.connections.asks(peer(client))
    place.connections.is_answered(peer(client))
    own.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while own.send(b"x" * 100_000):
            pass
    assert place.connections.close_overdue(0) == 0
    assert place.connections.close_overdue(59) == 0
    assert place.connections.close_overdue(200) == 1  # what had been on the way had arrived meanwhile, at most
    with pytest.raises(OSError):
        own.send(b"x")


def test_other_open_files_are_left_alone(place: Place) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as elsewhere,
        socket.create_connection(elsewhere.getsockname()) as client,
    ):
        taken, _ = elsewhere.accept()
        with taken:
            for now in (0, 1000, 2000):
                assert place.connections.close_overdue(now) == 0
            taken.sendall(b"well")
            assert client.recv(10) == b"well"


def test_ends_are_known_as_the_system_and_asgi_write_them() -> None:
    assert peer_of(("127.0.0.1", "80")) == peer_of(("127.0.0.1", 80)) == ("127.0.0.1", 80)
    assert peer_of(("fe80::1%eth0", 80, 0, 2)) == ("fe80::1", 80)
