"""Makes a request again where that may help, within bounds, and resumes a body that was cut."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.net.client import Answer, Limits
from gomend.net.faults import WireError
from gomend.sources.base import Request
from gomend.sources.health import Health
from gomend.sources.policy import Budget, Policy, delay, is_passing_fault, is_passing_status, retry_after
from gomend.sources.resuming import Rest, Resuming, Try
from gomend.sources.upstream import Upstream

_numbers = count()


class GaveUpError(GomendError):
    """No answer came: `last` is the fault of the last attempt, `attempts` how often it was tried (0: from memory)."""

    def __init__(self, last: WireError, attempts: int) -> None:
        super().__init__(last.words)
        self.last = last
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class World:
    """What is passed in: seconds of a steady clock, the date, a pause, chance in [0, 1)."""

    clock: Callable[[], float]
    today: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Missed:
    """What was tried in vain before go asked."""

    attempts: int
    pause: float  # seconds that the source asked for, capped
    at: float  # when it did
    lasting: WireError | None = None  # a fault that no further attempt changes


class Retrying:
    """Wraps one upstream of a run. `health` is its host's, `budget` the run's."""

    def __init__(
        self, upstream: Upstream, *, policy: Policy, limits: Limits, budget: Budget, health: Health, world: World
    ) -> None:
        self._upstream = upstream
        self._policy = policy
        self._limits = limits
        self._budget = budget
        self._health = health
        self._world = world
        self._missed: dict[str, _Missed] = {}

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Resuming]:
        """The answer after as many attempts as the policy allows. Raises GaveUpError where none came."""
        if not request.ahead:
            self._budget.asked()
        before = self._missed.pop(request.path, _Missed(0, 0, 0))
        if before.lasting is not None:
            raise GaveUpError(before.lasting, before.attempts)
        state = Try(request, next(_numbers), self._world.clock(), before.attempts + 1)
        try:
            left = before.at + before.pause - self._world.clock()
            if left > 0 and not self._health.kept_its_word:
                state.longest = before.pause
                await self._world.sleep(left)
            answer = await self._answered(state, request.headers)
            yield Resuming(answer, state, self._world.clock, partial(self.resume, state, answer))
        finally:
            await state.stack.aclose()

    def _limits_now(self, request: Request) -> Limits:
        """A host that could not be reached a moment ago is given less time where go can move on.

        Where nobody else could be asked, one that has not kept silent before may take its time.
        """
        limits = self._limits
        if request.may_move_on and self._health.is_suspect():
            return replace(limits, connect=min(limits.connect, 3), tls=min(limits.tls, 3))
        if not (request.may_move_on or request.ahead or self._health.is_mute):
            return replace(limits, first_byte=limits.first_byte * self._policy.patient)
        return limits

    async def _answered(self, state: Try, headers: Mapping[str, str]) -> Answer:
        while True:
            await self._wait_for_turn(state)
            began = self._world.clock()
            asked = replace(state.request, attempt=state.attempt, headers=headers)
            try:
                answer = await state.stack.enter_async_context(
                    self._upstream.get(asked, self._limits_now(state.request))
                )
            except WireError as error:
                if error.is_silence:
                    self._health.is_mute = True
                    state.excused += self._world.clock() - began
                await self._after_fault(state, error)
                continue
            self._health.connected()
            if not is_passing_status(answer.status, state.request.purpose):
                self._budget.succeeded()
                self._health.in_vain = 0
                self._health.kept_its_word = False
                state.began = True
                return answer
            self._failed(state)
            wait = retry_after(answer.headers.get("Retry-After"), self._world.today())
            pause = self._pause(state, wait)
            if pause is None:
                self._miss(state, wait)
                return answer
            await state.stack.aclose()  # before the pause: nothing is open while nothing is waited for
            state.stack = AsyncExitStack()
            await self._next(state, pause)

    async def _wait_for_turn(self, state: Try) -> None:
        """For a dead host: the remembered cause at once where waiting gains nothing, else the next trial."""
        now = self._world.clock()
        if not self._health.is_dead(now) or self._health.cause is None:
            return
        cause = self._health.cause
        if _is_lasting(cause) or state.request.may_move_on or state.request.ahead:
            raise GaveUpError(cause, state.attempt - 1)
        # Nobody waits in a hopeless run; but a server's never ends, so one request tries when a trial is due.
        waits = 0 if self._budget.is_hopeless else self._policy.patience - self._spent(state)
        turn = self._health.trial_at(now, now + waits)
        if turn is None:
            raise GaveUpError(cause, state.attempt - 1)
        await self._world.sleep(turn - now)

    def _spent(self, state: Try) -> float:
        return self._world.clock() - state.started - state.excused

    async def _after_fault(self, state: Try, error: WireError) -> None:
        """Wait for the next attempt, or raise GaveUpError."""
        self._failed(state)
        ahead, may_move_on = state.request.ahead, state.request.may_move_on
        # Where go can move on, a host that does not answer or failed a moment ago is not worth waiting for.
        known_bad = self._health.is_suspect() or error.code in (Code.NET_CONNECT_TIMEOUT, Code.DNS_TIMEOUT)
        not_here = (error.connecting and (ahead or (known_bad and may_move_on))) or (error.is_silence and may_move_on)
        if error.connecting and not ahead:
            self._health.refused(error, state.number, self._world.clock())
        lasting = _is_lasting(error)
        pause = None if lasting or not_here else self._pause(state, None)
        if pause is None:
            self._miss(state, None, error if lasting else None)
            raise GaveUpError(error, state.attempt) from error
        await self._next(state, pause)

    def _failed(self, state: Try) -> None:
        if not state.request.ahead:  # many at once fail together: no sign of how long the fault lasts
            self._budget.failed()

    def _miss(self, state: Try, wanted: float | None, lasting: WireError | None = None) -> None:
        """The attempts came to nothing. Where they were made ahead, go's own request goes on from there."""
        if not state.request.ahead:
            self._health.in_vain += 1
            self._health.kept_its_word |= self._too_long(wanted) and self._waited(state)
        else:
            pause = min(wanted or 0, self._policy.longest_retry_after)
            self._missed[state.request.path] = _Missed(state.attempt, pause, self._world.clock(), lasting)

    def _pause(self, state: Try, wanted: float | None) -> float | None:
        """Seconds until the next attempt, None for no more; it is counted. `wanted`: what the source asked for."""
        policy = self._policy
        most = policy.attempts_ahead + state.began if state.request.ahead else policy.attempts
        # A host that was tried in vain for some files is broken: where go can move on, its answers are the last word.
        broken = state.request.may_move_on and self._health.in_vain >= policy.in_vain
        closed = self._too_long(wanted) and (self._health.kept_its_word or self._waited(state))
        if state.attempt >= most or broken or closed or not self._budget.grants_retry():
            return None
        pause = delay(policy, state.attempt - 1, self._world.random)
        if wanted is not None:
            pause = max(pause, min(wanted, policy.longest_retry_after))
        return None if self._spent(state) + pause > policy.patience else pause

    def _too_long(self, wanted: float | None) -> bool:
        return wanted is not None and wanted > self._policy.longest_retry_after

    def _waited(self, state: Try) -> bool:
        return state.longest >= self._policy.longest_retry_after

    async def _next(self, state: Try, pause: float) -> None:
        state.longest = max(state.longest, pause)
        await self._world.sleep(pause)
        state.attempt += 1

    async def resume(self, state: Try, first: Answer, passed: int, check: int, error: WireError) -> Rest:
        """The rest of a body that was cut by `error` after `passed` bytes whose CRC-32 is `check`.

        Asks for the missing range where the source offers that and its validator is unchanged, else for the whole file
        again, whose beginning must be the same bytes. Raises WireError where neither can be had.
        """
        try:
            await self._after_fault(state, error)
        except GaveUpError:
            raise error from None
        await state.stack.aclose()
        state.stack = AsyncExitStack()
        validator = _strong_validator(first.headers)
        headers = dict(state.request.headers)
        if passed and validator and first.headers.get("Accept-Ranges") == "bytes":
            headers |= {"Range": f"bytes={passed}-", "If-Range": validator}
        try:
            again = await self._answered(state, headers)
        except GaveUpError as gave_up:
            raise gave_up.last from error
        if again.status == 206 and again.headers.get("Content-Range", "").startswith(f"bytes {passed}-"):
            return Rest(again, 0, check)
        if again.status == first.status:
            return Rest(again, passed, check)
        raise error


def _is_lasting(error: WireError) -> bool:
    return error.final or not is_passing_fault(error.code)


def _strong_validator(headers: Mapping[str, str]) -> str | None:
    """What If-Range may carry (RFC 9110 §13.1.5): a strong ETag, else the date of the last change."""
    tag = headers.get("ETag")
    if tag and not tag.startswith("W/"):
        return tag
    return headers.get("Last-Modified")
