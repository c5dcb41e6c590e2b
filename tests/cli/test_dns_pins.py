"""`gomend dns pin` and its like: only an address that answers for the name is taken; gomend's runs then go there."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.certificates import Authority
from tests.lab.modules import Module, World
from tests.lab.upstream import Answers, Upstream

from gomend.mend.choosing import Tried, candidates, fastest

NAME = "goproxy.corp.example"  # no resolver knows it
MODULE = Module("example.com/dep", "v1.0.0")


class Bench:
    """A source that answers for the name on one address, for another name on a second one."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder = folder
        answers = Answers(World([MODULE]), [])
        self.good = Upstream(answers, tls=authority.server(NAME), address=("127.0.0.2", 0))
        self.wrong = Upstream(answers, tls=authority.server("else.example"), address=("127.0.0.3", self.good.port))
        self.roots = authority.write(folder / "roots.pem")

    def call(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SSL_CERT_FILE": str(self.roots), **variables}
        return subprocess.run(
            [*GOMEND, *words],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def pin(self, address: str, *words: str) -> subprocess.CompletedProcess[str]:
        return self.call("dns", "pin", f"{NAME}:{self.good.port}", address, *words)

    def pins(self) -> list[dict]:
        return json.loads(self.call("dns", "pins", "--format", "json").stdout)["pins"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, Authority.new())
    with made.good, made.wrong:
        yield made


def test_a_run_goes_to_the_pinned_address_and_not_any_more_without_the_pin(go: Path, bench: Bench) -> None:
    pinned = bench.pin("127.0.0.2", "--format", "json")
    document = json.loads(pinned.stdout)
    assert (pinned.returncode, document["address"], document["system"]) == (0, "127.0.0.2", False)
    (bench.folder / "go.mod").write_text(f"module example.com/a\n\ngo 1.21\n\nrequire {MODULE.path} {MODULE.version}\n")
    source = {"GOPROXY": f"https://{NAME}:{bench.good.port}", "GOFLAGS": "-modcacherw -mod=mod"}
    ran = bench.call("go", "mod", "download", GOMODCACHE=str(bench.folder / "cache"), **source)
    assert ran.returncode == 0, ran.stderr
    assert bench.good.paths("*.zip")
    assert [(pin["host"], pin["state"]) for pin in bench.pins()] == [(NAME, "valid")]

    assert bench.call("dns", "unpin", NAME).returncode == 0
    assert bench.pins() == []
    assert bench.call("dns", "unpin", NAME).returncode == 2
    assert bench.call("undo").returncode == 0  # the unpin
    assert [pin["host"] for pin in bench.pins()] == [NAME]


def test_an_address_that_does_not_answer_for_the_name_is_not_taken(bench: Bench) -> None:
    refused = bench.pin("127.0.0.3")
    assert refused.returncode == 1
    assert "tls.hostname_mismatch" in refused.stdout
    assert refused.stdout.splitlines()[-1] == f"next  gomend dns check {NAME}"
    assert bench.pin("127.0.0.4").returncode == 1  # nobody there
    assert bench.pins() == []


def test_a_pin_whose_address_no_longer_answers_is_called_broken(bench: Bench) -> None:
    bench.pin("127.0.0.2")
    changed({"127.0.0.2": "127.0.0.3"})  # as if another host had that address by now
    listed = bench.call("dns", "pins")
    assert listed.returncode == 1
    assert listed.stdout.splitlines()[-1] == f"next  gomend dns unpin {NAME}"


def changed(words: dict[str, str]) -> None:
    """The file of pins, changed by hand."""
    place = Path(os.environ["HOME"]) / ".local" / "state" / "gomend" / "pins.json"
    said = place.read_text()
    for old, new in words.items():
        said = said.replace(old, new)
    place.write_text(said)


def test_what_has_expired_is_shown_once_and_then_gone(bench: Bench) -> None:
    bench.pin("127.0.0.2", "--for", "1m")
    until = bench.pins()[0]["until"]
    changed({until: "2020-01-01T00:00:00Z"})
    assert [pin["state"] for pin in bench.pins()] == ["expired"]
    assert bench.pins() == []


@pytest.mark.parametrize("words", [["127.0.0.1", "127.0.0.2"], ["a.example", "nope"], ["a.example", "--for", "90d"]])
def test_what_cannot_be_pinned_is_refused(bench: Bench, words: list[str]) -> None:
    assert bench.call("dns", "pin", *words).returncode == 2


def test_resolvers_vote_and_the_fastest_that_they_agree_on_is_taken() -> None:
    answers = [("192.0.2.1", "192.0.2.2"), ("192.0.2.2", "192.0.2.1"), ("203.0.113.9",), ()]
    assert candidates(answers) == [("192.0.2.1", 2), ("192.0.2.2", 2), ("203.0.113.9", 1)]
    slow, quick, lone = Tried("192.0.2.1", 2, 0.3), Tried("192.0.2.2", 2, 0.1), Tried("203.0.113.9", 1, 0.01)
    assert fastest([slow, quick, lone]) == quick
    assert fastest([Tried("192.0.2.1", 2), lone]) == lone
    assert fastest([Tried("192.0.2.1", 2)]) is None
