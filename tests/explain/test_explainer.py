"""A log may be hostile, huge or secret: the explainer stays in bounds and keeps nothing that may not be kept."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.causes import Code, Outcome
from gomend.explain import Explainer, explain
from gomend.explain.causing import LONGEST_CAUSE, legible

FAULT = (
    b'go: a.io/b@v1.0.0: Get "https://proxy.example/a.io/b/@v/v1.0.0.mod": '
    b"dial tcp: lookup proxy.example: no such host\n"
)


def test_pieces_may_be_cut_anywhere() -> None:
    explainer = Explainer()
    for at in range(len(FAULT)):
        explainer.feed(FAULT[at : at + 1])
    assert explainer.finish(1) == explain([FAULT], exit_status=1)


def test_the_fixes_belong_to_the_verdict() -> None:
    assert explain([FAULT], exit_status=1).fixes


@given(st.binary(max_size=2000))
def test_no_bytes_raise(log: bytes) -> None:
    assert explain([log]).outcome in Outcome


SHAPES = (
    "go: |a.io/b@v1: |exit status 128:\n|\t|\n|# get https://h/|: 404 Not Found|"
    '"Error": "|{|SECURITY ERROR|requires\n\t|\x1b[31m|无法'
)


@given(st.lists(st.sampled_from([piece.encode() for piece in SHAPES.split("|")])))
def test_no_mixture_of_shapes_raises(pieces: list[bytes]) -> None:
    assert explain([b"".join(pieces)], exit_status=1).roots


@pytest.mark.parametrize(
    "piece",
    [
        b"go: ",
        b"go: downloading ",
        b"a.io/b@v1.0.0 requires ",
        b"a.io/b imports ",
        b'parse "',
        b"lookup ",
        b'Get \\"https://',
        b"replaced by : reading go.mod: ",
        b"exit status 128: ",
        b"dial tcp ",
        b"certificate is valid for ",
        b"x.go:1:2: ",
        b"verifying ",
        b"\\n",
        b"(",
        b"[",
    ],
)
def test_a_line_of_a_megabyte_is_looked_at_in_bounds(piece: bytes) -> None:
    line = b"go: " + piece * (1_000_000 // len(piece))
    verdict = explain([line, b"\n", FAULT], exit_status=1)
    assert Code.DNS_NXDOMAIN in [root.code for root in verdict.roots]
    assert all(len(root.text) <= LONGEST_CAUSE + 1 for root in verdict.roots)


def test_secrets_and_escape_sequences_are_not_kept() -> None:
    verdict = explain(
        [
            b'go: a.io/b@v1.0.0: Get "https://dev:hunter2@proxy.example/a.io/b/@v/v1.0.0.mod": dial tcp: '
            b"\x1b[31mlookup proxy.example: no such host\n"
        ],
        exit_status=1,
    )
    assert "hunter2" not in repr(verdict)
    assert "\\x1b" not in repr(verdict)


def test_what_is_shown_is_legible() -> None:
    assert legible("a\x00b\x1b[2Jc\r\td\ne\u202ef\x85g") == "ab[2Jc\td\nefg"
    assert legible("x" * 9000) == "x" * LONGEST_CAUSE + "…"


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_harmless_lines_of_a_long_log_are_counted_to_the_last(share: float) -> None:
    rng = random.Random(5)
    forms = {
        "go: downloading github.com/{a}/{b} v1.{n}.0": Code.PROGRESS_DOWNLOAD,
        "# get https://proxy.corp.example/github.com/{a}/{b}/@v/v1.{n}.0.info": None,
        "# get https://proxy.corp.example/github.com/{a}/{b}/@v/v1.{n}.0.info: 200 OK (0.{n}s)": Code.PROGRESS_DOWNLOAD,
        "# get https://first.corp.example/github.com/{a}/{b}/@v/v1.{i}.0.info: 404 Not Found (0.{n}s)": (
            Code.PROXY_NOT_FOUND
        ),
        'go: github.com/same/name@v1.2.3: Get "https://proxy.corp.example/x": EOF': Code.NET_RESET,
    }
    lines, wanted = [], Counter()
    for i in range(40_000):
        form = rng.choice([*forms]) if rng.random() >= share else "step {n} of {a} is done"
        names = rng.choices(["alpha", "beta", "gamma", "delta"], k=2)
        text = form.format(a=names[0], b=names[1], n=rng.randrange(1000), i=i)
        lines.append(f"2026-11-22T10:{i // 60 % 60:02d}:{i % 60:02d}.{i:07d}Z {text}\n")
        wanted[forms.get(form)] += 1
    del wanted[None]
    verdict = explain([line.encode() for line in lines], exit_status=0)
    assert dict(verdict.harmless) == dict(wanted)
