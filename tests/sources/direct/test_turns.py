"""How many git programs talk to one host, and to all."""

import asyncio
import os
import threading
from pathlib import Path

from tests.lab.githost import GitHost

from gomend.sources.direct.git import Git
from gomend.sources.direct.turns import Turns


def test_of_many_calls_only_so_many_are_at_one_host_and_in_all(tmp_path: Path) -> None:
    """What a remote saw at most, and where a turn is passed on after a failure."""

    async def ask(hosts: list[GitHost], turns: Turns, until: int) -> None:
        git = Git("git", dict(os.environ), turns=turns)
        calls = [
            git.ask(url := f"http://127.0.0.1:{host.port}/none.git", None, "ls-remote", url)
            for host in hosts
            for _ in range(5)
        ]
        asked = asyncio.gather(*calls, return_exceptions=True)
        while sum(host.running for host in hosts) < until and not asked.done():
            await asyncio.sleep(0.01)
        for host in hosts:
            assert host.hold is not None
            host.hold.set()
        assert all(isinstance(one, Exception) for one in await asked)

    with GitHost(tmp_path) as one, GitHost(tmp_path) as two:
        for host in (one, two):
            host.hold = threading.Event()
        asyncio.run(ask([one, two], Turns(2, 4), 4))
        assert (one.most, two.most) == (2, 2)
        for host in (one, two):
            host.hold, host.most = threading.Event(), 0
        asyncio.run(ask([one, two], Turns(5, 2), 2))
        assert one.most + two.most <= 4 and max(one.most, two.most) <= 2


def test_who_waits_for_one_host_takes_no_turn_from_others() -> None:
    async def order() -> list[str]:
        turns, came = Turns(1, 2), []
        inside = asyncio.Event()

        async def hold() -> None:
            async with turns.of("slow"):
                inside.set()
                await asyncio.Event().wait()

        async def waits() -> None:
            async with turns.of("slow"):
                came.append("slow")

        first = asyncio.ensure_future(hold())
        await inside.wait()
        others = [asyncio.ensure_future(waits()) for _ in range(3)]
        async with turns.of("quick"):
            came.append("quick")
        first.cancel()
        await asyncio.gather(first, *others, return_exceptions=True)
        return came

    assert asyncio.run(order()) == ["quick", "slow", "slow", "slow"]
