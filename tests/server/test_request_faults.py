"""Requests that are none, lie about their length or name another host, and paths that lead elsewhere: harmless."""

import contextlib
import re
import socket
from collections.abc import Iterator

import pytest
from tests.lab.upstream import Upstream
from tests.server.faulttable import TABLE, Fault
from tests.server.hostile import PATH, PATHS, REQUESTS, SECOND, SMALL
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

TABLE[__name__] += [
    Fault("A request that is no clean one", what, ", ".join(map(str, statuses)) + ("" if goes_on else ", then the end"))
    for what, (_, statuses, goes_on) in REQUESTS.items()
]
TABLE[__name__] += [
    Fault("A path that leads nowhere, or elsewhere", f"`{path}`", str(status)) for path, status in PATHS.items()
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Lab]]:
    """One server that has a file."""
    found = lab([SMALL])
    with (
        Upstream(found) as upstream,
        serving(tmp_path_factory.mktemp("requests"), upstream.url, gosumdb=found.sums.key) as server,
    ):
        server.keep(PATH)
        yield server, found


def said(server: Served, words: bytes) -> bytes:
    """All that a server says to these bytes, until it ends the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
        with contextlib.suppress(OSError):  # it has heard enough; what it said can still be read
            client.sendall(words)
        with contextlib.suppress(ConnectionResetError):  # it ended before it had read all
            while piece := client.recv(65536):
                answer += piece
    return answer


@pytest.mark.parametrize("what", REQUESTS)
def test_what_is_no_clean_request_is_refused_and_harms_nobody(what: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    words, statuses, goes_on = REQUESTS[what]
    answer = said(server, words + SECOND)
    seen = [int(status) for status in re.findall(rb"(?m)^HTTP/1\.[01] (\d+) ", answer) if status != b"100"]
    assert seen == [*statuses, *([200] if goes_on else [])], answer[:2000]
    assert (b"\r\n\r\ngomend " in answer) is goes_on
    assert not [path for path in found.asked if "hidden" in path]
    assert server.get(PATH).body == SMALL.go_mod


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leaves_the_store_or_reaches_a_source(path: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    before, stored = len(found.asked), sorted(server.store.rglob("*"))
    got = server.get(path)
    assert got.status == PATHS[path], got.text
    assert got.headers["content-type"].startswith("text/plain") and "root:" not in got.text
    assert len(found.asked) == before and sorted(server.store.rglob("*")) == stored


def test_a_name_that_no_file_system_takes_is_asked_for_and_not_stored(place: tuple[Served, Lab]) -> None:
    server, _ = place
    assert server.get("/example.com/" + "x" * 300 + "/@v/v1.0.0.info").status == 404
