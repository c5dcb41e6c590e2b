"""Answers that name versions, without those that a rule hides."""

from dataclasses import dataclass

import msgspec

from gomend.errors import GomendError
from gomend.gomod.path import escape_path, escape_version, wire_form
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.version import parse, sort_versions
from gomend.server.access.rules import Policy, shown
from gomend.server.conditions import validators_of
from gomend.server.hot import HeaderList, Ready
from gomend.server.sending import TEXT, caching, packed
from gomend.sources.base import Answer, Request
from gomend.sources.cached import Cached, Stored
from gomend.sources.keys import is_immutable

_JSON = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class _Read:
    body: bytes
    warning: str


def names_versions(asked: Asked) -> bool:
    """Whether an answer names versions that the question does not: a list, @latest, what a branch leads to."""
    return asked.kind in (Kind.LIST, Kind.LATEST) or (asked.kind is Kind.INFO and not is_immutable(asked))


async def without_hidden(
    policy: Policy, files: Cached, asked: Asked, answer: Answer, *, only_stored: bool
) -> Ready | None:
    """The answer (a 200) without hidden versions; None where nothing is left. A warning stays with what it is about.

    In place of a hidden @latest stands the highest version of the list that is not hidden, a release if there is one,
    as go chooses (https://go.dev/ref/mod#version-queries). Raises what the sources raise.
    """
    told = await _read(answer)
    if asked.kind is Kind.LIST:
        return _ready(asked, _Read(_shown_lines(policy, asked.module, told.body), told.warning))
    if not _is_hidden(policy, asked.module, told.body):
        return _ready(asked, told)
    if asked.kind is not Kind.LATEST:
        return None
    front = f"{wire_form(escape_path(asked.module))}/@v/"
    listed = await _found(files, f"{front}list", Kind.LIST, only_stored=only_stored)
    if listed is None:
        return None
    chosen = highest(_shown_lines(policy, asked.module, listed.body).decode().split())
    if not chosen:
        return None
    info = await _found(files, f"{front}{wire_form(escape_version(chosen))}.info", Kind.INFO, only_stored=only_stored)
    return None if info is None else _ready(asked, _Read(info.body, told.warning or listed.warning))


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


async def _found(files: Cached, path: str, kind: Kind, *, only_stored: bool) -> _Read | None:
    try:
        async with files.get(Request(path, kind.value), only_stored=only_stored) as answer:
            return await _read(answer) if answer.status == 200 else None
    except (GomendError, OSError):
        if only_stored:
            return None
        raise


async def _read(answer: Answer) -> _Read:
    warning = answer.warning if isinstance(answer, Stored) else ""
    return _Read(b"".join([piece async for piece in answer.chunks()]), warning)


def _ready(asked: Asked, told: _Read) -> Ready:
    """No Last-Modified: the rules may have changed since."""
    cache_control = caching(stays=False, is_anybodys=False)
    headers: HeaderList = (TEXT if asked.kind is Kind.LIST else _JSON, cache_control)
    if told.warning:
        headers = (*headers, (b"warning", told.warning.encode()))
    return Ready(
        asked.kind.value,
        len(told.body),
        headers,
        validators_of(told.body),
        told.body,
        packed(told.body),
        None,
        asked.module,
        asked.version,
    )
