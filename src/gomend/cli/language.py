"""The language gomend speaks: --lang, GOMEND_LANG, the files' `lang`, then LC_ALL, LC_MESSAGES, LANG."""

from collections.abc import Mapping, Sequence

from gomend.texts import LANGUAGES


def choose(set_to: str, environment: Mapping[str, str]) -> str:
    """The language to speak where the option `lang` has the value `set_to` ("" for none)."""
    if set_to in LANGUAGES:
        return set_to
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def flag(words: Sequence[str]) -> str:
    """What --lang says in these words of the command line, up to a wrapped command; "" where it is not given."""
    for at, word in enumerate(words):
        if word in ("go", "--"):
            break
        if word == "--lang":
            return words[at + 1] if at + 1 < len(words) else ""
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return ""
