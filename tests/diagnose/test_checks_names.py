"""The check `names`: the hosts that settings and go.mod lead to, each with what its loss means."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.diagnose.nameslab import Place, place
from tests.diagnose.worlds import check, told, world
from tests.lab import dns as lab

from gomend.diagnose.check import Checked, Status
from gomend.diagnose.places import places

ALL = {"*": "198.51.100.7"}


def checked(at: Place) -> Checked:
    async def run() -> Checked:
        try:
            return await check("names").look()(at.world)
        finally:
            await at.world.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"GOPROXY": "https://a.example,https://b.example:8443/x|direct", "GOSUMDB": "sum.golang.org"},
            [("proxy", "a.example", 443), ("later", "b.example", 8443)],
        ),
        (
            {"GOPROXY": "https://proxy.golang.org,direct", "GOSUMDB": "sum.golang.org"},
            [("proxy", "proxy.golang.org", 443), ("sumdb", "sum.golang.org", 443)],
        ),
        (
            {"GOPROXY": "http://a.example", "GOSUMDB": "sum.golang.google.cn"},
            [("proxy", "a.example", 80), ("sumdb", "sum.golang.google.cn", 443)],
        ),
        (
            {"GOPROXY": "https://a.example", "GOSUMDB": "off", "GOPRIVATE": "git.corp.example"},
            [("proxy", "a.example", 443), ("private", "git.corp.example", 443)],
        ),
        (
            {"GOPROXY": "direct", "GOSUMDB": "off"},
            [("direct", "git.corp.example", 443), ("direct", "rsc.io", 443)],
        ),
        (
            {"GOPROXY": "https://a.example", "GOSUMDB": "off", "HTTPS_PROXY": "proxy.corp.example:3128"},
            [("proxy", "a.example", 443), ("forward", "proxy.corp.example", 3128)],
        ),
        ({"GOPROXY": "file:///p,off", "GOSUMDB": "off"}, []),
        ({"GOPROXY": "foo"}, []),
    ],
)
def test_settings_and_gomod_lead_to_these(
    tmp_path: Path, variables: Mapping[str, str], expected: list[tuple[str, str, int]]
) -> None:
    (tmp_path / "go.mod").write_text(
        "module m.example\n\ngo 1.21\n\nrequire (\n\tgit.corp.example/lib v1.0.0\n\trsc.io/quote v1.5.2\n)\n"
    )
    assert [(one.role.value, one.host, one.port) for one in places(world(tmp_path, variables))] == expected


def test_a_healthy_machine_says_one_line(tmp_path: Path) -> None:
    with place(tmp_path, ALL, public=ALL, GOPROXY="https://goproxy.cn,direct", GOSUMDB="off") as at:
        found = checked(at)
    assert (found.status, found.findings) == (Status.OK, ())
    assert found.summary.startswith("hosts: 1, resolvers: 1, the slowest in ")


def test_the_loss_of_the_first_source_is_a_problem_and_of_a_later_one_a_warning(tmp_path: Path) -> None:
    for number, (lost, severity) in enumerate((("goproxy.cn", "fatal"), ("goproxy.io", "warning"))):
        table = {"*": "198.51.100.7", lost: lab.SERVFAIL}
        variables = {"GOPROXY": "https://goproxy.cn,https://goproxy.io", "GOSUMDB": "off"}
        folder = tmp_path / str(number)
        folder.mkdir()
        with place(folder, table, public=ALL, **variables) as at:
            assert told(checked(at)) == [("dns.server_failure", severity)]


def test_a_dead_resolver_is_told_once_for_all_names(tmp_path: Path) -> None:
    variables = {"GOPROXY": "https://goproxy.cn,https://goproxy.io", "GOSUMDB": "off"}
    with place(tmp_path, ALL, None, public=ALL, **variables) as at:
        assert told(checked(at)) == [("dns.server_failure", "warning")]


def test_private_names_are_asked_of_no_public_resolver(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m.example\n\ngo 1.21\n\nrequire git.corp.example/lib v1.0.0\n")
    variables = {"GOPROXY": "https://athens.example,direct", "GOPRIVATE": "*.corp.example", "GOSUMDB": "off"}
    with place(tmp_path, {"*": "198.51.100.7"}, public=ALL, **variables) as at:
        assert checked(at).status is Status.OK
        assert set(at.system[0].asked) == {"athens.example", "git.corp.example"}
        assert at.public.asked == []


def test_nothing_is_looked_up_behind_a_forward_proxy_with_an_address(tmp_path: Path) -> None:
    variables = {"GOPROXY": "https://goproxy.cn", "GOSUMDB": "off", "HTTPS_PROXY": "http://192.0.2.1:3128"}
    with place(tmp_path, ALL, public=ALL, **variables) as at:
        assert checked(at).status is Status.SKIPPED
        assert at.system[0].asked == at.public.asked == []


def test_in_a_container_a_resolver_on_its_own_loopback_is_told_as_such(tmp_path: Path) -> None:
    with place(tmp_path, None, public=ALL, GOPROXY="https://goproxy.corp.example", GOSUMDB="off") as at:
        (tmp_path / "system" / ".dockerenv").touch()
        (finding,) = checked(at).findings
    assert finding.text.endswith("is at an address of this container itself, and none runs there")
    assert finding.facts == {"matter": "resolvers"}
