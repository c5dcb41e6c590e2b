"""Whose request it is."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from gomend.errors import GomendError
from gomend.server.access.tokenfile import TokenFile, TokenFileError
from gomend.server.access.tokens import Token, id_of, is_of, shown_in

_AT_ONCE = 2  # checks, each of 32 MiB; more would let anybody fill the memory
_REMEMBERED = 1024


class UnknownTokenError(GomendError):
    """A request shows a token that is none, has expired or was revoked."""


class Keeper:
    """Knows the tokens of a file. `now` gives the time; what a check takes is paid once a token and process."""

    def __init__(self, file: TokenFile, now: Callable[[], datetime]) -> None:
        self._file = file
        self._now = now
        self._checked: dict[bytes, tuple[Token, bool]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._uses: dict[str, datetime] = {}
        self._read: tuple[Token, ...] = ()
        self._known: set[Token] = set()

    async def holder(self, headers: Mapping[str, str]) -> Token | None:
        """The token that a request (names of headers in lower case) shows, None without one.

        Raises UnknownTokenError, TokenFileError.
        """
        shown = shown_in(headers)
        if shown is None:
            return None
        id_ = id_of(shown)
        token = next((token for token in self._file.tokens() if token.id == id_), None)
        if token is None or not token.is_good(self._now()) or not await self._is_right(shown, token):
            raise UnknownTokenError
        self._uses[token.id] = self._now()
        return token

    def is_still_good(self, token: Token) -> bool:
        """Whether a token that was shown a moment ago is in the file as it was, and has not expired. That is a use."""
        try:
            tokens = self._file.tokens()
        except TokenFileError:
            return False
        if tokens is not self._read:
            self._read, self._known = tokens, set(tokens)
        now = self._now()
        if token not in self._known or not token.is_good(now):
            return False
        self._uses[token.id] = now
        return True

    async def _is_right(self, shown: str, token: Token) -> bool:
        key = hashlib.sha256(shown.encode("utf-8", "surrogateescape")).digest()
        before = self._checked.get(key)
        if before is not None and before[0] == token:
            return before[1]
        async with self._room:
            right = await asyncio.to_thread(is_of, shown, token)
        if len(self._checked) >= _REMEMBERED:
            self._checked.pop(next(iter(self._checked)))
        self._checked[key] = (token, right)
        return right

    def note_uses(self) -> None:
        """Have the file tell when tokens were used since the last call. Raises OSError, TokenFileError."""
        uses, self._uses = self._uses, {}
        try:
            if uses:
                self._file.note_uses(uses)
        except BaseException:
            self._uses = uses | self._uses  # for the next time
            raise
