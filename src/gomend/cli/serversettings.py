"""What the settings say about a server: for `gomend serve`, and for the commands that are about its store."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from gomend.cli.command import current_voice, in_force
from gomend.cli.options import given
from gomend.cli.saying import Voice
from gomend.gocmd.inherited import environment
from gomend.settings.load import Loaded
from gomend.settings.schema import OPTIONS
from gomend.settings.serverfile import with_server_file

if TYPE_CHECKING:  # loaded for these commands alone
    from gomend.server.told import Told

_GO = ("gosumdb", "goprivate", "gonoproxy", "gonosumdb")  # settings of go's that a server may have of its own


def option(name: str, metavar: str = "") -> click.Option:
    """An option of the server's, kept with all others."""
    known = OPTIONS[f"serve_{name}"]

    def take(context: click.Context, _: click.Parameter, value: object) -> None:
        if value not in (None, False):
            given(context)[known.name] = value

    help_ = current_voice().text(f"option/serve_{name}")
    if isinstance(known.default, bool):
        return click.Option([known.flag, known.name], is_flag=True, expose_value=False, callback=take, help=help_)
    return click.Option(
        [known.flag, known.name],
        type=click.Choice(known.choices) if known.choices else None,
        metavar=metavar or "|".join(known.choices),
        expose_value=False,
        callback=take,
        help=help_,
    )


def server_settings(context: click.Context) -> tuple[Loaded, Voice]:
    """The options in force, the server's own file among their places, and the voice. Raises SettingError."""
    loaded, voice = in_force(context)
    return with_server_file(loaded), voice


def told_by(loaded: Loaded) -> "Told":
    """What the settings say about a server, and about each of its tenants. Raises ServeError."""
    from gomend.server.apart import tenant_of  # noqa: PLC0415  (the server's packages: an extra)

    told = _told(loaded)
    tenants = {name: tenant_of(told, name, _told(own)) for name, own in loaded.tenants.items()}
    return msgspec.structs.replace(told, tenants=tenants)


def _told(loaded: Loaded) -> "Told":
    from gomend.gocmd.gosettings import go_settings  # noqa: PLC0415  (the server's packages: an extra)
    from gomend.gocmd.program import CannotRunError, NotFoundError, find_go  # noqa: PLC0415  (as above)
    from gomend.server.plan import parse_listening, size_of  # noqa: PLC0415  (as above)
    from gomend.server.told import Told, honoured  # noqa: PLC0415  (as above)

    own = {name.upper(): words for name in _GO if (words := loaded.text(f"serve_{name}"))}
    around = environment() | own
    try:
        go = find_go(around)
    except (NotFoundError, CannotRunError):
        go = "/nowhere/bin/go"
    log = loaded.text("serve_log")
    address = parse_listening(loaded.text("serve_listen")).address
    return Told(
        listen=loaded.text("serve_listen"),
        socket_mode=int(loaded.text("serve_socket_mode"), 8),
        upstream=loaded.text("serve_upstream"),
        store=_store(loaded.text("serve_store")) or _default_store(around),
        store_cache=_absolute(loaded.text("serve_store_cache")),
        store_cache_size=size_of("--store-cache-size", loaded.text("serve_store_cache_size")),
        timeout=loaded.number("serve_timeout"),
        fresh=loaded.number("serve_fresh"),
        grace=loaded.number("serve_grace"),
        workers=loaded.number("serve_workers"),
        failures_only=log == "failures" or (log == "auto" and sys.stderr.isatty()),
        for_people=log == "auto" and sys.stderr.isatty(),
        instance=os.urandom(6).hex(),
        go=honoured(go_settings(go, around).get),
        environment=around,
        tokens=_absolute(loaded.text("serve_tokens")) or _default_tokens(around),
        rules=tuple(filter(None, [_absolute(loaded.text("serve_rules"))])),
        rate=loaded.number("serve_rate"),
        otlp=loaded.text("serve_otlp"),
        sampling=loaded.text("serve_sampling"),
        credentials=_absolute(loaded.text("serve_credentials")),
        sumdbs=loaded.text("serve_sumdbs"),
        allow_hosts=loaded.text("serve_allow_hosts"),
        per_host=loaded.number("serve_per_host"),
        clones=loaded.number("serve_clones"),
        clone_size=size_of("--clone-size", loaded.text("serve_clone_size")),
        clones_size=size_of("--clones-size", loaded.text("serve_clones_size")),
        prefetch=loaded.text("serve_prefetch"),
        audit=_absolute(loaded.text("serve_audit")),
        is_open=loaded.switch("serve_open"),
        asks=bool(loaded.text("serve_tokens"))
        or loaded.switch("serve_open")
        or (address is not None and not address.is_loopback),
        certificate=_absolute(loaded.text("serve_certificate")),
        key=_absolute(loaded.text("serve_key")),
    )


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""


def _store(named: str) -> str:
    return named if "://" in named else _absolute(named)


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
