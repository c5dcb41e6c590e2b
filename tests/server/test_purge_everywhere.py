"""A purge counts at once in all workers of a server, and soon for all who use the same store."""

import http.client
import json
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import trustme
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, PROGRAM, Lab, lab, serving

OLD, NEW = Module("example.com/m", "v1.0.0"), Module("example.com/m", "v1.1.0")
LIST, TAGGED = "/example.com/m/@v/list", "/example.com/m/@v/v1.1.0.info"

Ask = Callable[[str], "tuple[int, bytes]"]


@contextmanager
def each_worker(make: Callable[[], http.client.HTTPConnection]) -> Iterator[dict[str, Ask]]:
    """A way to ask each of two workers, over a connection that is its own, by the name that its request ids begin
    with.
    """
    with ExitStack() as stack:
        found: dict[str, Ask] = {}
        until = time.monotonic() + PATIENCE  # one of them may be here later than the other
        while len(found) < 2 and time.monotonic() < until:
            connection = stack.enter_context(closing(make()))

            def ask(path: str, connection: http.client.HTTPConnection = connection) -> tuple[int, bytes]:
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.status, answer.read()

            connection.request("GET", "/nothing")
            answer = connection.getresponse()
            answer.read()
            found[str(answer.headers["x-request-id"])[:10]] = ask
        assert len(found) == 2
        yield found


def check(found: Lab, workers: "dict[str, Ask]", purge: Callable[[], None]) -> None:
    """What each worker has in memory is forgotten by a purge, the list and that a version was not there."""
    for ask in workers.values():
        for _ in range(3):  # from the source, from the store, from memory
            assert ask(LIST) == (200, b"v1.0.0\n")
        assert ask(TAGGED)[0] == 404
    before = found.count(TAGGED)
    assert all(ask(TAGGED)[0] == 404 for ask in workers.values()) and found.count(TAGGED) == before
    found.world.add(NEW)
    purge()
    for ask in workers.values():
        status, body = ask(TAGGED)
        assert (status, json.loads(body)["Version"]) == (200, "v1.1.0")
        assert ask(LIST) == (200, b"v1.0.0\nv1.1.0\n")


@pytest.mark.parametrize("by", ["HTTP", "TLS"])
def test_in_all_workers(by: str, tmp_path: Path) -> None:
    found, trusts, options = lab([OLD]), None, ["--workers", "2"]
    if by == "TLS":
        authority, trusts = trustme.CA(), ssl.create_default_context()
        authority.configure_trust(trusts)
        pem = tmp_path / "leaf.pem"
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
        options += ["--certificate", str(pem), "--key", str(pem)]
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options) as server:

        def connected() -> http.client.HTTPConnection:
            if trusts is None:
                return http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            return http.client.HTTPSConnection("127.0.0.1", server.port, timeout=PATIENCE, context=trusts)

        def purge() -> None:
            with closing(connected()) as connection:
                headers = {"Authorization": f"Bearer {server.admin}"}
                connection.request("POST", "/-/purge/example.com/m", headers=headers)
                assert connection.getresponse().status == 200

        with each_worker(connected) as workers:
            check(found, workers, purge)


def test_of_a_command_at_the_store_when_it_is_over(tmp_path: Path) -> None:
    found = lab([OLD])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, "--workers", "2") as server:

        def connected() -> http.client.HTTPConnection:
            return http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

        def purge() -> None:
            words = [*PROGRAM[:-1], "store", "purge", "example.com/m", "--store", str(server.store)]
            subprocess.run(words, check=True, capture_output=True)

        with each_worker(connected) as workers:
            check(found, workers, purge)
