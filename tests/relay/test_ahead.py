"""Reading ahead asks what go would ask, at the same source, and nothing where it must not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lab import upstream as lab
from tests.lab.modules import Module
from tests.relay.both import Log, Project, Ran, Setting, upstream

PROJECT = Project.of(
    [
        Module("example.com/a", "v1.1.0", {"example.com/b": "v1.2.0"}),
        Module("example.com/b", "v1.2.0"),
        Module("corp.example/private", "v1.0.0"),
        Module("example.com/Upper/c", "v1.0.0"),
    ]
)
PACKAGES = ("list", "-deps", "-f", "{{.ImportPath}}", "./...")


@pytest.fixture
def setting(tmp_path: Path, go: Path) -> Setting:
    return Setting(tmp_path, go)


def both(
    setting: Setting,
    words: tuple[str, ...],
    *,
    goproxy: str = "{a}",
    prepare: Callable[[Path], None] = lambda _: None,
    project: Project = PROJECT,
    go_sum: bool = True,
    **variables: str,
) -> tuple[Ran, Ran]:
    """Plain go and go under gomend, against healthy sources; `missing` has nothing."""

    def ran(*, gomend: bool) -> Ran:
        log = Log()
        with (
            upstream("a", log, project) as a,
            upstream("b", log, project) as b,
            upstream("missing", log, project, [("*", lab.status(404))]) as missing,
        ):
            return setting.run(
                project,
                words,
                gomend=gomend,
                goproxy=goproxy,
                sources={"a": a, "b": b, "missing": missing},
                log=log,
                go_sum=go_sum,
                prepare=prepare,
                variables=variables,
            )

    return ran(gomend=False), ran(gomend=True)


def asked(ran: Ran) -> set[tuple[str, str]]:
    return {(one.source, one.path) for one in ran.asked}


def _elsewhere(project: Path) -> None:
    for name in ("go.mod", "go.sum"):
        (project / name).rename(project / name.replace("go.", "other."))
    (project / "go.mod").write_text("module example.com/app\n\ngo 1.21\n")


def _below(project: Path) -> None:
    (project / "deep").mkdir()
    for name in ("go.mod", "go.sum", "main.go"):
        (project / name).rename(project / "deep" / name)


def _workspace(project: Path) -> None:
    _below(project)
    (project / "go.work").write_text("go 1.21\n\nuse ./deep\n")


@pytest.mark.parametrize(
    ("words", "prepare"),
    [
        (("mod", "download"), lambda _: None),
        (PACKAGES, lambda _: None),
        (("mod", "graph"), lambda _: None),
        (("mod", "why", "-m", "example.com/b"), lambda _: None),
        (("list", "-m", "all"), lambda _: None),
        (("mod", "download", "-modfile", "other.mod"), _elsewhere),
        (("list", "-modfile=other.mod", "-deps", "-f", "{{.ImportPath}}", "./..."), _elsewhere),
        (("-C", "deep", "mod", "download"), _below),
        (("list", "-deps", "-f", "{{.ImportPath}}", "./deep"), _workspace),
        (("mod", "download"), _workspace),
        (("get", "example.com/b@v1.2.0"), lambda _: None),
        (("mod", "download", "example.com/b@v1.2.0"), lambda _: None),
        (("mod", "tidy"), lambda _: None),
        (("mod", "vendor"), lambda _: None),
        (("mod", "verify"), lambda _: None),
        (("list", "-m", "-u", "all"), lambda _: None),
        (("work", "sync"), _workspace),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value.__name__,
)
def test_a_source_is_asked_what_plain_go_asks(
    setting: Setting, words: tuple[str, ...], prepare: Callable[[Path], None]
):
    plain, mended = both(setting, words, goproxy="{missing},{a}", prepare=prepare)
    assert (mended.status, mended.stdout) == (plain.status, plain.stdout) == (0, plain.stdout), mended.stderr
    assert asked(mended) == asked(plain)
    assert mended.cache == plain.cache


def _vendored(project: Path) -> None:
    lines = []
    for module in PROJECT.world:
        lines.append(f"# {module.path} {module.version}\n## explicit; go {module.go}\n{module.path}\n")
        folder = project / "vendor" / module.path
        folder.mkdir(parents=True)
        for name, content in module.content.items():
            (folder / name).write_bytes(content)
    (project / "vendor" / "modules.txt").write_text("".join(lines))


@pytest.mark.parametrize(
    ("words", "prepare", "variables"),
    [
        (PACKAGES, _vendored, {}),
        (PACKAGES, _vendored, {"GOFLAGS": "-mod=vendor"}),
        (("env", "GOVERSION"), lambda _: None, {}),
        (("mod", "download"), lambda _: None, {"GOPROXY": "off"}),
        (("mod", "edit", "-json"), lambda _: None, {}),
    ],
    ids=["vendor folder", "vendor flag", "env", "off", "mod edit"],
)
def test_nothing_is_asked_where_go_asks_nothing(
    setting: Setting, words: tuple[str, ...], prepare: Callable[[Path], None], variables: dict[str, str]
):
    plain, mended = both(setting, words, prepare=prepare, **variables)
    assert (plain.asked, mended.asked) == ([], [])
    assert mended.status == plain.status


@pytest.mark.parametrize("name", ["GOPRIVATE", "GONOPROXY"])
def test_a_private_module_is_never_asked_of_a_proxy(setting: Setting, name: str):
    no_git = {"GOVCS": "*:off", "HTTPS_PROXY": "http://127.0.0.1:1"}
    plain, mended = both(setting, ("mod", "download"), **{name: "corp.example"}, **no_git)
    assert plain.status == mended.status == 1
    assert not [path for _, path in asked(mended) if "corp.example" in path]
    assert asked(mended) <= asked(both(setting, ("mod", "download"))[0])


def test_a_module_that_only_the_checksum_database_must_not_know_may_be_read_ahead(setting: Setting):
    plain, mended = both(setting, ("mod", "download"), GONOSUMDB="corp.example")
    assert asked(mended) == asked(plain)
    assert [one for one in mended.asked if "corp.example" in one.path]


def test_without_reading_ahead_go_alone_asks(setting: Setting):
    plain, mended = both(setting, ("mod", "download"), GOMEND_READAHEAD="0")
    assert sorted(one.path for one in mended.asked) == sorted(one.path for one in plain.asked)


GRAPH = Project.of(
    [
        Module("example.com/new", "v1.0.0", {"example.com/inner": "v1.0.0"}, go="1.21"),
        Module("example.com/inner", "v1.0.0", {"example.com/innermost": "v1.0.0"}, go="1.21"),
        Module("example.com/innermost", "v1.0.0", go="1.21"),
        Module("example.com/old", "v1.0.0", {"example.com/older": "v1.0.0"}, go="1.16"),
        Module("example.com/older", "v1.0.0", {"example.com/oldest": "v1.0.0"}, go="1.21"),
        Module("example.com/oldest", "v1.0.0", go="1.21"),
    ]
)


def _fresh(project: Path) -> None:
    (project / "go.mod").write_text(
        "module example.com/app\n\ngo 1.21\n\nrequire (\n\texample.com/new v1.0.0\n\texample.com/old v1.0.0\n)\n"
    )
    imports = 'import (\n\t_ "example.com/new"\n\t_ "example.com/old"\n)'
    (project / "main.go").write_text(f"package main\n\n{imports}\n\nfunc main() {{}}\n")


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ("mod tidy", 4),  # two named in go.mod, two below the older one
        ("mod graph", 4),
        ("mod download", 4),
        ("get example.com/older@v1.0.0", 2),
        ("get example.com/inner@latest", 2),
        ("mod download example.com/old@v1.0.0 example.com/new@v1.0.0", 6),
        ("install example.com/old@v1.0.0", 1),
    ],
)
def test_the_graph_that_go_sum_does_not_tell_is_walked_no_further_than_go_walks(
    setting: Setting, words: str, least: int
):
    plain, mended = both(
        setting, tuple(words.split()), goproxy="{a}", project=GRAPH, prepare=_fresh, go_sum=False, GOSUMDB="off"
    )
    assert (mended.status, mended.stdout) == (plain.status, plain.stdout), mended.stderr
    assert asked(mended) == asked(plain)
    assert mended.cache == plain.cache
    assert mended.ahead[0] >= least
    assert mended.ahead[1] == mended.ahead[0]
