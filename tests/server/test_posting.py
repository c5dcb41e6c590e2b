"""A post of spans is tried again where the OTLP specification lets it, in bounded time, and never at the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.server.serving import free_port

from gomend.server.posting import Persistence, Poster

FAIR = Persistence(whole=100, first=1, longest=8)


@dataclass
class Answers:
    """A collector that answers so, one after the other: status and Retry-After; the last one from then on."""

    answers: list[tuple[int, str]]
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answers.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, after = answers.answers[min(len(answers.bodies), len(answers.answers)) - 1]
                self.send_response(status)
                if after:
                    self.send_header("Retry-After", after)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@dataclass
class World:
    """A clock that pauses move on, and what was told."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    then: Callable[[], None] = lambda: None
    stops: bool = False

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        self.now += seconds
        self.then()
        return self.stops

    def poster(self, url: str) -> Poster:
        return Poster(url, {}, self.told.append, FAIR, clock=lambda: self.now, pause=self.pause, share=lambda: 1.0)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again_with_growing_pauses(status: int) -> None:
    collector, world = Answers([(status, "")] * 5 + [(200, "")]), World()
    with collector.listening():
        poster = world.poster(collector.url)
        assert poster(b"spans")
    assert collector.bodies == [b"spans"] * 6
    assert world.pauses == [1, 2, 4, 8, 8]
    assert (poster.lost, poster.again, len(world.told)) == (0, 5, 1)


@pytest.mark.parametrize("status", [400, 401, 404, 413, 500, 501, 505, 302])
def test_what_does_not_pass_is_lost_at_once(status: int) -> None:
    collector, world = Answers([(status, "1")]), World()
    with collector.listening():
        poster = world.poster(collector.url)
        assert not poster(b"spans")
    assert (len(collector.bodies), world.pauses, poster.lost, len(world.told)) == (1, [], 1, 1)


def test_it_is_given_up_after_a_while() -> None:
    collector, world = Answers([(503, "")]), World()
    with collector.listening():
        poster = world.poster(collector.url)
        assert not poster(b"spans")
    assert world.now <= FAIR.whole < world.now + FAIR.longest
    assert (poster.lost, len(world.told)) == (1, 1)


def test_a_collector_that_cannot_be_reached_is_tried_again() -> None:
    world = World()
    poster = world.poster(f"http://127.0.0.1:{free_port()}/v1/traces")
    assert not poster(b"spans")
    assert world.pauses[:4] == [1, 2, 4, 8] and poster.lost == 1


def test_it_waits_as_long_as_the_collector_asks_for() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=50), usegmt=True)
    collector, world = Answers([(503, "7"), (429, date), (200, "")]), World()
    with collector.listening():
        assert world.poster(collector.url)(b"spans")
    assert world.pauses[0] == 7 and 45 < world.pauses[1] <= 50


def test_a_wait_that_is_too_long_is_kept_by_the_posts_that_follow() -> None:
    collector, world = Answers([(503, "150"), (200, "")]), World()
    with collector.listening():
        poster = world.poster(collector.url)
        assert [poster(b"1"), poster(b"2")] == [False, False] and collector.bodies == [b"1"]
        world.now += 60
        assert poster(b"3") and world.pauses == [90]
        assert (collector.bodies, poster.lost) == ([b"1", b"3"], 2)


def test_at_the_end_each_post_is_tried_once_and_none_after_its_time() -> None:
    collector, world = Answers([(503, "")]), World()
    with collector.listening():
        poster = world.poster(collector.url)
        poster.ends(3)
        assert not poster(b"1") and not poster(b"2")
        assert (collector.bodies, world.pauses) == ([b"1", b"2"], [])
        world.now += 3
        assert not poster(b"3") and len(collector.bodies) == 2 and poster.lost == 3


def test_the_end_ends_a_pause_for_a_last_try_unless_the_collector_wants_none() -> None:
    for after, tries in (("", 2), ("50", 1)):
        collector, world = Answers([(503, after)]), World(stops=True)
        with collector.listening():
            poster = world.poster(collector.url)
            world.then = lambda poster=poster: poster.ends(60)
            assert not poster(b"spans")
        assert len(collector.bodies) == tries
