"""How screens end: what caught the eye, and last of all one command, what to do now."""

from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, wrap
from gomend.report.parts import Finding
from gomend.report.wirewords import spoken
from gomend.texts import text

_MOST_EVIDENCE = 4


def next_line(command: str, lang: str, screen: Screen) -> list[str]:
    """The last line: the command to run now; it is copied, so it is never wrapped."""
    label = text(lang, "screens.verdict/next")
    return screen.block(label, command, label_width=columns(label) + 2, style="bold", whole=True)


def marked(sign: str, sentence: str, screen: Screen) -> list[str]:
    """A sentence with ✓ ! ✗ · or – before it, wrapped beside it."""
    wrapped = wrap(screen.spell(one_line(sentence)), screen.prose - 2) or [""]
    return [f"{screen.symbol(sign)} {wrapped[0]}", *(f"  {line}" for line in wrapped[1:])]


def finding_lines(finding: Finding, lang: str, screen: Screen) -> list[str]:
    """What was found, with its code, how sure that is, and what it rests on."""
    lines = marked("✗" if finding.severity == "fatal" else "!", finding.text, screen)
    certainty = text(lang, f"screens.certainty/{finding.certainty}")
    said = text(lang, "screens.verdict/certain", code=finding.code, certainty=certainty)
    seen = ((one, one_line(one.text)) for one in finding.evidence[:_MOST_EVIDENCE])
    facts = [words if one.source == "output" else spoken(words, lang) for one, words in seen]
    lines += (f"  {line}" for line in wrap(screen.spell(" · ".join([said, *facts])), screen.prose - 2))
    return lines
