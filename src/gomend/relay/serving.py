"""Puts the parts of a door together and serves until told to end. Everything heavy is imported from here."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from time import time
from typing import Any
from urllib.parse import urlsplit

from gomend.mend.pinsfile import in_force
from gomend.net.client import Client
from gomend.net.dial import Dialer
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.net.timing import SystemResolver
from gomend.relay.door import Behind, Door
from gomend.relay.options import limits_of, options_in_force, trace_for
from gomend.relay.plan import Plan
from gomend.relay.session import Ahead, Record
from gomend.relay.tunnel import Tunnel
from gomend.relay.tunneladdress import TunnelAddress
from gomend.sources.base import Source
from gomend.sources.credentials.access import access_of
from gomend.sources.credentials.opening import credentials_of
from gomend.sources.health import Health
from gomend.sources.kept import Shelf
from gomend.sources.policy import Budget, Policy
from gomend.sources.readahead import ReadAhead
from gomend.sources.retrying import Retrying, World
from gomend.sources.upstream import Once, Upstream


async def serve(
    *,
    plan: Plan,
    secret: str,
    listening: socket,
    tunnel: tuple[TunnelAddress, socket] | None,
    until_readable: int,
    environment: Mapping[str, str],
    folder: str,
    goauth: str,
    expected: Ahead,
    scratch: Path,
    clock: Callable[[], float],
    record: Record,
) -> None:
    """Serve `plan` on `listening`, and the tunnel on its own socket, until `until_readable` is; fills `record`."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(until_readable, ended.set)

    def broke(error: Exception) -> None:
        record.failed = record.failed or error

    loop.set_exception_handler(lambda _, context: _heard_of(context, broke))
    policy = Policy()
    options = options_in_force(environment, folder)
    limits = limits_of(options)
    budget = Budget(policy)
    world = World(clock, lambda: datetime.now(UTC), asyncio.sleep, random.random)
    proxies = ForwardProxies(environment)
    tls = client_context(environment)
    pins = in_force(environment, time())
    client = Client(
        tls=tls,
        clock=clock,
        record=record.exchanges.append,
        proxy_for=proxies.for_url,
        resolver=SystemResolver(pins),
        trace_for=trace_for(options, record.trace),
    )
    credentials = credentials_of(goauth, environment, folder, client)
    healths: dict[str, Health] = {}
    upstreams = {
        number: Upstream(client, entry.address.url, number, access_of(entry.address, credentials))
        for number, entry in plan.entries.items()
    }
    sources: dict[int, Source] = {
        number: Retrying(
            upstreams[number],
            policy=policy,
            limits=limits,
            budget=budget,
            health=healths.setdefault(urlsplit(entry.address.base).netloc, Health()),
            world=world,
        )
        for number, entry in plan.entries.items()
    }
    follow = expected.walk.after if expected.walk is not None and plan.first is not None else None
    ahead = ReadAhead(
        sources,
        plan.step,
        Shelf(scratch),
        clock,
        follow=follow,
        first=plan.first or 0,
        streams=lambda number: client.streams(plan.entries[number].address.base),
        after_go=expected.after_go,
    )
    behind = {
        n: Behind(ahead.at(n), Once(upstreams[n], limits), entry.may_move_on) for n, entry in plan.entries.items()
    }
    door = Door(secret, behind, broke)
    record.waiting = door.waiting
    await door.open(listening)
    by_connect = None
    if tunnel is not None:
        address, waiting = tunnel
        dialer = Dialer(lambda: tls, clock, limits, pins)
        by_connect = Tunnel(
            address.authorization,
            dialer,
            lambda url: proxies.https if url.startswith("https:") else proxies.http,
            proxies.http is not None,
            policy,
            budget,
            world,
            record.exchanges.append,
        )
        await by_connect.open(waiting)
    if plan.first is not None:
        ahead.want(expected.files, plan.first)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(until_readable)
        await ahead.close()
        await door.close()
        if by_connect is not None:
            await by_connect.close()
        await credentials.close()
        await client.close()
        record.ahead = ahead.tally


def _heard_of(context: Mapping[str, Any], broke: Callable[[Exception], None]) -> None:
    """What a loop has to tell: connections that end badly are no fault of gomend's, and nothing is printed."""
    error = context.get("exception")
    if isinstance(error, Exception) and not isinstance(error, OSError):
        broke(error)
