"""Whether a go command gets a door, and the door if so. Light: it runs before the command starts."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gomend.gomod.goenv import GoEnv, machine_defaults, user_file
from gomend.gomod.private import matches
from gomend.relay.credentials.goauth import GoAuthError, parse_goauth
from gomend.relay.goline import GoLine, Need, read_go_line
from gomend.relay.plan import plan
from gomend.relay.session import Session

if TYPE_CHECKING:
    from gomend.sources.base import Wanted

_OFF = frozenset({"0", "off", "false", "no"})


def is_off(environment: Mapping[str, str], switch: str) -> bool:
    """Whether a switch of the environment is set to off."""
    return environment.get(switch, "").lower() in _OFF


def go_settings(go: str, environment: Mapping[str, str]) -> GoEnv:
    """The settings in force for the go command at the path `go`, read as go reads them, without starting it."""
    goroot = environment.get("GOROOT") or str(Path(go).resolve().parent.parent)
    named = user_file(environment)
    return GoEnv(environment, _bytes(named), _bytes(f"{goroot}/go.env"), machine_defaults(environment))


def open_for(go: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Session | None:
    """A session for `go ARGUMENTS` run with `environment` in this folder; None where go runs untouched.

    That is: switched off (GOMEND_RELAY), a command that needs no modules, a GOPROXY that leads nowhere over HTTP or
    that go refuses. Raises OSError if no loopback socket can be had.
    """
    if is_off(environment, "GOMEND_RELAY"):
        return None
    settings = go_settings(go, environment)
    line = read_go_line(arguments, settings.get("GOFLAGS"))
    if line.need is Need.NOTHING or settings.get("GO111MODULE") == "off":
        return None
    made = plan(settings.get("GOPROXY"), settings.get("GONOPROXY"))
    if made is None:
        return None
    folder = Path.cwd() / line.folder
    try:
        goauth = parse_goauth(settings.get("GOAUTH"), lambda path: Path(path).is_dir())
    except GoAuthError:  # go says so itself when it asks its first https source
        if any(entry.base.startswith("https:") for entry in made.entries.values()):
            return None
        goauth = ()
    quiet = is_off(environment, "GOMEND_READAHEAD") or made.first is None
    forecast = list if quiet else lambda: _ahead(line, settings)
    return Session(
        made,
        environment,
        forecast,
        machine_output=line.json,
        folder=str(folder),
        goauth=goauth,
        tunnel=not line.starts_programs,
    )


def _ahead(line: GoLine, settings: GoEnv) -> "list[Wanted]":
    # In the door's thread, while go loads.
    from gomend.gocmd import modcache  # noqa: PLC0415
    from gomend.relay.forecast import forecast, ground  # noqa: PLC0415

    found = ground(line, Path.cwd(), settings.get("GOWORK"))
    cache = _module_cache(settings)
    if found is None or cache is None:
        return []
    gonoproxy = settings.get("GONOPROXY")

    def wants(module: str, version: str, kind: str) -> bool:
        return not matches(gonoproxy, module) and not modcache.has(cache, module, version, kind)

    return forecast(line.need, found, wants)


def _module_cache(settings: GoEnv) -> Path | None:
    named = settings.get("GOMODCACHE")
    if named:
        return Path(named)
    gopath = settings.get("GOPATH").split(":")[0]
    return Path(gopath, "pkg", "mod") if gopath else None


def _bytes(path: str | None) -> bytes | None:
    with suppress(OSError):
        return Path(path).read_bytes() if path else None
    return None
