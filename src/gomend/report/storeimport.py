"""`gomend store import`: what came into a store."""

from collections.abc import Sequence

import msgspec

from gomend.report.clean import one_line
from gomend.report.ending import next_line
from gomend.report.layout import Screen
from gomend.texts import text

_SHOWN = 20


class RefusedFile(msgspec.Struct, frozen=True):
    """A file that was not stored, with the cause."""

    path: str
    code: str
    text: str


class StoreImport(msgspec.Struct, frozen=True):
    """`gomend store import`. `stored` files are new, `known` had been there."""

    schema: str
    source: str
    store: str
    stored: int
    known: int
    refused: tuple[RefusedFile, ...]


def store_import(source: str, store: str, stored: int, known: int, refused: Sequence[RefusedFile]) -> StoreImport:
    """The document."""
    return StoreImport("gomend.store_import/1", source, store, stored, known, tuple(refused))


def store_import_screen(document: StoreImport, lang: str, screen: Screen) -> str:
    """How many came, what did not, and why."""
    counts = {"stored": document.stored, "known": document.known, "store": one_line(document.store)}
    lines = [text(lang, "serve.import/done", **counts)]
    if not document.refused:
        return "".join(f"{line}\n" for line in lines)
    lines.append(text(lang, "serve.import/refused", count=len(document.refused)))
    lines += [f"  {one_line(file.text or f'{file.code}: {file.path}')}" for file in document.refused[:_SHOWN]]
    if len(document.refused) > _SHOWN:
        lines.append(text(lang, "serve.import/more", count=len(document.refused) - _SHOWN))
    lines += next_line(f"gomend explain {document.refused[0].code}", lang, screen)
    return "".join(f"{line}\n" for line in lines)
