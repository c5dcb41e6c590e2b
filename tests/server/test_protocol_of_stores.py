"""HEAD, ranges, conditions, gzip, and "only what is stored": the same from a folder and from a bucket."""

import contextlib
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.bucket import bucket_server, variables
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import Lab, Served, lab, serving

BIG = Module("example.com/big", "v1.0.0", files={"data.txt": os.urandom(700_000).hex()})
LONG = Module("example.com/long", "v1.0.0", requires={f"example.com/needed{number}": "v1.0.0" for number in range(99)})
ZIP, MOD, LIST = f"/{BIG.path}/@v/v1.0.0.zip", f"/{LONG.path}/@v/v1.0.0.mod", f"/{BIG.path}/@v/list"


@pytest.fixture(scope="module", params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Lab]]:
    found = lab([BIG, LONG])
    folder: Path = tmp_path_factory.mktemp("protocol")
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(Upstream(found))
        options: tuple[str, ...] = ()
        more: dict[str, str] = {}
        if request.param == "s3":
            more = variables(stack.enter_context(bucket_server("modules")))
            options = ("--store", f"s3://modules/{os.urandom(4).hex()}")
        server = stack.enter_context(serving(folder, upstream.url, *options, gosumdb=found.sums.key, **more))
        for path in (ZIP, MOD, LIST):
            assert server.get(path).status == 200
        while server.metric("gomend_fetches_under_way"):
            pass
        yield server, found


def test_a_zip_is_had_in_parts_so_that_a_download_can_be_resumed(place: tuple[Served, Lab]) -> None:
    server, _ = place
    whole = server.get(ZIP)
    assert (whole.status, whole.body) == (200, BIG.zip) and whole.headers["accept-ranges"] == "bytes"
    tag, size = whole.headers["etag"], len(BIG.zip)
    rest = server.get(ZIP, range=f"bytes={size - 1000}-", if_range=tag)
    assert (rest.status, rest.body) == (206, BIG.zip[-1000:])
    assert rest.headers["content-range"] == f"bytes {size - 1000}-{size - 1}/{size}"
    middle = server.get(ZIP, range="bytes=300000-900000")
    assert (middle.status, middle.body) == (206, BIG.zip[300000:900001])
    assert server.get(ZIP, range="bytes=-7").body == BIG.zip[-7:]
    assert server.get(ZIP, range="bytes=0-5", if_range='"other"').status == 200
    assert server.get(ZIP, range=f"bytes={size}-").status == 416
    assert server.get(ZIP, if_none_match=tag).status == 304
    head = server.get(ZIP, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(size))
    part = server.get(ZIP, "HEAD", range="bytes=0-9")
    # Range means something for GET alone (RFC 9110, section 14.2).
    assert (part.status, part.body, part.headers["content-length"]) == (200, b"", str(size))


def test_a_text_is_packed_for_who_takes_gzip(place: tuple[Served, Lab]) -> None:
    server, _ = place
    packed = server.get(MOD, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.body) == LONG.go_mod
    assert "Accept-Encoding" in packed.headers["vary"]
    plain = server.get(MOD)
    assert "content-encoding" not in plain.headers and plain.body == LONG.go_mod
    assert server.get(MOD, if_none_match=plain.headers["etag"]).status == 304
    assert server.get(MOD, accept_encoding="gzip", if_none_match=packed.headers["etag"]).status == 304
    assert server.get(ZIP, accept_encoding="gzip").headers.get("content-encoding") is None


@pytest.mark.parametrize("way", ["header", "path"])
def test_only_what_is_stored_is_given_where_nothing_may_be_fetched(place: tuple[Served, Lab], way: str) -> None:
    server, found = place

    def get(path: str) -> tuple[int, bytes]:
        got = server.get(path, disable_module_fetch="true") if way == "header" else server.get(f"/cached-only{path}")
        return got.status, got.body

    before = len(found.asked)
    assert get(ZIP) == (200, BIG.zip)
    assert get(LIST) == (200, b"v1.0.0\n")
    info = f"/{(BIG if way == 'header' else LONG).path}/@v/v1.0.0.info"
    for path in (info, f"/{BIG.path}/@latest", "/example.com/none/@v/list"):
        status, body = get(path)
        assert status == 404 and b"no source was asked" in body
    assert len(found.asked) == before
    assert server.get(info).status == 200  # and that left no trace
