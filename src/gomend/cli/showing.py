"""Where a document goes: the screen it is shown on, or the file it is written to."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gomend.report.layout import Screen
from gomend.settings.load import Loaded
from gomend.settings.switches import is_off

_DEFAULT_WIDTH = 80


def is_on(words: str) -> bool:
    """Whether a switch in the environment is on: set, and not 0, off, false or no."""
    return bool(words) and not is_off(words)


def screen(fd: int, loaded: Loaded, environment: Mapping[str, str]) -> Screen:
    """What the stream `fd` (1 or 2) can show. Standard output and standard error are judged apart."""
    return Screen(width=_width(fd, environment), color=_colored(fd, loaded, environment), unicode=_unicode(environment))


def _colored(fd: int, loaded: Loaded, environment: Mapping[str, str]) -> bool:
    wanted = loaded.text("color")
    if wanted != "auto":
        return wanted == "always"
    if environment.get("NO_COLOR"):  # no-color.org: any value but the empty one
        return False
    if "FORCE_COLOR" in environment:
        return is_on(environment["FORCE_COLOR"])
    return environment.get("TERM") != "dumb" and os.isatty(fd)


def _width(fd: int, environment: Mapping[str, str]) -> int:
    with suppress(ValueError):
        return max(20, int(environment.get("COLUMNS", "")))
    with suppress(OSError):
        return max(20, os.get_terminal_size(fd).columns or _DEFAULT_WIDTH)
    return _DEFAULT_WIDTH


def _unicode(environment: Mapping[str, str]) -> bool:
    """Signs outside ASCII are shown unless the locale says otherwise; a bare container says nothing."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if environment.get(name):
            return "utf8" in environment[name].lower().replace("-", "")
    return True


def write_file(path: str, words: str) -> None:
    """Writes a whole file: what stands there is replaced at once or not at all. Raises OSError."""
    write_file_bytes(path, words.encode("utf-8", "replace"))


def write_file_bytes(path: str, data: bytes) -> None:
    """As `write_file`, for content that is no text."""
    target = Path(path)
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        target.write_bytes(data)  # /dev/stdout, a FIFO
        return
    target = target.resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(data)
        if target.exists():
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
