"""The file that a server is told its settings in (`--config`): the options of `gomend serve`, without their prefix."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from gomend.settings.load import Loaded, Value, nearest
from gomend.settings.schema import OPTIONS, Origin
from gomend.settings.trouble import SettingError

_PREFIX = "serve_"
_MOST_BYTES = 1 << 18
_STRONGER = frozenset({Origin.FLAG, Origin.ENVIRONMENT})
_KNOWN = tuple(name.removeprefix(_PREFIX) for name in OPTIONS if name.startswith(_PREFIX) and name != "serve_config")
_LISTS = frozenset({"listen", "upstream", "goprivate", "gonoproxy", "gonosumdb", "allow_hosts"})
_PATHS = frozenset({"store", "tokens", "rules", "certificate", "key", "audit", "credentials"})


def with_server_file(loaded: Loaded) -> Loaded:
    """The options with what the file of `serve_config` sets, where no flag and no variable does; its place is
    `FILE:LINE`. A relative path in it is one from the file's folder; a list may be an array of its entries.

    Raises SettingError for a file that cannot be read, a key that is not known, a value that is not taken.
    """
    named = loaded.text("serve_config")
    if not named:
        return loaded
    path = Path(named).absolute()
    table, words = _read(path)
    values = dict(loaded.values)
    for name, given in table.items():
        place = _place(path, words, name)
        if name not in _KNOWN:
            raise SettingError("unknown", place=place, name=name, nearest=nearest(name, _KNOWN))
        option = OPTIONS[_PREFIX + name]
        try:
            value = option.parse(_plain(name, given))
        except ValueError as error:
            raise SettingError("value", place=place, name=name, value=str(given), allowed=str(error)) from error
        if name in _PATHS:
            value = _from(path.parent, str(value))
        if loaded.values[option.name].origin not in _STRONGER:
            values[option.name] = Value(option, value, Origin.SERVER, place)
    return Loaded(values, loaded.unknown_variables)


def _plain(name: str, given: object) -> object:
    if name in _LISTS and isinstance(given, list) and all(isinstance(one, str) for one in given):
        return ",".join(given)
    return given


def _from(folder: Path, value: str) -> str:
    return value if not value or "://" in value else str(folder / value)


def _read(path: Path) -> tuple[Mapping[str, object], str]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingError("unreadable", place=str(path), value=error.strerror or str(error)) from error
    if len(data) > _MOST_BYTES:
        raise SettingError("unreadable", place=str(path), value=f"> {_MOST_BYTES} bytes")
    try:
        words = data.decode()
        return tomllib.loads(words), words
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError("syntax", place=str(path), value=str(error)) from error


def _place(path: Path, words: str, name: str) -> str:
    """Where a key stands; the file alone where it is written in an unusual way."""
    written = re.compile(rf"\s*(?:\[\s*)?[\"']?{re.escape(name)}[\"']?\s*[=.\]]")
    for number, line in enumerate(words.split("\n"), start=1):
        if written.match(line):
            return f"{path}:{number}"
    return str(path)
