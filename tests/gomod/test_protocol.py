"""The protocol's URLs, built and read; what statuses mean."""

import pytest

from gomend.causes import Code
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, answer_of, code_of, parse_path, path_of, url_of
from gomend.gomod.proxylist import Answer

ASKED = {
    "github.com/!azure/go-autorest/@v/list": Asked(Kind.LIST, "github.com/Azure/go-autorest"),
    "github.com/!azure/go-autorest/@latest": Asked(Kind.LATEST, "github.com/Azure/go-autorest"),
    "a.b/c/@v/v1.0.0-!r!c1.info": Asked(Kind.INFO, "a.b/c", "v1.0.0-RC1"),
    "a.b/c/@v/master.info": Asked(Kind.INFO, "a.b/c", "master"),
    "a.b/c/@v/v2.0.0+incompatible.mod": Asked(Kind.MOD, "a.b/c", "v2.0.0+incompatible"),
    "a.b/c/v2/@v/v2.0.0.zip": Asked(Kind.ZIP, "a.b/c/v2", "v2.0.0"),
    "sumdb/sum.golang.org/supported": Asked(Kind.SUMDB_SUPPORTED, sumdb="sum.golang.org"),
    "sumdb/sum.golang.org/latest": Asked(Kind.SUMDB_LATEST, sumdb="sum.golang.org"),
    "sumdb/localhost.localdev/sumdb/lookup/a.b/!c@v1.0.0": Asked(
        Kind.SUMDB_LOOKUP, "a.b/C", "v1.0.0", "localhost.localdev/sumdb"
    ),
    "sumdb/sum.golang.org/tile/8/0/x001/x234/067": Asked(
        Kind.SUMDB_TILE, sumdb="sum.golang.org", tile="tile/8/0/x001/x234/067"
    ),
    "sumdb/sum.golang.org/tile/8/1/067.p/12": Asked(Kind.SUMDB_TILE, sumdb="sum.golang.org", tile="tile/8/1/067.p/12"),
}


@pytest.mark.parametrize("path", ASKED)
def test_a_path_says_what_is_asked_and_back(path):
    asked = ASKED[path]
    assert parse_path(path) == asked
    assert parse_path("/" + path.replace("!", "%21").replace("+", "%2B")) == asked
    assert parse_path(path, percent_encoded=False) == asked
    assert path_of(asked) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "a.b/c", "a.b/@v/", "a.b/@v/list2", "a.b/@v/v1.0.0", "a.b/@v/v1.0.0.tar", "A.b/@v/list",
        "a.b/!/@v/list",
        "github.com/Azure/x/@v/list", "nodot/@v/list", "a.b/../@v/list", "a.b/@v/..info", "a.b/@v/x%2fy.info",
        "sumdb/x/tile/8/0/1", "sumdb/x/other", "sumdb/x/lookup/a.b", "sumdb//supported", "sumdb/x/tile/8/0/../../001",
    ],
)  # fmt: skip
def test_what_is_none_of_the_protocols_is_refused(path):
    with pytest.raises(NotProtocolError) as caught:
        parse_path(path)
    assert caught.value.path == path
    assert caught.value.reason


def test_urls_are_built_as_go_builds_them():
    asked = Asked(Kind.INFO, "github.com/Azure/x", "v1.0.0-RC1")
    tail = "github.com/%21azure/x/@v/v1.0.0-%21r%21c1.info"
    assert url_of("https://p.example", asked) == f"https://p.example/{tail}"
    assert url_of("https://p.example/", asked) == f"https://p.example/{tail}"
    assert url_of("https://p.example/a//b/", asked) == f"https://p.example/a/b/{tail}"
    assert url_of("https://p.example/a%2Fb", asked) == f"https://p.example/a%2Fb/{tail}"
    assert url_of("file:///srv/proxy", Asked(Kind.LIST, "a.b/c")) == "file:///srv/proxy/a.b/c/@v/list"
    assert url_of("https://u:p@p.example?q=1", Asked(Kind.LIST, "a.b/c")) == "https://u:p@p.example/a.b/c/@v/list?q=1"


def test_only_200_is_success_and_only_404_and_410_are_not_found():
    answers = {
        status: answer_of(status) for status in (200, 201, 204, 301, 400, 401, 403, 404, 410, 418, 429, 500, 502)
    }
    assert [status for status, answer in answers.items() if answer is Answer.FOUND] == [200]
    assert [status for status, answer in answers.items() if answer is Answer.NOT_EXIST] == [404, 410]
    assert {status: code_of(status) for status in (200, 204, 401, 404, 407, 429, 503)} == {
        200: None,
        204: Code.PROXY_BAD_RESPONSE,
        401: Code.PROXY_UNAUTHORIZED,
        404: Code.PROXY_NOT_FOUND,
        407: Code.NET_HTTP_PROXY,
        429: Code.PROXY_RATE_LIMITED,
        503: Code.PROXY_SERVER_ERROR,
    }
