"""`gomend settings`: every option with its value in force and where that comes from."""

import click

from gomend.cli import exits
from gomend.cli.command import make
from gomend.cli.output import hand_out
from gomend.cli.serversettings import server_settings
from gomend.report.model import Setting, setting_list
from gomend.settings.load import nearest
from gomend.settings.schema import OPTIONS


def _settings(context: click.Context) -> int:
    loaded, voice = server_settings(context)
    rows = [
        Setting(name, _shown(one.value), one.origin.value, one.place or _flag(one.origin.value, name))
        for name, one in loaded.values.items()
    ]
    hand_out(setting_list(rows), loaded, voice)
    known = tuple(option.variable for option in OPTIONS.values())
    for variable in loaded.unknown_variables:
        near = nearest(variable, known)
        said = voice.text("setting/unknown_variable", name=variable)
        voice.line(said + (voice.text("error/nearest", word=near) if near else ""))
    return exits.FINE


def _shown(value: str | bool | int) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _flag(origin: str, name: str) -> str:
    if origin != "flag":
        return ""
    return "--no-record" if name == "record" else OPTIONS[name].flag


command = make("settings", _settings)
