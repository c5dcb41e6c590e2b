"""`gomend proxy save NAME`: keeps the settings in force as a profile, for `gomend proxy use NAME`."""

import os

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.mending import RefusedError, faults_told, journal
from gomend.cli.output import hand_out
from gomend.cli.proxy.naming import kept_profiles, said
from gomend.gomod.goenv import Origin
from gomend.gomod.publicproxies import public_proxies
from gomend.mend import profiles
from gomend.mend.profiles import SETTINGS, BadNameError, Values
from gomend.report.proxyuse import proxy_save


def _save(context: click.Context, name: str) -> int:
    loaded, voice = in_force(context)
    place = profiles.place_of(os.environ)
    if place is None:
        said(voice, "error/no_place")
        return exits.USAGE
    try:
        profiles.check_name(name, tuple(one.name for one in public_proxies()))
        kept_profiles(voice)
    except BadNameError as error:
        said(voice, "error/name", name=error.name)
        return exits.USAGE
    except RefusedError as refused:
        return refused.status
    settings = settings_of_go(loaded)
    values: Values = {
        one: setting.value
        for one in SETTINGS
        if (setting := settings.setting(one)).origin in (Origin.ENVIRONMENT, Origin.USER_FILE) or one == "GOPROXY"
    }
    try:
        with faults_told(voice):
            entry = journal(voice).apply(
                profiles.steps(place, {name: values}), command=["gomend", "proxy", "save", name], what=[str(place)]
            )
    except RefusedError as refused:
        return refused.status
    hand_out(proxy_save(name, values, entry.id), loaded, voice)
    return exits.FINE


command = make("save", _save, [click.Argument(["name"], metavar="NAME")], group="proxy")
