"""What the door saw becomes evidence, counted as the door itself counts, in the reader's language."""

import pytest

from gomend.causes import Cause, Certainty, Code, Subject
from gomend.causes import Evidence as CauseEvidence
from gomend.net.exchange import Exchange, Phases
from gomend.relay.evidence import with_exchanges, with_unseen
from gomend.report import phrases
from gomend.report.model import Cause as Told
from gomend.report.model import Evidence

URL = "https://a.example/m/@v/v1.0.0.zip"


def failed(start: float, *, attempt: int = 1, ahead: bool = False, url: str = URL) -> Exchange:
    exchange = Exchange(url, "zip", 0, attempt, Phases(start, end=start + 0.5), ahead=ahead, address="192.0.2.1:443")
    exchange.code, exchange.fault = Code.NET_RESET, "connection reset by peer"
    return exchange


def answered(start: float, status: int, url: str = URL) -> Exchange:
    return Exchange(url, "zip", 0, 1, Phases(start, end=start + 0.5), status=status)


def evidence(*exchanges: Exchange) -> list[str]:
    root = Cause(Code.PROXY_SERVER_ERROR, Certainty.LIKELY, Subject(url=URL), (1, 1), "502 Bad Gateway")
    (told,) = with_exchanges([root], exchanges)
    return [one.text for one in told.evidence]


def test_attempts_made_ahead_of_go_are_among_those_that_are_told():
    rows = [failed(0, ahead=True), failed(1, attempt=2), failed(2, attempt=3), failed(3, attempt=4)]
    assert evidence(*rows) == ["connection reset by peer, 192.0.2.1:443 (4 attempts in 3.5 s)"]


def test_a_file_that_came_in_the_end_is_no_evidence_of_a_fault():
    assert evidence(failed(0), answered(1, 200)) == []
    assert evidence(failed(0), answered(1, 206)) == []


def test_what_earlier_entries_answered_for_the_module_stands_next_to_gits_words():
    asked = "https://{host}/git.example/m/@v/v1.0.0.{kind}"
    proxies = [
        failed(0, url=asked.format(host="a.example", kind="mod")),
        failed(1, url=asked.format(host="a.example", kind="mod"), attempt=2),
        failed(0, url="https://a.example/other.example/m/@v/v1.0.0.mod"),
        answered(2, 404, asked.format(host="b.example", kind="mod")),
        answered(2, 404, asked.format(host="b.example", kind="zip")),
    ]
    for one in proxies[3:]:
        one.source = 1
    git = Exchange(
        "https://git.example", "tunnel", -1, 1, Phases(3, end=3.1), code=Code.DNS_NXDOMAIN, fault="no such host"
    )
    subject = Subject(module="git.example/m", version="v1.0.0", host="git.example", url="https://git.example")
    root = Cause(Code.VCS_NOT_FOUND, Certainty.LIKELY, subject, (1, 1), "git's words")
    (told,) = with_exchanges([root], [*proxies, git])
    assert [one.text for one in told.evidence] == [
        "no such host (0.1 s)",
        "a.example: connection reset by peer (2 attempts in 1.5 s)",
        "b.example: 404 (0.5 s)",
    ]


def test_where_git_was_not_seen_the_verdict_says_why():
    seen = Cause(Code.VCS_NOT_FOUND, Certainty.LIKELY, Subject(), (1, 1), "x", (CauseEvidence("exchange", "404"),))
    unseen = Cause(Code.VCS_NOT_FOUND, Certainty.LIKELY, Subject(), (1, 1), "x", (CauseEvidence("output", "no"),))
    compiler = Cause(Code.BUILD_COMPILE, Certainty.CERTAIN, Subject(), (1, 1), "x")
    told = with_unseen([seen, unseen, compiler], "test")
    assert (told[0], told[2]) == (seen, compiler)
    said = "what go fetched past GOPROXY was not seen: go test starts programs of your own"
    assert [one.text for one in told[1].evidence] == ["no", said]
    cause = Told(code="vcs.not_found", certainty="likely", evidence=(Evidence("exchange", said),))
    assert [words for _, words in phrases.evidence(cause, "zh", go=True)] == [
        "go 绕过 GOPROXY 的下载未被观察到：go test 会启动您自己的程序"
    ]


def test_a_redirect_is_no_fault():
    assert evidence(answered(0, 302)) == []


@pytest.mark.parametrize(
    ("lang", "words", "shown"),
    [
        ("en", "EOF, 192.0.2.1:443 (4 attempts in 3.5 s)", "EOF, 192.0.2.1:443 (4 attempts in 3.5 s)"),
        ("zh", "EOF, 192.0.2.1:443 (4 attempts in 3.5 s)", "EOF, 192.0.2.1:443（3.5 秒内尝试了 4 次）"),
        ("en", "403 (0.5 s)", "403 (0.5 s)"),
        ("zh", "403 (0.5 s)", "403（0.5 秒）"),
    ],
)
def test_how_often_and_how_long_is_told_in_the_readers_language(lang: str, words: str, shown: str):
    cause = Told(code="net.reset", certainty="certain", evidence=(Evidence("exchange", words),))
    assert [said for _, said in phrases.evidence(cause, lang, go=True)] == [shown]


def page(start: float, url: str, *, status: int = 200, kind: str = "text/html; charset=utf-8") -> Exchange:
    exchange = Exchange(url, "mod", 0, 1, Phases(start, end=start + 0.1), status=status, address="192.0.2.1:443")
    exchange.headers = {"Content-Type": kind}
    return exchange


MOD = "https://a.example/github.com/%21corp/m/@v/v1.0.0.mod"
MISMATCH = Cause(
    Code.CHECKSUM_GOSUM_MISMATCH,
    Certainty.CERTAIN,
    Subject(module="github.com/Corp/m", version="v1.0.0"),
    (3, 9),
    "verifying github.com/Corp/m@v1.0.0/go.mod: checksum mismatch",
)


@pytest.mark.parametrize(
    "exchanges",
    [
        [page(0, MOD)],
        [page(0, MOD, status=302), page(1, "https://portal.example/login")],
        [page(0, "https://b.example/other/@v/v1.0.0.mod", kind="text/plain"), page(1, MOD)],
    ],
)
def test_a_web_page_in_a_files_place_is_no_wrong_hash(exchanges: list[Exchange]):
    (told,) = with_exchanges([MISMATCH], exchanges)
    assert (told.code, told.certainty) == (Code.PROXY_BAD_RESPONSE, Certainty.CERTAIN)
    assert (told.subject.module, told.subject.url) == ("github.com/Corp/m", exchanges[-1].url)
    [evidence] = told.evidence
    assert evidence.text.startswith("200 with a web page (text/html; charset=utf-8) where a module file belongs")


@pytest.mark.parametrize(
    "exchanges",
    [
        [],
        [page(0, MOD, kind="text/plain")],
        [page(0, MOD, status=404)],
        [page(0, MOD, kind="text/plain"), page(1, "https://a.example/other/@v/v1.0.0.mod")],
        [page(0, "https://a.example/github.com/%21corp/mm/@v/v1.0.0.mod")],
    ],
)
def test_a_wrong_hash_of_anything_else_stays_one(exchanges: list[Exchange]):
    assert with_exchanges([MISMATCH], exchanges) == (MISMATCH,)


def no_zip(start: float, module: str, *, purpose: str = "zip") -> Exchange:
    exchange = answered(start, 200, f"https://a.example/{module}/@v/v1.0.0.{purpose}")
    exchange.purpose, exchange.code = purpose, Code.PROXY_BAD_RESPONSE
    exchange.fault = "200, and what came is no zip"
    return exchange


NAMELESS = Cause(Code.PROXY_BAD_RESPONSE, Certainty.LIKELY, Subject(), (1, 1), "zip: not a valid zip file")


def test_a_zip_that_go_does_not_name_is_named_and_others_with_it():
    rows = [answered(0, 200), *(no_zip(number, f"{name}.example/m") for number, name in enumerate("bbcde"))]
    (told,) = with_exchanges([NAMELESS], rows)
    assert (told.subject.module, told.subject.version, told.certainty) == ("b.example/m", "v1.0.0", Certainty.CERTAIN)
    assert [one.text for one in told.evidence] == [
        "200, and what came is no zip (2 attempts in 1.5 s)",
        "c.example/m@v1.0.0: 200, and what came is no zip",
        "d.example/m@v1.0.0: 200, and what came is no zip",
    ]


@pytest.mark.parametrize("rows", [[], [answered(0, 200)], [no_zip(0, "b.example/m", purpose="info")]])
def test_without_such_a_zip_nothing_is_named(rows: list[Exchange]):
    assert with_exchanges([NAMELESS], rows) == (NAMELESS,)
