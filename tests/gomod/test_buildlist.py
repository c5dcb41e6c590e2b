"""The build list and the module graph are those of go, in many shapes of requirements."""

import os
import random
import subprocess
from pathlib import Path

import pytest
from tests.lab.modcache import write_proxy
from tests.lab.modules import Module, escape

from gomend.gomod.buildlist import Graph, module_graph, prunes
from gomend.gomod.gomodfile import GoMod, parse_gomod

NAMES = [f"example.com/m{number}" for number in range(9)]
VERSIONS = ["v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v1.2.0"]


def _world(rng: random.Random) -> list[Module]:
    """Versions that require others, in circles too; some do not prune."""
    found = []
    for name in NAMES:
        older = rng.random() < 0.3
        for version in VERSIONS:
            others = rng.sample([one for one in NAMES if one != name], rng.randrange(4))
            requires = {one: rng.choice(VERSIONS) for one in others}
            found.append(Module(name, version, requires=requires, go="1.16" if older else "1.21"))
    return found


def _go(go: Path, folder: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "GOPROXY": (folder / "proxy").as_uri(),
        "GOMODCACHE": str(folder / "modcache"),
        "GOFLAGS": "-mod=mod -modcacherw",
    }
    ran = subprocess.run([go, *words], cwd=folder / "app", env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _read(folder: Path, main: GoMod):
    def read(module: str, version: str) -> GoMod | None:
        replace = main.replacement(module, version)
        if replace is not None:
            module, version = replace.new_path, replace.new_version
        path = folder / "modcache/cache/download" / escape(module) / "@v" / f"{version}.mod"
        return parse_gomod(path.read_bytes(), lax=True) if path.exists() else None

    return read


@pytest.mark.parametrize("seed", range(8))
def test_the_build_list_is_gos(go: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    write_proxy(tmp_path / "proxy", _world(rng))
    app = tmp_path / "app"
    app.mkdir()
    named = rng.sample(NAMES, 3)
    lines = [f"require {name} {rng.choice(VERSIONS)}" for name in named]
    if seed % 2:
        lines.append(f"exclude {named[0]} v1.2.0")
        lines.append(f"replace {named[1]} => {rng.choice(NAMES)} v1.0.0")
    language = "1.16" if seed % 3 == 0 else "1.21"
    (app / "go.mod").write_text("\n".join(["module example.com/app", f"go {language}", *lines, ""]))
    _go(go, tmp_path, "list", "-m", "all")  # may write to go.mod what is missing there
    listed = [line.split()[:2] for line in _go(go, tmp_path, "list", "-m", "all").splitlines()[1:]]
    edges = {tuple(line.split()) for line in _go(go, tmp_path, "mod", "graph").splitlines()}
    main = parse_gomod((app / "go.mod").read_bytes())
    graph = module_graph([main], _read(tmp_path, main))
    assert graph.selected == dict(listed)
    assert graph.unknown == []
    ours = {(_name(by), _name(one)) for by, required in graph.requires.items() for one in required}
    assert ours == {edge for edge in edges if not any(end.startswith(("go@", "toolchain@")) for end in edge)}


def _name(version: tuple[str, str]) -> str:
    return "@".join(version) if version[1] else version[0]


def _graph(main: str, mods: dict[tuple[str, str], str]) -> Graph:
    def read(module: str, version: str) -> GoMod | None:
        text = mods.get((module, version))
        return None if text is None else parse_gomod(text.encode(), lax=True)

    return module_graph([parse_gomod(main.encode())], read)


MAIN = (
    "module m\ngo 1.21\nrequire a.io/a v1.0.0\nrequire (\n\tb.io/b v1.1.0 // indirect\n\tc.io/c v1.0.0 // indirect\n)\n"
)


def test_a_chain_goes_by_way_of_what_is_required_directly() -> None:
    graph = _graph(
        MAIN,
        {
            ("a.io/a", "v1.0.0"): "module a.io/a\ngo 1.21\nrequire b.io/b v1.1.0\n",
            ("b.io/b", "v1.1.0"): "module b.io/b\ngo 1.21\nrequire c.io/c v0.9.0\n",
            ("c.io/c", "v1.0.0"): "module c.io/c\n",
        },
    )
    assert graph.path_to("b.io/b", "v1.1.0") == (("m", ""), ("a.io/a", "v1.0.0"), ("b.io/b", "v1.1.0"))
    # Only the indirect line asks for v1.0.0 itself: the chain tells why the module is there at all.
    assert graph.path_to("c.io/c", "v1.0.0")[-1] == ("c.io/c", "v0.9.0")
    assert graph.wanted["c.io/c"] == {"v1.0.0": [("m", "")], "v0.9.0": [("b.io/b", "v1.1.0")]}


def test_what_cannot_be_read_is_told_and_the_rest_stands() -> None:
    graph = _graph(MAIN, {("a.io/a", "v1.0.0"): "module a.io/a\ngo 1.16\nrequire d.io/d v1.0.0\n"})
    assert graph.selected == {"a.io/a": "v1.0.0", "b.io/b": "v1.1.0", "c.io/c": "v1.0.0", "d.io/d": "v1.0.0"}
    assert graph.unknown == [("b.io/b", "v1.1.0"), ("c.io/c", "v1.0.0"), ("d.io/d", "v1.0.0")]
    assert graph.path_to("c.io/c", "v1.0.0") == (("m", ""), ("c.io/c", "v1.0.0"))
    assert graph.path_to("x.io/x", "v1.0.0") == ()


@pytest.mark.parametrize(("go", "expected"), [("1.17", True), ("1.21.3", True), ("1.16", False), ("", False)])
def test_graphs_are_pruned_since_1_17(go: str, expected: bool) -> None:
    assert prunes(go) is expected
