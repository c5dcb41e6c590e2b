"""go.sum: read as go reads it."""

import os
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.gomod.gosum import EMPTY_GOMOD_HASH, MalformedGoSumError, agrees, parse_gosum

TEXT = f"""\
a.b/c v1.0.0 h1:zip=
a.b/c v1.0.0/go.mod h1:mod=

a.b/c v1.0.0 h1:other=
a.b/d v1.0.0/go.mod {EMPTY_GOMOD_HASH}
a.b/E v2.0.0+incompatible/go.mod h1:x=\r
"""


def test_zips_and_gomods_are_kept_apart():
    found = parse_gosum(TEXT.encode())
    assert found.zips == {("a.b/c", "v1.0.0"): ["h1:zip=", "h1:other="]}
    assert found.gomods == {("a.b/c", "v1.0.0"): ["h1:mod="], ("a.b/E", "v2.0.0+incompatible"): ["h1:x="]}
    assert found.lines["a.b/c", "v1.0.0", "h1:other="] == 4
    assert list(found.modules()) == [("a.b/c", "v1.0.0"), ("a.b/E", "v2.0.0+incompatible")]
    assert found.has_zip("a.b/c", "v1.0.0") and found.has_gomod("a.b/c", "v1.0.0")
    assert not found.has_zip("a.b/E", "v2.0.0+incompatible") and not found.has_gomod("a.b/d", "v1.0.0")


def test_a_malformed_line_is_refused_with_gos_words(go, tmp_path):
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.21\n\nrequire a.b/c v1.0.0\n")
    (tmp_path / "go.sum").write_text("a.b/c v1.0.0 h1:x=\n\na.b/c v1.0.0\n")
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GOPROXY": "off", "GOTOOLCHAIN": "local"}
    ran = subprocess.run(
        [go, "list", "-m", "all"], cwd=tmp_path, env=environ, check=False, capture_output=True, text=True
    )
    printed = ran.stderr.replace(f"{tmp_path}/", "").rstrip("\n")
    data = (tmp_path / "go.sum").read_bytes()
    with pytest.raises(MalformedGoSumError, match=f"^{re.escape(printed)}$") as caught:
        parse_gosum(data)
    assert (caught.value.line, caught.value.fields) == (3, 2)
    assert parse_gosum(data, tidy=True).has_zip("a.b/c", "v1.0.0")


def test_hashes_agree_differ_or_cannot_be_compared():
    assert agrees(["h1:a", "h1:b"], "h1:b") is True
    assert agrees(["h1:a"], "h1:b") is False
    assert agrees(["h2:a"], "h1:b") is None
    assert agrees([], "h1:b") is None


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data):
    assert parse_gosum(data, tidy=True).zips is not None
