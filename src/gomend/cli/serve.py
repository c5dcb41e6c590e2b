"""`gomend serve`: the engine left running, as a team's module proxy."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.options import given
from gomend.cli.saying import Voice
from gomend.gocmd.inherited import environment
from gomend.settings.load import Loaded
from gomend.settings.schema import OPTIONS
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.told import Told


def _serve(context: click.Context, *, check: bool) -> int:
    loaded, voice = in_force(context)
    try:
        import granian  # noqa: F401, PLC0415  (the server's packages: an extra)
        import prometheus_client  # noqa: F401, PLC0415  (as above)
        import structlog  # noqa: F401, PLC0415  (as above)
    except ImportError:
        voice.line(text(voice.lang, "serve.error/packages"))
        return exits.USAGE
    from gomend.server.plan import ServeError  # noqa: PLC0415  (after it is known that it can run)
    from gomend.server.trial import try_store  # noqa: PLC0415  (as above)

    try:
        told = _told(loaded)
        address = _introduce(told, loaded, voice)
        try_store(told.store)
        if check:
            voice.line(text(voice.lang, "serve.start/checked"))
            return exits.FINE
        from gomend.server.running import run  # noqa: PLC0415  (as above)

        run(told, f"export GOPROXY={address}\n", lambda: _told(in_force(context)[0]))
    except ServeError as error:
        voice.line(text(voice.lang, f"serve.error/{error.reason}", **error.facts))
        return exits.USAGE
    return exits.FINE


def _told(loaded: Loaded) -> "Told":
    from gomend.gocmd.gosettings import go_settings  # noqa: PLC0415  (as above)
    from gomend.gocmd.program import CannotRunError, NotFoundError, find_go  # noqa: PLC0415  (as above)
    from gomend.server.told import Told, honoured  # noqa: PLC0415  (as above)

    around = environment()
    try:
        go = find_go(around)
    except (NotFoundError, CannotRunError):
        go = "/nowhere/bin/go"
    log = loaded.text("serve_log")
    return Told(
        listen=loaded.text("serve_listen"),
        upstream=loaded.text("serve_upstream"),
        store=loaded.text("serve_store") or _default_store(around),
        timeout=loaded.number("serve_timeout"),
        workers=loaded.number("serve_workers"),
        failures_only=log == "failures" or (log == "auto" and sys.stderr.isatty()),
        instance=os.urandom(6).hex(),
        go=honoured(go_settings(go, around).get),
        environment=around,
    )


def _default_store(around: Mapping[str, str]) -> str:
    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    cache = around.get("XDG_CACHE_HOME", "")
    if not cache and around.get("HOME"):
        cache = str(Path(around["HOME"]) / ".cache")
    if not Path(cache).is_absolute():
        raise ServeError("no_home")
    return str(Path(cache) / "gomend" / "modules")


def _introduce(told: "Told", loaded: Loaded, voice: Voice) -> str:
    """Says what will be served, and gives the address for GOPROXY. Raises ServeError."""
    from gomend.server.plan import ServeError, database_of, parse_listen, upstream_of  # noqa: PLC0415  (as above)

    own = parse_listen(told.listen)
    if not own.is_loopback and not loaded.switch("serve_open"):
        raise ServeError("not_open", value=told.listen)
    sources = upstream_of(told.upstream, told.go, own)
    shown = ", ".join(entry.redacted for entry in sources.entries if entry.kind.value != "noproxy")
    voice.line(text(voice.lang, "serve.start/serving", sources=shown, store=told.store))
    for entry in sources.left_out:
        voice.line(text(voice.lang, "serve.start/left_out", entry=entry))
    if database_of(told.go) is None:
        voice.line(text(voice.lang, "serve.start/no_database"))
    if not own.is_loopback:
        voice.line(text(voice.lang, "serve.start/open", listen=told.listen))
    return own.url


def _option(name: str) -> click.Option:
    """An option of the server's, kept with all others."""
    option = OPTIONS[f"serve_{name}"]

    def take(context: click.Context, _: click.Parameter, value: object) -> None:
        if value not in (None, False):
            given(context)[option.name] = value

    help_ = current_voice().text(f"option/serve_{name}")
    if isinstance(option.default, bool):
        return click.Option([option.flag, option.name], is_flag=True, expose_value=False, callback=take, help=help_)
    kind: click.Choice[str] | None = click.Choice(option.choices) if option.choices else None
    shown = {"listen": "HOST:PORT", "upstream": "LIST", "store": "DIR|URL", "timeout": "SECONDS", "workers": "N"}
    return click.Option(
        [option.flag, option.name],
        type=kind,
        metavar=shown.get(name) or "|".join(option.choices),
        expose_value=False,
        callback=take,
        help=help_,
    )


command = make(
    "serve",
    _serve,
    [
        *(_option(name) for name in ("listen", "upstream", "store", "timeout", "workers", "open", "log")),
        click.Option(["--check"], is_flag=True, help=current_voice().text("option/serve_check")),
    ],
)
