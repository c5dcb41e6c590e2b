"""Where a module's code is, going by its path; what a go.mod says that its path is."""

import pytest

from gomend.gomod.codeplace import CodePlaceError, code_place, declared_path, fits_major

LINES = [
    "module a.example/m", "module\ta.example/m // so", "module   `a.example/m`", 'module "a.example/m"',
    'module "a\\x2e',
    "modulea.example", "module", "module ", "// module a", "  module a\r", "module `a", "module ``", "module `a`b`",
    'module "\\u0061"', "go 1.2\nmodule x", "module a b", "module x//y", "\xff module a", "module \xff", "",
]  # fmt: skip


def test_the_declared_path_is_found_as_go_finds_it(oracle) -> None:
    for line, (wanted,) in zip(LINES, oracle(("module_path", line) for line in LINES), strict=True):
        assert declared_path(line.encode("utf-8", "surrogateescape")) == wanted, line


@pytest.mark.parametrize(
    ("module", "root", "subfolder", "folder", "prefix", "major", "below"),
    [
        ("github.com/a/b", "github.com/a/b", "", "", "github.com/a/b", "", ""),
        ("github.com/a/b/v2", "github.com/a/b", "", "", "github.com/a/b", "/v2", "v2"),
        ("github.com/a/b/c/v2", "github.com/a/b", "", "c", "github.com/a/b/c", "/v2", "c/v2"),
        ("go.example/m/v2", "go.example/m/v2", "", "", "go.example/m/v2", "/v2", ""),
        ("gopkg.in/yaml.v2", "gopkg.in/yaml.v2", "", "", "gopkg.in/yaml.v2", ".v2", ""),
        ("go.example/m", "go.example/m", "src/go", "src/go", "go.example/m", "", ""),
        ("go.example/m/x/v3", "go.example/m", "src", "x/src", "go.example/m/x", "/v3", "x/src/v3"),
    ],
)
def test_a_place_follows_from_path_and_root(
    module: str, root: str, subfolder: str, folder: str, prefix: str, major: str, below: str
) -> None:
    place = code_place(module, root, subfolder)
    assert (place.folder, place.prefix, place.major, place.major_folder) == (folder, prefix, major, below)
    assert place.tag_prefix == (f"{folder}/" if folder else "")


@pytest.mark.parametrize(
    ("module", "root"),
    [
        ("a.example/b", "a.example/c"),
        ("a.example/b/v1", "a.example/b"),
        ("a.example/bc", "a.example/b"),
        ("a.example/v2", "a.example/v2x"),
    ],
)
def test_a_root_that_cannot_hold_the_module_is_refused(module: str, root: str) -> None:
    with pytest.raises(CodePlaceError):
        code_place(module, root)


def test_gopkg_in_means_the_same_major_as_a_suffix() -> None:
    assert [fits_major(path, "/v2") for path in ("m.example/v2", "gopkg.in/m.v2", "m.example", "m.example/v3", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [fits_major(path, "") for path in ("m.example", "gopkg.in/m.v1", "gopkg.in/m.v0", "m.example/v2")] == [
        True, True, True, False,
    ]  # fmt: skip
