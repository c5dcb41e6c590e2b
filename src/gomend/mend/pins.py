"""Names with a fixed address for a while: gomend's own, for its runs alone, and those in the system's hosts file.

gomend's own lie in one file of its state folder, read when a door opens. A value is that of the hosts file's block
(`mend.hostsfile`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gomend.mend import forms, hostsfile
from gomend.mend.goenv import NotWritableError
from gomend.mend.steps import Edit, Step, folders_for


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned name. `since` and `until` are seconds since 1970; `system`: it stands in the hosts file."""

    host: str
    address: str
    since: float
    until: float
    system: bool
    port: int = 443  # whose certificate was seen

    @property
    def value(self) -> str:
        """As it stands in a file."""
        return f"{self.address} {_moment(self.since)} {_moment(self.until)} {self.port}"


def hosts_file(environment: Mapping[str, str], platform: str) -> Path:
    """The system's hosts file; `platform` is a value of sys.platform."""
    if platform == "win32":
        return Path(environment.get("SystemRoot", r"C:\Windows"), "System32", "drivers", "etc", "hosts")
    return Path("/etc/hosts")


def pins_in(data: bytes, *, system: bool) -> list[Pin]:
    """The pins in a file of either kind; what is none is passed over."""
    found = []
    values = hostsfile.values(data) if system else forms.FORMS[forms.PINS].values(data)
    for host, value in values.items():
        try:
            address, since, until, port = value.split(" ")
            found.append(Pin(host, address, _seconds(since), _seconds(until), system, int(port)))
        except ValueError:
            continue
    return found


def steps(path: Path, changes: Mapping[str, Pin | None], *, system: bool) -> list[Step]:
    """The steps that put these pins into a file, or take them out (None). Raises NotWritableError, OSError."""
    form = forms.HOSTS if system else forms.PINS
    path = path.resolve()
    before = path.read_bytes() if path.exists() else None
    if not os.access(path if path.exists() else _nearest(path), os.W_OK):
        raise NotWritableError(str(path))
    after = before or b""
    for host, pin in changes.items():
        after = forms.FORMS[form].put(after, host, pin.value if pin else None)
    if after == (before or b""):
        return []
    return [*folders_for(path, 0o700), Edit(str(path), before, after, form, 0o644 if system else 0o600)]


def _nearest(path: Path) -> Path:
    return next(folder for folder in path.parents if folder.exists())


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
