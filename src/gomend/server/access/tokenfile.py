"""The file that tokens are kept in: readable by its owner alone, replaced whole. Beside it, when each was last used."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from gomend.errors import GomendError
from gomend.server.access.tokens import Token


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    schema: str = "gomend.token_file/1"
    tokens: tuple[Token, ...] = ()


class TokenFileError(GomendError):
    """The file `path` cannot be read; `reason` says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class TokenFile:
    """Tokens in the file at `path`. Another process may change it at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """All of them, read anew when the file has changed; none where there is no file. Raises TokenFileError."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(error) from error
        seen = (there.st_mtime_ns, there.st_size, there.st_ino)
        if seen != self._seen:
            try:
                self._tokens = msgspec.json.decode(self.path.read_bytes(), type=_Kept).tokens
            except OSError as error:
                raise self._unreadable(error) from error
            except msgspec.MsgspecError as error:
                raise TokenFileError(str(self.path), str(error)) from error
            self._seen = seen
        return self._tokens

    def change(self, new: Callable[[tuple[Token, ...]], tuple[Token, ...]]) -> None:
        """Replaces the tokens by what `new` makes of them. Raises TokenFileError, OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._write(self.path, msgspec.json.encode(_Kept(tokens=new(self.tokens()))))

    def last_uses(self) -> dict[str, datetime]:
        """When the token of each id was last used, as far as servers have noted it."""
        try:
            return msgspec.json.decode(self._uses.read_bytes(), type=dict[str, datetime])
        except (OSError, msgspec.MsgspecError):  # a note of no weight: it is made anew
            return {}

    def note_uses(self, uses: Mapping[str, datetime]) -> None:
        """Notes uses, where they are later than what is noted. Raises OSError."""
        with self._alone():
            noted = self.last_uses()
            known = {token.id for token in self.tokens()}
            later = {id_: when for id_, when in uses.items() if id_ not in noted or noted[id_] < when}
            kept = {id_: when for id_, when in (noted | later).items() if id_ in known}
            self._write(self._uses, msgspec.json.encode(kept))

    @property
    def _uses(self) -> Path:
        return self.path.with_name(f"{self.path.name}.uses")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.path.with_name(f"{self.path.name}.lock").open("wb") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            yield

    def _write(self, path: Path, data: bytes) -> None:
        unfinished = path.with_name(f".{path.name}.tmp")
        unfinished.unlink(missing_ok=True)
        fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(fd)
        unfinished.replace(path)

    def _unreadable(self, error: OSError) -> TokenFileError:
        return TokenFileError(str(self.path), error.strerror or str(error))


def token_file(environment: Mapping[str, str]) -> Path | None:
    """Where tokens are kept unless said otherwise: gomend/tokens.json in $XDG_CONFIG_HOME or ~/.config."""
    home = environment.get("HOME", "")
    folder = Path(environment.get("XDG_CONFIG_HOME", "") or Path(home, ".config"))
    return folder / "gomend" / "tokens.json" if folder.is_absolute() else None
