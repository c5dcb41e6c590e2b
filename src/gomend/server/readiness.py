"""Whether a server can be of use now: its store can be read and written, and the way leads to one source at least."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from gomend.errors import GomendError
from gomend.gomod.proxylist import EntryKind
from gomend.server.house import House
from gomend.server.trial import write_and_delete
from gomend.sources.base import Request
from gomend.storage.base import StoreError

_LONGEST = 5.0  # seconds for which a host is asked once more
_HARMLESS = Request("/sumdb/sum.golang.org/supported", "sumdb")  # what every go asks a module proxy


class Readiness:
    """Looks at a House. `beside` does work beside the requests, until the server stops."""

    def __init__(self, house: House, beside: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._house = house
        self._beside = beside
        self._faults_seen = 0
        self._looks = False

    async def reasons(self) -> list[str]:
        """Why it is not ready; none where it is."""
        reasons = []
        try:
            await self._try_store()
        except StoreError as error:
            reasons.append(f"store: {error.words}")
        down = self._unusable()
        if down and not self._looks:
            # No client is sent to a server that is not ready, so none would find out that a source is back.
            self._looks = True
            self._beside(self._look_again())
        return reasons + [f"{host}: {words}" for host, words in down.items()]

    async def _try_store(self) -> None:
        """It is written to only after it failed: most stores are asked by a balancer every few seconds."""
        store, faults = self._house.store, self._house.files.store_faults
        await store.stat("ready")
        if faults != self._faults_seen:
            await write_and_delete(store)
            self._faults_seen = faults

    def _unusable(self) -> dict[str, str]:
        """Why the list of sources leads nowhere, by host: go along it as a request would. Empty where it leads
        somewhere, as far as is known.
        """
        found: dict[str, str] = {}
        for index, entry in enumerate(self._house.entries):
            if entry.kind is EntryKind.NOPROXY:
                continue  # for private modules alone
            listed = self._house.listed.get(index)
            if listed is None:
                return found if entry.kind is EntryKind.OFF else {}
            cause = listed.health.cause
            if cause is None:
                return {}
            found[listed.host] = cause.words
            if not entry.falls_back_on_error:
                break
        return found

    async def _look_again(self) -> None:
        try:
            for listed in self._house.listed.values():
                if listed.health.cause is not None:
                    with suppress(GomendError, OSError):
                        async with asyncio.timeout(_LONGEST), listed.source.get(_HARMLESS):
                            pass
        finally:
            self._looks = False
