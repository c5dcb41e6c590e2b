"""The recorded runs as a list, and which of them a word names. Pure."""

from collections.abc import Sequence

import msgspec


class RunEntry(msgspec.Struct, frozen=True):
    """One recorded run. `traced`: its requests are recorded too."""

    run: str
    started: str
    command: tuple[str, ...]
    exit: int
    seconds: float
    requests: int
    bytes: int
    traced: bool


class RunList(msgspec.Struct, frozen=True):
    """`gomend trace`: the recorded runs, the newest first."""

    schema: str
    runs: tuple[RunEntry, ...]


class _Exchanges(msgspec.Struct):
    attempts: int = 0
    bytes: int = 0


class _Report(msgspec.Struct):
    """What a list needs of a `gomend.report/1`."""

    run: str
    started: str
    command: tuple[str, ...]
    exit: int
    seconds: float
    exchanges: _Exchanges


_decoder = msgspec.json.Decoder(_Report)


def entry(record: bytes, *, traced: bool) -> RunEntry:
    """The list's entry for a run's record. Raises ValueError for one that is damaged."""
    try:
        found = _decoder.decode(record)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    return RunEntry(
        found.run,
        found.started,
        found.command,
        found.exit,
        found.seconds,
        found.exchanges.attempts,
        found.exchanges.bytes,
        traced,
    )


def run_list(entries: Sequence[RunEntry]) -> RunList:
    """The list of entries, which come newest first."""
    return RunList("gomend.traces/1", tuple(entries))


def matching(word: str, names: Sequence[str]) -> list[str]:
    """The runs that `word` may mean, of `names`, newest first: `last`, a whole name or the beginning of some."""
    if word == "last":
        return list(names[:1])
    return [word] if word in names else [name for name in names if word and name.startswith(word)]
