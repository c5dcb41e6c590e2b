"""Sources that cannot be reached, lead elsewhere, or show a wrong certificate."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from tests.lab import upstream as acts
from tests.lab.certificates import Authority
from tests.lab.listener import HANDSHAKE_FAILURE, Talker, refused_port
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import TABLE, Fault
from tests.server.serving import Got, Served, lab, serving
from tests.server.sourcefaults import KINDS, right

MODULE = Module("fault.example/m", "v1.0.0")
PATHS = {
    kind: f"/fault.example/m/{kind if kind == '@latest' else '@v/' + ('v1.0.0' + kind if kind[0] == '.' else kind)}"
    for kind in KINDS
}
ELSEWHERE = {
    "that refuses the connection": (502, "net.connect_refused"),
    "that never accepts it": (504, "net.response_timeout"),
    "whose certificate has expired": (502, "tls.expired"),
    "whose certificate is not yet valid": (502, "tls.expired"),
    "whose certificate is another name's": (502, "tls.hostname_mismatch"),
    "whose certificate nobody known has signed": (502, "tls.unknown_authority"),
    "that refuses the handshake": (502, "tls.handshake"),
    "that speaks plain HTTP where TLS is due": (502, "tls.handshake"),
    "by a scheme that is none": (502, "proxy.bad_response"),
}
ALONE, PIPE, COMMA = "The only source", "The first source of `A|B`; B is well", "The first source of `A,B`; B is well"
REFUSED = "refuses the connection"
TABLE[__name__] += [Fault(ALONE, REFUSED, "502 `net.connect_refused`", kind) for kind in KINDS]
TABLE[__name__] += [
    Fault(ALONE, f"redirects to a host {words}", f"{status} `{code}`", ".zip")
    for words, (status, code) in ELSEWHERE.items()
]
TABLE[__name__] += [
    Fault(ALONE, "redirects from https to http", "502 `proxy.bad_response`", kind) for kind in ("list", ".zip")
]
TABLE[__name__] += [
    Fault(PIPE, REFUSED, "200, the right file", ".zip"),
    Fault(COMMA, REFUSED, "502 `net.connect_refused`", ".zip"),
]


def is_told(got: Got, status: int, code: str, *sources: str) -> None:
    assert (got.status, got.cut) == (status, False), got.text
    assert got.text.startswith(f"{code}: fault.example/m") and got.headers["x-gomend-code"] == code
    for source in sources:
        assert source in got.text, got.text


def until_well(server: Served, kind: str) -> None:
    """A host that could not be reached is tried again after seconds; the test's own time limit ends a wait in vain."""
    pause = Event()
    while (got := server.get(PATHS[kind])).status != 200:
        pause.wait(0.1)
    assert got.body == right(MODULE, kind)


def test_one_that_refuses_the_connection(tmp_path: Path) -> None:
    found, port = lab([MODULE]), refused_port()
    source = f"http://127.0.0.1:{port}"
    with serving(tmp_path, source, gosumdb=found.sums.key) as server:
        with ThreadPoolExecutor(len(KINDS)) as pool:
            for got in pool.map(server.get, PATHS.values()):
                is_told(got, 502, "net.connect_refused", source)
        assert not list(server.store.rglob("*@v*"))
        with Upstream(found, address=("127.0.0.1", port)):
            for kind in KINDS:
                until_well(server, kind)


@pytest.mark.parametrize(("separator", "status"), [("|", 200), (",", 502)])
def test_one_that_refuses_before_one_that_does_not(tmp_path: Path, separator: str, status: int) -> None:
    found, port = lab([MODULE]), refused_port()
    source = f"http://127.0.0.1:{port}"
    with (
        Upstream(found) as well,
        serving(tmp_path, f"{source}{separator}{well.url}", gosumdb=found.sums.key) as server,
    ):
        got = server.get(PATHS[".zip"])
        if status == 200:
            assert (got.status, got.body) == (200, MODULE.zip), got.text
        else:
            is_told(got, 502, "net.connect_refused", source)
            assert not found.asked


@contextlib.contextmanager
def never_accepting() -> Iterator[int]:
    """A port whose connections are left waiting: its queue is full."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(full.getsockname())
        yield full.getsockname()[1]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Callable[[str], Got], Served]]:
    """A server whose source redirects to a host of this kind, each for a zip of its own."""
    modules = {words: Module(f"fault.example/m{at}", "v1.0.0") for at, words in enumerate(ELSEWHERE)}
    found, folder = lab(list(modules.values())), tmp_path_factory.mktemp("elsewhere")
    ours, others = Authority.new(), Authority.new("Nobody knows it")
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(Upstream(found))
        variables = {"SSL_CERT_FILE": str(ours.write(folder / "ca.pem"))}
        server = stack.enter_context(serving(folder, source.url, gosumdb=found.sums.key, **variables))

        def secured(tls: object) -> str:
            return stack.enter_context(Upstream(found, tls=tls)).url  # type: ignore[arg-type]  # any context

        refusing = stack.enter_context(Talker(HANDSHAKE_FAILURE))
        places = {
            "that refuses the connection": f"http://127.0.0.1:{refused_port()}",
            "that never accepts it": f"http://127.0.0.1:{stack.enter_context(never_accepting())}",
            "whose certificate has expired": secured(ours.server("127.0.0.1", expired=True)),
            "whose certificate is not yet valid": secured(ours.server("127.0.0.1", early=True)),
            "whose certificate is another name's": secured(ours.server("other.example")),
            "whose certificate nobody known has signed": secured(others.server("127.0.0.1")),
            "that refuses the handshake": f"https://127.0.0.1:{refusing.port}",
            "that speaks plain HTTP where TLS is due": source.url.replace("http:", "https:"),
            "by a scheme that is none": "gopher://127.0.0.1:70",
        }

        def ask(words: str) -> Got:
            path = f"/{modules[words].path}/@v/v1.0.0.zip"
            found.broken[path] = acts.redirect(places[words] + "{path}")
            got = server.get(path)
            assert not list(server.store.glob(f"{modules[words].path}/@v/*"))
            found.broken.clear()
            assert server.get(path).body == modules[words].zip
            is_told(got, *ELSEWHERE[words], source.url)
            return got

        yield ask, server


@pytest.mark.parametrize("words", ELSEWHERE)
def test_one_that_leads_elsewhere(words: str, elsewhere: tuple[Callable[[str], Got], Served]) -> None:
    elsewhere[0](words)


def test_one_that_leads_from_https_to_http(tmp_path: Path) -> None:
    found, authority = lab([MODULE]), Authority.new()
    variables = {"SSL_CERT_FILE": str(authority.write(tmp_path / "ca.pem"))}
    with (
        Upstream(found) as plain,
        Upstream(found, tls=authority.server("127.0.0.1")) as source,
        serving(tmp_path, source.url, gosumdb=found.sums.key, **variables) as server,
    ):
        for kind in ("list", ".zip"):
            found.broken[PATHS[kind]] = acts.redirect(plain.url + "{path}")
            got = server.get(PATHS[kind])
            is_told(got, 502, "proxy.bad_response", source.url)
            assert "insecure" in got.text
            found.broken.clear()
            assert server.get(PATHS[kind]).body == right(MODULE, kind)
        assert not [path for path in plain.requests if "m/@v" in path]
