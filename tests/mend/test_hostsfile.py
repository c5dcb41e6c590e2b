"""gomend's block in a hosts file: found, changed and taken out; all else stays to the byte, and the system reads it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.mend import hostsfile
from gomend.mend.goenv import NotWritableError
from gomend.mend.journal import Journal
from gomend.mend.pins import Pin, hosts_file, pins_in, steps
from gomend.net.dns.hostsfile import parse_hosts

A = Pin("a.example", "127.0.0.9", 1_700_000_000.0, 1_700_007_200.0, system=True)
B = Pin("b.example", "::1", 1_700_000_000.0, 1_700_007_200.0, system=True, port=8443)
ODD = {
    "empty": b"",
    "no final newline": b"127.0.0.1 localhost",
    "CRLF": b"127.0.0.1 localhost\r\n::1 localhost\r\n",
    "BOM": b"\xef\xbb\xbf127.0.0.1 localhost\n",
    "comments": b"# mine\n\n127.0.0.1\tlocalhost # here\n\n",
    "10,000 lines": b"".join(b"127.0.%d.%d h%d.example\n" % (n // 256, n % 256, n) for n in range(10_000)),
    "not UTF-8": b"127.0.0.1 localhost # \xff\xfe\n",
    "a block without an end": hostsfile.BEGIN + b"\n127.0.0.7 c.example\n",
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_files_get_a_block_and_are_then_what_they_were(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "hosts"
    path.write_bytes(ODD[odd])
    journal = Journal(tmp_path / "state" / "gomend" / "mends")
    for pin in (A, B):
        journal.apply(steps(path, {pin.host: pin}, system=True), command=["x"], what=["y"])
    found = path.read_bytes()
    assert found.startswith(ODD[odd])
    assert pins_in(found, system=True) == [A, B]
    entries = parse_hosts(found.decode("utf-8", "replace"))
    assert (entries["a.example"].addresses, entries["b.example"].addresses) == (("127.0.0.9",), ("::1",))
    assert (b"\r\n" in ODD[odd]) == all(line.endswith(b"\r\n") for line in found.splitlines(keepends=True))
    first = journal.undo(journal.entries()[1].id)  # not the newest: the other pin stays
    assert not first.whole
    assert pins_in(path.read_bytes(), system=True) == [B]
    path.write_bytes(found)
    journal.undo()
    assert pins_in(path.read_bytes(), system=True) == [A]


@pytest.mark.parametrize("odd", ODD)
def test_a_pin_taken_back_leaves_the_file_as_it_was(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "hosts"
    path.write_bytes(ODD[odd])
    journal = Journal(tmp_path / "state" / "gomend" / "mends")
    journal.apply(steps(path, {A.host: A}, system=True), command=["x"], what=["y"])
    assert journal.undo().whole
    assert path.read_bytes() == ODD[odd]


def test_a_link_stays_one_and_the_file_behind_it_gets_the_block(tmp_path: Path) -> None:
    path, link = tmp_path / "hosts", tmp_path / "link"
    path.write_bytes(ODD["CRLF"])
    path.chmod(0o604)
    link.symlink_to("hosts")
    journal = Journal(tmp_path / "state" / "gomend" / "mends")
    journal.apply(steps(link, {A.host: A}, system=True), command=["x"], what=["y"])
    assert link.is_symlink()
    assert (pins_in(path.read_bytes(), system=True), path.stat().st_mode & 0o777) == ([A], 0o604)
    journal.undo()
    assert (link.is_symlink(), path.read_bytes(), path.stat().st_mode & 0o777) == (True, ODD["CRLF"], 0o604)


def test_one_that_may_not_be_written_is_told_as_such_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hosts"
    path.write_bytes(ODD["comments"])
    path.chmod(0o444)
    if os.geteuid() == 0:  # whom no permission keeps out: the system is asked as for somebody else
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(NotWritableError) as told:
        steps(path, {A.host: A}, system=True)
    assert told.value.path == str(path)
    assert path.read_bytes() == ODD["comments"]


lines = st.lists(st.sampled_from([b"127.0.0.1 x\n", b"# c\n", b"\n", b"127.0.0.2 y\r\n"]), max_size=6).map(b"".join)


@given(lines, lines)
def test_what_stands_around_the_block_is_never_touched(before: bytes, after: bytes) -> None:
    block = hostsfile.put(b"", A.host, A.value)
    data = before + block + after
    both = hostsfile.put(data, B.host, B.value)
    assert both.startswith(before)
    assert both.endswith(after)
    assert hostsfile.put(hostsfile.put(both, A.host, None), B.host, None) == before + after


def test_the_place_by_platform() -> None:
    assert hosts_file({}, "linux") == hosts_file({}, "darwin") == Path("/etc/hosts")
    assert hosts_file({"SystemRoot": "D:/Win"}, "win32") == Path("D:/Win/System32/drivers/etc/hosts")


def test_what_somebody_wrote_into_the_block_is_kept() -> None:
    data = hostsfile.put(b"", A.host, A.value).replace(hostsfile.END, b"127.0.0.5 mine\n" + hostsfile.END)
    both = hostsfile.put(data, B.host, B.value)
    assert b"127.0.0.5 mine\n" in both
    assert hostsfile.put(hostsfile.put(both, A.host, None), B.host, None) == b"127.0.0.5 mine\n"
