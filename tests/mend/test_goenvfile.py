"""go's own file: what gomend stores is what `go env -w` stores, and what it takes back is what was there."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.gomod.goenv import parse_user_file
from gomend.mend import forms, goenv, goenvfile
from gomend.mend.copies import ChangeRefusedError
from gomend.mend.goenv import NotWritableError
from gomend.mend.journal import Journal

MANY = b"".join(b"# comment %d\n" % number for number in range(10_000)) + b"GOPROXY=https://a.example\n"
ODD = {
    "no file": None,
    "empty": b"",
    "no final newline": b"GOPROXY=https://a.example",
    "CRLF": b"GOFLAGS=-x\r\nGOPROXY=https://a.example\r\n",
    "BOM": b"\xef\xbb\xbfGOPROXY=https://a.example\nGOFLAGS=-x\n",
    "comments and blanks": b"# mine\n\nGOFLAGS=-x\n  # GOPROXY=old\nGOPROXY=https://a.example\n\n",
    "a key twice": b"GOPROXY=https://a.example\nGOPROXY=https://b.example\n",
    "no settings file at all": b"\x00\xff binary \xfe\n",
    "10,000 lines": MANY,
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "GOENV": str(tmp_path / "config" / "go" / "env")}


@pytest.mark.parametrize("odd", ODD)
def test_odd_files_hold_what_go_writes_and_then_what_they_held(
    go: Path, tmp_path: Path, environment: dict[str, str], odd: str
) -> None:
    before, path = ODD[odd], Path(environment["GOENV"])
    if before is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(before)
    values = {"GOPROXY": "https://b.example|direct", "GOFLAGS": None, "GOPRIVATE": "*.corp.example"}
    steps = goenv.steps(str(go), environment, values)
    journal = Journal(tmp_path / "state" / "gomend" / "mends")
    journal.apply(steps, command=["x"], what=["y"])
    mine = path.read_bytes()

    plain = tmp_path / "plain"
    if before is not None:
        plain.write_bytes(before)
    for words in (["-w", "GOPROXY=https://b.example|direct", "GOPRIVATE=*.corp.example"], ["-u", "GOFLAGS"]):
        asked = {name: value for name, value in environment.items() if name not in values} | {"GOENV": str(plain)}
        subprocess.run([go, "env", *words], env=asked, check=True)
    assert mine == plain.read_bytes()

    assert journal.undo().whole
    assert (path.read_bytes() if path.exists() else None) == before
    assert before is not None or not path.parent.parent.exists()


def test_a_link_stays_a_link_and_the_mode_stays(go: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    real = tmp_path / "dotfiles"
    real.write_bytes(b"GOFLAGS=-x\n")
    real.chmod(0o600)
    link = Path(environment["GOENV"])
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    journal = Journal(tmp_path / "state" / "gomend" / "mends")
    journal.apply(goenv.steps(str(go), environment, {"GOSUMDB": "off"}), command=["x"], what=["y"])
    assert link.is_symlink()
    assert b"GOSUMDB=off" in real.read_bytes()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    journal.undo()
    assert (link.is_symlink(), real.read_bytes()) == (True, b"GOFLAGS=-x\n")


def test_nothing_is_to_do_where_all_is_stored_so(go: Path, environment: dict[str, str]) -> None:
    path = Path(environment["GOENV"])
    path.parent.mkdir(parents=True)
    path.write_text("GOPROXY=direct\n")
    assert goenv.steps(str(go), environment, {"GOPROXY": "direct", "GOFLAGS": None}) == []


def test_what_go_refuses_is_not_stored(go: Path, environment: dict[str, str]) -> None:
    with pytest.raises(ChangeRefusedError, match="GO111MODULE"):
        goenv.steps(str(go), environment, {"GO111MODULE": "zz"})


def test_without_a_file_of_gos_there_is_nothing_to_write(go: Path, environment: dict[str, str]) -> None:
    with pytest.raises(NotWritableError):
        goenv.steps(str(go), environment | {"GOENV": "off"}, {"GOPROXY": "direct"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_stays_as_it_is(go: Path, environment: dict[str, str]) -> None:
    path = Path(environment["GOENV"])
    path.parent.mkdir(parents=True)
    path.write_text("GOPROXY=direct\n")
    path.chmod(0o444)
    with pytest.raises(NotWritableError):
        goenv.steps(str(go), environment, {"GOPROXY": "off"})


line = st.sampled_from([b"A=1", b"B=2", b"A=3", b"# A=9", b"", b"a=1", b"C=\r", b"B="])
content = st.tuples(st.lists(line, max_size=8), st.booleans()).map(
    lambda made: b"\n".join(made[0]) + (b"\n" if made[1] and made[0] else b"")
)


@given(content, st.sampled_from(["A", "B", "D"]), st.one_of(st.none(), st.sampled_from(["1", "x y", ""])))
def test_one_key_is_put_in_place_and_all_others_stay(data: bytes, key: str, value: str | None) -> None:
    changed = goenvfile.put(data, key, value)
    old, new = parse_user_file(data), parse_user_file(changed)
    assert new.get(key) == value
    assert {name: one for name, one in new.items() if name != key} == {
        name: one for name, one in old.items() if name != key
    }
    assert goenvfile.put(changed, key, value) == changed


@given(content, content, content)
def test_taking_back_touches_own_keys_alone(before: bytes, after: bytes, found: bytes) -> None:
    own = forms.own_keys(forms.GOENV, before, after)
    try:
        back = forms.put_back(forms.GOENV, before, after, found)
    except forms.ForeignChangeError as error:
        assert set(error.keys) <= set(own)
        return
    old, now, then = (parse_user_file(one or b"") for one in (before, found, back))
    assert all(then.get(key) == old.get(key) for key in own)
    if found not in (before, after):
        assert {k: v for k, v in then.items() if k not in own} == {k: v for k, v in now.items() if k not in own}
