"""The screens that look something up: one cause code, all codes, all settings."""

from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad
from gomend.report.model import CodeList, CodePage, Setting, SettingList
from gomend.texts import text

_GAP = 2


def page_screen(page: CodePage, lang: str, screen: Screen) -> str:
    """The page of one cause code: what happened, how it looks, why, what to check, ways out, what it is not."""
    labels = {name: text(lang, f"screens.page/{name}") for name in ("see", "why", "check", "fix", "not")}
    width = max(10, *(columns(label) + _GAP for label in labels.values()))
    code = screen.paint(pad(page.code, len(page.code) + 4), "bold")
    lines = [code + screen.spell(page.title)]
    lines += screen.block("  ", page.what, label_width=2)
    lines += screen.block(labels["see"], page.see, label_width=width, whole=True)
    lines += screen.block(labels["why"], page.why, label_width=width)
    lines += screen.block(labels["check"], page.check, label_width=width)
    levels = {fix.level: text(lang, f"screens.level/{fix.level}") for fix in page.fixes}
    level_width = width + max((columns(level) + _GAP for level in levels.values()), default=0)
    for at, fix in enumerate(page.fixes):
        label = pad(labels["fix"] if not at else "", width) + levels[fix.level]
        lines += screen.block(label, fix.title, label_width=level_width)
        for command in fix.commands:
            lines += screen.block("", one_line(command), label_width=level_width, whole=True)
    lines += screen.block(labels["not"], page.not_this, label_width=width)
    return "".join(f"{line}\n" for line in lines)


def codes_screen(document: CodeList, lang: str, screen: Screen) -> str:
    """Every code with its title, and how to read on."""
    width = max((columns(entry.code) for entry in document.codes), default=0) + _GAP
    lines: list[str] = []
    for entry in document.codes:
        lines += screen.block(entry.code, entry.title, label_width=width)
    lines += screen.block(text(lang, "screens.verdict/next"), "gomend explain CODE", label_width=width, whole=True)
    return "".join(f"{line}\n" for line in lines)


def settings_screen(document: SettingList, lang: str, screen: Screen) -> str:
    """Every setting with its value in force and where that comes from."""
    rows = [(one_line(one.name), one_line(one.value) or "–", _origin(one, lang)) for one in document.settings]
    widths = [max((columns(row[at]) for row in rows), default=0) + _GAP for at in (0, 1)]
    widths[1] = min(widths[1], 40)
    lines = (f"{pad(name, widths[0])}{pad(value, widths[1])}  {origin}".rstrip() for name, value, origin in rows)
    return "".join(f"{screen.spell(line)}\n" for line in lines)


def _origin(setting: Setting, lang: str) -> str:
    origin = text(lang, f"screens.settings/{setting.origin}")
    return f"{origin} {one_line(setting.place)}" if setting.place else origin
