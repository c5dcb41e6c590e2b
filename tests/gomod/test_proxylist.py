"""GOPROXY lists through real go and through gomend: the same requests in the same order, the same errors."""

import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recording import recording_server

from gomend.gomod.protocol import answer_of
from gomend.gomod.proxylist import (
    Answer,
    EntryKind,
    FileURLError,
    MalformedURLError,
    MissingSchemeError,
    NoEntriesError,
    ProxyListError,
    Use,
    WrongSchemeError,
    next_entry,
    parse_proxy_list,
    reported_error,
    rewrite_proxy_list,
    use_of,
)

MODULE = "corp.invalid/m"

BAD = [
    "foo", "none", "DIRECT", "OFF", "localhost", "ftp://x", "http://[bad", "https://C:\\x", "'http://a.b'",
    "/abs/path", "file://host/x",
    "file:///x?q", "file://u:p@/x", "://x", "a:b:c", "http://a b/", "https://a%zz", "ssh://git@x/y",
    "\"https://a.b\"", "http://u:p w@x",
    "noproxy", "x;y", "http://a:1:2/", "file:x/y.z", "HTTP:x/y", "c:/x", "file:///x%zz", "https://[::1",
    "http://[1.2.3.4]", "htt p://x",
    "http://[::g]/", "a.b:c", "?x/:/",
]  # fmt: skip


def _lists(base: str) -> list[str]:
    draw = random.Random(7)
    good = [f"{base}/{status}/{name}" for status in (404, 410, 500, 403, 200, 429) for name in "ab"]
    lists = [",", " ", "|", ", ,", "off", "direct", "off,foo", " off ", *BAD]
    while len(lists) < 200:
        entries = draw.choices([*good, *good[:4], "off", "direct", " ", "", *BAD[:3]], k=draw.randint(1, 5))
        text = entries[0]
        for entry in entries[1:]:
            text += draw.choice([",", ",", "|", " , ", "|\t"]) + entry
        lists.append(text or ",")  # an empty variable would count as unset
    return lists


@pytest.fixture(scope="module")
def runs(go, tmp_path_factory):
    """(GOPROXY, GONOPROXY, server base, go's error text, paths asked) of 220 runs of `go list -m`."""
    folder = tmp_path_factory.mktemp("proxylists")
    (folder / "go.mod").write_text("module x\n\ngo 1.21\n")
    with recording_server() as server:
        cases = [(text, "") for text in _lists(server.base)]
        cases += [(text, patterns) for text in _lists(server.base)[-20:] for patterns in ("*.invalid", "other.example")]

        def run(number: int) -> tuple[str, str, str, str, list[str]]:
            goproxy, gonoproxy = cases[number]
            goproxy = (
                goproxy.replace("/a", f"/a{number}").replace("/b", f"/b{number}") if server.base in goproxy else goproxy
            )
            environment = {
                "PATH": os.environ["PATH"],
                "HOME": str(folder / "home"),
                "GOPATH": str(folder / f"path{number}"),
                "GOENV": "off",
                "GOSUMDB": "off",
                "GOTOOLCHAIN": "local",
                "GOTELEMETRY": "off",
                "GOVCS": "*:off",
                "GOPROXY": goproxy,
                "GONOPROXY": gonoproxy,
                "GIT_ALLOW_PROTOCOL": "none",
                "HTTPS_PROXY": "http://127.0.0.1:9",
            }
            command = [go, "list", "-m", "-f", "{{.Version}}", f"{MODULE}@v1.0.0"]
            ended = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
            return goproxy, gonoproxy, server.base, ended.stderr, [str(number)]

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(run, range(len(cases))))
        return [
            (
                *row[:4],
                [
                    p
                    for p in server.requests
                    if p.endswith(".info") and p.split("/")[2] in (f"a{row[4][0]}", f"b{row[4][0]}")
                ],
            )
            for row in found
        ]


def expected(goproxy: str, gonoproxy: str) -> tuple[list[str], str]:
    """The bases asked, and a piece of the text that go must print (empty: success)."""
    try:
        entries = parse_proxy_list(goproxy, gonoproxy)
    except ProxyListError as error:
        return [], str(error)
    asked, answers = [], []
    index: int | None = 0
    while index is not None:
        entry = entries[index]
        use = use_of(entry, MODULE, gonoproxy)
        answer = Answer.NOT_EXIST
        if use is Use.PROXY:
            if entry.url not in asked:  # go keeps the answer of an entry that stands twice
                asked.append(entry.url)
            answer = answer_of(int(entry.parsed.path.split("/")[1]))
        answers.append((answer, use))
        index = next_entry(entries, index, answer)
    reported = reported_error(entries, answers)
    if reported is None:
        return asked, ""
    use, entry = answers[reported][1], entries[reported]
    if use is Use.PROXY:
        return asked, f"reading {entry.url}/{MODULE}/@v/v1.0.0.info: {entry.parsed.path.split('/')[1]}"
    return asked, "module lookup disabled by GOPROXY=off" if use is Use.OFF else "unrecognized import path"


def test_two_hundred_lists_do_in_go_what_is_said_here(runs):
    outcomes = set()
    for goproxy, gonoproxy, base, printed, paths in runs:
        asked, text = expected(goproxy, gonoproxy)
        assert [base + path.partition(f"/{MODULE}")[0] for path in paths] == asked, (goproxy, gonoproxy)
        assert text in printed, (goproxy, gonoproxy)
        if not text:
            assert printed == "", (goproxy, gonoproxy)
        elif not asked and "reading" not in text and "unrecognized" not in text:
            assert printed.rstrip("\n").endswith(text), (goproxy, gonoproxy)
        outcomes.add((len(asked), text.partition(" ")[0]))
    assert len(runs) >= 220
    assert len(outcomes) > 10


@pytest.mark.parametrize(
    ("goproxy", "error", "entry"),
    [
        (" , |", NoEntriesError, ""),
        ("https://a.b,foo", MissingSchemeError, "foo"),
        ("ftp://x,direct", WrongSchemeError, "ftp://x"),
        ("file://h/x", FileURLError, "file://h/x"),
        ("http://[bad", MalformedURLError, "http://[bad"),
    ],
)
def test_errors_are_typed_and_name_the_entry(goproxy, error, entry):
    with pytest.raises(error) as caught:
        parse_proxy_list(goproxy)
    assert caught.value.entry == entry


def test_an_entry_keeps_how_it_was_written_and_what_follows_it():
    one, two, three = parse_proxy_list(" goproxy.cn | https://u:p@a.b/x/,direct,foo")
    assert (one.url, one.written, one.falls_back_on_error, one.span) == (
        "https://goproxy.cn",
        "goproxy.cn",
        True,
        (1, 11),
    )
    assert (two.redacted, two.falls_back_on_error, two.refuses_credentials) == ("https://u:xxxxx@a.b/x/", False, False)
    assert three.kind is EntryKind.DIRECT
    assert parse_proxy_list("http://u:p@a.b")[0].refuses_credentials
    assert parse_proxy_list("file:///srv/a%20b")[0].directory == b"/srv/a b"


def test_a_rewritten_list_keeps_separators_and_what_stands_behind_the_end():
    text = " a.b |file:///x, https://c.d,direct,foo"
    assert (
        rewrite_proxy_list(text, lambda i, entry: None if entry.directory else f"<{i}>")
        == " <0> |file:///x, <2>,direct,foo"
    )
    assert rewrite_proxy_list("off", lambda i, entry: "x") == "off"


@given(st.text("ab.:/,| @[]%?#\\\u00e9\t'-1", max_size=30))
def test_any_text_gives_entries_or_a_refusal(text):
    try:
        entries = parse_proxy_list(text)
    except ProxyListError as error:
        assert str(error)
        return
    assert all(text[slice(*entry.span)] == entry.written for entry in entries)
    assert parse_proxy_list(rewrite_proxy_list(text, lambda i, entry: entry.url))[-1].url == entries[-1].url
