"""A bundle for a support ticket: what the doctor saw and what the last runs asked, without secrets and private names.

A bundle is a zip of text files. Before one is written, and when one is checked, the same proof is made: masking finds
nothing more to mask, no name matches the patterns of private modules, and none of the secrets that lie on this machine
stands in it.
"""

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from gomend.masking import mask
from gomend.report.clean import visible
from gomend.trace.sharing import StandIns

_DATE = (1980, 1, 1, 0, 0, 0)  # the same content makes the same file
_MOST = 64 << 20  # bytes of a file that is checked
_SHORTEST = 6  # signs of a secret that is looked for literally

_PATTERN = "(private pattern)"

What = Literal["secret", "private", "unreadable"]


@dataclass(frozen=True, slots=True)
class Leak:
    """What must not be in a bundle: the file, and a kind. The thing itself is never repeated."""

    file: str
    what: What


def cleaned(members: Mapping[str, str], patterns: str, home: str) -> dict[str, str]:
    """The files without secrets, private names and the path of the user's home folder."""
    names = StandIns(patterns)
    done = {}
    for name, text in members.items():
        shown = visible(text)
        if len(home) > 1:
            shown = shown.replace(home, "~")
        shown = names.in_words(shown)
        for pattern in _telling(patterns):
            shown = shown.replace(pattern, _PATTERN)
        done[name] = mask(shown)
    return done


def leaks(members: Mapping[str, str], patterns: str, secrets: Collection[str]) -> list[Leak]:
    """What stands in the files that must not; none for a bundle that may be handed on."""
    names = StandIns(patterns)
    hidden = [secret for secret in secrets if len(secret) >= _SHORTEST]
    found = []
    for name, text in members.items():
        if mask(text) != text or any(secret in text for secret in hidden):
            found.append(Leak(name, "secret"))
        if names.in_words(text) != text or any(pattern in text for pattern in _telling(patterns)):
            found.append(Leak(name, "private"))
    return found


def _telling(patterns: str) -> list[str]:
    """The patterns that name somebody, the longest first: `*.corp.example`, not `*`."""
    return sorted((one for one in patterns.split(",") if len(one.strip("*./?")) > 2), key=len, reverse=True)


def packed(members: Mapping[str, str]) -> bytes:
    """The zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), text.encode("utf-8", "replace"))
    return out.getvalue()


def unpacked(data: bytes) -> tuple[dict[str, str], list[Leak]]:
    """The files of a zip, and those of them that are no text or too large to be looked through.

    Raises zipfile.BadZipFile.
    """
    members: dict[str, str] = {}
    unread: list[Leak] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            try:
                if entry.file_size > _MOST:
                    raise ValueError(entry.filename)
                members[entry.filename] = archive.read(entry).decode()
            except (ValueError, RuntimeError, NotImplementedError):
                unread.append(Leak(entry.filename, "unreadable"))
    return members, unread


def joined(patterns: Iterable[str]) -> str:
    """Pattern lists as one, each pattern once."""
    return ",".join(dict.fromkeys(one for value in patterns for one in value.split(",") if one))
