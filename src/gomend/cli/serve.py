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

_OPTIONS = {
    "listen": "HOST:PORT",
    "upstream": "LIST",
    "store": "DIR|URL",
    "timeout": "SECONDS",
    "workers": "N",
    "open": "",
    "tokens": "FILE",
    "rules": "FILE",
    "rate": "N",
    "certificate": "FILE",
    "key": "FILE",
    "log": "",
}  # name -> what stands for its value


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
        told = told_by(loaded)
        address = _introduce(told, voice)
        try_store(told.store)
        if check:
            voice.line(text(voice.lang, "serve.start/checked"))
            return exits.FINE
        from gomend.server.running import run  # noqa: PLC0415  (as above)

        run(told, f"export GOPROXY={address}\n", lambda: told_by(in_force(context)[0]))
    except ServeError as error:
        voice.line(text(voice.lang, f"serve.error/{error.reason}", **error.facts))
        return exits.USAGE
    return exits.FINE


def told_by(loaded: Loaded) -> "Told":
    """What the settings say about a server. Raises ServeError."""
    from gomend.gocmd.gosettings import go_settings  # noqa: PLC0415  (as above)
    from gomend.gocmd.program import CannotRunError, NotFoundError, find_go  # noqa: PLC0415  (as above)
    from gomend.server.plan import parse_listen  # noqa: PLC0415  (as above)
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
        for_people=log == "auto" and sys.stderr.isatty(),
        instance=os.urandom(6).hex(),
        go=honoured(go_settings(go, around).get),
        environment=around,
        tokens=loaded.text("serve_tokens") or _default_tokens(around),
        rules=loaded.text("serve_rules"),
        rate=loaded.number("serve_rate"),
        is_open=loaded.switch("serve_open"),
        asks=bool(loaded.text("serve_tokens")) or not parse_listen(loaded.text("serve_listen")).is_loopback,
        certificate=_absolute(loaded.text("serve_certificate")),
        key=_absolute(loaded.text("serve_key")),
    )


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""


def _default_tokens(around: Mapping[str, str]) -> str:
    from gomend.server.access.tokenfile import token_file  # noqa: PLC0415  (as above)

    path = token_file(around)
    return str(path) if path is not None else ""


def _default_store(around: Mapping[str, str]) -> str:
    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    cache = around.get("XDG_CACHE_HOME", "")
    if not cache and around.get("HOME"):
        cache = str(Path(around["HOME"]) / ".cache")
    if not Path(cache).is_absolute():
        raise ServeError("no_home")
    return str(Path(cache) / "gomend" / "modules")


def _introduce(told: "Told", voice: Voice) -> str:
    """Says what will be served, and gives the address for GOPROXY. Raises ServeError."""
    from gomend.server.admission import has_tokens, read_policy  # noqa: PLC0415  (as above)
    from gomend.server.plan import ServeError, database_of, parse_listen, upstream_of  # noqa: PLC0415  (as above)

    own = parse_listen(told.listen)
    read_policy(Path(told.rules) if told.rules else None)
    if told.asks and not has_tokens(Path(told.tokens) if told.tokens else None) and not told.is_open:
        raise ServeError("not_open", value=told.listen)
    if told.certificate or told.key:
        _check_tls(told)
    sources = upstream_of(told.upstream, told.go, own)
    shown = ", ".join(entry.redacted for entry in sources.entries if entry.kind.value != "noproxy")
    voice.line(text(voice.lang, "serve.start/serving", sources=shown, store=told.store))
    for entry in sources.left_out:
        voice.line(text(voice.lang, "serve.start/left_out", entry=entry))
    if database_of(told.go) is None:
        voice.line(text(voice.lang, "serve.start/no_database"))
    if told.asks and told.is_open:
        voice.line(text(voice.lang, "serve.start/open", listen=told.listen))
    elif told.asks and not told.certificate:
        voice.line(text(voice.lang, "serve.start/plain"))
    return own.url.replace("http:", "https:", 1) if told.certificate else own.url


def _check_tls(told: "Told") -> None:
    import ssl  # noqa: PLC0415  (as above)

    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(told.certificate, told.key)
    except (OSError, ValueError) as error:
        raise ServeError("tls", words=str(error)) from error


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
    return click.Option(
        [option.flag, option.name],
        type=kind,
        metavar=_OPTIONS[name] or "|".join(option.choices),
        expose_value=False,
        callback=take,
        help=help_,
    )


command = make(
    "serve",
    _serve,
    [
        *(_option(name) for name in _OPTIONS),
        click.Option(["--check"], is_flag=True, help=current_voice().text("option/serve_check")),
    ],
)
