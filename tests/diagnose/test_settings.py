"""Each wrong setting is found, told once, with what would be right; healthy ones say nothing."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.diagnose.worlds import check, only, told, world

from gomend.diagnose.check import Checked, Status

HEALTHY = {"GOPROXY": "https://proxy.golang.org,direct", "GOSUMDB": "sum.golang.org", "GOENV": "off"}


def looked(folder: Path, variables: Mapping[str, str], *, go: str = "/nowhere/bin/go") -> Checked:
    return asyncio.run(check("settings").look()(world(folder, {**HEALTHY, **variables}, go=go)))


def module(folder: Path, *required: str) -> None:
    lines = "".join(f"require {path} v1.0.0\n" for path in required)
    (folder / "go.mod").write_text(f"module example.com/app\n\ngo 1.21\n{lines}")


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"GOPRIVATE": "*.corp.example,github.com/acme"},
        {"GOPROXY": "https://a.example|https://b.example,direct", "GOFLAGS": "-mod=mod"},
        {"GOPROXY": "direct"},
        {"GONOPROXY": "none", "GOPRIVATE": "*.corp.example"},
        {"GO111MODULE": "on"},
        {"GOSUMDB": "sum.golang.google.cn"},
        {"GOINSECURE": "*.corp.example"},
        {"GODEBUG": "netdns=go,http2client=0"},
    ],
)
def test_settings_that_do_what_they_are_there_for_are_fine(tmp_path: Path, variables: dict[str, str]) -> None:
    module(tmp_path, "rsc.io/quote")
    assert looked(tmp_path, variables).status is Status.OK


@pytest.mark.parametrize(
    ("variables", "code", "severity", "right"),
    [
        ({"GOPROXY": "https://a.example;direct"}, "proxy.misconfigured", "fatal", "https://a.example,direct"),
        ({"GOPROXY": "https://a.example,Direct"}, "proxy.misconfigured", "fatal", "https://a.example,direct"),
        ({"GOPROXY": '"https://a.example"'}, "proxy.misconfigured", "fatal", "https://a.example"),
        ({"GOPROXY": "goproxy"}, "proxy.misconfigured", "fatal", None),
        ({"GOPROXY": ","}, "proxy.misconfigured", "fatal", None),
        ({"GOPROXY": "http://u:p@a.example,direct"}, "proxy.misconfigured", "fatal", None),
        ({"GOPROXY": "direct,https://a.example"}, "proxy.misconfigured", "warning", "https://a.example,direct"),
        ({"GOPRIVATE": "a.example, b.example"}, "env.invalid", "warning", "a.example,b.example"),
        ({"GOPRIVATE": "a.example;b.example"}, "env.invalid", "warning", "a.example,b.example"),
        ({"GOPRIVATE": "https://a.example"}, "env.invalid", "warning", "a.example"),
        ({"GONOSUMDB": "["}, "env.invalid", "warning", None),
        ({"GOPROXY": "https://a.example", "GOINSECURE": "a.example"}, "env.invalid", "warning", ""),
        ({"GOPROXY": "https://a.example", "GOINSECURE": "a.example,b.example"}, "env.invalid", "warning", "b.example"),
        (
            {"GOPROXY": "https://a.example,direct,https://b.example"},
            "proxy.misconfigured",
            "warning",
            "https://a.example,direct",
        ),
        ({"GODEBUG": "gomodulesruntime=1"}, "env.invalid", "warning", ""),
        ({"GOSUMDB": "off"}, "env.invalid", "warning", ""),
        ({"GOSUMDB": "sum.golang.com"}, "env.invalid", "fatal", ""),
        ({"GOPRIVATE": "*"}, "env.invalid", "warning", None),
        ({"GO111MODULE": "off"}, "mode.no_module", "fatal", ""),
        ({"GO111MODULE": "yes"}, "env.invalid", "fatal", ""),
    ],
)
def test_a_wrong_setting_is_found_and_alone(
    tmp_path: Path, variables: dict[str, str], code: str, severity: str, right: str | None
) -> None:
    module(tmp_path)
    checked = looked(tmp_path, variables)
    assert told(checked) == [(code, severity)]
    assert only(checked).facts.get("value") == right


def test_outside_a_module_auto_means_the_old_way(tmp_path: Path) -> None:
    assert told(looked(tmp_path, {"GO111MODULE": "auto"})) == [("mode.no_module", "warning")]
    module(tmp_path)
    assert told(looked(tmp_path, {"GO111MODULE": "auto"})) == []


def test_a_stored_value_beneath_a_variable_has_no_effect(tmp_path: Path) -> None:
    stored = tmp_path / "env"
    stored.write_text("GOPROXY=https://stored.example\n")
    checked = looked(tmp_path, {"GOENV": str(stored)})
    assert told(checked) == [("env.invalid", "warning")]
    assert "https://stored.example" in only(checked).text
    stored.write_text(f"GOPROXY={HEALTHY['GOPROXY']}\n")
    assert told(looked(tmp_path, {"GOENV": str(stored)})) == []


def test_a_stored_empty_value_hides_the_default(tmp_path: Path) -> None:
    stored = tmp_path / "env"
    stored.write_text("GOPROXY=\n")
    checked = looked(tmp_path, {"GOENV": str(stored), "GOPROXY": ""})
    assert told(checked) == [("proxy.misconfigured", "fatal")]
    assert only(checked).facts == {"setting": "GOPROXY", "value": "", "place": "stored"}


def test_what_go_never_reads_from_its_file_is_told(tmp_path: Path) -> None:
    stored = tmp_path / "env"
    stored.write_text("GODEBUG=netdns=go\n")
    assert told(looked(tmp_path, {"GOENV": str(stored)})) == [("env.invalid", "warning")]


def test_a_module_kept_from_proxies_alone_is_looked_up_in_the_database(tmp_path: Path) -> None:
    module(tmp_path, "git.corp.example/a")
    checked = looked(tmp_path, {"GONOPROXY": "*.corp.example"})
    assert told(checked) == [("checksum.sumdb_not_found", "warning")]
    assert only(checked).subject.module == "git.corp.example/a"
    assert told(looked(tmp_path, {"GOPRIVATE": "*.corp.example"})) == []


def test_a_password_in_goproxy_is_never_shown(tmp_path: Path) -> None:
    checked = looked(tmp_path, {"GOPROXY": "http://me:hunter2@a.example;direct"})
    assert "hunter2" not in repr(checked)


@pytest.mark.parametrize("flags", ["-no-such-flag", "mod=mod"])
def test_flags_that_go_refuses_are_told_in_its_words(tmp_path: Path, go: Path, flags: str) -> None:
    checked = looked(tmp_path, {"GOFLAGS": flags}, go=str(go))
    assert told(checked) == [("env.invalid", "fatal")]
    assert "GOFLAGS" in only(checked).evidence[1].text
