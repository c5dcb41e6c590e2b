"""The value in force of each option: flag, then GOMEND_*, then the project's file, the user's file, the default."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomend.settings.places import project_file, user_file
from gomend.settings.schema import OPTIONS, Option, Origin, Project
from gomend.settings.trouble import SettingError

_MOST_BYTES = 1 << 16
_ELSEWHERE = frozenset({"GOMEND_PYTHON"})  # read by the launcher of a checkout, before there is a gomend


@dataclass(frozen=True, slots=True)
class Value:
    """One option's value in force; `place` names the variable or file it stands in, "" for a flag or the default."""

    option: Option
    value: str | bool | int
    origin: Origin
    place: str = ""


class Loaded:
    """All options, each looked up by its name."""

    def __init__(
        self,
        values: Mapping[str, Value],
        unknown_variables: tuple[str, ...] = (),
        tenants: "Mapping[str, Loaded] | None" = None,
    ) -> None:
        self.values = values
        self.unknown_variables = unknown_variables  # GOMEND_* that no option is called after
        self.tenants = tenants or {}  # a server's, by name

    def text(self, name: str) -> str:
        """The value of a text option; "" where it is not set."""
        return str(self.values[name].value)

    def switch(self, name: str) -> bool:
        """The value of a switch."""
        return bool(self.values[name].value)

    def number(self, name: str) -> int:
        """The value of a number."""
        return int(self.values[name].value)


def load(flags: Mapping[str, object], environment: Mapping[str, str], folder: str | None) -> Loaded:
    """The options in force for work in `folder`, an absolute path (None: it cannot be told, hence no project).

    `flags` holds those given on the command line. Raises SettingError for a key that is not known, a value that is not
    taken, a file that cannot be read, and for what a project's file may not set.
    """
    user = user_file(environment)
    project = project_file(folder) if folder else None
    by_user = _read(user, Origin.USER) if user else {}
    by_project = _read(project, Origin.PROJECT) if project else {}
    values = {
        name: _in_force(option, flags, environment, (by_project, project), (by_user, user))
        for name, option in OPTIONS.items()
    }
    known = {option.variable for option in OPTIONS.values()} | _ELSEWHERE
    unknown = sorted(name for name in environment if name.startswith("GOMEND_") and name not in known)
    return Loaded(values, tuple(unknown))


def defaults(flags: Mapping[str, object]) -> Loaded:
    """The options where neither variables nor files can be read: what `flags` say, else the defaults."""
    return Loaded({name: _in_force(option, flags, {}, ({}, None), ({}, None)) for name, option in OPTIONS.items()})


def nearest(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The known word that is spelled most alike; "" where none is."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def _in_force(
    option: Option,
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    project: tuple[Mapping[str, object], str | None],
    user: tuple[Mapping[str, object], str | None],
) -> Value:
    if flags.get(option.name) is not None:
        return Value(option, _parsed(option, flags[option.name], option.flag), Origin.FLAG)
    if environment.get(option.variable):
        words = environment[option.variable]
        return Value(option, _parsed(option, words, option.variable), Origin.ENVIRONMENT, option.variable)
    by_user = Value(option, option.default, Origin.DEFAULT)
    if option.name in user[0]:
        by_user = Value(
            option, _parsed(option, user[0][option.name], str(user[1] or "")), Origin.USER, str(user[1] or "")
        )
    if option.name not in project[0]:
        return by_user
    place = str(project[1] or "")
    by_project = Value(option, _parsed(option, project[0][option.name], place), Origin.PROJECT, place)
    if option.project is Project.LOWER and option.is_looser(int(by_project.value), int(by_user.value)):
        raise SettingError("looser", place=place, name=option.name, allowed=str(by_user.value))
    return by_project


def _parsed(option: Option, words: object, place: str) -> str | bool | int:
    try:
        return option.parse(words)
    except ValueError as error:
        raise SettingError("value", place=place, name=option.name, value=str(words), allowed=str(error)) from error


def _read(path: str, origin: Origin) -> Mapping[str, object]:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingError("unreadable", place=path, value=error.strerror or str(error)) from error
    if len(data) > _MOST_BYTES:
        raise SettingError("unreadable", place=path, value=f"> {_MOST_BYTES} bytes")
    try:
        table = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError("syntax", place=path, value=str(error)) from error
    for name in table:
        if name not in OPTIONS:
            raise SettingError("unknown", place=path, name=name, nearest=nearest(name, OPTIONS))
        if origin is Origin.PROJECT and OPTIONS[name].project is Project.NOTHING:
            raise SettingError("not_in_project", place=path, name=name)
    return table
