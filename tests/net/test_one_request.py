"""What is asked once goes on the wire once, unless a connection kept alive was closed meanwhile."""

import asyncio
import time

import pytest
from tests.lab import upstream as lab
from tests.lab.upstream import Act, Exchange, Upstream

from gomend.causes import Code
from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.net.roots import client_context


async def asked(url: str, times: int) -> list[bytes | Code]:
    client = Client(tls=client_context({}), clock=time.monotonic, record=lambda _: None)
    got: list[bytes | Code] = []
    try:
        for _ in range(times):
            try:
                async with client.get(Ask(url), Limits()) as answer:
                    got.append(b"".join([chunk async for chunk in answer.chunks()]))
            except WireError as error:
                got.append(error.code)
    finally:
        await client.close()
    return got


@pytest.mark.parametrize("fault", [lab.reset, lab.hang_up])
def test_a_connection_lost_before_the_answer_is_a_fault_at_once(fault: Act):
    with Upstream(lambda exchange: fault(exchange, None)) as source:
        assert asyncio.run(asked(source.url, 1)) == [Code.NET_RESET]
        assert len(source.requests) == 1


@pytest.mark.parametrize("fault", [lab.reset, lab.hang_up])
def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(fault: Act):
    def answers(exchange: Exchange) -> None:
        seen = len(source.requests)
        (fault if seen == 2 else lab.body(b"whole"))(exchange, None)

    with Upstream(answers) as source:
        assert asyncio.run(asked(source.url, 2)) == [b"whole", b"whole"]
        assert (len(source.requests), source.connections) == (3, 2)
