"""Tokens of a GitHub App's installation, which end after an hour: asked for when needed, kept while they are good.

Source: https://docs.github.com/en/apps, "Generating a JSON Web Token (JWT) for a GitHub App" and "Create an
installation access token for an app".
"""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.sources.credentials.byhost import App, HostCredentialError, Secret

_CLOCKS_DIFFER = timedelta(seconds=60)
_JWT_LASTS = timedelta(minutes=9)  # GitHub takes ten at most
_LEFT = timedelta(minutes=5)  # of a token that is still handed out: a clone takes its time
_MOST = 1 << 16  # bytes of an answer


class _Answer(msgspec.Struct):
    token: str
    expires_at: datetime


class GitHubApps:
    """`now` gives the date."""

    def __init__(self, client: Client, limits: Limits, now: Callable[[], datetime]) -> None:
        self._client = client
        self._limits = limits
        self._now = now
        self._kept: dict[App, Secret] = {}
        self._turns: dict[App, asyncio.Lock] = {}

    async def token(self, host: str, app: App) -> Secret:
        """A token that is good for a while; `host` is whose credentials they are. Raises HostCredentialError."""
        async with self._turns.setdefault(app, asyncio.Lock()):
            kept = self._kept.get(app)
            if kept is None or kept.expires is None or kept.expires - self._now() < _LEFT:
                kept = self._kept[app] = await self._asked(host, app)
            return kept

    async def _asked(self, host: str, app: App) -> Secret:
        url = f"{app.api.rstrip('/')}/app/installations/{app.installation}/access_tokens"
        pass_ = self._jwt(host, app)
        ask = Ask(
            url,
            method="POST",
            headers={"Accept": "application/vnd.github+json", "Content-Length": "0"},
            secrets=(("Authorization", f"Bearer {pass_}"),),
        )
        body = b""
        try:
            async with self._client.get(ask, self._limits) as answer:
                async for chunk in answer.chunks():
                    body += chunk
                    if len(body) > _MOST:
                        break
                if answer.status != 201:
                    raise HostCredentialError(host, f"were refused: {url} answered {answer.status} {answer.reason}")
            found = msgspec.json.decode(body, type=_Answer)
        except WireError as error:
            raise HostCredentialError(host, f"could not be had: {url}: {error.words}") from error
        except msgspec.DecodeError as error:
            raise HostCredentialError(host, f"could not be had: {url} answered no token") from error
        return Secret(found.token, found.expires_at)

    def _jwt(self, host: str, app: App) -> str:
        try:
            key = load_pem_private_key(Path(app.key_file).read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            words = getattr(error, "strerror", None) or "no private key in PEM"
            raise HostCredentialError(host, f"need {app.key_file}: {words}") from error
        if not isinstance(key, RSAPrivateKey):
            raise HostCredentialError(host, f"need {app.key_file}: GitHub takes RSA keys")
        began = self._now() - _CLOCKS_DIFFER
        claims = {"iat": int(began.timestamp()), "exp": int((self._now() + _JWT_LASTS).timestamp()), "iss": app.id}
        said = ".".join(_part(json.dumps(one).encode()) for one in ({"alg": "RS256", "typ": "JWT"}, claims))
        return f"{said}.{_part(key.sign(said.encode(), PKCS1v15(), SHA256()))}"


def _part(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
