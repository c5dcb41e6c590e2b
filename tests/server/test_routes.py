"""Where a path leads: decided for every path there can be, and never out of the store."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gomend.gomod.protocol import Kind
from gomend.server.routes import DatabaseRoute, ModuleRoute, NoRoute, Own, OwnRoute, route
from gomend.sources.keys import key_of
from gomend.storage.base import check_key


@pytest.mark.parametrize(
    ("path", "kind", "module", "version", "only_stored"),
    [
        ("/example.com/a/@v/list", Kind.LIST, "example.com/a", "", False),
        ("/example.com/a/@latest", Kind.LATEST, "example.com/a", "", False),
        ("/example.com/%21a/@v/v1.0.0-!r!c.info", Kind.INFO, "example.com/A", "v1.0.0-RC", False),
        ("/example.com/a/@v/main.info", Kind.INFO, "example.com/a", "main", False),
        ("/cached-only/example.com/a/v2/@v/v2.0.0.zip", Kind.ZIP, "example.com/a/v2", "v2.0.0", True),
        (
            "/golang.org/toolchain/@v/v0.0.1-go1.21.0.linux-amd64.zip",
            Kind.ZIP,
            "golang.org/toolchain",
            "v0.0.1-go1.21.0.linux-amd64",
            False,
        ),
    ],
)
def test_files_of_modules(path: str, kind: Kind, module: str, version: str, only_stored: bool) -> None:
    found = route(path.encode())
    assert isinstance(found, ModuleRoute)
    assert (found.asked.kind, found.asked.module, found.asked.version) == (kind, module, version)
    assert found.only_stored is only_stored


def test_the_database_and_the_servers_own_pages() -> None:
    found = route(b"/sumdb/localhost.localdev/sumdb/lookup/example.com/%21a@v1.0.0")
    assert isinstance(found, DatabaseRoute) and found.asked.sumdb == "localhost.localdev/sumdb"
    assert route(b"/-/purge/example.com/a/@v/list") == OwnRoute(Own.PURGE, "example.com/a/@v/list")
    assert route(b"/-/healthz") == OwnRoute(Own.HEALTHY)


PIECES = st.sampled_from(
    [
        "/",
        "/@v/",
        "/@latest",
        ".info",
        ".mod",
        ".zip",
        "list",
        "example.com",
        "a",
        "..",
        "%2e",
        "%2f",
        "%00",
        "%",
        "!",
        "!a",
        "A",
        "v1.0.0",
        "+incompatible",
        "sumdb/",
        "/lookup/",
        "/tile/8/0/000",
        "@",
        "-/",
        ".gomend",
        "//",
        "cached-only/",
        "\x00",
        "\n",
        "\xff",
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=9).map(lambda parts: "".join(parts).encode("latin-1")))
)
def test_every_path_leads_somewhere_and_no_key_leaves_the_store(raw: bytes) -> None:
    found = route(b"/" + raw)
    if isinstance(found, ModuleRoute):
        check_key(key_of(found.asked))
        again = route(b"/" + found.path.encode())
        assert isinstance(again, ModuleRoute) and again.asked == found.asked
    else:
        assert isinstance(found, DatabaseRoute | OwnRoute | NoRoute)
