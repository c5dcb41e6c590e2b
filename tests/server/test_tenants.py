"""One server for several teams: what one has, the other neither gets nor is told of."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from tests.server.serving import PATIENCE, PROGRAM, ROOT
from tests.server.teams import OF_A, OF_B, ONLY_B, Teams, teams

from gomend.settings.serverfile import OF_TENANTS


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    with teams(tmp_path_factory.mktemp("teams")) as found:
        yield found


def test_of_one_private_name_each_tenant_has_its_own_module(place: Teams) -> None:
    for _ in range(2):  # from the source, then at hand
        for team, who, module in (("team-a", "a", OF_A), ("team-b", "b", OF_B)):
            headers = {"authorization": f"Bearer {place.shown[who]}"}
            got = place.server.get(f"/{team}/corp.example/lib/@v/v1.0.0.zip", **headers)
            assert (got.status, got.body) == (200, module.zip)
        assert place.ask("/team-a/corp.example/lib/@v/list", "a") == (200, "v1.0.0\n")
        assert place.ask("/team-b/corp.example/lib/@v/list", "b") == (200, "v1.0.0\nv1.2.0\n")
        assert json.loads(place.ask("/team-b/corp.example/lib/@latest", "b")[1])["Version"] == "v1.2.0"
        assert json.loads(place.ask("/team-a/corp.example/lib/@latest", "a")[1])["Version"] == "v1.0.0"


def test_what_the_other_tenant_has_is_not_there_whoever_asks_and_however(place: Teams) -> None:
    path = "corp.example/only/@v/v1.0.0"
    assert place.ask(f"/team-b/{path}.mod", "b") == (200, ONLY_B.go_mod.decode())
    place.server.await_stored(f"/.gomend/tenants/team-b/{path}.mod")
    for front in ("/team-a/", "/team-a/cached-only/", "/", "/cached-only/"):
        for kind in (f"{path}.mod", f"{path}.info", f"{path}.zip", "corp.example/only/@v/list"):
            status, words = place.ask(front + kind, "everywhere")
            assert status == 404 and "team-b" not in words, (front, kind, words)
    never = place.ask("/team-a/corp.example/never/@v/v1.0.0.mod", "everywhere")[1]
    assert place.ask(f"/team-a/{path}.mod", "everywhere")[1].replace("only", "never") == never
    assert not [one for one in place.b.asked if "never" in one]


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/team-a/corp.example/lib/@v/list", "", 401),
        ("/team-a/corp.example/lib/@v/list", "b", 403),
        ("/team-b/corp.example/lib/@v/list", "a", 403),
        ("/team-b/example.com/public/@v/list", "a", 403),
        ("/team-b/example.com/public/@v/list", "admin-a", 403),
        ("/team-b/example.com/public/@v/list", "everywhere", 200),
        ("/example.com/public/@v/list", "a", 403),
        ("/team-b/sumdb/sum.example.org/supported", "a", 403),
        ("/team-b/sumdb/sum.example.org/supported", "b", 200),
        ("/sumdb/sum.example.org/supported", "a", 403),
        ("/team-a/-/healthz", "", 200),
        ("/team-a/-/readyz", "", 200),
        ("/team-a/-/version", "", 200),
        ("/team-a/-/metrics", "", 404),
    ],
)
def test_a_token_is_good_for_its_tenants_alone(place: Teams, path: str, who: str, status: int) -> None:
    for _ in range(2):
        assert place.ask(path, who)[0] == status


def test_what_is_at_hand_for_one_tenant_is_not_given_for_the_token_of_another(place: Teams) -> None:
    path = "/team-b/corp.example/lib/@v/v1.0.0.mod"
    assert place.ask(path, "b")[0] == 200
    place.server.await_stored(f"/.gomend/tenants{path}")
    assert [place.ask(path, who)[0] for who in ("b", "a", "", "b")] == [200, 403, 401, 200]


@pytest.mark.parametrize(
    "path",
    [
        "/team-a/../team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a/%2e%2e/team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a/%2e%2e%2fteam-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a/..%2fteam-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a//team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a/team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-a/.gomend/tenants/team-b/corp.example/only/@v/v1.0.0.mod",
        "/.gomend/tenants/team-b/corp.example/only/@v/v1.0.0.mod",
        "//team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-b%2fcorp.example/only/@v/v1.0.0.mod",
        "/team%2db/corp.example/only/@v/v1.0.0.mod",
        "/Team-b/corp.example/only/@v/v1.0.0.mod",
        "/!team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-/corp.example/only/@v/v1.0.0.mod",
        "/team-bb/corp.example/only/@v/v1.0.0.mod",
        "/cached-only/team-b/corp.example/only/@v/v1.0.0.mod",
        "/sumdb/team-b/corp.example/only/@v/v1.0.0.mod",
        "/-/team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-b\\corp.example/only/@v/v1.0.0.mod",
        "/team-b;/corp.example/only/@v/v1.0.0.mod",
        "/team-b./corp.example/only/@v/v1.0.0.mod",
        "/./team-b/corp.example/only/@v/v1.0.0.mod",
        "/team-b",
        "/team-b/",
    ],
)
def test_no_other_way_of_writing_a_path_leads_to_a_tenant(place: Teams, path: str) -> None:
    before = len(place.b.asked)
    status, words = place.ask(path, "everywhere")
    assert status == 404 and len(place.b.asked) == before, (status, words)


def test_a_name_that_no_tenant_has_is_told_as_such(place: Teams) -> None:
    for path in ("/team-c/example.com/public/@v/list", "/team-c/-/readyz", "/team-c", "/team-c/"):
        status, words = place.ask(path, "everywhere")
        assert status == 404 and "team-c is no module, and no tenant" in words, words


def test_a_purge_is_for_one_tenant_and_its_own_admin(place: Teams) -> None:
    path = "corp.example/lib/@v/list"
    for team, who in (("team-a", "a"), ("team-b", "b")):
        place.ask(f"/{team}/{path}", who)
        place.server.await_stored(f"/.gomend/tenants/{team}/{path}")
    assert place.ask(f"/team-b/-/purge/{path}", "admin-a", "POST")[0] == 403
    assert place.ask(f"/-/purge/{path}", "admin-a", "POST")[0] == 403
    before = place.a.count(f"/{path}"), place.b.count(f"/{path}")
    assert place.ask(f"/team-a/-/purge/{path}", "admin-a", "POST") == (200, "forgotten\n")
    assert place.ask(f"/team-a/{path}", "a")[0] == place.ask(f"/team-b/{path}", "b")[0] == 200
    assert (place.a.count(f"/{path}"), place.b.count(f"/{path}")) == (before[0] + 1, before[1])


def test_a_tenants_rules_count_beside_the_servers(place: Teams) -> None:
    for team, who in (("team-a", "a"), ("team-b", "b")):
        status, words = place.ask(f"/{team}/example.com/denied/@v/v1.0.0.mod", who)
        assert status == 403 and "company rule 7" in words
    assert place.ask("/team-a/example.com/public/@v/list", "a") == (200, "v1.0.0\n")
    assert place.ask("/team-a/example.com/public/@v/v1.1.0.mod", "a")[0] == 404
    assert place.ask("/team-b/example.com/public/@v/list", "b") == (200, "v1.0.0\nv1.1.0\n")


def test_log_and_metrics_name_the_tenant(place: Teams) -> None:
    place.ask("/team-a/example.com/public/@v/v1.0.0.info", "a")
    assert place.server.has_logged('"tenant":"team-a"')
    lines = [json.loads(line) for line in place.server.log.read_text().splitlines() if line.startswith("{")]
    of_requests = [line for line in lines if line["event"] == "request"]
    assert all(line.get("tenant", "") in ("", *line["path"].split("/")[1:2]) for line in of_requests)
    named = 'gomend_requests_total{kind="info",result="miss",status="200",tenant="team-a"}'
    assert place.server.metric(named) >= 1
    rows = place.server.get("/-/metrics").text.splitlines()
    kinds = [row for row in rows if row.startswith("# TYPE")]
    assert len(set(kinds)) == len(kinds) and "# TYPE gomend_requests_total counter" in kinds
    assert 'gomend_store_files{tenant="team-b"}' in " ".join(rows)
    assert next(row for row in rows if row.startswith("gomend_hot_bytes")).startswith("gomend_hot_bytes ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("[tenants.team-a]\nupstrem = 'off'", "serve.toml:3: there is no option upstrem. Did you mean upstream?"),
        ("[tenants.team-a]\nrate = -1", "serve.toml:3: rate cannot be -1"),
        ("[tenants.team-a]\n[tenants.team-b]\nworkers = 2", "serve.toml:4: workers is a setting of the whole server"),
        ("[tenants.'github.com']", "serve.toml:2: a tenant's name is of a-z, 0-9 and -"),
        ("[tenants.sumdb]", "serve.toml:2: a tenant's name"),
        ("[tenants.cached-only]", "serve.toml:2: a tenant's name"),
        ("[tenants.Team]", "serve.toml:2: a tenant's name"),
        ("[tenants.-]", "serve.toml:2: a tenant's name"),
        ("[tenants.'a/b']", "serve.toml:2: a tenant's name"),
        ("[tenants.'']", "a tenant's name"),
        ("tenants = 'team-a'", "serve.toml:2: tenants cannot be team-a; it takes: [tenants.NAME]"),
        ("[tenants]\nteam-a = 'x'", "team-a cannot be x; it takes: [tenants.team-a]"),
        ("[tenants.team-a]\nupstream = 'ftp://a'", "tenant team-a: the list of sources ftp://a"),
        ("[tenants.team-a]\nrules = 'none.toml'", "tenant team-a: the rules in"),
        ("[tenants.team-a]\ncredentials = 'none.toml'", "tenant team-a: the credentials in"),
    ],
)
def test_a_check_names_the_tenant_and_the_line(tmp_path: Path, words: str, said: str) -> None:
    (tmp_path / "serve.toml").write_text(f"store = 'kept'\n{words}\n")
    ran = checked(tmp_path)
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr, ran.stderr


def test_the_example_of_the_manual_is_good(tmp_path: Path) -> None:
    page = (ROOT / "docs/reference/serve.md").read_text("utf-8")
    example = next(found for found in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[tenants.team-a]" in found)
    (tmp_path / "serve.toml").write_text(f"store = 'kept'\n{example}")
    for name in ("company.toml", "team-a.toml", "team-a.credentials.toml"):
        (tmp_path / name).write_text("")
    ran = checked(tmp_path)
    assert ran.returncode == 0 and "/team-b: serving https://registry.corp.example/go-b" in ran.stderr, ran.stderr


def test_credentials_of_a_tenant_without_private_modules_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("")
    for private, is_told in (("", True), ("corp.example", False)):
        settings = f"store = 'kept'\nlisten = ':8443'\nopen = true\n[tenants.team-a]\ngoprivate = '{private}'\n"
        (tmp_path / "serve.toml").write_text(f"{settings}credentials = 'a.toml'\n")
        ran = checked(tmp_path)
        said = "/team-a: repositories are asked with credentials for private modules alone"
        assert ran.returncode == 0 and (said in ran.stderr) is is_told, ran.stderr


def test_the_manual_names_all_keys_that_a_tenant_may_set() -> None:
    page = (ROOT / "docs/reference/serve.md").read_text("utf-8")
    sentence = next(line for line in page.splitlines() if line.startswith("A tenant's keys: "))
    assert sorted(re.findall(r"`([a-z_]+)`", sentence)) == sorted(OF_TENANTS)


def checked(folder: Path) -> "subprocess.CompletedProcess[str]":
    """`gomend serve --check` with the settings file there."""
    return subprocess.run(
        [*PROGRAM, "--check", "--config", str(folder / "serve.toml")],
        env={**os.environ, "GOMEND_LANG": "en"},
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def certificate(folder: Path) -> str:
    """A file with key and certificate for this machine; the authority's is beside it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "leaf.pem"))
    return str(folder / "leaf.pem")


def test_real_go_of_two_teams_gets_two_modules_of_one_name_over_tls(go: Path, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    audit = tmp_path / "audit"
    with teams(tmp_path, "--certificate", pem, "--key", pem, "--audit", str(audit)) as place:
        address = f"127.0.0.1:{place.server.port}"

        def ran(team: str, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
            environment = {
                **os.environ,
                "GOPROXY": f"https://{address}/{team}",
                "GOPRIVATE": "",
                "GONOSUMDB": "corp.example",
                "GOSUMDB": place.a.sums.key,
                "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
                "GOPATH": str(tmp_path / team),
                "GOMODCACHE": str(tmp_path / team / "cache"),
                "NETRC": str(tmp_path / "netrc"),
                **variables,
            }
            return subprocess.run(
                [go, *words], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True,
                timeout=PATIENCE,
            )  # fmt: skip

        for team, who, module in (("team-a", "a", OF_A), ("team-b", "b", OF_B)):
            (tmp_path / "netrc").write_text(f"machine {address} login any password {place.shown[who]}\n")
            got = ran(team, "mod", "download", "-json", "corp.example/lib@v1.0.0", "example.com/public@v1.0.0")
            assert got.returncode == 0, got.stderr
            private = json.JSONDecoder().raw_decode(got.stdout)[0]
            assert private["Sum"] in module.sum_lines[0]
            other = ran("team-b" if team == "team-a" else "team-a", "mod", "download", "corp.example/lib@v1.2.0")
            assert "403 Forbidden" in other.stderr and f"the token {who} gives no right" in other.stderr
        # netrc knows one token a host; GOAUTH knows them by address.
        told = "".join(
            f"https://{address}/{team}\n\nAuthorization: Bearer {place.shown[who]}\n\n"
            for team, who in (("team-a", "a"), ("team-b", "b"))
        )
        script = tmp_path / "goauth"
        script.write_text(f"#!/bin/sh\ncat <<'END'\n{told}END\n")
        script.chmod(0o755)
        for team, versions in (("team-a", "v1.0.0"), ("team-b", "v1.0.0 v1.2.0")):
            got = ran(team, "list", "-m", "-versions", "corp.example/lib", GOAUTH=str(script), GOFLAGS="-mod=mod")
            assert got.stdout.strip() == f"corp.example/lib {versions}", got.stderr
        lines = [json.loads(line) for line in audit.read_text().splitlines()]
        assert {line["tenant"] for line in lines} == {"team-a", "team-b"}
        assert not [line for line in lines if line["tenant"] == "team-a" and line.get("version") == "v1.2.0"
                    and line["verdict"] != "refused"]  # fmt: skip
