"""`gomend proxy use` and `gomend proxy save`: what was stored, as a document and as a screen."""

from collections.abc import Mapping

import msgspec

from gomend.masking import mask
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.report.plans import ChangePart
from gomend.report.table import table
from gomend.texts import text


class ProxyUse(msgspec.Struct, frozen=True):
    """`name` is the set's; `entry` the journal's, empty where nothing had to be changed or it was only printed.

    `shadowed` are variables of this environment that hide what is stored.
    """

    schema: str
    name: str
    changes: tuple[ChangePart, ...]
    entry: str
    shadowed: tuple[str, ...]


class ProxySave(msgspec.Struct, frozen=True):
    """A profile that was kept, and the settings in it, secrets masked."""

    schema: str
    name: str
    settings: dict[str, str]
    entry: str


def proxy_save(name: str, values: Mapping[str, str | None], entry: str) -> ProxySave:
    """The document of `gomend proxy save`."""
    return ProxySave("gomend.proxy_save/1", name, {key: mask(value or "") for key, value in values.items()}, entry)


def use_screen(document: ProxyUse, lang: str, screen: Screen) -> str:
    """What is stored now, and how to go back; or, where something hides it, how to take that away."""
    done = text(lang, "proxyuse.use/done", name=document.name) if document.entry else text(lang, "proxyuse.use/already")
    lines = marked("!" if document.shadowed else "✓", done, screen)
    for one in document.changes if document.entry else ():
        words = f"{one.name}={one_line(one.after)}" if one.after else text(lang, "proxyuse.use/default", name=one.name)
        lines += screen.block("  ", words, label_width=2, whole=True)
    if document.shadowed:
        lines += next_line(f"unset {' '.join(document.shadowed)}", lang, screen)
    elif document.entry:
        label = text(lang, "mend.label/undo")
        lines += table([[label, f"gomend undo {document.entry}"]], screen, indent=2)
    return "".join(f"{line}\n" for line in lines)


def save_screen(document: ProxySave, lang: str, screen: Screen) -> str:
    """What was kept."""
    lines = marked("✓", text(lang, "proxyuse.save/done", name=document.name), screen)
    for name, value in document.settings.items():
        lines += screen.block("  ", f"{name}={one_line(value)}", label_width=2, whole=True)
    lines += next_line(f"gomend proxy use {document.name}", lang, screen)
    return "".join(f"{line}\n" for line in lines)
