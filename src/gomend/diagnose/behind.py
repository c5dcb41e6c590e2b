"""What a gomend server that was asked tells of itself and of its sources: evidence for a fault that lies behind it."""

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from gomend.diagnose.world import World
from gomend.masking import mask
from gomend.texts import text

_HEADER = "x-gomend-code"  # on each of its refusals
_TRIED = re.compile(r"  (?P<source>\S{1,200}): (?P<words>.{1,300}) \((?P<code>[a-z0-9_]+\.[a-z0-9_]+)\)")
_MOST_SOURCES = 4
_MOST = 1 << 12  # bytes of a page


async def behind(world: World, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    """One line for the server, one for each source that failed it; none where no gomend server answered at `url`.

    `headers` and `body` are of an answer that is a refusal. In English, as evidence is kept.
    """
    if _HEADER not in {name.lower() for name in headers}:
        return ()
    parts = urlsplit(url)
    own = f"{parts.scheme}://{parts.netloc}/-"
    version, ready = await asyncio.gather(_page(world, f"{own}/version"), _page(world, f"{own}/readyz"))
    if not version.startswith("gomend "):
        return ()
    state = "; ".join(ready.split("\n")) or "no answer"
    lines = [text("en", "seen.seen/gomend_server", place=parts.netloc, version=version, state=mask(state))]
    for found in list(_TRIED.finditer(body.decode("utf-8", "replace")))[:_MOST_SOURCES]:
        place, words = mask(found["source"]), mask(found["words"])
        lines.append(text("en", "seen.seen/behind_it", place=place, words=words, code=found["code"]))
    return tuple(lines)


async def _page(world: World, url: str) -> str:
    from gomend.diagnose.asking import limits  # noqa: PLC0415 - it asks this module
    from gomend.net.client import Ask  # noqa: PLC0415 - loaded with the first request
    from gomend.net.faults import WireError  # noqa: PLC0415 - as above

    body = b""
    try:
        async with world.client.get(Ask(url), limits(world)) as answer:
            async for chunk in answer.chunks():
                body += chunk
                if len(body) > _MOST:
                    break
    except WireError:
        return ""
    return body[:_MOST].decode("utf-8", "replace").strip()
