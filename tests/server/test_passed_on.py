"""A server behind another one: who is asked for is not who is connected."""

import socket
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import lab, serving

QUOTE = Module("example.com/quote", "v1.0.0")
LIST = "/example.com/quote/@v/list"


@pytest.mark.parametrize(
    "header", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]
)
def test_for_this_machine_alone_it_serves_nobody_that_another_server_asks_for(tmp_path: Path, header: str) -> None:
    with Upstream(lab([QUOTE])) as upstream, serving(tmp_path, upstream.url) as server:
        got = server.get(LIST, **{header: "192.0.2.7"})
        assert (got.status, "start it with --open or --tokens" in got.text) == (421, True)
        assert server.get(LIST).status == 200
        assert server.get(LIST, **{header: "192.0.2.7"}).status == 421, "what is at hand is no exception"


def test_told_that_others_ask_it_serves_them_by_any_name_and_filters_where_direct_leads(tmp_path: Path) -> None:
    inside = "/127.0.0.1/m/@v/v1.0.0.info"
    private = {"GOPRIVATE": "example.com/quote"}
    with Upstream(lab([QUOTE])) as upstream:
        with serving(tmp_path / "alone", "direct") as server:
            assert server.get(inside).headers["x-gomend-code"] != "vcs.disallowed"
            assert server.get(LIST, host="modules.corp.example").status == 421
        with serving(tmp_path / "open", f"{upstream.url}|direct", "--open") as server:
            assert server.get(LIST, host="modules.corp.example", x_forwarded_for="192.0.2.7").status == 200
            got = server.get(inside)
            assert "127.0.0.1 is not at a public address" in got.text, got.text
        with serving(tmp_path / "private", upstream.url, "--open", GONOPROXY="none", **private) as server:
            assert server.get(LIST).status == 401, "private modules are for holders of tokens"


def over(path: Path, request: str) -> str:
    """What a Unix socket answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(request.encode())
        with line.makefile("rb") as answer:
            return answer.readline().decode().split()[1]


def test_through_the_unix_socket_those_asked_for_have_no_rights_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "s"
    purge = f"POST /-/purge{LIST} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n"
    get = f"GET {LIST} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    passed_on = "X-Forwarded-For: 192.0.2.7\r\n"
    with Upstream(lab([QUOTE])) as upstream:
        for name, options, wanted in (
            ("alone", (), ["200", "421", "200", "421"]),
            ("open", ("--open",), ["200", "401", "200", "200"]),
        ):
            with serving(tmp_path / name, upstream.url, "--listen", f"unix:{path}", *options, line=f"unix:{path}"):
                asked = [f"{head}{also}\r\n" for head in (purge, get) for also in ("", passed_on)]
                assert [over(path, one) for one in asked] == wanted
