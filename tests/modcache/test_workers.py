"""Work on all cores: each thing once, in processes as in threads, also where a process is lost."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, os, sys, threading
from gomend.modcache.workers import on_all_cores

parent = os.getpid()

def work(thing):
    if thing == 7 and os.getpid() != parent and "lost" in sys.argv:
        os._exit(1)
    return thing, os.getpid() != parent, "x" * 100_000

if "threads" in sys.argv:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
found = list(on_all_cores(work, [(thing, thing) for thing in range(200)], workers=3))
assert all(len(filling) == 100_000 for _, _, filling in found)
print(json.dumps([(thing, elsewhere) for thing, elsewhere, _ in found]))
"""


@pytest.mark.parametrize("way", ["processes", "threads", "lost"])
def test_each_thing_is_done_once(way: str) -> None:
    ran = subprocess.run([sys.executable, "-I", "-c", SCRIPT, way], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert sorted(thing for thing, _ in found) == list(range(200))
    elsewhere = {thing for thing, is_elsewhere in found if is_elsewhere}
    here = set(range(200)) - elsewhere
    if sys.platform == "linux":
        assert {"processes": not here, "threads": not elsewhere, "lost": here == {7}}[way], (here, elsewhere)
