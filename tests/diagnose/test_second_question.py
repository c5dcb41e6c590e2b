"""A source that failed is asked again, and a second question tells whether it is the source or the module."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.clinic import Clinic
from tests.lab.upstream import hang_up

from gomend.causes import Cause, Certainty, Code, Subject
from gomend.diagnose.confirming import confirmed

MODULE = "github.com/google/uuid"


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        yield Clinic(tmp_path, go, stack)


def looked_at(clinic: Clinic) -> Cause:
    source = clinic.env["GOPROXY"].partition(",")[0]
    subject = Subject(MODULE, "v1.6.0", source.partition("://")[2], f"{source}/{MODULE}/@v/v1.6.0.info")
    cause = Cause(Code.NET_RESET, Certainty.LIKELY, subject, (1, 1), "EOF")
    return confirmed((cause,), clinic.env, str(clinic.app), lambda key, **_: key)[0]


def probes(cause: Cause) -> list[str]:
    return [one.text for one in cause.evidence if one.source == "probe"]


def test_the_same_source_is_asked_for_a_module_that_everybody_knows(clinic: Clinic) -> None:
    clinic.chain((f"/{MODULE}/*", hang_up))
    seen = looked_at(clinic)
    assert seen.certainty is Certainty.CERTAIN
    again, other = probes(seen)
    assert again.startswith("asked again: https://localhost:")
    assert other.startswith("another question is answered: https://localhost:")
    assert "/github.com/pkg/errors/@v/v0.9.1.info: 200 OK (" in other
    assert len(clinic.sources[-1].requests) == 2


def test_the_next_source_hears_no_name_but_that_one(clinic: Clinic) -> None:
    clinic.chain(("*", hang_up), then=f",{clinic.source()}")
    _, other = probes(looked_at(clinic))
    assert other.startswith("another question is answered: ")
    assert clinic.sources[-2].requests == ["/github.com/pkg/errors/@v/v0.9.1.info"]


def test_where_no_source_may_be_asked_for_that_there_is_one_question(clinic: Clinic) -> None:
    clinic.chain((f"/{MODULE}/*", hang_up))
    clinic.env["GONOPROXY"] = "github.com/pkg"
    assert len(probes(looked_at(clinic))) == 1


def test_a_source_that_answers_now_leaves_the_certainty(clinic: Clinic) -> None:
    clinic.chain()
    seen = looked_at(clinic)
    assert seen.certainty is Certainty.LIKELY
    assert [words.partition(",")[0] for words in probes(seen)] == ["asked again: it answers now"]
