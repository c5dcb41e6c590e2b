"""`gomend serve` as its users have it: the protocol, what is kept, many clients, an end by force."""

import contextlib
import gzip
import http.client
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab import upstream as acts
from tests.lab.modules import Module, h1, make_zip
from tests.lab.upstream import Upstream
from tests.server.faulttable import fault
from tests.server.serving import PATIENCE, PROGRAM, Lab, Served, free_port, lab, serving

QUOTE = Module("example.com/quote", "v1.0.0")
UPPER = Module("example.com/Upper/v2", "v2.3.4-RC.1")
PLUS = Module("example.com/plus", "v2.0.0+incompatible")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(1_500_000).hex()})
WORDY = Module("example.com/wordy", "v1.0.0", extra="// " + "many words " * 500)
PRIVATE = Module("corp.example/secret", "v1.0.0")
TWO = Module("example.com/quote", "v1.1.0")
ALL = [QUOTE, TWO, UPPER, PLUS, BIG, WORDY]


def _umask() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Umask"))
    return int(line.split()[1], 8)


@pytest.fixture(scope="module")
def sources() -> Iterator[tuple[Lab, Upstream]]:
    """A healthy source."""
    found = lab(ALL)
    with Upstream(found) as upstream:
        yield found, upstream


@pytest.fixture(scope="module")
def server(sources: tuple[Lab, Upstream], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server before it."""
    found, upstream = sources
    with serving(tmp_path_factory.mktemp("serve"), upstream.url, gosumdb=found.sums.key) as served:
        yield served


def test_every_file_of_the_protocol_is_the_sources_own(server: Served, sources: tuple[Lab, Upstream]) -> None:
    for front, module in (
        ("/example.com/quote/@v/v1.0.0", QUOTE),
        ("/example.com/%21upper/v2/@v/v2.3.4-%21r%21c.1", UPPER),
        ("/example.com/!upper/v2/@v/v2.3.4-!r!c.1", UPPER),
        ("/example.com/plus/@v/v2.0.0+incompatible", PLUS),
        ("/example.com/big/@v/v1.0.0", BIG),
    ):
        for ending, content in (("info", module.info), ("mod", module.go_mod), ("zip", module.zip)):
            for _ in range(2):
                got = server.get(f"{front}.{ending}")
                assert (got.status, got.body, got.cut) == (200, content, False), (front, ending)
    assert server.get("/example.com/quote/@v/list").body == b"v1.0.0\nv1.1.0\n"
    assert server.get("/example.com/quote/@latest").body == TWO.info
    assert sources[0].count("/example.com/!upper/v2/@v/v2.3.4-!r!c.1.zip") == 1


def test_whoever_may_read_one_file_of_the_store_may_read_all(server: Served) -> None:
    modes = set()
    for ending in ("info", "mod", "zip"):
        server.keep(f"/example.com/quote/@v/v1.0.0.{ending}")
        modes.add((server.store / f"example.com/quote/@v/v1.0.0.{ending}").stat().st_mode & 0o777)
    assert modes == {0o666 & ~_umask()}


def test_real_go_downloads_and_checks_through_it(
    server: Served, sources: tuple[Lab, Upstream], go: Path, tmp_path: Path
) -> None:
    environment = dict(os.environ) | {
        "GOPROXY": server.url,
        "GOSUMDB": sources[0].sums.key,
        "GOMODCACHE": str(tmp_path / "cache"),
    }
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.21\n")
    for command in (["mod", "download", "example.com/Upper/v2@v2.3.4-RC.1"], ["get", "example.com/quote@latest"]):
        ran = subprocess.run([go, *command], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "go.sum").read_text().splitlines() == sorted(TWO.sum_lines)
    assert (tmp_path / "cache/cache/download/sumdb/sum.example.org/lookup/example.com/quote@v1.1.0").exists()


def test_go_prints_the_reason(server: Served, go: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [go, "mod", "download", "example.com/none@v1.0.0"],
        cwd=tmp_path,
        env=dict(os.environ) | {"GOPROXY": server.url},
        check=False,
        capture_output=True,
        text=True,
    )
    assert "404 Not Found" in ran.stderr and "proxy.not_found: example.com/none@v1.0.0" in ran.stderr


def test_head_has_the_headers_and_no_body(server: Served) -> None:
    server.keep("/example.com/quote/@v/v1.0.0.zip")
    whole = server.get("/example.com/quote/@v/v1.0.0.zip")
    head = server.get("/example.com/quote/@v/v1.0.0.zip", "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "etag", "content-type", "last-modified", "cache-control"):
        assert head.headers[name] == whole.headers[name]


def test_a_download_can_be_resumed_and_a_known_one_is_not_sent_again(server: Served) -> None:
    path = "/example.com/big/@v/v1.0.0.zip"
    server.keep(path)
    whole = server.get(path)
    tag, size = whole.headers["etag"], len(whole.body)
    for words, part in (
        ("bytes=1000-", whole.body[1000:]),
        ("bytes=5-9", whole.body[5:10]),
        ("bytes=-7", whole.body[-7:]),
    ):
        got = server.get(path, range=words, if_range=tag)
        assert (got.status, got.body) == (206, part)
    assert got.headers["content-range"] == f"bytes {size - 7}-{size - 1}/{size}"
    assert server.get(path, range="bytes=5-9", if_range='"another"').status == 200
    assert server.get(path, range="bytes=1-2,4-5").status == 200
    beyond = server.get(path, range=f"bytes={size}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert beyond.headers["cache-control"] == "no-store"
    assert server.get(path, if_none_match=f'"x", {tag}').status == 304
    assert server.get(path, if_modified_since=whole.headers["last-modified"]).status == 304
    assert server.get(path, if_none_match='"x"').status == 200


def test_texts_are_packed_for_who_takes_that(server: Served) -> None:
    path = "/example.com/wordy/@v/v1.0.0.mod"
    server.keep(path)
    packed = server.get(path, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip" and packed.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == WORDY.go_mod
    assert "content-encoding" in server.get(path, accept_encoding="br, gzip;q=0.5").headers
    assert "content-encoding" not in server.get(path, accept_encoding="gzip;q=0, identity").headers
    assert "content-encoding" not in server.get(path).headers
    assert "content-encoding" not in server.get("/example.com/big/@v/v1.0.0.zip", accept_encoding="gzip").headers


def test_the_checksum_database_is_handed_on(server: Served, sources: tuple[Lab, Upstream]) -> None:
    sums = sources[0].sums
    base = "/sumdb/sum.example.org"
    assert server.get(f"{base}/supported").status == 200
    assert server.get(f"{base}/lookup/example.com/quote@v1.0.0").body == sums.file("/lookup/example.com/quote@v1.0.0")
    assert server.get(f"{base}/latest").body == sums.note()
    assert server.get(f"{base}/tile/8/0/000.p/5").body == sums.file("/tile/8/0/000.p/5")
    assert server.get(f"{base}/lookup/example.com/none@v1.0.0").status == 404
    assert server.get("/sumdb/sum.golang.org/supported").status == 404


def test_only_what_is_stored_where_that_is_asked_for(server: Served, sources: tuple[Lab, Upstream]) -> None:
    server.keep("/example.com/quote/@v/v1.0.0.mod")
    for path, headers in (
        ("/example.com/quote/@v/v1.0.0.mod", {"disable_module_fetch": "true"}),
        ("/cached-only/example.com/quote/@v/v1.0.0.mod", {}),
    ):
        assert server.get(path, **headers).body == QUOTE.go_mod
    unknown = "/example.com/never/@v/v1.0.0.mod"
    assert server.get(unknown, disable_module_fetch="true").status == 404
    assert server.get(f"/cached-only{unknown}").status == 404
    assert sources[0].count(unknown) == 0


def test_other_methods_and_names_are_refused(server: Served) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "POST"):
        got = server.get("/example.com/quote/@v/list", method)
        assert (got.status, got.headers["allow"]) == (405, "GET, HEAD")
    assert server.get("/example.com/quote/@v/list", host="evil.example").status == 421
    assert server.get("/example.com/quote/@v/list", host="localhost:1").status == 200


def test_it_tells_how_it_is(server: Served) -> None:
    assert server.get("/-/healthz").body == b"ok\n"
    assert server.get("/-/readyz").body == b"ready\n"
    assert server.get("/-/version").text.startswith("gomend ")
    server.keep("/example.com/quote/@v/v1.0.0.mod")
    before = server.metric('gomend_requests_total{kind="mod",result="hit",status="200"}')
    got = server.get("/example.com/quote/@v/v1.0.0.mod", x_request_id="my-own-1")
    assert server.metric('gomend_requests_total{kind="mod",result="hit",status="200"}') == before + 1
    assert server.has_logged('"request":"my-own-1"')
    assert got.headers["x-content-type-options"] == "nosniff"


def test_a_request_carries_its_mark_and_one_that_comes_back_is_told_so(tmp_path: Path) -> None:
    found = lab(ALL)
    with Upstream(found) as upstream, serving(tmp_path, upstream.url) as server:
        server.get("/example.com/quote/@latest")
        (mark,) = {headers.get("via", "") for headers in found.headers}
        assert mark.startswith("gomend/")
        got = server.get("/example.com/quote/@v/list", via=f"1.1 front, {mark}")
        assert (got.status, "proxy.misconfigured" in got.text) == (508, True)
        assert server.get("/example.com/quote/@v/list", via="gomend/another").status == 200


def test_a_trace_goes_along_to_the_source_and_into_the_log(tmp_path: Path) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    parent = f"00-{trace}-b7ad6b7169203331-01"
    found = lab(ALL)
    with Upstream(found) as upstream, serving(tmp_path, upstream.url) as server:
        assert server.get("/example.com/plus/@latest", traceparent=parent).status == 200
        assert server.has_logged(f'"trace":"{trace}"')
        server.get("/example.com/quote/@latest", traceparent="no trace at all")
    assert [headers.get("traceparent") for headers in found.headers] == [parent, None]


def test_what_a_source_answers_amiss_is_counted_and_logged_by_its_code(tmp_path: Path) -> None:
    found = lab([QUOTE])
    found.broken["*.info"] = lambda exchange, _: exchange.send(403, b"not you")
    with Upstream(found) as upstream, serving(tmp_path, upstream.url) as server:
        assert server.get("/example.com/quote/@v/v1.0.0.info").status == 403
        assert server.get("/example.com/none/@v/v1.0.0.mod").status == 404
        for code, purpose, status in (("proxy.unauthorized", "info", 403), ("proxy.not_found", "mod", 404)):
            labels = f'code="{code}",purpose="{purpose}",source="{upstream.url}",status="{status}"'
            assert server.metric(f"gomend_upstream_requests_total{{{labels}}}") == 1
        logged = [line for line in server.log.read_text().splitlines() if '"event":"source"' in line]
        assert len(logged) == 1 and '"code":"proxy.unauthorized","error":"status 403"' in logged[0]


@fault(
    "Clients", "200 ask for one cold zip at once, and some of them leave", "200, the first bytes at once, of one fetch"
)
def test_200_clients_for_one_cold_zip_are_one_fetch_and_none_waits_for_the_end(tmp_path: Path) -> None:
    found = lab([BIG])
    go_on = threading.Event()

    def held(exchange: acts.Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[:1_000_000], length=len(data))
        go_on.wait(PATIENCE)
        exchange.connection.sendall(data[1_000_000:])

    path = "/example.com/big/@v/v1.0.0.zip"
    found.broken["*.zip"] = held
    begun = threading.Semaphore(0)

    def ask(leaves: bool) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            first = answer.read(100_000)
            begun.release()
            return first if leaves else first + answer.read()

    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        with ThreadPoolExecutor(200) as pool:
            asked = [pool.submit(ask, number % 10 == 0) for number in range(200)]
            for _ in asked:
                assert begun.acquire(timeout=PATIENCE)  # each has its first bytes while the rest is held
            go_on.set()
            bodies = [one.result() for one in asked]
        assert found.count(path) == 1
        assert {body for number, body in enumerate(bodies) if number % 10} == {BIG.zip}
        assert server.get(path).body == BIG.zip
        assert found.count(path) == 1
        assert server.metric("gomend_joined_requests_total") == 199


def test_a_fetch_goes_on_when_all_its_clients_have_left(tmp_path: Path) -> None:
    found = lab([BIG])
    path = "/example.com/big/@v/v1.0.0.zip"
    go_on = threading.Event()

    def held(exchange: acts.Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[:1_000_000], length=len(data))
        go_on.wait(PATIENCE)
        exchange.connection.sendall(data[1_000_000:])

    found.broken["*.zip"] = held
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            client.recv(1000)
        go_on.set()
        assert server.get(path).body == BIG.zip
        assert found.count(path) == 1


def test_what_is_stored_is_served_while_no_source_is_there(tmp_path: Path) -> None:
    found = lab(ALL)
    stored = ("/example.com/quote/@v/v1.0.0.zip", "/example.com/quote/@v/v1.0.0.mod", "/example.com/quote/@v/list")
    with Upstream(found) as upstream:
        with serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
            first = [server.keep(path).body for path in stored]
        address = upstream.url
    old = tmp_path / "store/example.com/quote/@v/list"
    os.utime(old, (1, 1))
    with serving(tmp_path, address, gosumdb=found.sums.key) as server:
        assert [server.get(path).body for path in stored] == first
        assert server.get(stored[2]).headers["warning"].startswith("111 ")
        got = server.get("/example.com/plus/@v/v2.0.0+incompatible.mod")
        assert (got.status, "net.connect_refused" in got.text) == (502, True)
        assert server.get("/-/healthz").status == 200


def test_a_list_is_fresh_for_a_minute_then_refreshed_behind_and_purged_at_once(
    server: Served, sources: tuple[Lab, Upstream]
) -> None:
    path = "/example.com/quote/@v/list"
    server.purge(path)
    server.keep(path)
    before = sources[0].count(path)
    assert server.get(path).status == 200 and sources[0].count(path) == before
    server.purge(path)
    server.keep(path)
    assert sources[0].count(path) == before + 1
    file = server.store / path[1:]
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 120))
    deadline = threading.Event()
    for _ in range(600):
        got = server.get(path)
        if got.headers.get("warning", "").startswith("110 "):
            break
        deadline.wait(0.01)  # a list is at hand for two seconds
    assert got.headers["warning"].startswith("110 ")
    for _ in range(600):
        if sources[0].count(path) == before + 2:
            break
        deadline.wait(0.01)
    assert sources[0].count(path) == before + 2


def test_unverified_is_never_served(tmp_path: Path) -> None:
    found = lab([QUOTE, TWO], wrong={})
    found.world.add(PLUS)  # which the checksum database does not know
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        unknown = server.get("/example.com/plus/@v/v2.0.0+incompatible.zip")
        assert (unknown.status, "checksum.sumdb_not_found" in unknown.text) == (502, True)
        found.broken["/sumdb/*"] = acts.status(503)
        down = server.get("/example.com/quote/@v/v1.0.0.zip")
        assert (down.status, "checksum.sumdb_unreachable" in down.text) == (502, True)
        assert not list(tmp_path.glob("store/**/*.zip"))
        assert server.metric('gomend_verification_failures_total{code="checksum.sumdb_unreachable"}') >= 1
        found.broken.clear()
        assert server.get("/example.com/quote/@v/v1.0.0.zip").body == QUOTE.zip


def test_private_modules_never_reach_a_public_source_nor_the_checksum_database(tmp_path: Path) -> None:
    found = lab([QUOTE])
    with (
        Upstream(found) as upstream,
        serving(tmp_path, upstream.url, gosumdb=found.sums.key, GOPRIVATE="corp.example") as server,
    ):
        for ending in ("@v/list", "@v/v1.0.0.mod", "@v/v1.0.0.zip"):
            assert server.get(f"/corp.example/secret/{ending}").status in (404, 502)
        assert not [path for path in found.asked if "corp.example" in path]


def test_a_zip_that_go_would_not_unpack_is_passed_on_and_not_kept(tmp_path: Path) -> None:
    bad = {f"example.com/odd@v1.0.0/{name}": b"x" for name in ("a.go", "A.go")}
    module = Module("example.com/odd", "v1.0.0")
    zipped = make_zip(bad)
    found = lab([module], wrong={module.path: (f"{module.path} v1.0.0 {h1(bad.items())}", module.sum_lines[1])})
    found.broken["*.zip"] = acts.body(zipped)
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        for _ in range(2):
            assert server.get("/example.com/odd/@v/v1.0.0.zip").body == zipped
        assert not list(tmp_path.glob("store/**/*.zip"))


def run(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *words], env=dict(os.environ) | variables, check=False, capture_output=True, text=True, timeout=60
    )


def test_what_it_cannot_work_with_is_told_in_one_line(tmp_path: Path, server: Served) -> None:
    store = str(tmp_path / "store")
    (tmp_path / "file").write_text("")
    taken = f"127.0.0.1:{server.port}"
    for words, said in (
        (["--listen", "nonsense"], "HOST:PORT"),
        (["--listen", "0.0.0.0:1234"], "--open"),
        (["--listen", taken], f"{taken} is taken"),
        (["--listen", "192.0.2.1:8081", "--open"], "cannot be listened on"),
        (["--upstream", "ftp://x"], "invalid proxy URL scheme"),
        (["--store", str(tmp_path / "file")], "cannot be used"),
        (["--store", "nothing://x"], "cannot be used"),
        (["--upstream", "http://127.0.0.1:8081"], "leads to this server itself alone"),
        (["--tokens", str(tmp_path / "file.json")], f"gomend token create NAME --file {tmp_path / 'file.json'}"),
        (["--certificate", str(tmp_path / "file")], "--certificate and --key go together"),
        (["--certificate", str(tmp_path / "none"), "--key", str(tmp_path / "file")], f"{tmp_path / 'none'}: No such"),
    ):
        given = [] if "--store" in words else ["--store", store]
        ran = run(*given, *words)
        assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr, ran.stderr
        assert "Debug source" not in ran.stderr
    assert "malformed verifier id" in run("--store", store, "--check", GOSUMDB="nobody.example").stderr


def test_check_looks_and_ends(tmp_path: Path) -> None:
    port = free_port()
    ran = run(
        "--check", "--listen", f"127.0.0.1:{port}", XDG_CACHE_HOME=str(tmp_path), GOPROXY=f"http://localhost:{port}"
    )
    assert ran.returncode == 0, ran.stderr
    assert "https://proxy.golang.org, direct" in ran.stderr  # its own address is left out, and go's default remains
    assert "leads to this server" in ran.stderr and "can be read and written" in ran.stderr
    assert (tmp_path / "gomend/modules").is_dir()
    assert not [file for file in (tmp_path / "gomend/modules").rglob("*") if file.is_file()]


def test_a_folder_is_a_source_like_any_other(sources: tuple[Lab, Upstream], tmp_path: Path) -> None:
    found, upstream = sources
    for ending, content in (("info", UPPER.info), ("mod", UPPER.go_mod), ("zip", UPPER.zip)):
        file = tmp_path / f"a folder/example.com/!upper/v2/@v/v2.3.4-!r!c.1.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    before = len(found.asked)
    listed = f"file://{tmp_path}/a%20folder,{upstream.url}"
    with serving(tmp_path / "serve", listed, gosumdb=found.sums.key) as server:
        front = "/example.com/%21upper/v2/@v/v2.3.4-%21r%21c.1"
        for ending, content in (("info", UPPER.info), ("mod", UPPER.go_mod), ("zip", UPPER.zip)):
            assert server.get(f"{front}.{ending}").body == content
        assert not [path for path in found.asked[before:] if "upper" in path and "sumdb" not in path]
        assert server.get("/example.com/plus/@v/v2.0.0+incompatible.mod").body == PLUS.go_mod
        missing = server.get("/example.com/none/@v/v1.0.0.mod")
        assert missing.status == 404 and f"file://{tmp_path}" in missing.text


def test_sighup_reads_the_settings_again_and_loses_no_request(tmp_path: Path) -> None:
    one, two = lab([QUOTE]), lab([PLUS])
    settings = tmp_path / "config/gomend/config.toml"
    settings.parent.mkdir(parents=True)
    with Upstream(one) as first, Upstream(two) as second:
        settings.write_text(f'serve_upstream = "{first.url}"\n')
        with serving(tmp_path, "") as server:
            assert server.get("/example.com/quote/@v/v1.0.0.mod").status == 200
            assert server.get("/example.com/plus/@v/v2.0.0+incompatible.mod").status == 404
            settings.write_text(f'serve_upstream = "{second.url}"\n')
            server.process.send_signal(signal.SIGHUP)
            pause = threading.Event()
            for _ in range(1000):
                statuses = {server.get("/-/healthz").status, server.get("/example.com/quote/@v/v1.0.0.mod").status}
                assert statuses == {200}
                if server.get("/example.com/plus/@v/v2.0.0+incompatible.mod").status == 200:
                    return
                pause.wait(0.02)
            pytest.fail("the new settings were never used")
