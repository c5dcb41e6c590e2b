"""`gomend undo [ID]`: takes back what gomend changed."""

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.mending import RefusedError, faults_told, journal, no_entry
from gomend.cli.output import hand_out
from gomend.mend.journal import NoEntryError
from gomend.report.plans import mend_list, undone
from gomend.texts import text


def _undo(context: click.Context, word: str, *, listing: bool) -> int:
    loaded, voice = in_force(context)
    try:
        made = journal(voice)
        if listing:
            hand_out(mend_list(made.entries()), loaded, voice)
            return exits.FINE
        with faults_told(voice):
            done = made.undo(word)
        hand_out(undone(done), loaded, voice)
    except NoEntryError as error:
        return no_entry(error, voice)
    except RefusedError as refused:
        return refused.status
    return exits.FINE


command = make(
    "undo",
    _undo,
    [
        click.Argument(["word"], required=False, default="", metavar="[ID]"),
        click.Option(["--list", "listing"], is_flag=True, help=text(current_voice().lang, "mend.option/list")),
    ],
)
