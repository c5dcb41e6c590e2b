"""`gomend store import FOLDER`: a module cache, a module proxy's folder or an Athens store, into the server's store."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, house_over, run, where
from gomend.report.storeimport import RefusedFile, store_import
from gomend.settings.load import Loaded
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.importing import Brought
    from gomend.server.told import Told


def _import(context: click.Context, *, folder: str) -> int:
    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        if not Path(folder).is_dir():
            raise click.UsageError(text(voice.lang, "serve.import/no_folder", folder=folder), context)
        brought = run(_bring(told, Path(folder).absolute()))
        refused = [RefusedFile(one.path, one.code.value, one.words) for one in brought if one.code is not None]
        known = sum(one.was_there for one in brought)
        hand_out(store_import(folder, told.store, len(brought) - known - len(refused), known, refused), loaded, voice)
        return exits.PROBLEM if refused else exits.FINE

    return acting(context, act)


async def _bring(told: "Told", folder: Path) -> "list[Brought]":
    from gomend.server.athens import is_athens, lay_out  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.server.importing import place_of  # noqa: PLC0415  (as above)

    place = place_of(folder)
    if not is_athens(place):
        return await _bring_from(told, place)
    with tempfile.TemporaryDirectory(prefix="gomend-") as links:
        lay_out(place, Path(links))
        return await _bring_from(told, Path(links))


async def _bring_from(told: "Told", place: Path) -> "list[Brought]":
    from gomend.server.importing import bring, files_of  # noqa: PLC0415  (as above)
    from gomend.server.plan import GO_DEFAULT, Address, upstream_of  # noqa: PLC0415  (as above)

    others = told.upstream or told.go.get("GOPROXY", "") or GO_DEFAULT
    nobody = Address("127.0.0.1", 0)
    sources = upstream_of(f"file://{quote(str(place))},{others}", told.go | {"GONOPROXY": ""}, nobody)
    async with house_over(told, sources) as house:
        return await bring(house.files, files_of(place))


command = make("import", _import, [click.Argument(["folder"]), *where()], group="store")
