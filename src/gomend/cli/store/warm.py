"""`gomend store warm FILE…`: what these go.mod and go.work files need comes into the store, before anybody asks."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.cache.progress import progress
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.cli.store.work import acting, house_over, refused, run, said, where
from gomend.gomod.gomodfile import ModFileErrors
from gomend.gomod.gosum import MalformedGoSumError
from gomend.report.storeimport import RefusedFile
from gomend.report.stores import store_warm
from gomend.settings.load import Loaded
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.importing import Brought
    from gomend.server.keeping.warming import Project
    from gomend.server.told import Told


def _warm(context: click.Context, *, files: tuple[str, ...], server: str | None) -> int:
    from gomend.server.keeping.asking import RefusedError  # noqa: PLC0415  (the server's packages: an extra)

    def act(told: "Told", loaded: Loaded, voice: Voice) -> int:
        projects = [_project(file, voice) for file in files]
        try:
            with progress(loaded, voice, "store.warm/progress") as tell:
                brought = run(_filled(told, projects, server, tell))
        except RefusedError as error:
            return refused(error, server or told.store, voice)
        missing = [RefusedFile(one.path, one.code.value, one.words) for one in brought if one.code is not None]
        known = sum(one.was_there for one in brought)
        stored = len(brought) - known - len(missing)
        hand_out(store_warm(server or told.store, files, stored, known, missing), loaded, voice)
        return exits.PROBLEM if missing else exits.FINE

    return acting(context, act)


def _project(file: str, voice: Voice) -> "Project":
    from gomend.server.keeping.warming import project_at  # noqa: PLC0415  (the server's packages: an extra)

    try:
        return project_at(Path(file))
    except (OSError, ModFileErrors, MalformedGoSumError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise click.UsageError(text(voice.lang, "store.error/unreadable", file=file, words=words)) from error


async def _filled(
    told: "Told", projects: "list[Project]", server: str | None, tell: "Callable[[int, int], None] | None"
) -> "list[Brought]":
    from gomend.server.keeping.remote import server_at  # noqa: PLC0415  (as above)
    from gomend.server.keeping.warming import warm  # noqa: PLC0415  (as above)
    from gomend.server.plan import parse_listening, upstream_of  # noqa: PLC0415  (as above)

    if server is not None:
        async with server_at(server, told) as there:
            return await warm(there.files, projects, tell)
    async with house_over(told, upstream_of(told.upstream, told.go, parse_listening(told.listen).own)) as house:
        return await warm(house.files, projects, tell)


command = make(
    "warm",
    _warm,
    [
        click.Argument(["files"], nargs=-1, required=True),
        click.Option(["--server"], metavar="URL", help=said("server_or_socket")),
        *where(),
    ],
    group="store",
)
