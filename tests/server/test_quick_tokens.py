"""Who shows a token, or is counted, has the quick way too, and no answer by it that the long way would not give."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import msgspec
import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, Served, lab, serving
from tests.server.teams import teams

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token
from gomend.server.conditions import Validators
from gomend.server.hot import Hot, Ready
from gomend.sources.purges import Purges

ONE = Module("example.com/one", "v1.0.0")
PATH = "/example.com/one/@v/v1.0.0.mod"
NOW = datetime.now(UTC)
SECRET = b"authorization: Bearer gomend_0000"


class Line:
    """A connection that is kept, on which the same head is sent again and again."""

    def __init__(self, port: int, shown: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"Authorization": f"Bearer {shown}"} if shown else {}

    def ask(self, path: str = PATH) -> int:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


@pytest.fixture
def shop(tmp_path: Path) -> "Iterator[tuple[Served, TokenFile, Line, Path]]":
    """A server with one token and an audit, and a line on which the file is at hand."""
    shown, token = new_token("ci", [Grant(Right.FETCH)], NOW)
    file, audit = TokenFile(tmp_path / "tokens.json"), tmp_path / "audit"
    file.change(lambda _: (token,))
    found = lab([ONE])
    options = ("--tokens", str(file.path), "--audit", str(audit))
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:
        line = Line(server.port, shown)
        with contextlib.closing(line.connection):
            assert line.ask() == 200
            server.await_stored(PATH)
            assert [line.ask() for _ in range(4)] == [200] * 4
            yield server, file, line, audit


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda _: (), 401),
        (lambda tokens: (msgspec.structs.replace(tokens[0], expires=NOW - timedelta(days=1)),), 401),
        (lambda tokens: (msgspec.structs.replace(tokens[0], hash=b"another"),), 401),
        (lambda tokens: (msgspec.structs.replace(tokens[0], grants=(Grant(Right.FETCH, "example.org"),)),), 403),
        (lambda tokens: (msgspec.structs.replace(tokens[0], tenants=("team-a",)),), 403),
        (lambda tokens: (*tokens, new_token("other", [], NOW)[1]), 200),
    ],
)
def test_what_becomes_of_a_token_counts_from_the_next_request_on(
    shop: "tuple[Served, TokenFile, Line, Path]", change: "object", status: int
) -> None:
    _, file, line, _ = shop
    file.change(change)  # type: ignore[arg-type]  # (one of the functions above)
    assert [line.ask() for _ in range(3)] == [status] * 3


def test_a_file_of_tokens_that_cannot_be_read_lets_nobody_in(shop: "tuple[Served, TokenFile, Line, Path]") -> None:
    _, file, line, _ = shop
    file.path.write_text("{")
    assert line.ask() == 500


def test_the_audit_names_the_holder_and_the_use_is_noted(shop: "tuple[Served, TokenFile, Line, Path]") -> None:
    server, file, line, audit = shop
    assert line.ask() == 200
    line.connection.close()
    assert server.has_logged('"who":"ci"')
    server.process.terminate()
    server.process.wait(PATIENCE)
    assert [json.loads(row)["who"] for row in audit.read_text().splitlines()] == ["ci"] * 6
    assert set(file.last_uses()) == {token.id for token in file.tokens()}


def test_quick_answers_are_counted_against_the_rate(tmp_path: Path) -> None:
    found = lab([ONE])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, "--rate", "8", gosumdb=found.sums.key) as server:
        server.keep(PATH)
        line = Line(server.port, "")
        with contextlib.closing(line.connection):
            assert [line.ask() for _ in range(9)] == [200] * 7 + [429] * 2


def test_each_tenants_own_rate_and_token_stand_before_what_is_at_hand(tmp_path: Path) -> None:
    with teams(tmp_path, more="rate = 6\n") as place:
        path = "/team-b/example.com/public/@v/v1.0.0.mod"
        line = Line(place.server.port, place.shown["everywhere"])
        with contextlib.closing(line.connection):
            assert line.ask(path) == 200
            place.server.await_stored(f"/.gomend/tenants{path}")
            assert [line.ask(path) for _ in range(7)] == [200] * 5 + [429] * 2
            of_a = path.replace("team-b", "team-a")
            assert [line.ask(of_a) for _ in range(3)] == [200] * 3


def test_of_a_head_with_a_token_a_digest_is_kept() -> None:
    hot = Hot(monotonic, Purges())
    ready = Ready("mod", 1, (), Validators('"a"', 0.0), b"x")
    hot.put(b"/p", ready, 60.0)
    _, token = new_token("ci", [], NOW)
    for head, is_secret, holder in ((b"GET /p " + SECRET, True, token), (b"GET /p", False, None)):
        hot.learn(head, b"/p", ready, is_packed=False, is_secret=is_secret, holder=holder)
        found = hot.quick(head)
        assert found is not None and found.body == b"x" and found.holder is holder
    assert hot.quick(b"GET /p " + SECRET.replace(b"0", b"1")) is None
    assert SECRET not in repr(vars(hot)).encode()
    hot.drop(b"/p")
    assert hot.quick(b"GET /p " + SECRET) is hot.quick(b"GET /p") is None
