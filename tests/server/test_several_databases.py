"""A server hands on several checksum databases; what it serves is compared with GOSUMDB's."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Exchange, Upstream
from tests.server.serving import Lab, Served, lab, serving

from gomend.gomod.gosumdb import parse_gosumdb
from gomend.server.plan import ServeError, databases_of

ONE, TWO = Module("example.com/one", "v1.0.0"), Module("example.com/two", "v1.1.0")
PRIVATE = Module("git.corp.example/p", "v1.0.0")
OTHER = Module(TWO.path, TWO.version, files={"evil.go": "package evil\n"})


@dataclass
class Databases:
    """Three databases: GOSUMDB's, one that the upstream hands on, one that is asked itself."""

    found: Lab
    through: SumDb
    direct: SumDb

    def __call__(self, exchange: Exchange) -> None:
        """The upstream."""
        answer = self.through.proxied(exchange.path)
        if answer is None:
            self.found(exchange)
        else:
            exchange.send(200, answer)

    def itself(self, exchange: Exchange) -> None:
        """The database that is asked itself."""
        answer = self.direct.file(exchange.path)
        exchange.send(404 if answer is None else 200, answer or b"not found\n")


@pytest.fixture
def databases() -> Databases:
    modules = [ONE, TWO, PRIVATE]
    return Databases(
        lab(modules),
        SumDb(modules, name="sums.example.net", seed="through", salt="a", early=5),
        SumDb(modules, name="sums.corp.example/team", seed="direct", salt="b", early=7),
    )


@pytest.fixture
def server(databases: Databases, tmp_path: Path) -> Iterator[Served]:
    with Upstream(databases) as upstream, Upstream(databases.itself) as itself:
        (tmp_path / "serve.toml").write_text(
            f'sumdbs = ["{databases.through.key}", "{databases.direct.key} {itself.url}"]\n'
            f'goprivate = "{PRIVATE.path}"\n'
        )
        options = ("--config", str(tmp_path / "serve.toml"))
        with serving(tmp_path / "server", upstream.url, *options, gosumdb=databases.found.sums.key) as running:
            yield running


def gets(go: Path, folder: Path, proxy: str, gosumdb: str, module: Module) -> "subprocess.CompletedProcess[str]":
    folder.mkdir()
    (folder / "go.mod").write_text("module x\n\ngo 1.21\n")
    around = dict(os.environ) | {
        "GOPROXY": proxy, "GOSUMDB": gosumdb, "GOMODCACHE": str(folder / "cache"), "GOFLAGS": "-modcacherw",
    }  # fmt: skip
    words = [go, "get", f"{module.path}@{module.version}"]
    return subprocess.run(words, cwd=folder, env=around, check=False, capture_output=True, text=True)


def test_a_client_may_compare_with_any_of_them(databases: Databases, server: Served, go: Path, tmp_path: Path) -> None:
    for number, sums in enumerate((databases.found.sums, databases.through, databases.direct)):
        folder = tmp_path / str(number)
        ran = gets(go, folder, server.url, sums.key, TWO)
        assert ran.returncode == 0, ran.stderr
        assert (folder / "go.sum").read_text().splitlines() == sorted(TWO.sum_lines)
        cache = folder / "cache/cache/download/sumdb"
        assert (cache / sums.name / f"lookup/{TWO.path}@{TWO.version}").exists()
        assert server.get(f"/sumdb/{sums.name}/latest").body == sums.note()
        kept = server.store / ".gomend/sumdb" / sums.name / "latest"
        assert [int(tree.name) for tree in kept.iterdir()] == [int(sums.note().split(b"\n")[1])]
        assert list((server.store / "sumdb" / sums.name / "tile").rglob("*"))
    assert server.get("/sumdb/sum.example.info/supported").status == 404


def test_each_is_proved_by_its_own_key(databases: Databases, server: Served, go: Path, tmp_path: Path) -> None:
    databases.through.sign = False
    ran = gets(go, tmp_path / "bad", server.url, databases.through.key, ONE)
    assert ran.returncode != 0 and "checksum.sumdb_untrusted" in ran.stderr
    assert gets(go, tmp_path / "good", server.url, databases.direct.key, ONE).returncode == 0
    assert server.get(f"/sumdb/{databases.found.sums.name}/lookup/{ONE.path}@{ONE.version}").status == 200


def test_none_is_asked_about_what_is_private(databases: Databases, server: Served) -> None:
    for sums in (databases.found.sums, databases.through, databases.direct):
        got = server.get(f"/sumdb/{sums.name}/lookup/{PRIVATE.path}@{PRIVATE.version}")
        assert (got.status, "private here" in got.text) == (404, True)


def test_what_is_served_is_compared_with_the_first(tmp_path: Path) -> None:
    found = lab([TWO])
    other = SumDb([OTHER], name="sums.example.net", seed="other")
    upstream_of = Databases(found, other, other)
    for number, first in enumerate((found.sums, other)):
        second = other if first is found.sums else found.sums
        with (
            Upstream(upstream_of) as upstream,
            serving(tmp_path / str(number), upstream.url, "--sumdbs", second.key, gosumdb=first.key) as server,
        ):
            got = server.get(f"/{TWO.path}/@v/{TWO.version}.mod")
            zipped = server.get(f"/{TWO.path}/@v/{TWO.version}.zip")
            assert got.status == 200  # both have the same go.mod
            assert (zipped.status == 200 and not zipped.cut) is (first is found.sums)


def test_what_is_no_further_database_is_refused() -> None:
    sums, same = SumDb([], name="sum.example.org"), SumDb([], name="sum.example.org", seed="another")
    first = parse_gosumdb(sums.key)
    assert [one.name for one in databases_of(f"{sums.key}, sum.golang.org", first)] == ["sum.golang.org"]
    assert databases_of("", None) == ()
    for words in ("off", "sum.example.net", same.key, f"{sums.key} http://a b"):
        with pytest.raises(ServeError):
            databases_of(words, first)
