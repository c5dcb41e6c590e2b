"""How screens end: what caught the eye, and last of all one command, what to do now."""

from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, wrap
from gomend.texts import text


def next_line(command: str, lang: str, screen: Screen) -> list[str]:
    """The last line: the command to run now; it is copied, so it is never wrapped."""
    label = text(lang, "screens.verdict/next")
    return screen.block(label, command, label_width=columns(label) + 2, style="bold", whole=True)


def marked(sign: str, sentence: str, screen: Screen) -> list[str]:
    """A sentence with ✓ ! ✗ · or – before it, wrapped beside it."""
    wrapped = wrap(screen.spell(one_line(sentence)), screen.prose - 2) or [""]
    return [f"{screen.symbol(sign)} {wrapped[0]}", *(f"  {line}" for line in wrapped[1:])]
