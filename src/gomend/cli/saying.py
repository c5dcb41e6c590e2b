"""What gomend itself has to say on standard error, in the language in force."""

import os
import sys
from contextlib import suppress

from gomend.cli import language
from gomend.gocmd.streams import write_all
from gomend.settings.trouble import SettingError
from gomend.texts import text


class Voice:
    """Speaks one language; lines go to standard error, each after gomend's name."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def text(self, key: str, /, **params: object) -> str:
        """The text `cli.<key>`."""
        return text(self.lang, f"cli.{key}", **params)

    def tell(self, key: str, /, **params: object) -> None:
        """Writes the text `cli.<key>` as one line."""
        self.line(self.text(key, **params))

    def line(self, words: str) -> None:
        """Writes a line, kept on one line whatever it holds."""
        write(2, f"gomend: {' '.join(words.split())}\n")

    def setting(self, error: SettingError) -> str:
        """Why a setting is not taken, in one sentence."""
        said = self.text(
            f"setting/{error.reason}", place=error.place, name=error.name, value=error.value, allowed=error.allowed
        )
        return said + (self.text("error/nearest", word=error.nearest) if error.nearest else "")


def voice(lang: str = "") -> Voice:
    """A voice for `lang`, else the language of --lang, of GOMEND_LANG, of the environment: options may be unread."""
    named = lang or language.flag(sys.argv[1:]) or os.environ.get("GOMEND_LANG", "")
    return Voice(language.choose(named, os.environ))


def write(fd: int, words: str) -> None:
    """Writes to standard output (1) or error (2); nothing happens where nobody reads it any more."""
    with suppress(OSError):
        write_all(fd, words.encode("utf-8", "replace"))
