"""The files of a module's zip are those that golang.org/x/mod/zip picks from the same tree."""

import random

import pytest

from gomend.gomod.modtree import TreeFile, module_files, vendors_strictly
from gomend.gomod.modzip import MAX_GOMOD, MAX_ZIP, InvalidFilesError, ModuleZipError

NAMES = [
    "a.go", "A.go", "go.mod", "GO.MOD", "LICENSE", "vendor", "vendor.go", "modules.txt", "x", "con", "b:c",
    ".hg_archival.txt", "é", "a b", "..x", "c.",
]  # fmt: skip
FOLDERS = ["vendor", "pkg", "sub", "Sub", "x", "internal", "vendorx", "a.go"]
GOMODS = ["module m\n\ngo 1.23\n", "module m\n\ngo 1.24\n", "module m\n\ngo 1.24rc1\n", "module m\n", "go go go", ""]


def trees(seed: int) -> list[tuple[str, str]]:
    """Up to a dozen files, the same for the same seed; some are links."""
    chance = random.Random(seed)
    found = {}
    for _ in range(chance.randint(1, 12)):
        folders = [chance.choice(FOLDERS) for _ in range(chance.choice([0, 0, 1, 2, 3]))]
        found["/".join([*folders, chance.choice(NAMES)])] = chance.choice(["text", "text", "-> elsewhere"])
    if chance.random() < 0.7:
        found["go.mod"] = chance.choice(GOMODS)
    return list(found.items())


def test_the_same_files_are_picked(oracle) -> None:
    asked = [trees(seed) for seed in range(3000)]
    answers = oracle(["module_files", *(word for file in tree for word in file)] for tree in asked)
    picked = refused = 0
    for tree, (fault, *valid) in zip(asked, answers, strict=True):
        files = [TreeFile(path, len(content), is_regular=not content.startswith("-> ")) for path, content in tree]
        gomod = dict(tree).get("go.mod")
        strict = vendors_strictly(gomod.encode() if gomod is not None and not gomod.startswith("-> ") else None)
        try:
            assert module_files(files, strict_vendor=strict) == valid, tree
            assert fault == "", tree
            picked += len(valid)
        except InvalidFilesError as error:
            assert str(error) == fault, tree
            refused += 1
    assert picked > 1000
    assert refused > 300


def test_a_tree_that_is_too_large_is_refused() -> None:
    with pytest.raises(ModuleZipError, match="module source tree too large"):
        module_files([TreeFile("a", MAX_ZIP), TreeFile("b", 1)], strict_vendor=False)
    with pytest.raises(InvalidFilesError, match=r"go\.mod file too large"):
        module_files([TreeFile("go.mod", MAX_GOMOD + 1)], strict_vendor=False)
