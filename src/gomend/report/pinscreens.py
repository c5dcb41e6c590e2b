"""The screens of `gomend dns pin`, `unpin`, `pins` and `flush`."""

from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.report.pins import Flushed, PinList, Pinned
from gomend.report.runs import when
from gomend.report.table import table
from gomend.texts import text


def pinned_screen(document: Pinned, lang: str, screen: Screen) -> str:
    """What was tried, what was chosen, how to take it back."""
    rows = []
    for one in document.tried:
        good = one.seconds >= 0
        said = f"{one.seconds * 1000:.0f} ms" if good else f"{one.code}: {one_line(one.words)}"
        votes = text(lang, "pins.pin/votes", count=one.votes) if one.votes else ""
        rows.append([screen.symbol("✓" if good else "✗"), one.address, votes, said])
    lines = table(rows, screen)
    if not document.address:
        lines += marked("✗", text(lang, "pins.pin/none", host=document.host), screen)
        lines += next_line(f"gomend dns check {document.host}", lang, screen)
    else:
        where = text(lang, "pins.pin/system" if document.system else "pins.pin/own")
        said = text(
            lang, "pins.pin/done", host=document.host, address=document.address, until=when(document.until), where=where
        )
        lines += marked("✓", said, screen)
        lines += next_line(f"gomend dns unpin {document.host}", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def pins_screen(document: PinList, lang: str, screen: Screen) -> str:
    """Every pin with its age and whether its address still answers for the name."""
    if not document.pins:
        return "".join(f"{line}\n" for line in marked("✓", text(lang, "pins.list/none"), screen))
    signs = {"valid": "✓", "expired": "–", "broken": "✗", "removed": "✓"}
    rows = [
        [
            screen.symbol(signs[one.state]),
            one.host,
            one.address,
            text(lang, "pins.list/system" if one.system else "pins.list/own"),
            text(lang, f"pins.state/{one.state}", since=when(one.since), until=when(one.until)),
        ]
        for one in document.pins
    ]
    lines = table(rows, screen)
    for one in document.pins:
        if one.words:
            lines += marked("!", f"{one.host}: {one_line(one.words)}", screen)
    bad = next((one for one in document.pins if one.state in ("broken", "expired")), None)
    if bad is not None:
        lines += next_line(f"gomend dns unpin {bad.host}", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def flushed_screen(document: Flushed, lang: str, screen: Screen) -> str:
    """What was run for each cache, and whether it is empty now."""
    if not document.caches:
        return "".join(f"{line}\n" for line in marked("✓", text(lang, "pins.flush/none"), screen))
    signs = {"emptied": "✓", "unseen": "!", "failed": "✗", "refused": "✗"}
    lines: list[str] = []
    for one in document.caches:
        left = str(one.left) if one.left >= 0 else ""
        said = text(lang, f"pins.flush/{one.state}", name=one.name, left=left, words=one_line(one.words))
        lines += marked(signs[one.state], said, screen)
        for command in one.commands:
            lines += screen.block("  ", one_line(command), label_width=2, whole=True)
    refused = next((one for one in document.caches if one.state == "refused"), None)
    if refused is not None:
        lines += next_line(" && ".join(f"sudo {command}" for command in refused.commands), lang, screen)
    return "".join(f"{line}\n" for line in lines)
