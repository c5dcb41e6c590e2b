"""Where a store has an answer, and whether it may change. Pure."""

from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path, path_of
from gomend.gomod.version import canonical
from gomend.storage.base import OWN

QUERIES = f"{OWN}queries/"  # before the keys of questions for a branch or commit


def is_immutable(asked: Asked) -> bool:
    """Whether a file can never change: .info, .mod and .zip of a canonical version."""
    return asked.kind in (Kind.INFO, Kind.MOD, Kind.ZIP) and asked.version == canonical(asked.version)


def never_changes(key: str) -> bool:
    """Whether what is stored by this key can never change."""
    try:
        return is_immutable(parse_path(key, percent_encoded=False))
    except NotProtocolError:
        return False


def key_of(asked: Asked) -> str:
    """Where an answer is stored: where a `file://` GOPROXY has it, questions for a branch or commit beside that."""
    path = path_of(asked)
    return path if is_immutable(asked) or asked.kind is not Kind.INFO else f"{QUERIES}{path}"
