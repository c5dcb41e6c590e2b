"""The file that a server is told its settings in (`--config`): the options of `gomend serve`, without their prefix; in
a table `[tenants.NAME]` those that one tenant has of its own.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gomend.settings.load import Loaded, Value, nearest
from gomend.settings.schema import OPTIONS, Origin
from gomend.settings.trouble import SettingError

_PREFIX = "serve_"
_MOST_BYTES = 1 << 18
_STRONGER = frozenset({Origin.FLAG, Origin.ENVIRONMENT})
_KNOWN = tuple(name.removeprefix(_PREFIX) for name in OPTIONS if name.startswith(_PREFIX) and name != "serve_config")
_LISTS = frozenset({"listen", "upstream", "goprivate", "gonoproxy", "gonosumdb", "allow_hosts", "sumdbs"})
_TENANTS = "tenants"
_NAME = re.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # as a label of a host's name: no module path begins so
_TAKEN = frozenset({"sumdb", "cached-only"})  # what paths of the server itself begin with
_NOT_HANDED_ON = ("rules", "credentials")  # of the server's own: its rules count beside a tenant's, its secrets do not
OF_TENANTS = (
    "upstream", "gosumdb", "sumdbs", "goprivate", "gonoproxy", "gonosumdb", "rules", "credentials", "allow_hosts",
    "rate", "open", "timeout", "fresh", "per_host", "clones", "clone_size", "clones_size", "prefetch",
)  # fmt: skip
_PATHS = frozenset({"store", "tokens", "rules", "certificate", "key", "audit", "credentials", "store_cache"})


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
    tables = table.get(_TENANTS, {})
    own = _values(path, words, {name: given for name, given in table.items() if name != _TENANTS}, _KNOWN)
    values = {**loaded.values, **{name: one for name, one in own.items() if _may_set(loaded, name)}}
    if not isinstance(tables, dict):
        place = _place(path, words, _TENANTS)
        raise SettingError("value", place=place, name=_TENANTS, value=str(tables), allowed=f"[{_TENANTS}.NAME]")
    tenants = {name: Loaded({**values, **_tenant(path, words, name, given)}) for name, given in tables.items()}
    return Loaded(values, loaded.unknown_variables, tenants)


def is_tenant_name(name: str) -> bool:
    """Whether a tenant may be called so: no module path, and nothing of the server's own, begins with it."""
    return _NAME.fullmatch(name) is not None and name not in _TAKEN


def _may_set(loaded: Loaded, name: str) -> bool:
    return loaded.values[name].origin not in _STRONGER


def _tenant(path: Path, words: str, name: str, table: object) -> dict[str, Value]:
    """What a tenant's table sets, and what it does not have from the server."""
    place = _place(path, words, "", name)
    if not is_tenant_name(name):
        raise SettingError("tenant", place=place, name=name)
    if not isinstance(table, dict):
        raise SettingError("value", place=place, name=name, value=str(table), allowed=f"[{_TENANTS}.{name}]")
    for key in table:
        if key in _KNOWN and key not in OF_TENANTS:
            raise SettingError("of_server", place=_place(path, words, key, name), name=key)
    values = _values(path, words, table, OF_TENANTS, name)
    for key in _NOT_HANDED_ON:
        option = OPTIONS[_PREFIX + key]
        values.setdefault(option.name, Value(option, option.default, Origin.DEFAULT))
    private = values.get("serve_goprivate")
    if private is not None and private.value:  # as to go, it stands for these two where they are not set
        for key in ("serve_gonoproxy", "serve_gonosumdb"):
            values.setdefault(key, replace(private, option=OPTIONS[key]))
    return values


def _values(
    path: Path, words: str, table: Mapping[str, object], known: tuple[str, ...], tenant: str = ""
) -> dict[str, Value]:
    values = {}
    for name, given in table.items():
        place = _place(path, words, name, tenant)
        if name not in known:
            raise SettingError("unknown", place=place, name=name, nearest=nearest(name, known))
        option = OPTIONS[_PREFIX + name]
        try:
            value = option.parse(_plain(name, given))
        except ValueError as error:
            raise SettingError("value", place=place, name=name, value=str(given), allowed=str(error)) from error
        if name in _PATHS:
            value = _from(path.parent, str(value))
        values[option.name] = Value(option, value, Origin.SERVER, place)
    return values


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


def _place(path: Path, words: str, name: str, tenant: str = "") -> str:
    """Where a key stands, in a tenant's table if one is named, or that table (no key); the file alone where it is
    written in an unusual way.
    """
    written = re.compile(rf"\s*(?:\[\s*)?[\"']?{re.escape(name)}[\"']?\s*[=.\]]")
    table = re.compile(rf"\s*\[\s*{_TENANTS}\s*\.\s*[\"']?{re.escape(tenant)}[\"']?\s*\]")
    is_in_table = not tenant
    for number, line in enumerate(words.split("\n"), start=1):
        if tenant and line.lstrip().startswith("["):
            is_in_table = bool(table.match(line))
            if is_in_table and not name:
                return f"{path}:{number}"
        elif name and is_in_table and written.match(line):
            return f"{path}:{number}"
    return str(path)
