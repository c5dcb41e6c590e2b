"""No question of the doctor carries a module's name to a source that go itself would not ask for it."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.clinic import Clinic
from tests.diagnose.faults import NEW, gomod, repository
from tests.lab.upstream import Act, Upstream, hang_up, serve, status

PRIVATE = "git.corp.example/team/lib"
ANSWERS: dict[str, tuple[Act, bool]] = {  # how a source answers, and whether that is "not found" to go
    "has": (serve, False),
    "404": (status(404), True),
    "410": (status(410), True),
    "502": (status(502), False),
    "403": (status(403), False),
    "cut": (hang_up, False),
}


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        yield Clinic(tmp_path, go, stack)


def heard(source: Upstream, module: str) -> bool:
    """Whether any request to this source names the module."""
    return any(module in path for path in source.requests)


@pytest.mark.parametrize("words", [(), (f"{PRIVATE}@v1.0.0",), (PRIVATE,)], ids=["plain", "version", "module"])
@pytest.mark.parametrize("answer", ["has", "404", "502"])
def test_a_private_name_reaches_no_source_and_no_checksum_database(
    clinic: Clinic, words: tuple[str, ...], answer: str
) -> None:
    gomod(f"require {PRIVATE} v1.0.0")(clinic)
    clinic.env["GOPRIVATE"] = "*.corp.example"
    clinic.env["GOPROXY"] = f"{clinic.source(('*/@v/*', ANSWERS[answer][0]))}|{clinic.source()}"
    clinic.examine(*words)
    assert any(source.requests for source in clinic.sources), "the doctor did ask"
    for source in clinic.sources:
        assert not heard(source, "corp.example"), source.requests


@pytest.mark.parametrize("separator", [",", "|"])
@pytest.mark.parametrize("answers", [*itertools.product(ANSWERS, ["has"])], ids="-".join)
def test_a_later_source_hears_a_name_only_where_go_comes_to_it(
    clinic: Clinic, answers: tuple[str, str], separator: str
) -> None:
    repository("v1.0.0", known="everywhere")(clinic)
    clinic.sources.clear()
    places = [clinic.source(("/github.com/acme/*", ANSWERS[answer][0])) for answer in answers]
    clinic.env["GOPROXY"] = separator.join(places)
    clinic.examine(f"{NEW}@v1.0.0", "--only", "chain,sumdb,version")
    _, is_missing = ANSWERS[answers[0]]
    comes = answers[0] != "has" and (is_missing or separator == "|")
    first, second = clinic.sources
    assert heard(first, "acme/lib/@v/")
    assert heard(second, "acme/lib/@v/") is comes
    assert second.requests or comes, "a later source is asked for a well-known module"
