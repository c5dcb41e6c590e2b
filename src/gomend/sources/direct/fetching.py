"""Fetching into a clone that may not take more room than it has."""

import asyncio

from gomend.causes import Code
from gomend.sources.direct.clones import Clone, Overrun
from gomend.sources.direct.program import Program
from gomend.sources.direct.repository import DirectError

_LOOK_EVERY = 0.25  # seconds
_TOO_LARGE = "File too large"  # EFBIG in English


class OverrunError(DirectError):
    """More came than the clone, or all of them, may take. `is_its_own`: not for what was there before."""

    def __init__(self, url: str, overrun: Overrun, *, is_its_own: bool) -> None:
        came, most = (f"{count / 1e6:.1f} MB" for count in (overrun.bytes, overrun.most))
        what, bound = ("all clones take", "clones-size") if overrun.in_all else ("its clone takes", "clone-size")
        words = f"{url}: {what} {came} on this server's disk, and may take {most} (--{bound}): fetching was ended"
        super().__init__(words, code=Code.DISK_FULL)
        self.is_its_own = is_its_own


async def fetch(program: Program, clone: Clone, url: str, *words: str) -> None:
    """Have a program fetch from `url`, and look at what has come meanwhile. The clone has to be held alone.

    Raises DirectError; OverrunError when more came than there is room for: what came is then of no use, and goes.
    """
    before = await asyncio.to_thread(clone.measured)
    asking = asyncio.ensure_future(program.ask(url, clone, *words))
    is_whole = False
    try:
        is_over = False
        while not is_over:
            done, _ = await asyncio.wait({asking}, timeout=_LOOK_EVERY)
            is_over = bool(done)
            overrun = await asyncio.to_thread(clone.overrun)
            if overrun is not None:
                clone.spend()
                raise OverrunError(url, overrun, is_its_own=not overrun.in_all and 2 * before < overrun.most)
        try:
            asking.result()
        except DirectError as error:
            if clone.most is None or _TOO_LARGE not in error.output:
                raise
            clone.spend()  # the program has put back what had come, so that there is nothing to measure
            raise OverrunError(url, Overrun(clone.most, clone.most), is_its_own=2 * before < clone.most) from error
        is_whole = True
    finally:
        asking.cancel()
        await asyncio.wait({asking})
        if not asking.cancelled():
            asking.exception()  # known by now, or of no matter beside the overrun
        if not is_whole:
            clone.tidy()
