"""The records of runs, read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomend.gocmd.records import RUNS, TRACE, folder


@dataclass(frozen=True, slots=True)
class Recorded:
    """One run's files: `trace` holds its requests, None where none were kept."""

    run: str
    record: Path
    trace: Path | None


def recorded(environment: Mapping[str, str], kind: str = RUNS) -> list[Recorded]:
    """What is recorded of a `kind`, the newest first; nothing where the folder is missing or closed."""
    place = folder(environment, kind)
    try:
        names = {path.name for path in Path(place).iterdir()} if place else set()
    except OSError:
        return []
    found = []
    for name in sorted(names, reverse=True):
        stem, ending = name[:-5], name[-5:]
        if ending == ".json" and place:
            trace = Path(place, stem + TRACE) if stem + TRACE in names else None
            found.append(Recorded(stem.rpartition("-")[2], Path(place, name), trace))
    return found
