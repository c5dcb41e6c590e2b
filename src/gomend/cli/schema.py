"""`gomend schema [NAME]`: the JSON Schema of a document, or of all."""

import click
import msgspec

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.output import deliver
from gomend.report.model import DOCUMENTS
from gomend.report.schema import schema
from gomend.settings.load import nearest


def _schema(context: click.Context, name: str | None) -> int:
    loaded, voice = in_force(context)
    if name is None:
        shown: object = {known: schema(known) for known in DOCUMENTS}
    else:
        name = name.removeprefix("gomend.").removesuffix("/1")
        if name not in DOCUMENTS:
            near = nearest(name, DOCUMENTS)
            said = voice.text("error/no_schema", name=name, known=", ".join(DOCUMENTS))
            raise click.UsageError(said + (voice.text("error/nearest", word=near) if near else ""), context)
        shown = schema(name)
    deliver(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode() + "\n", loaded)
    return exits.FINE


command = make("schema", _schema, [click.Argument(["name"], required=False)])
