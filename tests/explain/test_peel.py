"""Wrappers come off from the left, and each leaves what it tells."""

import pytest

from gomend.explain.peel import Asked, asked_for, host_of, module_in_cache, peel


def test_a_chain_of_requirements_leaves_the_last_module() -> None:
    peeled = peel(
        "go: a.io/b@v1.0.0 requires\n\tc.io/d@v1.1.0 requires\n\te.io/f@v1.2.3: "
        "reading https://proxy.example/e.io/f/@v/v1.2.3.mod: 404 Not Found\n\tserver response: not found: timeout"
    )
    assert (peeled.module, peeled.version) == ("e.io/f", "v1.2.3")
    assert peeled.status == 404
    assert peeled.url == "https://proxy.example/e.io/f/@v/v1.2.3.mod"
    assert peeled.core == "404 Not Found"
    assert peeled.quoted == "not found: timeout"


def test_a_git_block_keeps_its_words_and_the_repository() -> None:
    peeled = peel(
        "go: a.io/b@v1.0.0: invalid version: git ls-remote -q origin in /go/pkg/mod/cache/vcs/0: exit status 128:\n"
        "\tfatal: repository 'https://a.io/b.git/' not found"
    )
    assert peeled.version_control
    assert peeled.core.startswith("exit status 128:\n\tfatal: repository")
    assert peeled.url == "https://a.io/b.git"


def test_an_import_chain_leaves_the_package() -> None:
    peeled = peel(
        "go: a.io/b imports\n\tc.io/d imports\n\te.io/f/g: module e.io/f: module lookup disabled by GOPROXY=off"
    )
    assert (peeled.package, peeled.module) == ("e.io/f/g", "e.io/f")
    assert peeled.core == "module lookup disabled by GOPROXY=off"


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("go: a.io/b@v1: Get https://proxy.example/a.io/b/@v/v1.mod: EOF", "EOF"),
        ("go: a.io/b@v1: unexpected status (https://proxy.example/a.io/b/@v/v1.info): 410 Gone", "410 Gone"),
        ('main.go:3:8: a.io/b@v1: read "https://proxy.example/a.io/b/@v/v1.zip": unexpected EOF', "unexpected EOF"),
        ('C:\\src\\main.go:3:8: a.io/b@v1: Get "https://p.example/a.io/b/@v/v1.zip": EOF', "EOF"),
        ("go: verifying a.io/b@v1/go.mod: a.io/b@v1/go.mod: EOF", "EOF"),
        ("package a.io/b\n\timports c.io/d: EOF", "EOF"),
        ('unrecognized import path "a.io/b" (https fetch: Get https://a.io/b?go-get=1: EOF)', "EOF)"),
    ],
)
def test_forms_of_all_ages_come_off(text: str, core: str) -> None:
    assert peel(text).core == core


def test_a_module_is_read_from_the_url_where_nothing_else_names_it() -> None:
    peeled = peel("reading https://proxy.example/go/github.com/!azure/x/@v/v1.0.0-!r!c1.info: 502 Bad Gateway")
    assert (peeled.module, peeled.version) == ("github.com/Azure/x", "v1.0.0-RC1")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://proxy.golang.org/a.io/b/@v/list", Asked.MODULE),
        ("https://proxy.golang.org/a.io/b/@latest", Asked.MODULE),
        ("https://proxy.golang.org/sumdb/sum.golang.org/supported", Asked.SUMDB_PROBE),
        ("https://proxy.golang.org/sumdb/sum.golang.org/lookup/a.io/b@v1", Asked.SUMDB),
        ("https://sum.golang.org/lookup/a.io/b@v1.0.0", Asked.SUMDB),
        ("https://sum.golang.org/tile/8/0/x001/234", Asked.SUMDB),
        ("https://a.io/b?go-get=1", Asked.IMPORT_PAGE),
        ("https://github.com/a/b", Asked.OTHER),
    ],
)
def test_the_shape_of_a_url_tells_what_was_asked(url: str, asked: Asked) -> None:
    assert asked_for(url) is asked


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://proxy.example:443/a", "proxy.example"),
        ("http://127.0.0.1:3000/a", "127.0.0.1:3000"),
        ("https://[::1]:8443/a", "[::1]:8443"),
        ("https://user:secret@proxy.example/a", "proxy.example"),
        ("https://proxy.example:notaport/a", ""),
        ("", ""),
    ],
)
def test_the_host_has_its_port_where_that_is_not_the_schemes_own(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_file_of_the_cache_names_its_module() -> None:
    assert module_in_cache("/go/pkg/mod/cache/download/github.com/!azure/x/@v/v1.0.0.zip") == (
        "github.com/Azure/x",
        "v1.0.0",
    )
    assert module_in_cache("C:\\go\\pkg\\mod\\cache\\download\\a.io\\b\\@v\\v1.0.0.zip") == ("a.io/b", "v1.0.0")
    assert module_in_cache("/etc/hosts") == ("", "")
