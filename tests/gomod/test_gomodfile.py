"""go.mod and go.work: read, and refused, as golang.org/x/mod/modfile and go itself do."""

import json
import random
import subprocess

import pytest
from gomod_text import some
from hypothesis import given
from hypothesis import strategies as st

from gomend.gomod.gomodfile import ModFileErrors, Position, parse_gomod, parse_gowork

WHOLE = """\
// Deprecated: use example.com/n
// instead.
module "example.com/m" // trailing

go 1.24.1
toolchain go1.24.2

godebug (
	default=go1.21
	panicnil=1
)
godebug a=b

// a block
require (
	a.b/c v1.2.3 // indirect
	a.b/d/v2 v2.0.0

	// about e
	a.b/e v3.0.0+incompatible // indirect; kept
	"gopkg.in/yaml.v3" v3.0.1
) // after
require a.b/f v1.2 // other
require ()
exclude a.b/c v1.0.0
replace a.b/c => ../c
replace (
	a.b/d/v2 v2.0.0 => x.y/d/v2 v2.0.1
	a.b/e => /abs/e
)
retract v1.0.0 // bad
// many
retract [v1.1.0, v1.2.0]
retract (
	v1.3.0
	// why
	[v1.4.0,v1.5.0] // also
)
tool a.b/c/cmd/x
tool (
	a.b/y
)
ignore ./node_modules
ignore (
	a
	"b c"
)
"""

TEXTS = [
    WHOLE, WHOLE.replace("\n", "\r\n"), "", "\n", "module a.b", "module", "module a b",
    "module a.b\nmodule c.d", "foo bar", "go", "go x", "go 1",
    "go 1.21 2", "go 1.21\ngo 1.22", "go v1.21x", "go 1.21-fips", "toolchain", "toolchain x",
    "toolchain default", "toolchain go1.2\ntoolchain go1.3",
    "require a.b", "require a.b master", "require a.b v1", "require a.b v2.0.0", "require a.b/v2 v1.0.0",
    "require a.b/v1 v1.0.0", "require \"a.b v1",
    "require 'a.b' v1.0.0", "require \"a\\x\" v1.0.0", "require a.b \"v1.0.0\"", "require a.b v1'0",
    "require (", "require (\na.b v1.0.0", "require (\n) x",
    "require ( a.b v1.0.0 )", "require a (\n)", "foo (\n)", "foo a (\n)", "require () x", "require (\n)\n)",
    "/* x */", "module a.b /* x */", "module a.b/*x",
    "module a.b//x", "module a.b //x", "module `a.b`", "module \"a.b\nc\"", "module \"a\\\nb\"",
    "module \"a\\", "module `a", "module a\u00a0b", "module a\x01b",
    "module \ufeffa", "\ufeffmodule a", "module é", "module a\udcffb", "module \"\udcff\"", "module é \"x",
    "replace a.b", "replace a.b => c.d", "replace a.b => c.d@v1",
    "replace a.b => ../c v1.0.0", "replace a.b => c.d v1.0.0", "replace a.b v1.0.0 => c.d v2",
    "replace a.b/v1 => ../x", "replace a.b v2.0.0 => ../x",
    "replace a.b => .", "replace a.b => ..", "replace a.b => ...", "replace a.b => .\\x", "replace a.b => C:",
    "replace a.b => \\x", "replace a.b => c: v1.0.0",
    "replace => a b", "replace a => b c d e", "retract", "retract (", "retract ( )", "retract x", "retract [",
    "retract [v1.0.0", "retract [v1.0.0,", "retract [v1.0.0,v1",
    "retract [v1.0.0,v1.1.0]", "retract [v1.0.0,v1.1.0] x", "retract v1.0.0 v2.0.0", "retract [x,y]",
    "retract [v1.0.0 v2.0.0]", "godebug a", "godebug a=b c",
    "godebug a='b'", "godebug", "tool", "tool a b", "tool 'x'", "ignore a b", "exclude a.b",
    "exclude a.b v1.0.0", "use x", "require a.b v1.0.0 // indirect x",
    "require a.b v1.0.0 //indirect", "require a.b v1.0.0 // indirect;",
    "// x\n\n// Deprecated: no\n\nmodule a.b", "// x\n//\n// Deprecated: yes\nmodule a.b",
    "module (\n// Deprecated: b\na.b\n)", "// Deprecated: o\nmodule (\na.b\n)",
    "module ( // Deprecated: q\na.b\n)", "// Deprecated:\nmodule a.b", "retract ( // x\nv1.0.0\n)",
    "// r\nretract (\nv1.0.0\n\n// s\nv1.1.0\n)", "require (\n\n// x\n\n// y\na.b v1.0.0\n)",
    "require a.b v1.0.0 (", "(", ")", ",", "[", "a ( ) b", "a ( b\n)", "module a.b )",
    "require (\nmodule (\n)\n)", "go 1.21rc1", "go 1.21.0", "go 01.2", "toolchain go1", "toolchain go1x",
    "toolchain go2", "module a.b\x0bc", "module a.b\x85", "module a //",
]  # fmt: skip

WORK = """\
go 1.24

toolchain go1.24.1
use ./a // one
use (
	./b
	"../c d"
)
godebug x=1
replace a.b/c => ./c
"""
WORK_TEXTS = [
    WORK, "use", "use a b", "use (\n", "use 'a'", "require a.b v1.0.0", "go x", "go v1.21x", "use a (\n)", "tool a",
    "foo (\n)", "module a.b", *TEXTS[:60],
]  # fmt: skip


def _mutated(count: int) -> list[str]:
    draw = random.Random(3)
    texts = []
    for _ in range(count):
        text = draw.choice([WHOLE, *TEXTS])
        for _ in range(draw.randint(1, 3)):
            at = draw.randint(0, len(text))
            text = (
                text[:at]
                + draw.choice(["", "\n", "(", ")", '"', "`", "//", "/*", " ", "v1.0.0", "é", "\x00", "[", "=>", ","])
                + text[at + draw.randint(0, 3) :]
            )
        texts.append(text)
    return texts


def _pairs(items, *keys):
    return [tuple(item[key] for key in keys) for item in items or []]


def _gos_file(text):
    """modfile.File as go's encoding/json writes it, reduced to what it says."""
    got = json.loads(text)
    module = got["Module"] or {"Mod": {"Path": ""}, "Deprecated": ""}
    return {
        "module": module["Mod"]["Path"],
        "deprecated": module["Deprecated"],
        "go": (got["Go"] or {"Version": ""})["Version"],
        "toolchain": (got["Toolchain"] or {"Name": ""})["Name"],
        "godebug": [(g["Key"], g["Value"], g["Syntax"]["Start"]["Line"]) for g in got["Godebug"] or []],
        "require": [
            (r["Mod"]["Path"], r["Mod"]["Version"], r["Indirect"], r["Syntax"]["Start"]["Line"])
            for r in got["Require"] or []
        ],
        "exclude": [(r["Mod"]["Path"], r["Mod"]["Version"]) for r in got["Exclude"] or []],
        "replace": [
            (r["Old"]["Path"], r["Old"].get("Version", ""), r["New"]["Path"], r["New"].get("Version", ""))
            for r in got["Replace"] or []
        ],
        "retract": [
            (r["Low"], r["High"], r["Rationale"], r["Syntax"]["Start"]["LineRune"]) for r in got["Retract"] or []
        ],
        "tool": _pairs(got["Tool"], "Path"),
        "ignore": _pairs(got.get("Ignore"), "Path"),
    }


def _shown(text: str) -> str:
    """As encoding/json shows a string: bytes that are no UTF-8 become U+FFFD."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _our_file(text, *, lax):
    mod = parse_gomod(text.encode("utf-8", "surrogateescape"), lax=lax)
    return {
        "module": _shown(mod.module),
        "deprecated": mod.deprecated,
        "go": mod.go,
        "toolchain": mod.toolchain,
        "godebug": [(g.key, g.value, g.at.line) for g in mod.godebug],
        "require": [(r.path, r.version, r.indirect, r.at.line) for r in mod.require],
        "exclude": [(r.path, r.version) for r in mod.exclude],
        "replace": [(r.path, r.version, r.new_path, r.new_version) for r in mod.replace],
        "retract": [(r.low, r.high, r.rationale, r.at.column) for r in mod.retract],
        "tool": [(t.path,) for t in mod.tool],
        "ignore": [(i.path,) for i in mod.ignore],
    }


@pytest.mark.parametrize("lax", [False, True])
def test_a_gomod_is_read_as_gos_own_package_reads_it(oracle, lax):
    texts = [
        *TEXTS,
        *_mutated(1500),
        *some(["module", "require", " ", " ", "\n", "a.b", "v1.0.0", "(", ")", "//x", '"'], 1500),
    ]
    outcomes = set()
    for text, wanted in zip(texts, oracle(("gomod_lax" if lax else "gomod", text) for text in texts), strict=True):
        outcomes.add(wanted[0])
        try:
            got = _our_file(text, lax=lax)
        except ModFileErrors as error:
            assert ["error", str(error)] == wanted, text
            continue
        assert wanted[0] == "ok", (text, wanted)
        assert got == _gos_file(wanted[1]), text
    assert outcomes == {"ok", "error"}


def test_a_gowork_is_read_as_gos_own_package_reads_it(oracle):
    for text, wanted in zip(WORK_TEXTS, oracle(("gowork", text) for text in WORK_TEXTS), strict=True):
        try:
            work = parse_gowork(text.encode("utf-8", "surrogateescape"))
        except ModFileErrors as error:
            assert ["error", str(error)] == wanted, text
            continue
        assert wanted[0] == "ok", (text, wanted)
        file = json.loads(wanted[1])
        assert [(use.path, use.at.line) for use in work.use] == [
            (u["Path"], u["Syntax"]["Start"]["Line"]) for u in file["Use"] or []
        ]
        assert (work.go, work.toolchain) == (
            (file["Go"] or {"Version": ""})["Version"],
            (file["Toolchain"] or {"Name": ""})["Name"],
        )
        assert len(work.replace) == len(file["Replace"] or [])


def test_go_mod_edit_says_the_same(go, tmp_path):
    (tmp_path / "go.mod").write_text(WHOLE)
    ran = subprocess.run([go, "mod", "edit", "-json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    shown = json.loads(ran.stdout)
    mod = parse_gomod(WHOLE.encode())
    assert mod.module == shown["Module"]["Path"]
    assert mod.deprecated == shown["Module"]["Deprecated"] == "use example.com/n\ninstead.\ntrailing"
    assert [(r.path, r.version, r.indirect) for r in mod.require] == [
        (r["Path"], r["Version"], r.get("Indirect", False)) for r in shown["Require"]
    ]
    assert [r.rationale for r in mod.retract] == [r.get("Rationale", "") for r in shown["Retract"]]


@pytest.mark.parametrize("text", ["foo bar\nrequire a.b\n", "module a.b\n  go x\n", "require (\n", 'module "a\n'])
def test_go_prints_the_same_errors(go, tmp_path, text):
    (tmp_path / "go.mod").write_text(text)
    ran = subprocess.run([go, "mod", "edit", "-json"], cwd=tmp_path, check=False, capture_output=True, text=True)
    with pytest.raises(ModFileErrors) as caught:
        parse_gomod(text.encode())
    printed = ran.stderr.replace(f"{tmp_path}/", "").removeprefix("go: errors parsing go.mod:\n").rstrip("\n")
    assert str(caught.value) == printed
    assert all(error.file == "go.mod" for error in caught.value.errors)


def test_go_work_edit_says_the_same(go, tmp_path):
    (tmp_path / "go.work").write_text(WORK)
    ran = subprocess.run([go, "work", "edit", "-json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert [use.path for use in parse_gowork(WORK.encode()).use] == [
        use["DiskPath"] for use in json.loads(ran.stdout)["Use"]
    ]


def test_positions_and_replacements_are_told():
    mod = parse_gomod(WHOLE.encode())
    assert mod.module_at == Position(3, 1)
    assert mod.require[0].at == Position(16, 2)
    assert mod.replacement("a.b/d/v2", "v2.0.0").new_version == "v2.0.1"
    assert mod.replacement("a.b/d/v2", "v2.1.0") is None
    assert mod.replacement("a.b/c", "v9.0.0").new_path == "../c"


@given(st.binary(max_size=60))
def test_any_bytes_give_a_file_or_a_refusal(data):
    try:
        parse_gomod(data)
    except ModFileErrors as error:
        assert error.errors
