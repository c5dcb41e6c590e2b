"""`gomend proxy route MODULE…`: where go asks for a module, and who sees its name. Nothing is asked."""

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.output import hand_out
from gomend.gomod.path import InvalidPathError
from gomend.gomod.proxylist import ProxyListError
from gomend.gomod.route import route
from gomend.report.route import route_list
from gomend.texts import text


def _route(context: click.Context, modules: tuple[str, ...], *, explain: bool) -> int:
    loaded, voice = in_force(context)
    settings = settings_of_go(loaded)
    found = []
    for word in modules:
        module = word.partition("@")[0].removeprefix("https://").rstrip("/")
        try:
            found.append(route(module, settings))
        except InvalidPathError as error:
            said = text(voice.lang, "proxy.error/module", module=word, reason=str(error))
            raise click.UsageError(said, context) from error
        except ProxyListError as error:
            voice.line(text(voice.lang, "proxy.error/goproxy", reason=str(error)))
            return exits.PROBLEM
    hand_out(route_list(found, settings, voice.lang, explain=explain), loaded, voice)
    return exits.FINE


command = make(
    "route",
    _route,
    [
        click.Argument(["modules"], nargs=-1, required=True, metavar="MODULE..."),
        click.Option(["--explain"], is_flag=True, help=text(current_voice().lang, "proxy.option/explain")),
    ],
    group="proxy",
)
