"""A tenant's sources are asked with credentials of its own, never with those of whoever runs the server."""

import asyncio
import os
import ssl
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
import trustme
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, lab, serving

from gomend.server.apart import tenant_of, without_credentials
from gomend.server.told import Told
from gomend.sources.direct.git import Git

ONE = Module("example.com/one", "v1.0.0")
TWO = Module("other.example/two", "v1.0.0")
SETTINGS = """
credentials = "server.credentials"

[tenants.own]
credentials = "own.credentials"

[tenants.none]

[tenants.in-url]
upstream = "{with_user}"

[tenants.late]
credentials = "late.credentials"
"""


def basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def test_each_source_hears_its_tenants_credentials_and_no_others(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    found = lab([ONE, TWO])
    with Upstream(found, tls=context) as upstream:
        host = upstream.url.removeprefix("https://")
        (tmp_path / "netrc").write_text(f"machine {host} login of password server\n")
        for name, more in (("own", 'user = "team"'), ("late", "expires = 2020-01-01T00:00:00Z"), ("server", "")):
            place = f"{host}/example.com" if name == "server" else host
            words = f'[[host]]\nname = "{place}"\ntoken = "of-{name}"\n{more}\n'
            (tmp_path / f"{name}.credentials").write_text(words)
        with_user = upstream.url.replace("//", "//me:mine@")
        (tmp_path / "serve.toml").write_text(SETTINGS.format(with_user=with_user))
        variables = {"SSL_CERT_FILE": str(tmp_path / "ca.pem"), "NETRC": str(tmp_path / "netrc")}
        options = ("--config", str(tmp_path / "serve.toml"))
        with serving(tmp_path, upstream.url, *options, **variables) as server:

            def heard(front: str, module: Module = ONE) -> "str | None":
                got = server.get(f"{front}/{module.path}/@v/v1.0.0.mod")
                assert (got.status, got.body) == (200, module.go_mod), got.text
                return found.headers[-1].get("authorization")

            assert (heard(""), heard("", TWO)) == (basic("x-access-token", "of-server"), basic("of", "server"))
            assert heard("/own") == basic("team", "of-own")
            assert heard("/none") is heard("/none", TWO) is None
            assert heard("/in-url") == basic("me", "mine")
            late = server.get("/late/example.com/one/@v/v1.0.0.mod")
            assert late.status == 502 and "auth.credentials" in late.text and "expired at 2020-01-01" in late.text


@pytest.fixture
def home(tmp_path: Path) -> "dict[str, str]":
    """The environment of a user whose git and ssh know secrets in every way there is."""
    (tmp_path / "xdg/git").mkdir(parents=True)
    helper = "!f() { echo username=of; echo password=server; }; f"
    for place in (".gitconfig", "xdg/git/config", "system"):
        (tmp_path / place).write_text(f'[credential]\n\thelper = "{helper}"\n')
    askpass = tmp_path / "askpass"
    askpass.write_text("#!/bin/sh\necho server\n")
    askpass.chmod(0o755)
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(tmp_path / "system"),
        "GIT_CONFIG_PARAMETERS": f"'credential.helper={helper}'",
        "GIT_ASKPASS": str(askpass),
        "SSH_ASKPASS": str(askpass),
        "SSH_AUTH_SOCK": str(tmp_path / "agent"),
        "GIT_SSH_COMMAND": f"ssh -i {tmp_path}/key",
        "GIT_SSH": "ssh-of-the-user",
        "NETRC": str(tmp_path / "netrc"),
    }


def filled(environment: "dict[str, str]") -> bytes:
    """What git's credential helpers have for a host."""
    ran = subprocess.run(
        ["git", "credential", "fill"],
        env=Git("git", environment).variables(None, None, fetches=False),
        input=b"protocol=https\nhost=git.example\n\n",
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        cwd="/",
    )
    return ran.stdout


def test_git_finds_nothing_of_the_users(home: "dict[str, str]") -> None:
    assert b"server" in filled(home)
    for name in (
        "HOME",
        "XDG_CONFIG_HOME",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_PARAMETERS",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
    ):
        only = {key: value for key, value in home.items() if key in (name, "PATH")}
        assert b"server" not in filled(without_credentials(only)), name
    assert filled(without_credentials(home)) == b""
    listed = asyncio.run(Git("git", without_credentials(home)).run(None, "config", "--list", "--show-origin"))
    assert b"file:" not in listed


def test_ssh_is_offered_no_key_of_the_users(home: "dict[str, str]") -> None:
    command = Git("git", without_credentials(home)).variables(None, None, fetches=False)["GIT_SSH_COMMAND"]
    said = subprocess.run(
        [*command.split(), "-G", "git.example"], capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout.splitlines()
    assert [line for line in said if line.startswith("identityfile")] == ["identityfile none"]
    assert {"identityagent none", "batchmode yes", "gssapiauthentication no", "hostbasedauthentication no"} <= set(said)
    assert "GIT_SSH" not in without_credentials(home)


def test_a_tenant_has_a_store_a_name_on_the_wire_and_rules_of_its_own() -> None:
    server = Told(
        listen=":8081", upstream="", store="s3://modules/cache", timeout=1, workers=1, failures_only=False,
        for_people=False, instance="abc", go={"GOAUTH": "netrc"}, environment={"HOME": "/root"}, rules=("/company",),
    )  # fmt: skip
    own = tenant_of(server, "team-a", Told(**{name: getattr(server, name) for name in Told.__struct_fields__}))
    assert own.store == "s3://modules/cache/.gomend/tenants/team-a"
    assert (own.instance, own.tenant, own.rules) == ("team-a-abc", "team-a", ("/company", "/company"))
    assert own.go["GOAUTH"] == "off" and own.environment["HOME"] == os.devnull
