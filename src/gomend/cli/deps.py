"""`gomend deps`: the health of the build list here."""

import asyncio
import os
from functools import partial
from pathlib import Path

import click

from gomend.cli import exits
from gomend.cli.cache.ground import cache_folder, recorded_here, unreadable
from gomend.cli.cache.progress import progress
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.options import given
from gomend.cli.output import deliver, hand_out
from gomend.cli.saying import Voice
from gomend.cli.showing import screen
from gomend.deps.files import ModFiles, mains_of
from gomend.deps.health import Ground, health
from gomend.deps.model import Health
from gomend.deps.records import served_by
from gomend.diagnose.examination import world_of
from gomend.gocmd.gosettings import goroot
from gomend.gocmd.inherited import environment
from gomend.gocmd.program import CannotRunError, NotFoundError, find_go
from gomend.gocmd.toolchain import local_toolchain, version_of
from gomend.gomod.modsyntax import ModFileErrors
from gomend.modcache.projects import project_at
from gomend.report.deps import Deps, deps, has_module
from gomend.report.model import cleaned
from gomend.settings.load import Loaded, nearest
from gomend.settings.schema import OPTIONS
from gomend.texts import text

_STATUS = {"ok": exits.FINE, "problems": exits.PROBLEM, "undetermined": exits.UNDETERMINED}
_OWN_FORMS = ("cyclonedx", "dot")  # of this document alone
_FORM = "gomend.deps.form"


def _deps(context: click.Context, *, why: str, tree: bool, online: bool) -> int:
    loaded, voice = in_force(context)
    cache, settings = cache_folder(loaded, voice)
    try:
        project = project_at(Path.cwd(), settings.get("GOWORK"))
        mains = mains_of(project)
        files = ModFiles(cache, mains, project.work)
    except OSError as error:
        raise unreadable(error, voice) from error
    except ModFileErrors as error:
        raise click.UsageError(str(error)) from error
    if not mains:
        raise click.UsageError(text(voice.lang, "deps.error/no_module"), context)
    told = environment()
    ground = Ground(
        files,
        recorded_here(settings, voice, every=False),
        settings.get("GONOPROXY"),
        _local_go(loaded, told),
        served_by(told),
    )
    found, _ = health(ground)
    if online:
        found.online = True
        _ask(found, files, loaded, voice)
    document = deps(found)
    _show(document, why=why, tree=tree, context=context, loaded=loaded, voice=voice)
    return _STATUS[document.outcome]


def _local_go(loaded: Loaded, told: dict[str, str]) -> str:
    """The version of the go at hand; "" where there is none."""
    try:
        go = find_go({**told, "GOMEND_GO": loaded.text("go")} if loaded.text("go") else told)
    except (NotFoundError, CannotRunError):
        return ""
    return version_of(local_toolchain(goroot(go, told)))


def _ask(found: Health, files: ModFiles, loaded: Loaded, voice: Voice) -> None:
    from gomend.deps.online import ask_newest  # noqa: PLC0415 - only where somebody is asked

    world = world_of(environment(), str(Path.cwd()), partial(text, voice.lang))

    async def every() -> None:
        try:
            # What the graph alone names is nobody's to update.
            asked = [one for one in found.dependencies if one.role.value != "graph"]
            with progress(loaded, voice) as tell:
                await ask_newest(world, files, asked, tell)
        finally:
            await world.close()

    asyncio.run(every())


def _show(document: Deps, *, why: str, tree: bool, context: click.Context, loaded: Loaded, voice: Voice) -> None:
    if why and not has_module(document, why):
        near = nearest(why, tuple(one.module for one in document.modules))
        said = text(voice.lang, "deps.error/not_there", module=why)
        raise click.UsageError(said + (voice.text("error/nearest", word=near) if near else ""), context)
    form = context.meta.get(_FORM, "")
    if form:
        from gomend.report import depsforms  # noqa: PLC0415 - only for these

        deliver(getattr(depsforms, form)(cleaned(document)), loaded)
    elif (why or tree) and loaded.text("format") == "text":
        from gomend.report.depswhy import tree_screen, why_screen  # noqa: PLC0415 - only for these

        here = screen(1, loaded, os.environ)
        shown = cleaned(document)
        deliver(why_screen(shown, why, voice.lang, here) if why else tree_screen(shown, voice.lang, here), loaded)
    else:
        hand_out(document, loaded, voice)


def _format_option(voice: Voice) -> click.Option:
    """`--format` with the forms that a build list has besides those of every document."""
    choices = [*OPTIONS["format"].choices, *_OWN_FORMS]

    def take(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value in _OWN_FORMS:
            context.meta[_FORM] = value
        elif value is not None:
            given(context)["format"] = value

    return click.Option(
        ["--format"],
        type=click.Choice(choices),
        metavar="|".join(choices),
        expose_value=False,
        callback=take,
        help=voice.text("option/format"),
    )


def _help(name: str) -> str:
    return text(current_voice().lang, f"deps.option/{name}")


command = make(
    "deps",
    _deps,
    [
        click.Option(["--why"], default="", metavar="MODULE", help=_help("why")),
        click.Option(["--tree"], is_flag=True, help=_help("tree")),
        click.Option(["--online"], is_flag=True, help=_help("online")),
    ],
)
command.params = [_format_option(current_voice()) if one.name == "format" else one for one in command.params]
