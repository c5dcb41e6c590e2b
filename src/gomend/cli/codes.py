"""`gomend codes`: every cause code there is."""

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.output import hand_out
from gomend.report.model import code_list


def _codes(context: click.Context) -> int:
    loaded, voice = in_force(context)
    hand_out(code_list(voice.lang), loaded, voice)
    return exits.FINE


command = make("codes", _codes)
