"""A GOPROXY list as one source: which entry is asked next is go's rule, and what each said is kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from gomend.causes import Code
from gomend.gomod.protocol import Asked, answer_of, code_of, parse_path
from gomend.gomod.proxylist import Answer as Outcome
from gomend.gomod.proxylist import ProxyEntry, Use, may_move_on, next_entry, reported_error, use_of
from gomend.masking import mask
from gomend.net.faults import WireError
from gomend.sources.base import Answer, Request, Source
from gomend.sources.direct.repository import DirectError
from gomend.sources.refused import BadAnswerError, CheckError, SourceError, Tried
from gomend.sources.retrying import GaveUpError
from gomend.sources.whole import TEXT, Whole, some_text

# What net/http's NotFound says: the status in words. Go's own scripts look for it up to the end of the line, so it
# stays alone where no other source was tried; a header of the answer names the code, and go prints the address.
_BARE = "404 page not found"
_UNASKED = {Use.OFF: "module lookup disabled by GOPROXY=off", Use.SKIPPED: "disabled by GOPRIVATE/GONOPROXY"}
# What the database says or fails to say is not the source's doing; that its bytes are others is.
_OF_THE_DATABASE = frozenset(
    {Code.CHECKSUM_SUMDB_NOT_FOUND, Code.CHECKSUM_SUMDB_UNREACHABLE, Code.CHECKSUM_SUMDB_UNTRUSTED}
)


@dataclass(frozen=True, slots=True)
class _Outcome:
    tried: Tried
    answer: Outcome
    use: Use
    text: str = ""  # what the source said, where it is text
    retry_after: str | None = None
    status: int = 0


class Chain:
    """Asks the entries in order. `sources` has those that can be asked, by their index; `seconds` limits the wait for
    an answer, all entries and attempts together.
    """

    def __init__(
        self, entries: Sequence[ProxyEntry], sources: Mapping[int, Source], gonoproxy: str, seconds: float
    ) -> None:
        self._entries = entries
        self._shown = [entry.redacted for entry in entries]
        self._sources = sources
        self._gonoproxy = gonoproxy
        self._seconds = seconds

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """The answer that go would take. "Not found" is a 404 in the words of the source that decides.

        Raises SourceError, also for a body that is cut, or that whoever reads it finds to be wrong.
        """
        async with AsyncExitStack() as stack:
            outcomes: list[_Outcome] = []
            answer, shown = await self._walk(request, stack, outcomes)
            try:
                yield answer
            except (WireError, BadAnswerError, CheckError) as error:
                code = error.code
                if not shown or code in _OF_THE_DATABASE:
                    raise
                tried = (*(outcome.tried for outcome in outcomes), Tried(shown, code, mask(error.words)))
                raise SourceError(code, mask(error.words), tried=tried) from error

    async def _walk(self, request: Request, stack: AsyncExitStack, outcomes: list[_Outcome]) -> tuple[Answer, str]:
        """The answer, and the source that gave it: empty where none did."""
        asked = parse_path(request.path)
        ends = asyncio.get_running_loop().time() + self._seconds
        index: int | None = 0
        while index is not None:
            entry = self._entries[index]
            use = use_of(entry, asked.module, self._gonoproxy)
            may_fail = index + 1 < len(self._entries) and may_move_on(entry, Outcome.FAILED)
            left = ends - asyncio.get_running_loop().time()
            # Where another may still be asked, one that keeps silent leaves it half of the time.
            seconds = left / 2 if may_fail else left
            asking = request if request.may_move_on is may_fail else replace(request, may_move_on=may_fail)
            found = await self._ask(index, use, asking, stack, seconds)
            if not isinstance(found, _Outcome):
                return found, self._shown[index]
            outcomes.append(found)
            index = next_entry(self._entries, index, found.answer)
        return _verdict(self._entries, outcomes, asked), ""

    async def _ask(
        self, index: int, use: Use, request: Request, stack: AsyncExitStack, seconds: float
    ) -> "Answer | _Outcome":
        shown = self._shown[index]
        if use in _UNASKED:
            words = _UNASKED[use]
            return _Outcome(Tried(shown, Code.PROXY_OFF, words), Outcome.NOT_EXIST, use)
        source = self._sources.get(index)
        if source is None:
            words = "not asked: this server does not fetch from repositories"
            return _Outcome(Tried(shown, Code.PROXY_NOT_FOUND, words), Outcome.NOT_EXIST, use)
        async with AsyncExitStack() as own:
            limit = asyncio.timeout(seconds)
            try:
                async with limit:
                    answer = await own.enter_async_context(source.get(request))
                    if answer.status == 200:
                        stack.push_async_exit(own.pop_all())
                        return answer
                    text = await some_text(answer)
            except TimeoutError:
                if not limit.expired():
                    raise
                words = f"no answer within {max(0, seconds):.3g} s"
                return _Outcome(Tried(shown, Code.NET_RESPONSE_TIMEOUT, words), Outcome.FAILED, use)
            except (GaveUpError, WireError, BadAnswerError, DirectError) as error:
                fault = error.last if isinstance(error, GaveUpError) else error
                return _Outcome(Tried(shown, fault.code or Code.UNKNOWN, mask(fault.words)), Outcome.FAILED, use)
            code = code_of(answer.status) or Code.PROXY_BAD_RESPONSE
            words = f"{answer.status} {answer.reason}".strip()
            return _Outcome(
                Tried(shown, code, words),
                answer_of(answer.status),
                use,
                mask(text),
                answer.headers.get("Retry-After"),
                answer.status,
            )


def _verdict(entries: Sequence[ProxyEntry], outcomes: list[_Outcome], wanted: Asked) -> Answer:
    index = reported_error(entries, [(outcome.answer, outcome.use) for outcome in outcomes])
    decisive = outcomes[index or 0]
    tried = tuple(outcome.tried for outcome in outcomes)
    if decisive.answer is Outcome.NOT_EXIST:
        asked = [one for one in outcomes if one.status]
        said = decisive.text or next((one.text for one in reversed(asked) if one.text), "") or "not found"
        return Whole(404, _with_sources(said, wanted, tried).encode(), {"Content-Type": TEXT}, "Not Found")
    words = decisive.tried.words + (f": {decisive.text}" if decisive.text else "")
    raise SourceError(decisive.tried.code, words, tried=tried, retry_after=decisive.retry_after, status=decisive.status)


def _with_sources(said: str, wanted: Asked, tried: tuple[Tried, ...]) -> str:
    """A source's own words stay first and whole: tools look for them."""
    if len(tried) == 1 and said == _BARE:
        return f"{said}\n"
    sources = "; ".join(f"{one.source}: {one.words}" for one in tried)
    subject = wanted.module + (f"@{wanted.version}" if wanted.version else "")
    return f"{said} ({Code.PROXY_NOT_FOUND}: {subject}; {sources})\n"
