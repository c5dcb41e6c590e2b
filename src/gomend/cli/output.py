"""The documents of gomend's own commands: to standard output, or to the file of --output."""

import os

import click

from gomend.cli.saying import Voice
from gomend.cli.showing import screen, write_file
from gomend.gocmd.streams import write_all
from gomend.report import render
from gomend.report.model import Document
from gomend.settings.load import Loaded
from gomend.settings.trouble import SettingError


def hand_out(document: Document, loaded: Loaded, voice: Voice) -> None:
    """Shows or writes one document in the form in force. Raises as `formed` and `deliver` do."""
    deliver(formed(document, loaded, voice), loaded)


def formed(document: Document, loaded: Loaded, voice: Voice) -> str:
    """The document in the form in force. Raises SettingError where that form is not one of this kind of document."""
    form = loaded.text("format")
    path = loaded.text("output")
    here = screen(1, loaded, os.environ)
    try:
        return render(
            document,
            form,
            lang=voice.lang,
            color=here.color and (not path or loaded.text("color") == "always"),
            width=80 if path else here.width,
            unicode=here.unicode,
        )
    except ValueError as error:
        raise SettingError(
            "value", place="--format", name="format", value=form, allowed="text, json, ndjson"
        ) from error


def deliver(words: str, loaded: Loaded) -> None:
    """Puts the words where they belong. Raises BrokenPipeError when nobody reads, click.UsageError for a bad file."""
    path = loaded.text("output")
    if not path:
        write_all(1, words.encode("utf-8", "replace"))
        return
    try:
        write_file(path, words)
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror or error}") from error
