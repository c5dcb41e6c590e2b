"""`gomend deps`: what it says of a build list, in every form; go and a source on loopback are real."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from tests.gocmd.terminal import GOMEND
from tests.lab.modcache import write_proxy
from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.relay.both import Log, Project, upstream

from gomend.report.schema import schema

MODULES = (
    Module("example.com/fine", "v1.0.0"),
    Module("example.com/retracted", "v1.0.0"),
    Module("example.com/retracted", "v1.1.0", extra="retract v1.0.0 // it loses data"),
    Module("example.com/old", "v1.0.0"),
    Module("example.com/old", "v1.2.0", extra="// Deprecated: use example.com/new instead"),
    Module("example.com/moved", "v1.0.0"),
    Module("example.com/moved", "v1.1.0", declares="example.com/elsewhere"),
    Module("example.com/future", "v1.0.0", go="1.99"),
    Module("example.com/commit", "v0.0.0-20240514093000-0123456789ab"),
    Module("example.com/older", "v2.0.0+incompatible"),
    Module("example.com/top", "v1.0.0", requires={"example.com/deep": "v1.1.0"}, go="1.21"),
    Module("example.com/second", "v1.0.0", requires={"example.com/deep": "v1.0.0"}, go="1.21"),
    Module("example.com/deep", "v1.0.0"),
    Module("example.com/deep", "v1.1.0"),
    Module("git.corp.example/team/lib", "v1.0.0"),
    Module("example.com/replaced", "v1.0.0"),
)
REQUIRES = (
    "example.com/commit v0.0.0-20240514093000-0123456789ab",
    "example.com/fine v1.0.0",
    "example.com/future v1.0.0",
    "example.com/moved v1.0.0",
    "example.com/old v1.0.0",
    "example.com/older v2.0.0+incompatible",
    "example.com/replaced v1.0.0",
    "example.com/retracted v1.0.0",
    "example.com/second v1.0.0",
    "example.com/top v1.0.0",
    "git.corp.example/team/lib v1.0.0",
)


@dataclass
class Site:
    """A project and its module cache, filled by a real go with all versions there are."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Path:
        """The project."""
        return self.folder / "app"

    @property
    def cache(self) -> Path:
        """GOMODCACHE."""
        return self.folder / "modcache"

    def deps(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `gomend deps`."""
        environment = {**os.environ, "GOMODCACHE": str(self.cache), **self.variables, **variables}
        return subprocess.run(
            [*GOMEND, "deps", *words], cwd=self.app, env=environment, capture_output=True, text=True, check=False
        )

    def document(self, *words: str, **variables: str) -> dict:
        """Its document, which is as the schema says."""
        found = json.loads(self.deps("--format", "json", *words, **variables).stdout)
        jsonschema.validate(found, schema("deps"))
        return found

    def module(self, name: str, *words: str, **variables: str) -> dict:
        """One module of the document."""
        [found] = [one for one in self.document(*words, **variables)["modules"] if one["module"] == name]
        return found


@pytest.fixture(scope="session")
def filled(go: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once."""
    folder = tmp_path_factory.mktemp("deps") / "filled"
    app = folder / "app"
    app.mkdir(parents=True)
    write_proxy(folder / "proxy", MODULES)
    indirect = "\texample.com/deep v1.1.0 // indirect\n"
    lines = "".join(f"\t{one}\n" for one in REQUIRES)
    (app / "go.mod").write_text(
        f"module example.com/app\n\ngo 1.21\n\nrequire (\n{lines})\n\nrequire (\n{indirect})\n\n"
        "replace example.com/replaced => ./local\n"
    )
    (app / "local").mkdir()
    (app / "local/go.mod").write_text("module example.com/replaced\n\ngo 1.18\n")
    environment = {
        **os.environ,
        "HOME": str(folder),
        "GOPATH": str(folder),
        "GOMODCACHE": str(folder / "modcache"),
        "GOPROXY": (folder / "proxy").as_uri(),
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-modcacherw -mod=mod",
    }
    words = [f"{one.path}@{one.version}" for one in MODULES if one.go != "1.99"]
    ran = subprocess.run(
        [go, "mod", "download", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    # This go refuses to fetch what asks for a newer one; another go may have done it.
    shutil.copytree(folder / "proxy/example.com/future", folder / "modcache/cache/download/example.com/future")
    world = World(MODULES)
    sums = [line for one in world for line in one.sum_lines]
    (app / "go.sum").write_text("".join(f"{line}\n" for line in sums))
    return folder


@pytest.fixture
def site(filled: Path, go: Path) -> Site:
    """A fresh copy."""
    folder = filled.parent / f"copy{len(list(filled.parent.iterdir()))}"
    shutil.copytree(filled, folder)
    return Site(folder, {"GOMEND_GO": str(go), "GONOPROXY": "*.corp.example"})


def test_what_the_cache_knows_of_each_module_is_told(site: Site) -> None:
    modules = {one["module"]: one for one in site.document()["modules"]}
    assert modules["example.com/retracted"]["retracted"] == "it loses data"
    assert modules["example.com/retracted"]["newest"] == "v1.1.0"
    assert modules["example.com/old"]["deprecated"] == "use example.com/new instead"
    assert modules["example.com/moved"]["moved_to"] == "example.com/elsewhere"
    assert modules["example.com/future"]["needs_newer_go"]
    assert modules["example.com/commit"]["pseudo"] == "2024-05-14T09:30:00Z"
    assert modules["example.com/older"]["incompatible"]
    assert modules["example.com/replaced"]["replaced_by"] == "./local"
    assert modules["example.com/replaced"]["sums"] == "replaced"
    assert modules["git.corp.example/team/lib"]["private"]
    deep = modules["example.com/deep"]
    assert (deep["role"], deep["version"]) == ("indirect", "v1.1.0")
    assert deep["path"] == ["example.com/app", "example.com/top@v1.0.0", "example.com/deep@v1.1.0"]
    wanted = {one["version"]: one["by"] for one in deep["wanted"]}
    assert wanted == {"v1.1.0": ["example.com/app", "example.com/top@v1.0.0"], "v1.0.0": ["example.com/second@v1.0.0"]}
    fine = modules["example.com/fine"]
    assert (fine["retracted"], fine["sums"], fine["licence"], fine["newest_told"]) == (None, "both", "LICENSE", "cache")
    assert fine["zip_bytes"] == (site.cache / "cache/download/example.com/fine/@v/v1.0.0.zip").stat().st_size


def test_the_screen_shows_trouble_first_and_ends_with_what_to_do(site: Site) -> None:
    for lang, label in (("en", "next"), ("zh", "下一步")):
        ran = site.deps("--lang", lang, COLUMNS="80")
        assert (ran.returncode, ran.stderr) == (1, "")
        lines = ran.stdout.splitlines()
        assert lines[-1] == f"{label}  gomend deps --why example.com/future"
        marks = [line[0] for line in lines[1:] if re.match("[✗!] [a-z]", line)]
        assert marks == sorted(marks, key="✗!".index)
        assert "it loses data" in ran.stdout
        assert all(len(line) <= 80 for line in lines)


def test_a_build_list_without_trouble_is_0_and_calm(site: Site) -> None:
    (site.app / "go.mod").write_text("module example.com/app\n\ngo 1.21\n\nrequire example.com/fine v1.0.0\n")
    ran = site.deps()
    assert ran.returncode == 0
    assert "✓ None is in trouble. Modules: 1 (1 direct" in re.sub(r"\s+", " ", ran.stdout)
    assert "next" not in ran.stdout


def test_a_module_missing_in_go_sum_is_trouble_and_one_of_the_graph_alone_is_not(site: Site) -> None:
    sums = (site.app / "go.sum").read_text()
    (site.app / "go.sum").write_text("".join(line for line in sums.splitlines(True) if "com/fine" not in line))
    assert site.module("example.com/fine")["sums"] == "none"
    (site.app / "go.mod").write_text("module example.com/app\n\ngo 1.21\n\nrequire example.com/top v1.0.0\n")
    (site.app / "go.sum").write_text("".join(line for line in sums.splitlines(True) if "com/deep" not in line))
    assert site.module("example.com/deep")["role"] == "graph"
    assert site.module("example.com/deep")["sums"] == "unneeded"


def test_without_the_cache_it_says_what_it_cannot_know(site: Site) -> None:
    shutil.rmtree(site.cache)
    ran = site.deps()
    assert "is not in the module cache" in re.sub(r"\s+", " ", ran.stdout)
    document = site.document()
    assert len(document["unread"]) == len(REQUIRES)  # the replaced one lies here, the indirect one is named
    assert all(one["zip_bytes"] is None for one in document["modules"])


def test_why_names_the_chain_and_who_wants_which_version(site: Site) -> None:
    ran = site.deps("--why", "example.com/deep")
    lines = ran.stdout.splitlines()
    assert lines[0] == "example.com/deep v1.1.0 · indirect"
    assert lines[1:4] == ["example.com/app", "  └ example.com/top v1.0.0", "    └ example.com/deep v1.1.0"]
    assert "  v1.1.0    example.com/app, example.com/top v1.0.0" in lines
    assert "  v1.0.0    example.com/second v1.0.0" in lines
    ran = site.deps("--why", "example.com/depp")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "example.com/deep?" in ran.stderr


def test_the_tree_opens_each_module_once(site: Site) -> None:
    lines = site.deps("--tree").stdout.splitlines()
    assert lines[0] == "example.com/app"
    assert lines[-5:] == [
        "├ example.com/second v1.0.0",
        "│ └ example.com/deep v1.1.0",
        "├ example.com/top v1.0.0",
        "│ └ example.com/deep v1.1.0",
        "└ git.corp.example/team/lib v1.0.0",
    ]


def test_a_bill_of_materials_is_valid_and_the_same_each_time(site: Site) -> None:
    made = site.deps("--format", "cyclonedx").stdout
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made) is None
    assert site.deps("--format", "cyclonedx").stdout == made
    document = json.loads(made)
    assert {one["name"] for one in document["components"]} == {
        *(one.partition(" ")[0] for one in REQUIRES), "example.com/deep"
    }  # fmt: skip
    [older] = [one for one in document["components"] if one["name"] == "example.com/older"]
    assert older["purl"] == "pkg:golang/example.com/older@v2.0.0%2Bincompatible"
    edges = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    assert edges["pkg:golang/example.com/top@v1.0.0"] == ["pkg:golang/example.com/deep@v1.1.0"]


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.rows += tag == "tr"
        assert tag != "script" or dict(attrs).get("type") == "application/json"


def test_the_other_forms_hold_the_same_modules(site: Site) -> None:
    markdown = site.deps("--format", "markdown").stdout
    assert "| ✗ `example.com/retracted` | `v1.0.0` | v1.1.0 |" in markdown
    page = _Cells()
    page.feed(site.deps("--format", "html").stdout)
    assert page.rows == len(REQUIRES) + 2
    graph = site.deps("--format", "dot").stdout
    assert '"example.com/top" -> "example.com/deep";' in graph
    ran = site.deps("--format", "sarif")
    assert (ran.returncode, ran.stdout) == (2, "")


def test_outside_a_module_it_is_wrong_use(site: Site, tmp_path: Path) -> None:
    ran = Site(tmp_path / "none", site.variables)
    ran.app.mkdir(parents=True)
    ended = ran.deps()
    assert (ended.returncode, ended.stdout) == (2, "")


def test_nothing_is_written(site: Site) -> None:
    before = {str(one): one.lstat().st_mtime_ns for one in site.folder.rglob("*")}
    site.deps("--tree")
    assert {str(one): one.lstat().st_mtime_ns for one in site.folder.rglob("*")} == before


def test_a_workspace_is_one_build_list(site: Site) -> None:
    other = site.app / "other"
    other.mkdir()
    (other / "go.mod").write_text("module example.com/other\n\ngo 1.21\n\nrequire example.com/deep v1.0.0\n")
    (site.app / "go.work").write_text("go 1.21\n\nuse (\n\t.\n\t./other\n)\n")
    document = site.document()
    assert document["mains"] == ["example.com/app", "example.com/other"]
    [deep] = [one for one in document["modules"] if one["module"] == "example.com/deep"]
    assert (deep["version"], deep["role"]) == ("v1.1.0", "direct")
    assert site.document(GOWORK="off")["mains"] == ["example.com/app"]


@pytest.fixture
def asked(site: Site) -> Iterator[tuple[Site, Log]]:
    """The site with a source that logs what it is asked, and knows a newer version of one module."""
    newer = Module("example.com/fine", "v1.3.0", extra="// Deprecated: finished")
    log = Log()
    project = Project(World([*MODULES, newer]), (), SumDb([]))
    refusing = [("*example.com/old/@v/list", lambda exchange, _: exchange.send(403, b"no"))]
    with upstream("source", log, project, refusing) as source:
        site.variables["GOPROXY"] = f"{source.url},direct"
        yield site, log


def test_newest_versions_are_asked_where_go_would_ask_and_private_modules_nowhere(asked: tuple[Site, Log]) -> None:
    site, log = asked
    modules = {one["module"]: one for one in site.document("--online")["modules"]}
    fine = modules["example.com/fine"]
    assert (fine["newest"], fine["newest_told"], fine["deprecated"]) == ("v1.3.0", "online", "finished")
    old = modules["example.com/old"]
    assert (old["newest"], old["newest_told"]) == ("v1.2.0", "cache")
    assert "403" in old["unknown"]
    assert modules["git.corp.example/team/lib"]["unknown"] == "direct"
    paths = log.paths("source")
    assert not any("corp" in path for path in paths)
    assert len(paths) == len(set(paths))
    assert sorted(path for path in paths if not path.endswith("/list")) == ["/example.com/fine/@v/v1.3.0.mod"]


def test_offline_nobody_is_asked(asked: tuple[Site, Log]) -> None:
    site, log = asked
    site.document()
    assert log.entries == []


def test_which_source_served_a_module_is_known_from_the_records(asked: tuple[Site, Log], go: Path) -> None:
    site, _ = asked
    shutil.rmtree(site.cache / "example.com/fine@v1.0.0")
    for one in (site.cache / "cache/download/example.com/fine/@v").glob("v1.0.0.*"):
        one.unlink()
    environment = {**os.environ, "GOMODCACHE": str(site.cache), **site.variables, "GOTOOLCHAIN": "local"}
    ran = subprocess.run(
        [*GOMEND, "go", "mod", "download", "example.com/fine@v1.0.0"],
        cwd=site.app,
        env={**environment, "GOFLAGS": "-modcacherw -mod=mod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert site.module("example.com/fine")["source"].startswith("127.0.0.1")
