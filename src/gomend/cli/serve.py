"""`gomend serve`: the engine left running, as a team's module proxy."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, make
from gomend.cli.saying import Voice
from gomend.cli.serversettings import option, server_settings, told_by
from gomend.report.amounts import size
from gomend.settings.trouble import SettingError
from gomend.storage.opening import is_bucket
from gomend.texts import text

if TYPE_CHECKING:  # loaded for this command alone
    from gomend.server.plan import ServeError
    from gomend.server.told import Told

_OPTIONS = {
    "config": "FILE",
    "listen": "HOST:PORT|unix:PATH",
    "socket_mode": "",
    "upstream": "LIST",
    "store": "DIR|URL",
    "store_cache": "DIR",
    "store_cache_size": "SIZE",
    "gosumdb": "DATABASE",
    "sumdbs": "DATABASES",
    "goprivate": "PATTERNS",
    "gonoproxy": "PATTERNS",
    "gonosumdb": "PATTERNS",
    "timeout": "SECONDS",
    "fresh": "SECONDS",
    "grace": "SECONDS",
    "workers": "N",
    "open": "",
    "tokens": "FILE",
    "rules": "FILE",
    "rate": "N",
    "otlp": "URL",
    "sampling": "SHARE",
    "credentials": "FILE",
    "allow_hosts": "PATTERNS",
    "per_host": "N",
    "clones": "N",
    "clone_size": "SIZE",
    "clones_size": "SIZE",
    "certificate": "FILE",
    "key": "FILE",
    "prefetch": "",
    "audit": "FILE",
    "log": "",
}  # name -> what stands for its value


def _serve(context: click.Context, *, check: bool) -> int:
    loaded, voice = server_settings(context)
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
        line = _introduce(told, voice)
        for where in filter(None, (told.store, told.store_cache, *(one.store for one in told.tenants.values()))):
            try_store(where)
        if check:
            voice.line(text(voice.lang, "serve.start/checked"))
            return exits.FINE
        from gomend.server.running import run  # noqa: PLC0415  (as above)

        run(told, f"{line}\n", lambda before: _again(before, context, voice))
    except ServeError as error:
        voice.line(_said(error, voice))
        return exits.USAGE
    return exits.FINE


def _said(error: "ServeError", voice: Voice) -> str:
    return text(voice.lang, f"serve.error/{error.reason}", **error.facts)


def _again(before: "Told", context: click.Context, voice: Voice) -> "Told":
    """The settings as they are now; those before where they are no good."""
    import msgspec  # noqa: PLC0415  (as above)

    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)
    from gomend.server.told import FROM_THE_START  # noqa: PLC0415  (as above)

    try:
        told = told_by(server_settings(context)[0])
        _introduce(told, voice)
    except (ServeError, SettingError) as error:
        words = voice.setting(error) if isinstance(error, SettingError) else _said(error, voice)
        voice.line(text(voice.lang, "serve.start/not_reloaded", words=words))
        return before
    stay = {name: getattr(before, name) for name in FROM_THE_START}
    late = [name for name, value in stay.items() if getattr(told, name) != value and name != "instance"]
    voice.line(text(voice.lang, "serve.start/reloaded"))
    if late:
        voice.line(text(voice.lang, "serve.start/needs_restart", names=", ".join(late)))
    del stay["instance"]
    tenants = {
        name: msgspec.structs.replace(own, **stay, instance=before.tenants.get(name, own).instance)
        for name, own in told.tenants.items()
    }
    return msgspec.structs.replace(told, **stay, instance=before.instance, tenants=tenants)


def _introduce(told: "Told", voice: Voice) -> str:
    """Says what will be served, and gives the line to print when it is. Raises ServeError."""
    from gomend.server.plan import ServeError, collector_of, parse_listening, sampling_of  # noqa: PLC0415  (as above)

    listening = parse_listening(told.listen)
    own = listening.own
    collector_of(told.otlp, told.environment)
    sampling_of(told.sampling)
    if told.store_cache and not is_bucket(told.store):
        raise ServeError("store_cache", value=told.store_cache, store=told.store)
    if told.certificate or told.key:
        _check_tls(told)
    if listening.socket and not Path(listening.socket).parent.is_dir():
        raise ServeError("address", value=f"unix:{listening.socket}", words="there is no such folder")
    if told.audit:
        _check_audit(told.audit)
    _introduce_sources(told, voice)
    if told.store_cache:
        facts = {"folder": told.store_cache, "size": size(told.store_cache_size)}
        voice.line(text(voice.lang, "serve.start/store_cache", **facts))
    for name, tenant in told.tenants.items():
        try:
            _introduce_sources(tenant, voice)
        except ServeError as error:
            raise ServeError("of_tenant", tenant=name, words=_said(error, voice)) from error
    if told.asks and not told.certificate and not all(one.is_open for one in (told, *told.tenants.values())):
        voice.line(text(voice.lang, "serve.start/plain"))
    if listening.address is None:
        return f"listening on unix:{listening.socket}"
    return f"export GOPROXY={own.url.replace('http:', 'https:', 1) if told.certificate else own.url}"


def _introduce_sources(told: "Told", voice: Voice) -> None:
    """Says what a server serves, or one of its tenants, and to whom. Raises ServeError."""
    from gomend.server.admission import has_tokens, read_policy  # noqa: PLC0415  (as above)
    from gomend.server.plan import (  # noqa: PLC0415  (as above)
        ServeError,
        credentials_in,
        database_of,
        databases_of,
        parse_listening,
        upstream_of,
    )

    own = parse_listening(told.listen).own
    read_policy(tuple(map(Path, told.rules)))
    credentials_in(told.credentials)
    if told.asks and not has_tokens(Path(told.tokens) if told.tokens else None) and not told.is_open:
        if own.is_loopback:
            raise ServeError("no_tokens", value=told.tokens)
        raise ServeError("not_open", value=told.listen)
    sources = upstream_of(told.upstream, told.go, own)
    shown = ", ".join(entry.redacted for entry in sources.entries if entry.kind.value != "noproxy")
    key = "tenant" if told.tenant else "serving"
    voice.line(text(voice.lang, f"serve.start/{key}", sources=shown, store=told.store, tenant=told.tenant))
    front = f"/{told.tenant}: " if told.tenant else ""
    for entry in sources.left_out:
        voice.line(front + text(voice.lang, "serve.start/left_out", entry=entry))
    database = database_of(told.go)
    databases_of(told.sumdbs, database)
    if database is None:
        voice.line(front + text(voice.lang, "serve.start/no_database"))
    if told.asks and told.is_open:
        voice.line(front + text(voice.lang, "serve.start/open", listen=told.listen))
    if told.credentials and not told.go.get("GOPRIVATE") and (told.asks or not own.is_loopback):
        voice.line(front + text(voice.lang, "serve.start/credentials_for_none", file=told.credentials))


def _check_audit(path: str) -> None:
    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    there = Path(path)
    try:
        with there.open("ab"):
            if not there.stat().st_size:
                there.chmod(0o600)
    except OSError as error:
        raise ServeError("audit", value=path, words=error.strerror or str(error)) from error


def _check_tls(told: "Told") -> None:
    from gomend.server.certificate import CertificateError, read_identity  # noqa: PLC0415  (as above)
    from gomend.server.plan import ServeError  # noqa: PLC0415  (as above)

    if not (told.certificate and told.key):
        raise ServeError("tls_pair")
    try:
        read_identity(told.certificate, told.key)
    except CertificateError as error:
        raise ServeError("tls", value=error.path, words=error.words) from error


command = make(
    "serve",
    _serve,
    [
        *(option(name, metavar) for name, metavar in _OPTIONS.items()),
        click.Option(["--check"], is_flag=True, help=current_voice().text("option/serve_check")),
    ],
)
