"""A list of sources moves on where go does, and tells what each one said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gomend.causes import Code
from gomend.gomod.proxylist import parse_proxy_list
from gomend.net.faults import WireError
from gomend.sources.base import Answer, Request
from gomend.sources.chain import Chain
from gomend.sources.direct.repository import DirectError
from gomend.sources.refused import BadAnswerError, CheckError, SourceError
from gomend.sources.whole import TEXT, Whole

DOWN = WireError(Code.NET_CONNECT_REFUSED, "dial tcp: connect: connection refused", connecting=True)
FOUND = Whole(200, b"v1.0.0\n")


def status(number: int, words: str = "") -> Whole:
    return Whole(number, words.encode(), {"Content-Type": TEXT, "Retry-After": "7"}, "words")


class Scripted:
    """A source with one answer, or one fault."""

    def __init__(self, act: Whole | Exception | None) -> None:
        self.act = act
        self.asked = 0

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        self.asked += 1
        if self.act is None:
            await asyncio.Event().wait()
        if isinstance(self.act, Exception):
            raise self.act
        assert isinstance(self.act, Whole)
        yield self.act


def ask(
    goproxy: str, *acts: Whole | Exception | None, gonoproxy: str = "", seconds: float = 60
) -> tuple[Answer, list[int]]:
    """The answer, and how often each source was asked."""
    sources = [Scripted(act) for act in acts]
    chain = Chain(parse_proxy_list(goproxy, gonoproxy), dict(enumerate(sources)), gonoproxy, seconds)

    async def run() -> Answer:
        async with chain.get(Request("example.com/a/@v/list", "list")) as answer:
            return answer

    return asyncio.run(run()), [source.asked for source in sources]


def body(answer: Answer) -> str:
    assert isinstance(answer, Whole)
    return answer.body.decode()


@pytest.mark.parametrize(
    ("goproxy", "first", "asked"),
    [
        ("https://a,https://b", status(404), 1),
        ("https://a,https://b", status(410), 1),
        ("https://a|https://b", status(500), 1),
        ("https://a|https://b", DOWN, 1),
        ("https://a,https://b", status(500), 0),
        ("https://a,https://b", status(403), 0),
        ("https://a,https://b", DOWN, 0),
    ],
)
def test_the_separator_decides_whether_the_next_is_asked(goproxy: str, first: Whole | Exception, asked: int) -> None:
    if asked:
        assert ask(goproxy, first, FOUND) == (FOUND, [1, 1])
    else:
        with pytest.raises(SourceError):
            ask(goproxy, first, FOUND)


def test_missing_is_told_in_the_words_of_the_last_with_what_each_said() -> None:
    answer, _ = ask("https://a,https://b", status(404, "not at a"), status(410, "gone from b"))
    assert answer.status == 404
    assert body(answer) == (
        "gone from b (proxy.not_found: example.com/a; https://a: 404 words; https://b: 410 words)\n"
    )


def test_the_bare_words_of_a_server_of_gos_stay_as_they_are() -> None:
    answer, _ = ask("https://a", status(404, "404 page not found"))
    assert body(answer) == "404 page not found\n"
    answer, _ = ask("https://a,https://b", status(404, "404 page not found"), status(404, "404 page not found"))
    assert body(answer).startswith("404 page not found (proxy.not_found: example.com/a; https://a")


def test_a_failure_goes_before_missing_and_carries_its_facts() -> None:
    with pytest.raises(SourceError) as caught:
        ask("https://u:secret@a|https://b", status(429, "slow down"), status(404))
    error = caught.value
    assert (error.code, error.status, error.retry_after) == (Code.PROXY_RATE_LIMITED, 429, "7")
    assert [tried.source for tried in error.tried] == ["https://u:xxxxx@a", "https://b"]
    assert "secret" not in str(error.tried)


def test_what_a_repository_says_goes_before_what_proxies_say() -> None:
    with pytest.raises(SourceError) as caught:
        ask("https://a,direct", status(404), DirectError("git says no", code=Code.AUTH_CREDENTIALS))
    assert caught.value.code is Code.AUTH_CREDENTIALS
    assert ask("https://a,direct", status(404), FOUND)[0] is FOUND


def test_off_ends_the_list_and_is_told() -> None:
    answer, _ = ask("https://a,off", status(404))
    assert answer.status == 404 and "module lookup disabled by GOPROXY=off" in body(answer)


def test_a_private_module_is_asked_at_its_repository_alone() -> None:
    noproxy, proxy, direct = FOUND, FOUND, FOUND
    assert ask("https://a,direct", noproxy, proxy, direct, gonoproxy="example.com")[1] == [1, 0, 0]
    assert ask("https://a,direct", noproxy, proxy, direct, gonoproxy="other.example")[1] == [0, 1, 0]


def test_all_together_have_so_many_seconds() -> None:
    with pytest.raises(SourceError) as caught:
        ask("https://a|https://b", DOWN, None, seconds=0.05)
    assert caught.value.code is Code.NET_RESPONSE_TIMEOUT
    assert [tried.code for tried in caught.value.tried] == [Code.NET_CONNECT_REFUSED, Code.NET_RESPONSE_TIMEOUT]


def test_one_that_keeps_silent_leaves_time_for_the_next() -> None:
    assert ask("https://a|https://b", None, FOUND, seconds=0.1) == (FOUND, [1, 1])


@pytest.mark.parametrize(
    ("fault", "is_the_sources"),
    [
        (BadAnswerError("zip: not a valid zip file"), True),
        (WireError(Code.NET_RESET, "unexpected EOF", connecting=False), True),
        (CheckError(Code.CHECKSUM_SUMDB_MISMATCH, "downloaded: h1:x"), True),
        (CheckError(Code.CHECKSUM_SUMDB_UNREACHABLE, "503"), False),
    ],
)
def test_who_gave_what_turns_out_to_be_wrong_is_told(
    fault: BadAnswerError | WireError | CheckError, is_the_sources: bool
) -> None:
    chain = Chain(
        parse_proxy_list("https://u:secret@a,https://b"), {0: Scripted(status(404)), 1: Scripted(FOUND)}, "", 60
    )

    async def run() -> None:
        async with chain.get(Request("example.com/a/@v/v1.0.0.zip", "zip")):
            raise fault

    with pytest.raises(SourceError if is_the_sources else CheckError) as caught:
        asyncio.run(run())
    if isinstance(caught.value, SourceError):
        assert (caught.value.code, caught.value.words) == (fault.code, fault.words)
        assert [tried.source for tried in caught.value.tried] == ["https://u:xxxxx@a", "https://b"]


def test_a_cancelled_request_stays_cancelled() -> None:
    source = Scripted(None)
    chain = Chain(parse_proxy_list("https://a"), {0: source}, "", 60)

    async def run() -> None:
        async def inner() -> None:
            async with chain.get(Request("example.com/a/@v/list")):
                pass

        task = asyncio.ensure_future(inner())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
