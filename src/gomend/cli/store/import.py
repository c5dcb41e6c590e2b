"""`gomend store import FOLDER`: a module cache, or a folder laid out as a module proxy, into the server's store."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.serversettings import option, server_settings, told_by
from gomend.report.storeimport import RefusedFile, store_import
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.importing import Brought
    from gomend.server.told import Told


def _import(context: click.Context, *, folder: str) -> int:
    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    loaded, voice = server_settings(context)
    if not Path(folder).is_dir():
        raise click.UsageError(text(voice.lang, "serve.import/no_folder", folder=folder), context)
    try:
        told = told_by(loaded)
        brought = asyncio.run(_bring(told, Path(folder).absolute()))
    except ServeError as error:
        voice.line(text(voice.lang, f"serve.error/{error.reason}", **error.facts))
        return exits.USAGE
    refused = [RefusedFile(one.path, one.code.value, one.words) for one in brought if one.code is not None]
    known = sum(one.was_there for one in brought)
    stored = len(brought) - known - len(refused)
    hand_out(store_import(folder, told.store, stored, known, refused), loaded, voice)
    return exits.PROBLEM if refused else exits.FINE


async def _bring(told: "Told", folder: Path) -> "list[Brought]":
    from gomend.server.house import House, Wishes  # noqa: PLC0415  (as above)
    from gomend.server.importing import bring, files_of, place_of  # noqa: PLC0415  (as above)
    from gomend.server.plan import GO_DEFAULT, Address, ServeError, database_of, upstream_of  # noqa: PLC0415  (as above)
    from gomend.storage.base import StoreError  # noqa: PLC0415  (as above)
    from gomend.storage.opening import open_store  # noqa: PLC0415  (as above)

    place = place_of(folder)
    nobody = Address("127.0.0.1", 0)
    others = told.upstream or told.go.get("GOPROXY", "") or GO_DEFAULT
    sources = upstream_of(f"file://{quote(str(place))},{others}", told.go | {"GONOPROXY": ""}, nobody)
    wishes = Wishes(
        sources, database_of(told.go), told.go, told.environment, told.timeout, told.instance, is_alone=True
    )
    try:
        store = open_store(told.store)
    except StoreError as error:
        raise ServeError("store", value=told.store, words=error.words) from error
    house = House(wishes, store, asked=lambda _: None, failed=lambda _: None)
    try:
        return await bring(house, files_of(place))
    finally:
        await house.close(60)


command = make(
    "import",
    _import,
    [
        click.Argument(["folder"]),
        option("config", "FILE"),
        option("store", "DIR|URL"),
    ],
    group="store",
)
