"""Why a chain of sources has no file to give, with what each of them said."""

from dataclasses import dataclass

from gomend.causes import Code
from gomend.errors import GomendError


@dataclass(frozen=True, slots=True)
class Tried:
    """One source that was asked in vain."""

    source: str  # as go would print it
    code: Code
    words: str


class SourceError(GomendError):
    """No source gave the file. `code` and `words` are those that decide, `retry_after` seconds that one asked for."""

    def __init__(
        self, code: Code, words: str, *, tried: tuple[Tried, ...] = (), retry_after: str | None = None, status: int = 0
    ) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.tried = tried
        self.retry_after = retry_after
        self.status = status  # of the source's answer that decides, 0 where none came


class BadAnswerError(GomendError):
    """A source said 200, and what came is not what was asked. `code` is proxy.bad_response unless said otherwise."""

    def __init__(self, words: str, code: Code = Code.PROXY_BAD_RESPONSE) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class CheckError(GomendError):
    """A file did not pass, or could not be given, the check by the checksum database. Nothing of it is kept."""

    def __init__(self, code: Code, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
