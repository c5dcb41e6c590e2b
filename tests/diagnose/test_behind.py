"""A source of GOPROXY that is a gomend server: what fails behind it is told."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.diagnose.clinic import Clinic
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as acts
from tests.lab.listener import refused_port
from tests.server.serving import serving


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        yield Clinic(tmp_path, go, stack)


def test_the_source_that_failed_behind_a_server_is_named(clinic: Clinic, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{refused_port()}"
    with serving(tmp_path / "serve", dead) as server:
        clinic.env["GOPROXY"] = server.url
        place = f"127.0.0.1:{server.port}"
        for words in (("doctor",), ("proxy", "test", "-n", "1")):
            ran = subprocess.run(
                [*GOMEND, "--format", "json", *words], cwd=clinic.app, env=clinic.env, capture_output=True, check=False
            )
            document = msgspec.json.decode(ran.stdout)
            first = document["findings"][0]
            seen = [one["text"] for one in first["evidence"]]
            (itself,) = (line for line in seen if line.startswith(f"{place} is gomend "))
            assert "it says of itself: " in itself
            (behind,) = (line for line in seen if line.startswith("behind it "))
            assert behind.startswith(f"behind it {dead}: ") and behind.endswith(" (net.connect_refused)"), behind
            assert first["host"] == place  # the fault of a source is told where it was seen


def test_of_what_a_server_lacks_and_of_other_servers_nothing_more_is_asked(clinic: Clinic, tmp_path: Path) -> None:
    with serving(tmp_path / "serve", clinic.source(tls=None)) as server:
        clinic.env["GOPROXY"] = server.url
        clinic.examine("github.com/google/none@v1.0.0")
        assert "/-/version" not in server.log.read_text()
    clinic.chain(("/*", acts.status(502, "bad gateway")), then="")
    seen = clinic.examine()
    assert not [one for one in seen.report.findings if any("behind it" in each.text for each in one.evidence)]
    # Who only says that it is gomend is not asked about its sources' words without that.
    liar = acts.status(502, "x\n  https://a.example: words (net.reset)", x_gomend_code="net.reset")
    clinic.chain(("/*", liar), then="")
    assert not [one for one in clinic.examine().report.findings if any("behind it" in e.text for e in one.evidence)]
