"""Answers that name versions, without those that a rule hides."""

import hashlib

import msgspec

from gomend.errors import GomendError
from gomend.gomod.path import escape_path, escape_version, wire_form
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.version import parse, sort_versions
from gomend.server.access.rules import Policy, shown
from gomend.server.conditions import Validators
from gomend.server.hot import Ready
from gomend.server.sending import CHANGING, TEXT
from gomend.sources.base import Request
from gomend.sources.cached import Cached, is_immutable

_JSON = (b"content-type", b"application/json")


def names_versions(asked: Asked) -> bool:
    """Whether an answer names versions that the question does not: a list, @latest, what a branch leads to."""
    return asked.kind in (Kind.LIST, Kind.LATEST) or (asked.kind is Kind.INFO and not is_immutable(asked))


async def without_hidden(
    policy: Policy, files: Cached, asked: Asked, body: bytes, *, only_stored: bool
) -> Ready | None:
    """The answer without hidden versions; None where nothing is left.

    In place of a hidden @latest stands the highest version of the list that is not hidden, a release if there is one,
    as go chooses (https://go.dev/ref/mod#version-queries). Raises what the sources raise.
    """
    if asked.kind is Kind.LIST:
        return _ready(asked, _shown_lines(policy, asked.module, body))
    if not _is_hidden(policy, asked.module, body):
        return _ready(asked, body)
    if asked.kind is not Kind.LATEST:
        return None
    front = f"{wire_form(escape_path(asked.module))}/@v/"
    listed = await _body(files, f"{front}list", Kind.LIST, only_stored=only_stored)
    names = _shown_lines(policy, asked.module, listed or b"").decode().split()
    chosen = highest(names)
    if not chosen:
        return None
    info = await _body(files, f"{front}{wire_form(escape_version(chosen))}.info", Kind.INFO, only_stored=only_stored)
    return None if info is None else _ready(asked, info)


def highest(versions: list[str]) -> str:
    """The version that go takes for the latest of a list: the highest release, else the highest pre-release."""
    ordered = sort_versions(versions)
    releases = [one for one in ordered if (parts := parse(one)) is not None and not parts.prerelease]
    return (releases or ordered or [""])[-1]


def _shown_lines(policy: Policy, module: str, body: bytes) -> bytes:
    lines = [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    kept = set(shown(policy, module, [line.split()[0] for line in lines]))
    return "".join(f"{line}\n" for line in lines if line.split()[0] in kept).encode()


def _is_hidden(policy: Policy, module: str, info: bytes) -> bool:
    told = msgspec.json.decode(info, type=dict[str, object])
    version = next((value for name, value in told.items() if name.lower() == "version"), "")
    objection = policy(module, str(version))
    return objection is not None and objection.hidden


async def _body(files: Cached, path: str, kind: Kind, *, only_stored: bool) -> bytes | None:
    try:
        async with files.get(Request(path, kind.value), only_stored=only_stored) as answer:
            if answer.status != 200:
                return None
            return b"".join([piece async for piece in answer.chunks()])
    except (GomendError, OSError):
        if only_stored:
            return None
        raise


def _ready(asked: Asked, body: bytes) -> Ready:
    tag = hashlib.sha256(body).hexdigest()[:16]
    kind = TEXT if asked.kind is Kind.LIST else _JSON
    validators = Validators(f'"{tag}"', 0)
    return Ready(
        asked.kind.value, len(body), (kind, CHANGING), validators, body, None, None, asked.module, asked.version
    )
