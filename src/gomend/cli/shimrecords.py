"""What passed the doors of a wrapped command's go processes, one file each, in the command's private folder."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from gomend.net.exchange import Exchange
from gomend.relay.session import Record
from gomend.sources.readahead import Tally


class _Told(msgspec.Struct):
    exchanges: list[Exchange]
    ahead: Tally | None
    stalled: Exchange | None
    trace: str


def write(path: str, passed: Record) -> None:
    """Keeps what passed one door. Raises OSError."""
    unfinished = Path(path.replace("exchanges-", "unfinished-"))
    unfinished.write_bytes(msgspec.json.encode(_Told(passed.exchanges, passed.ahead, passed.stalled, passed.trace)))
    unfinished.replace(path)


def read(paths: Iterable[str]) -> Record:
    """All of them as one, in the order of their beginning. Raises OSError; a file that is none is passed over."""
    together = Record()
    total = Tally()
    for path in paths:
        try:
            told = msgspec.json.decode(Path(path).read_bytes(), type=_Told)
        except msgspec.DecodeError:  # the command may write there, too
            continue
        together.exchanges += told.exchanges
        together.trace = told.trace
        together.stalled = together.stalled or told.stalled
        if told.ahead is not None:
            for name in Tally.__slots__:
                setattr(total, name, getattr(total, name) + getattr(told.ahead, name))
            together.ahead = total
    together.exchanges.sort(key=lambda exchange: exchange.phases.start)
    return together
