"""Settings: the values and origins that real go shows."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from gomend.gomod.goenv import GoEnv, Origin, machine_defaults, user_config_folder, user_file

NAMES = [
    "GOPROXY",
    "GOSUMDB",
    "GOTOOLCHAIN",
    "GOPRIVATE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOAUTH",
    "GOFLAGS",
    "GOVCS",
    "GODEBUG",
    "GOPATH",
]

CASES = {
    "nothing": ({}, None),
    "user file": ({}, b"GOPROXY=https://user.example\nGOPRIVATE=corp.example\n"),
    "environment hides": ({"GOPROXY": "https://os.example", "GONOPROXY": "none"},
    b"GOPROXY=https://user.example\nGOPRIVATE=a\n"),
    "empty variable": ({"GOPROXY": "", "GOPRIVATE": ""}, b"GOPRIVATE=corp.example\n"),
    "empty line hides go.env": ({}, b"GOPROXY=\nGOSUMDB=\nGOTOOLCHAIN=\nGOAUTH=\n"),
    "twice": ({}, b"GOPROXY=one.example\nGOPROXY=two.example\n"),
    "odd lines": ({},
    b"# GOPROXY=a\n GOPROXY=b\ngoproxy=c\nGOPROXY\n=x\n\nGOPRIVATE = d\nGOFLAGS=-mod=mod\r\nGOVCS='a:git'"),
    "os only": ({"GODEBUG": "a=1"}, b"GODEBUG=b=2\nGOENV=/x\n"),
    "os only in the file": ({}, b"GODEBUG=b=2\n"),
    "not utf-8": ({}, b"GOPRIVATE=\xff.example\n"),
}  # fmt: skip


@pytest.fixture(scope="module")
def goroot_file(go):
    root = subprocess.run([go, "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    return (Path(root) / "go.env").read_bytes()


@pytest.mark.parametrize("case", CASES)
def test_go_env_shows_the_same_values(go, goroot_file, tmp_path, case):
    variables, content = CASES[case]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GOENV": str(tmp_path / "env"),
        "GOTELEMETRY": "off",
        **variables,
    }
    if content is not None:
        (tmp_path / "env").write_bytes(content)
    ran = subprocess.run([go, "env", "-json", *NAMES], cwd=tmp_path, env=environ, check=True, capture_output=True)
    wanted = json.loads(ran.stdout.decode())
    settings = GoEnv(environ, content, goroot_file, machine_defaults(environ))
    got = {name: settings.get(name).encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in NAMES}
    assert got == wanted


def test_goroots_file_counts_its_first_line_and_is_hidden_by_an_empty_one(go, tmp_path):
    goroot = tmp_path / "root"
    (goroot / "pkg/tool").mkdir(parents=True)
    content = b"GOPROXY=first.example\nGOPROXY=second.example\n"
    (goroot / "go.env").write_bytes(content)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GOENV": "off",
        "GOROOT": str(goroot),
        "GOTOOLCHAIN": "local",
    }
    ran = subprocess.run([go, "env", "GOPROXY"], cwd=tmp_path, env=environ, check=True, capture_output=True, text=True)
    assert GoEnv(environ, None, content).get("GOPROXY") == ran.stdout.strip() == "first.example"
    hidden = GoEnv({}, b"GOPROXY=\n", content).setting("GOPROXY")
    assert (hidden.value, hidden.origin, hidden.hidden) == (
        "",
        Origin.USER_FILE,
        ((Origin.GOROOT_FILE, "first.example"),),
    )


def test_a_setting_tells_where_it_stands_and_what_it_hides():
    settings = GoEnv({"GOPROXY": "os"}, b"GOPROXY=user\nGODEBUG=x=1\nGOPRIVATE=p\n", b"GOPROXY=root\n")
    proxy = settings.setting("GOPROXY")
    assert (proxy.value, proxy.origin) == ("os", Origin.ENVIRONMENT)
    assert proxy.hidden == ((Origin.USER_FILE, "user"), (Origin.GOROOT_FILE, "root"))
    assert settings.setting("GONOPROXY").origin is Origin.DEFAULT
    assert settings.get("GONOPROXY") == "p"
    assert settings.get("GOAUTH") == "netrc"
    assert settings.unknown_to_go() == ("GODEBUG",)


@pytest.mark.parametrize(
    "variables", [{}, {"XDG_CONFIG_HOME": "/xdg"}, {"GOENV": "/e"}, {"GOENV": "off"}, {"XDG_CONFIG_HOME": "rel"}]
)
def test_the_user_file_lies_where_go_looks_for_it(go, tmp_path, variables):
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GOTELEMETRY": "off",
        "GOCACHE": str(tmp_path / "c"),
        **variables,
    }
    ran = subprocess.run([go, "env", "GOENV"], cwd=tmp_path, env=environ, check=True, capture_output=True, text=True)
    found = ran.stdout.strip()
    assert (user_file(environ) or "") == ("" if found == "off" else found)


def test_other_platforms_keep_settings_elsewhere():
    assert user_config_folder({"HOME": "/h"}, "darwin") == "/h/Library/Application Support"
    assert user_config_folder({"APPDATA": "C:\\a"}, "win32") == "C:\\a"
    assert user_config_folder({}) is None
