"""A statement becomes a cause: secrets masked, control characters gone, length bounded."""

from typing import Final

from gomend.causes import Cause, Subject
from gomend.explain.statements import Statement
from gomend.masking import mask

LONGEST_CAUSE: Final = 4000
_DROPPED: Final = (
    *range(9),
    *range(11, 32),
    *range(127, 160),
    *(0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF),  # marks that reorder text
)
_LEGIBLE: Final[dict[int, str | None]] = dict.fromkeys(_DROPPED) | {0x2028: " ", 0x2029: " "}


def legible(text: str, longest: int = LONGEST_CAUSE) -> str:
    """Text that may be shown and stored: secrets masked, control characters and marks that reorder text gone.

    Newlines and tabs are kept.
    """
    clean = mask(text[: 4 * longest]).translate(_LEGIBLE)
    return clean if len(clean) <= longest else clean[:longest] + "…"


def cause_of(said: Statement) -> Cause:
    """The cause that a statement is, with the bounds of what may be kept."""
    about = said.subject
    subject = Subject(
        module=legible(about.module, 500),
        version=legible(about.version, 300),
        host=legible(about.host, 300),
        url=legible(about.url, 2000),
        file=legible(about.file, 1000),
    )
    return Cause(said.code, said.certainty, subject, said.lines, legible(said.text))
