"""Where go asks for a module and who sees its name: compared with what a real go does."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.lab.listener import refused_port
from tests.lab.modules import World
from tests.lab.upstream import module_proxy

from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.path import InvalidPathError, escape_path
from gomend.gomod.proxylist import ProxyListError, Use
from gomend.gomod.route import Sums, database_of, route


def settings(**values: str) -> GoEnv:
    return GoEnv({"GOPROXY": "https://a.example,https://b.example|direct", "GOSUMDB": "sum.golang.org", **values})


def test_a_public_module_goes_the_way_of_the_list() -> None:
    found = route("rsc.io/quote/v3", settings())
    assert found.private is None
    assert [(one.number, one.entry.written, one.use, one.entry.falls_back_on_error) for one in found.stops] == [
        (1, "https://a.example", Use.PROXY, False),
        (2, "https://b.example", Use.PROXY, True),
        (3, "direct", Use.DIRECT, False),
    ]
    assert found.stops[0].names == ("rsc.io/quote/v3", "rsc.io/quote", "rsc.io")
    assert (found.sums, found.sums_through, found.database.host) == (Sums.ASKED, (1, 2), "sum.golang.org")


def test_a_private_module_is_fetched_directly_first_and_last_and_the_pattern_is_named() -> None:
    found = route("git.corp.example/team/lib", settings(GOPRIVATE="x.io,*.corp.example"))
    assert [(one.number, one.use) for one in found.stops] == [
        (0, Use.DIRECT),
        (1, Use.SKIPPED),
        (2, Use.SKIPPED),
        (3, Use.DIRECT),
    ]
    assert found.private is not None
    assert found.private.written_in == "GOPRIVATE"
    assert (found.private.variable, found.private.pattern, found.private.origin) == (
        "GONOPROXY",
        "*.corp.example",
        Origin.ENVIRONMENT,
    )
    assert (found.sums, found.sums_through) == (Sums.PRIVATE, ())
    assert [one.names for one in found.stops] == [(), (), (), ()]


def test_a_parent_that_no_pattern_covers_is_told() -> None:
    found = route("github.com/corp/secret/x", settings(GOPRIVATE="github.com/corp/secret"))
    assert found.stops[1].names == ("github.com/corp", "github.com")


def test_gonoproxy_and_gonosumdb_go_before_goprivate() -> None:
    found = route("x.io/a", settings(GOPRIVATE="x.io", GONOPROXY="none", GONOSUMDB="x.io/*"))
    assert found.private is None
    assert found.sums_private is not None
    assert (found.sums_private.written_in, found.sums_private.pattern) == ("GONOSUMDB", "x.io/*")


def test_the_toolchain_is_checked_always_but_for_a_single_folder() -> None:
    assert route("toolchain", settings(GOSUMDB="off", GONOSUMDB="*")).sums is Sums.ALWAYS
    assert route("go", settings(GOPROXY="file:///p", GOSUMDB="off")).sums is Sums.FILE_ONLY
    assert route("go", settings(GOPROXY="file:///p,direct", GOSUMDB="off")).sums is Sums.ALWAYS
    assert route("go", settings(GOPROXY="file:///p")).sums is Sums.ASKED


def test_a_database_with_an_address_is_not_looked_for_at_the_proxies() -> None:
    found = route("rsc.io/quote", settings(GOSUMDB="sum.golang.google.cn"))
    assert (found.database.name, found.database.host, found.sums_through) == (
        "sum.golang.org",
        "sum.golang.google.cn",
        (),
    )
    assert database_of("corp.example/sumdb+00+key https://sums.corp.example/x").host == "sums.corp.example"
    assert database_of("off").host == ""


@pytest.mark.parametrize(("module", "error"), [("fmt", InvalidPathError), ("rsc.io/..", InvalidPathError)])
def test_what_go_refuses_is_refused(module: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        route(module, settings())
    with pytest.raises(ProxyListError):
        route("rsc.io/quote", settings(GOPROXY=","))


@pytest.mark.parametrize(
    ("package", "private"),
    [
        ("corp.example/team/lib/sub", ""),
        ("corp.example/team/lib/sub", "corp.example/team/lib"),
        ("corp.example/Team/lib", "*/Team"),
        ("corp.example/team/lib/v2/sub", "corp.example/team/lib/v2"),
        ("corp.example/a", "other.example, corp.example"),
    ],
)
def test_a_real_go_that_searches_tells_a_proxy_the_names_that_route_says(
    go: Path, tmp_path: Path, package: str, private: str
) -> None:
    (tmp_path / "go.mod").write_text("module m.example\n\ngo 1.21\n")
    nobody = f"http://127.0.0.1:{refused_port()}"  # so that go asks no resolver for what it fetches directly
    with module_proxy(World([])) as first, module_proxy(World([])) as second:
        values = {"GOPROXY": f"{first.url},{second.url}", "GOPRIVATE": private, "GOSUMDB": "off"}
        environment = {**os.environ, **values, "HTTPS_PROXY": nobody, "GOVCS": "*:off"}
        subprocess.run(
            [go, "get", f"{package}@latest"], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        told = [{path.strip("/").partition("/@")[0] for path in one.paths()} for one in (first, second)]
    found = route(package, GoEnv(values))
    expected = [{escape_path(name) for name in stop.names} for stop in found.stops if stop.number]
    assert told == expected
