"""Tokens of a GitHub App, against an API of the lab's that checks what it is shown."""

import asyncio
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.lab.certificates import Authority
from tests.lab.upstream import Exchange, Upstream

from gomend.net.client import Client, Limits
from gomend.net.roots import client_context
from gomend.sources.credentials.byhost import App, ByHost, HostCredentialError, HostEntry, Login, Secret
from gomend.sources.credentials.githubapp import GitHubApps

BEGIN = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def unpacked(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass
class Api:
    """Gives a new token for each valid request, good for an hour of `now`."""

    now: datetime = BEGIN
    status: int = 201
    body: bytes | None = None
    given: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __call__(self, exchange: Exchange) -> None:
        try:
            assert (exchange.method, exchange.path) == ("POST", "/api/v3/app/installations/77/access_tokens")
            said, _, signature = exchange.headers["authorization"].removeprefix("Bearer ").rpartition(".")
            KEY.public_key().verify(unpacked(signature), said.encode(), PKCS1v15(), SHA256())
            head, claims = (json.loads(unpacked(part)) for part in said.split("."))
            assert head == {"alg": "RS256", "typ": "JWT"} and claims["iss"] == "12"
            assert claims["iat"] < self.now.timestamp() < claims["exp"] <= claims["iat"] + 600
        except Exception as error:
            self.faults.append(repr(error))
        self.given.append(f"ghs_{len(self.given) + 1}")
        until = self.now + timedelta(hours=1)
        answer = {"token": self.given[-1], "expires_at": f"{until:%Y-%m-%dT%H:%M:%SZ}", "permissions": {}}
        exchange.send(self.status, json.dumps(answer).encode() if self.body is None else self.body)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture
def place(authority: Authority, tmp_path: Path) -> Iterator[tuple[Api, App, dict[str, str]]]:
    api = Api()
    (tmp_path / "key.pem").write_bytes(pem(KEY))
    with Upstream(api, tls=authority.server("localhost")) as upstream:
        app = App("12", 77, str(tmp_path / "key.pem"), f"https://localhost:{upstream.port}/api/v3/")
        yield api, app, {"SSL_CERT_FILE": str(authority.write(tmp_path / "ca.pem"))}


Place = tuple[Api, App, dict[str, str]]


def logins(place: Place, *steps: timedelta, at_once: int = 1) -> list[Login | None]:
    """What is told to the host after each step of time; each time `at_once` ask."""
    api, app, environment = place

    async def ask() -> list[Login | None]:
        client = Client(tls=client_context(environment), clock=time.monotonic, record=lambda _: None)
        apps = GitHubApps(client, Limits(), lambda: api.now)
        kept = ByHost((HostEntry("git.example", app=app),), {}, lambda: api.now, apps.token)
        found: list[Login | None] = []
        try:
            for step in steps:
                api.now += step
                found += await asyncio.gather(*(kept.login("https://git.example/x.git") for _ in range(at_once)))
        finally:
            await client.close()
        return found

    return asyncio.run(ask())


def test_a_token_is_asked_for_once_and_anew_before_it_ends(place: Place) -> None:
    minutes = [timedelta(minutes=step) for step in (0, 30, 24, 2, 54)]  # at 0, 30, 54, 56, 110
    found = logins(place, *minutes)
    assert [one and one.token for one in found] == ["ghs_1", "ghs_1", "ghs_1", "ghs_2", "ghs_2"]
    assert {one and (one.base, one.user) for one in found} == {("https://git.example", "x-access-token")}
    assert place[0].faults == []


def test_many_who_ask_at_once_cause_one_request(place: Place) -> None:
    assert {one and one.token for one in logins(place, timedelta(), at_once=8)} == {"ghs_1"}
    assert place[0].given == ["ghs_1"]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"{}", "were refused: {api}app/installations/77/access_tokens answered 401 Unauthorized"),
        (404, b"{}", "were refused: {api}app/installations/77/access_tokens answered 404 Not Found"),
        (201, b"<html>", "could not be had: {api}app/installations/77/access_tokens answered no token"),
    ],
)
def test_what_the_api_refuses_is_told(place: Place, status: int, body: bytes, words: str) -> None:
    place[0].status, place[0].body = status, body
    with pytest.raises(HostCredentialError) as error:
        logins(place, timedelta())
    assert error.value.words == f"the credentials for git.example {words.format(api=place[1].api)}"


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file or directory"), (b"x", "no private key in PEM"), (b"ec", "GitHub takes RSA keys")],
)
def test_a_key_that_cannot_be_used_is_told(place: Place, content: bytes | None, words: str) -> None:
    file = Path(place[1].key_file)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())) if content == b"ec" else content)
    with pytest.raises(HostCredentialError) as error:
        logins(place, timedelta())
    assert error.value.words == f"the credentials for git.example need {file}: {words}"
    assert place[0].given == []


def test_a_token_that_ended_in_the_meantime_is_not_sent() -> None:
    async def old(host: str, app: App) -> Secret:
        return Secret("t", BEGIN)

    kept = ByHost((HostEntry("git.example", app=App("1", 2, "k")),), {}, lambda: BEGIN, old)
    with pytest.raises(HostCredentialError):
        asyncio.run(kept.login("https://git.example/x"))
