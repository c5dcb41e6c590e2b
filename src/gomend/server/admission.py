"""Who asks, how often, and what for: the one place that a request passes before it is answered."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gomend.causes import Code
from gomend.server.access.gate import Gate, Permit
from gomend.server.access.gate import Refusal as Objected
from gomend.server.access.keeper import Keeper, UnknownTokenError
from gomend.server.access.rates import Rates
from gomend.server.access.rules import Objection, Policy, Rule, RuleError, policy
from gomend.server.access.tokenfile import TokenFile, TokenFileError
from gomend.server.access.tokens import Grant, Right, Token
from gomend.server.plan import ServeError
from gomend.server.refusals import Refusal

_BEGINS = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_WHERE = re.compile(r"\$\.rule\[([0-9]+)\](?:\.(\w+))?")  # as msgspec says it
_CODES = {
    401: Code.PROXY_UNAUTHORIZED,
    403: Code.PROXY_UNAUTHORIZED,
    404: Code.PROXY_NOT_FOUND,
    429: Code.PROXY_RATE_LIMITED,
}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="gomend"'}


class _Rules(msgspec.Struct, forbid_unknown_fields=True):
    rule: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a server was told about its clients. `asks` whether they have to show a token, unless `is_open`."""

    tokens: Path | None
    rules: tuple[Path, ...]  # all have to agree
    per_minute: int  # requests of one client; 0: as many as it likes
    private: str  # patterns of modules that are for holders of tokens alone
    is_open: bool
    asks: bool
    tenant: str = ""


def read_policy(paths: Sequence[Path]) -> Policy | None:
    """The policy of files of rules, `[[rule]]` by `[[rule]]`: the first that objects is heard. Raises ServeError."""
    policies = [_policy_in(path) for path in paths]
    if not policies:
        return None

    def objection(module: str, version: str) -> Objection | None:
        return next(filter(None, (one(module, version) for one in policies)), None)

    return policies[0] if len(policies) == 1 else objection


def _policy_in(path: Path) -> Policy:
    words = ""
    try:
        words = path.read_text("utf-8")
        return policy(msgspec.convert(tomllib.loads(words), _Rules).rule)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ServeError("rules", value=str(path), words=getattr(error, "strerror", None) or str(error)) from error
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at ")
        found = _WHERE.search(where)
        place = f"{path}:{_line_of(words, int(found[1]) + 1)}" if found else str(path)
        field = f"{found[2]}: " if found and found[2] else ""
        raise ServeError("rules", value=place, words=f"{field}{said}") from error
    except RuleError as error:
        raise ServeError("rules", value=f"{path}:{_line_of(words, error.number)}", words=str(error)) from error


def _line_of(words: str, number: int) -> int:
    """The line on which the rule of this number (from 1) begins; 1 where it is written in an unusual way."""
    starts = [at for at, line in enumerate(words.split("\n"), start=1) if _BEGINS.match(line)]
    return starts[number - 1] if number <= len(starts) else 1


def has_tokens(path: Path | None) -> bool:
    """Whether there is a token in a file. Raises ServeError where it cannot be read."""
    try:
        return path is not None and bool(TokenFile(path).tokens())
    except TokenFileError as error:
        raise ServeError("tokens", value=error.path, words=error.reason) from error


class Admission:
    """Decides about requests. `clock` gives seconds; `keeper` knows the tokens, where it is shared with others. Raises
    ServeError for files that it cannot work with.
    """

    def __init__(self, entrance: Entrance, clock: Callable[[], float], keeper: Keeper | None = None) -> None:
        rules = read_policy(entrance.rules)
        self.policy = rules
        self._asks = entrance.asks
        open_to_all = (Grant(Right.FETCH),) if entrance.is_open or not entrance.asks else ()
        self._gate = Gate(rules or _no_objection, entrance.private, open_to_all, entrance.asks, entrance.tenant)
        self.keeper = keeper
        if keeper is None and entrance.tokens is not None:
            self.keeper = Keeper(TokenFile(entrance.tokens), _now)
        self._rates = Rates(entrance.per_minute / 60, max(1, entrance.per_minute)) if entrance.per_minute else None
        self._clock = clock

    def lets_pass(self, holder: Token | None, client: str) -> bool:
        """Whether what `client` had a moment ago for the token of `holder`, or without one, is given again at once."""
        if self._rates is not None and self._rates.wait(client, self._clock()):
            return False
        return holder is None or (self.keeper is not None and self.keeper.is_still_good(holder))

    async def holder(self, client: str, headers: Mapping[str, str]) -> Token | Refusal | None:
        """The token that a request shows, None without one, or why it is not answered at all."""
        if self._rates is not None:
            wait = self._rates.wait(client, self._clock())
            if wait:
                return _refusal(429, f"too many requests: ask again in {wait} s", {"Retry-After": str(wait)})
        if self.keeper is None or "authorization" not in headers:
            return None
        try:
            return await self.keeper.holder(headers)
        except UnknownTokenError:
            if not self._asks:
                return None  # meant for somebody else: here it gives nothing and costs nothing
            return _refusal(401, "this token is not known here, has expired or was revoked")
        except TokenFileError:
            return Refusal(500, "the tokens of this server cannot be read")

    def note_uses(self) -> None:
        """Write down when tokens were used since the last call, for `gomend token list`."""
        if self.keeper is not None:
            with suppress(OSError, TokenFileError):  # serving needs no such note
                self.keeper.note_uses()

    def module(self, holder: Token | None, module: str, version: str) -> bool | Refusal:
        """Whether a file may be fetched for this request (else only handed out where it is stored), or why not."""
        return _said(self._gate.module(holder, module, version))

    def is_anybodys(self, module: str, version: str) -> bool:
        """Whether a client without a token may have a file of a module; without one, of the checksum database."""
        said = self.module(None, module, version) if module else self.database(None)
        return not isinstance(said, Refusal)

    def database(self, holder: Token | None) -> Refusal | None:
        """Why a request for the checksum database is not answered."""
        said = _said(self._gate.database(holder))
        return said if isinstance(said, Refusal) else None

    def admin(self, holder: Token | None) -> Refusal | None:
        """Why a call that changes the server is refused."""
        said = _said(self._gate.admin(holder))
        return said if isinstance(said, Refusal) else None


def _said(decision: Permit | Objected) -> bool | Refusal:
    if isinstance(decision, Permit):
        return decision.may_fetch
    return _refusal(decision.status, decision.reason)


def _refusal(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Refusal:
    code = _CODES[status]
    challenge = _CHALLENGE if status == 401 else {}
    return Refusal(status, f"{code}: {reason}", code, {**challenge, **(headers or {})})


def _no_objection(_: str, __: str) -> None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)
