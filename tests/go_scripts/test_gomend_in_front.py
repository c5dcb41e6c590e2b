"""Go's own script tests pass with gomend before every go command, just as they pass without it."""

import sys
from pathlib import Path

import pytest
from tests.go_scripts.binary import EVERY, Scripts

# What has to do with module sources, credentials and the choice of a toolchain; ALL is every script that uses modules.
SOURCES = "mod_proxy|mod_get_fallback|mod_gonoproxy|mod_sumdb|mod_download|mod_auth|goauth|netrc|work_goproxy|mod_query"
ALL = "mod_|gotoolchain|goauth|govcs|reuse_|get_|work_goproxy|env_|netrc"


@pytest.fixture(scope="session")
def scripts(go: Path) -> Scripts:
    """Built before a test has a home of its own, so that it is kept from one run of the tests to the next."""
    return Scripts.of(go)


@pytest.mark.go_scripts
def test_gos_own_scripts_pass_with_gomend_in_front(scripts: Scripts, tmp_path: Path):
    front = tmp_path / "front"
    front.write_text(
        f'#!/bin/sh\nexport GOMEND_GO="$TESTGO_EXE" GOMEND_RECORD=off\nexec {sys.executable} -I -m gomend -q go "$@"\n'
    )
    front.chmod(0o755)
    pattern = ALL if EVERY else SOURCES
    plain, _ = scripts.run(pattern, tmp_path)
    passing = {name for name, outcome in plain.items() if outcome == "PASS"}
    assert len(passing) > 10
    fronted, log = scripts.run(pattern, tmp_path, TESTGO_FRONT=str(front))
    lost = sorted(name for name in passing if fronted.get(name) != "PASS")
    assert not lost, log[-20_000:]
