"""`gomend doctor --bundle FILE` and `--bundle-check FILE`."""

import os
import platform
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from gomend import __version__
from gomend.cli import exits
from gomend.cli.mending import agrees
from gomend.cli.saying import Voice
from gomend.cli.showing import write_file_bytes
from gomend.diagnose.world import World
from gomend.gocmd import recorded
from gomend.gomod.goenv import GoEnv
from gomend.masking import mask
from gomend.report import bundle, render
from gomend.report.model import DoctorReport
from gomend.sources.credentials.netrc import netrc_file, parse_netrc
from gomend.trace.model import Trace
from gomend.trace.recorder import unpacked
from gomend.trace.sharing import shared

_RUNS = 5
_NAMED_SECRET = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "ACCESS_KEY", "CREDENTIAL")
_SETTINGS = (
    *("GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOFLAGS"),
    *("GO111MODULE", "GOTOOLCHAIN", "GOWORK", "GOMODCACHE", "GOCACHE", "GOPATH", "GOTMPDIR"),
)
_ENVIRONMENT = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "CI")


def write_bundle(path: str, document: DoctorReport, world: World, voice: Voice, *, yes: bool) -> int:
    """Shows what will be in the bundle, asks on a terminal unless `yes`, then writes it.

    Raises click.UsageError where the file cannot be written.
    """
    kept = list(_kept(world))
    # What was private in a recorded run is so here, too, whatever is set today.
    patterns = bundle.joined([private_patterns(world.settings), *(trace.private for _, _, trace in kept if trace)])
    members = {**dict(_seen(document, world, voice)), **dict(_runs(kept))}
    ready = bundle.cleaned(members, patterns, world.environment.get("HOME", ""))
    voice.tell("bundle/inside", path=path)
    for name, text in ready.items():
        voice.line(f"{name}  {len(text.encode('utf-8', 'replace'))} B")
    leaks = bundle.leaks(ready, patterns, secrets(world.environment))
    if leaks:
        _tell(leaks, voice)
        voice.tell("bundle/kept_back")
        return exits.PROBLEM
    if agrees(voice.text("bundle/ask", path=path), voice, yes=yes) is False:
        voice.tell("bundle/not_written")
        return exits.PROBLEM
    try:
        write_file_bytes(path, bundle.packed(ready))
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror or error}") from error
    voice.tell("bundle/written", path=path)
    return exits.FINE


def check_bundle(path: str, settings: GoEnv, environment: Mapping[str, str], voice: Voice) -> int:
    """Proves that no secret and no private name is in a bundle, as far as this machine knows them."""
    try:
        members, unread = bundle.unpacked(Path(path).read_bytes())
    except (OSError, zipfile.BadZipFile) as error:
        raise click.UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    leaks = [*unread, *bundle.leaks(members, private_patterns(settings), secrets(environment))]
    if leaks:
        _tell(leaks, voice)
        return exits.PROBLEM
    voice.tell("bundle/clean", path=path, count=len(members))
    return exits.FINE


def _tell(leaks: list[bundle.Leak], voice: Voice) -> None:
    for leak in leaks:
        voice.tell(f"bundle/{leak.what}", file=leak.file)


def private_patterns(settings: GoEnv) -> str:
    """The patterns in force that name private modules, as one list."""
    return bundle.joined(settings.get(name) for name in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB"))


def secrets(environment: Mapping[str, str]) -> set[str]:
    """The secrets that lie on this machine where go and its helpers look for them."""
    found = {value for name, value in environment.items() if any(word in name.upper() for word in _NAMED_SECRET)}
    file = netrc_file(environment, sys.platform)
    try:
        text = file.read_text("utf-8", "surrogateescape") if file else ""
    except OSError:
        text = ""
    return found | {login.password for login in parse_netrc(text)}


def _kept(world: World) -> Iterator[tuple[str, str, Trace | None]]:
    """The name, the report and the requests of the last recorded runs."""
    for one in recorded.recorded(world.environment)[:_RUNS]:
        try:
            report = one.record.read_text("utf-8")
            yield one.run, report, unpacked(one.trace.read_bytes()) if one.trace is not None else None
        except (OSError, ValueError):
            continue


def _runs(kept: Iterable[tuple[str, str, Trace | None]]) -> Iterator[tuple[str, str]]:
    for run, report, trace in kept:
        yield f"runs/{run}.json", report
        if trace is not None:
            yield f"runs/{run}.trace.json", render(shared(trace), "json")


def _seen(document: DoctorReport, world: World, voice: Voice) -> Iterator[tuple[str, str]]:
    yield "doctor.txt", render(document, lang=voice.lang)
    yield "doctor.json", render(document, "json")
    yield "settings.txt", "".join(_settings(world))
    yield "machine.txt", "".join(_machine(world))


def _settings(world: World) -> Iterator[str]:
    for name in _SETTINGS:
        setting = world.settings.setting(name)
        hidden = ["GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS"]
        value = f"({len(setting.value.split(','))})" if name in hidden and setting.value else mask(setting.value)
        yield f"{name}={value}  {setting.origin}\n"
    for name in _ENVIRONMENT:
        if name in world.environment:
            yield f"{name}={mask(world.environment[name])}\n"


def _machine(world: World) -> Iterator[str]:
    yield f"gomend {__version__}\n"
    yield f"python {platform.python_version()}\n"
    yield f"{platform.system()} {platform.release()} {platform.machine()}\n"
    yield f"go {world.go or '-'}\n"
    yield f"user {os.geteuid()}\n"
