"""Which certificates are accepted: those that go accepts, and no other."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

import pytest
from tests.lab import upstream as lab
from tests.net.zoo import ZOO

from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.net.roots import client_context

PATIENT = Limits(connect=30, tls=30, first_byte=30, stall=30)


async def ours(url: str, environment: dict[str, str]) -> str:
    client = Client(tls=client_context(environment), clock=time.monotonic, record=lambda _: None)
    try:
        async with client.get(Ask(url), PATIENT) as answer:
            assert [chunk async for chunk in answer.chunks()] == [b"body"]
            return "ok"
    except WireError as error:
        return error.words
    finally:
        await client.close()


# OpenSSL checks what a leaf is for by rules of its own, which Python cannot change, and knows SHA-224 signatures.
DIFFERENT = {
    "for-anything": "go takes anyExtendedKeyUsage for servers",
    "leaf-that-may-only-sign-certificates": "go does not look at a leaf's key usage",
    "sha224": "go knows no SHA-224 signatures",
}
CASES = [
    pytest.param(name, marks=pytest.mark.xfail(reason=DIFFERENT[name])) if name in DIFFERENT else name for name in ZOO
]


@pytest.mark.parametrize("name", CASES)
def test_a_certificate_is_judged_as_go_judges_it(oracle: Path, tmp_path: Path, name: str) -> None:
    case = ZOO[name]()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"".join(root.pem for root in case.roots))
    environment = {"SSL_CERT_FILE": str(roots), "SSL_CERT_DIR": str(tmp_path / "none"), "PATH": os.environ["PATH"]}
    with lab.Upstream(lambda exchange: exchange.send(200, b"body"), tls=case.server()) as server:
        url = f"https://{case.host}:{server.port}/x"
        asked = subprocess.run([oracle, "get", url], env=environment, check=True, capture_output=True, text=True)
        mine = asyncio.run(ours(url, environment))
    gos = asked.stdout.strip()
    assert (mine == "ok") == (gos == "ok"), f"go: {gos}\nhere: {mine}"
