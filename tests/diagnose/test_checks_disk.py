"""The module cache on file systems of other kinds: what matters of them is said in its line."""

import asyncio
from pathlib import Path

import pytest
from tests.diagnose.worlds import check, world

from gomend.diagnose.check import Checked, Status


def looked(folder: Path, kind: str) -> Checked:
    """The check, where all that lies below `folder` is on a file system of this kind."""
    proc = folder / "system" / "proc" / "self"
    proc.mkdir(parents=True)
    (proc / "mountinfo").write_text(f"21 1 0:5 / / rw - ext4 /dev/vda rw\n22 21 0:6 / {folder} rw - {kind} a:/b rw\n")
    variables = {"GOMODCACHE": str(folder / "cache")}
    return asyncio.run(check("modcache").look()(world(folder, variables, system=folder / "system")))


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs", "ceph"])
def test_a_cache_on_a_network_file_system_says_so_in_its_line(tmp_path: Path, kind: str) -> None:
    seen = looked(tmp_path, kind)
    assert (seen.status, seen.findings) == (Status.OK, ())
    assert f"on a network file system ({kind})" in seen.summary


@pytest.mark.parametrize("kind", ["ext4", "overlay", "tmpfs", "fuse.mergerfs"])
def test_a_cache_on_this_machine_says_nothing_of_it(tmp_path: Path, kind: str) -> None:
    assert "network" not in looked(tmp_path, kind).summary
