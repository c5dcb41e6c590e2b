"""Files that hold a value for each of many keys, so that one key can be put back though others have changed since.

A form reads a file's keys and puts one value in place; all else in the file stays as it is, byte for byte. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gomend.mend import goenvfile, hostsfile, pinsfile


@dataclass(frozen=True, slots=True)
class Form:
    """`values` reads a file; `put` gives it with one key set to a value, or without it (None)."""

    values: Callable[[bytes], Mapping[str, str]]
    put: Callable[[bytes, str, str | None], bytes]


WHOLE: Final = "whole"  # a file that is put back as a whole or not at all
GOENV: Final = "goenv"
HOSTS: Final = "hosts"
PINS: Final = "pins"

FORMS: Final[Mapping[str, Form]] = {
    GOENV: Form(goenvfile.values, goenvfile.put),
    HOSTS: Form(hostsfile.values, hostsfile.put),
    PINS: Form(pinsfile.values, pinsfile.put),
}


class ForeignChangeError(Exception):
    """What is to be put back was changed by somebody else since; `keys` names what, empty for the file as a whole."""

    def __init__(self, keys: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def own_keys(form: str, before: bytes | None, after: bytes | None) -> tuple[str, ...]:
    """The keys whose value a change has changed; none for a file that is a whole."""
    if form not in FORMS:
        return ()
    old, new = FORMS[form].values(before or b""), FORMS[form].values(after or b"")
    return tuple(key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key))


def put_back(form: str, before: bytes | None, after: bytes | None, found: bytes | None) -> bytes | None:
    """What the file is to hold (None: to be absent) once the change from `before` to `after` is taken back.

    `found` is what it holds now. Where that is `after`, it is `before` to the byte; where only other keys changed
    since, the change's own keys get their old values. Raises ForeignChangeError.
    """
    if found in (before, after):
        return before
    if form not in FORMS or found is None:
        raise ForeignChangeError
    old, new, now = (FORMS[form].values(one or b"") for one in (before, after, found))
    own = own_keys(form, before, after)
    foreign = tuple(key for key in own if now.get(key) not in (old.get(key), new.get(key)))
    if foreign:
        raise ForeignChangeError(foreign)
    for key in own:
        if now.get(key) != old.get(key):
            found = FORMS[form].put(found, key, old.get(key))
    return found
