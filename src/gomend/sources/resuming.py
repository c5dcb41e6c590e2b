"""A body that goes on over several attempts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from gomend.causes import Code
from gomend.gomod.zipend import ZipEnd
from gomend.net.client import Answer
from gomend.net.faults import WireError, no_zip_in_words
from gomend.sources.base import Request

try:
    from isal.isal_zlib import crc32  # ten times as fast
except ImportError:  # there is none for this machine
    from zlib import crc32


@dataclass(slots=True)
class Try:
    """Where one file stands."""

    request: Request
    number: int
    started: float
    attempt: int
    excused: float = 0.0  # seconds that are no waste: a body was coming in, a source took its time
    longest: float = 0.0  # seconds of the longest pause that was made
    began: bool = False  # an answer had come: worth another attempt even ahead of go
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)


@dataclass(frozen=True, slots=True)
class Rest:
    """An answer that continues a body once `skip` bytes, whose CRC-32 must be `check`, are passed over.

    That finds a file that changed by chance. One that was changed on purpose could as well have been so from its first
    byte: go's own checksums are against that.
    """

    answer: Answer
    skip: int
    check: int


class Resuming:
    """An answer whose body goes on over several attempts; what was passed on is never contradicted.

    `resume` gives the rest of the body after so many bytes with this CRC-32, which the fault cut, or raises WireError.
    """

    def __init__(
        self,
        first: Answer,
        state: Try,
        clock: Callable[[], float],
        resume: Callable[[int, int, WireError], Awaitable[Rest]],
    ) -> None:
        self.status = first.status
        self.reason = first.reason
        self.headers: Mapping[str, str] = first.headers
        self._first = first
        self._state = state
        self._clock = clock
        self._resume = resume

    @property
    def attempts(self) -> int:
        """How many attempts it has taken so far."""
        return self._state.attempt

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body. Raises WireError when it cannot be had to its end."""
        passed = seen = 0
        rest = Rest(self._first, 0, 0)
        end = ZipEnd() if self._state.request.purpose == "zip" and _is_plain(self._first) else None
        clock = self._clock
        while True:
            began = moved = clock()
            try:
                async for chunk in _after(rest):
                    moved = clock()
                    seen = crc32(chunk, seen)
                    passed += len(chunk)
                    if end is not None:
                        end.add(chunk)
                    yield chunk
            except WireError as error:
                self._state.excused += moved - began
                rest = await self._resume(passed, seen, error)
            else:
                if end is not None and not end.is_zip():  # go gets it all the same, and will not say of which module
                    exchange = rest.answer.exchange
                    exchange.code = Code.PROXY_BAD_RESPONSE
                    exchange.fault = no_zip_in_words(self.headers.get("Content-Type", ""))
                return


def _is_plain(answer: Answer) -> bool:
    return answer.status == 200 and answer.headers.get("Content-Encoding", "identity") == "identity"


async def _after(rest: Rest) -> AsyncIterator[bytes]:
    """The chunks of an answer after its first `skip` bytes. Raises WireError if those are not the ones passed on."""
    missing = rest.skip
    again = 0
    async for chunk in rest.answer.chunks():
        if missing:
            known, chunk = chunk[:missing], chunk[missing:]  # noqa: PLW2901
            again = crc32(known, again)
            missing -= len(known)
            if not missing and again != rest.check:
                raise WireError(
                    Code.PROXY_BAD_RESPONSE,
                    "the file changed at its source while it was read",
                    connecting=False,
                    before_answer=False,
                )
        if chunk:
            yield chunk
