"""The options that gomend takes before `go` and after each of its own commands."""

import click

from gomend.cli.saying import Voice
from gomend.settings.schema import OPTIONS
from gomend.texts import text

_FLAGS = "gomend.flags"


def shared(voice: Voice) -> list[click.Parameter]:
    """The options, helped in the voice's language."""
    return [
        *(_valued(name, voice) for name in ("format", "output", "lang", "color", "probe")),
        _switch(("-q", "--quiet"), "quiet", voice),
        _switch(("-v", "--verbose"), "verbose", voice),
        _switch(("--no-record",), "record", voice, to=False),
        _switch(("--no-relay",), "relay", voice, to=False),
    ]


def given(context: click.Context) -> dict[str, object]:
    """The options given so far, here and further left on the command line; the one further right counts."""
    flags: dict[str, object] = context.find_root().meta.setdefault(_FLAGS, {})
    return flags


def _valued(name: str, voice: Voice) -> click.Option:
    option = OPTIONS[name]

    def take(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            given(context)[name] = value

    return click.Option(
        [f"--{name}"],
        type=click.Choice(option.choices) if option.choices else click.Path(),
        metavar="|".join(option.choices) or "FILE",
        expose_value=False,
        callback=take,
        help=voice.text(f"option/{name}"),
    )


def _switch(names: tuple[str, ...], name: str, voice: Voice, *, to: bool = True) -> click.Option:
    def take(context: click.Context, _: click.Parameter, value: bool | None) -> None:
        if value:
            given(context)[name] = to

    return click.Option(
        [*names, f"switch_{name}"],
        is_flag=True,
        expose_value=False,
        callback=take,
        help=voice.text(f"option/{name if to else f'no_{name}'}"),
    )


def goproxy(voice: Voice) -> click.Option:
    """`--goproxy LIST`: other sources for one wrapped command."""

    def take(context: click.Context, option: click.Parameter, value: str | None) -> None:
        if value is None or context.resilient_parsing:
            return
        from gomend.cli.mending import RefusedError  # noqa: PLC0415 - few runs have it
        from gomend.cli.proxy.naming import values_named  # noqa: PLC0415

        words = [value] if "|" in value or "," in value else value.split()
        try:
            given(context)["variables"] = values_named(words, "", voice)
        except RefusedError as error:
            raise click.BadParameter(value, context, option) from error

    return click.Option(
        ["--goproxy"],
        metavar="LIST",
        expose_value=False,
        callback=take,
        help=text(voice.lang, "proxyuse.option/goproxy"),
    )
