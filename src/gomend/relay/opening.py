"""Whether a go command gets a door, and the door if so. Light: it runs before the command starts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gomend.gocmd import toolchain
from gomend.gocmd.gosettings import go_settings, goroot, module_cache
from gomend.gocmd.sshprompts import without_asking
from gomend.gomod.goenv import GoEnv
from gomend.gomod.private import matches
from gomend.relay.goline import GoLine, Need, read_go_line
from gomend.relay.plan import plan
from gomend.relay.session import Ahead, Session
from gomend.settings.switches import is_off

# go spends a twelfth of its time on collecting garbage while it unpacks and hashes, as much as the door costs on a
# line without latency (decision 29). Compilers and what the user starts are not told so.
_SELDOM = {"GOGC": "300"}

Wants = Callable[[str, str, str], bool]


def open_for(
    go: str, arguments: Sequence[str], environment: Mapping[str, str], *, in_script: bool = False
) -> Session | None:
    """A session for `go ARGUMENTS` run with `environment` in this folder; None where go runs untouched.

    That is: switched off (GOMEND_RELAY), a command that needs no modules, unless go downloads another toolchain first;
    a GOPROXY that leads nowhere or that go refuses; a command that starts a user's program, where GOPROXY names no
    proxy or all that the command needs lies in the module cache, since a test's cached result would not outlast a
    changed GOPROXY. With `in_script` it is not the user who has typed the command: what it will ask is read ahead once
    it has begun to ask.
    Raises OSError if no loopback socket can be had.
    """
    if is_off(environment.get("GOMEND_RELAY", "")):
        return None
    settings = go_settings(go, environment)
    line = read_go_line(arguments, settings.get("GOFLAGS"))
    if settings.get("GO111MODULE") == "off":
        return None
    fetches_toolchain = _fetches_toolchain(go, line, settings, environment)
    made = plan(settings.get("GOPROXY"), settings.get("GONOPROXY"))
    if made is None or (line.need is Need.NOTHING and not fetches_toolchain):
        return None
    if line.starts_programs and (not made.entries or (not fetches_toolchain and _lies_at_hand(line, settings))):
        return None
    folder = Path.cwd() / line.folder
    goauth = settings.get("GOAUTH")
    if goauth != "netrc" and made.asks_https and _go_refuses(goauth):
        return None
    quiet = is_off(environment.get("GOMEND_READAHEAD", "")) or made.first is None or line.need is Need.NOTHING
    return Session(
        made,
        environment,
        Ahead if quiet else lambda: _ahead(line, settings, after_go=in_script),
        # What needs no modules prints settings, the door's among them.
        machine_output=line.json or line.need is Need.NOTHING,
        folder=str(folder),
        goauth=goauth,
        tunnel=not line.starts_programs,
        more={
            **({} if line.starts_programs or not made.goes_direct else without_asking(environment, str(folder))),
            **({} if quiet or line.compiles or "GOGC" in environment else _SELDOM),
        },
    )


def _fetches_toolchain(go: str, line: GoLine, settings: GoEnv, environment: Mapping[str, str]) -> bool:
    said = settings.get("GOTOOLCHAIN")
    mod = toolchain.deciding_file(line.folder or ".", settings.get("GOWORK"))
    name = toolchain.wanted(toolchain.local_toolchain(goroot(go, environment)), said, mod)
    cache = _module_cache(settings)
    downloads = said != "path" and not said.endswith("+path")
    return bool(name) and downloads and not toolchain.is_at_hand(name, str(cache or ""), environment.get("PATH", ""))


def _lies_at_hand(line: GoLine, settings: GoEnv) -> bool:
    """Whether all that a build asks for is in the module cache, as far as go.mod and go.sum tell."""
    if line.need is not Need.BUILD or line.mod == "mod":  # -mod=mod: what go.mod lacks is looked for
        return False
    from gomend.relay.forecast import forecast, ground  # noqa: PLC0415 - only for commands that start programs

    main = ground(line, Path.cwd(), settings.get("GOWORK"))
    wants = _wants(settings)
    if main is None or wants is None:
        return True  # no module: the standard library alone, or an error of go's own
    return not forecast(
        line.need, main, lambda module, version, kind: kind in ("zip", "mod") and wants(module, version, kind)
    )


def _go_refuses(goauth: str) -> bool:
    """Whether go ends with a word of its own when it asks its first https source."""
    from gomend.sources.credentials.goauth import GoAuthError, parse_goauth  # noqa: PLC0415  (few set GOAUTH)

    try:
        parse_goauth(goauth, lambda path: Path(path).is_dir())
    except GoAuthError:
        return True
    return False


def _ahead(line: GoLine, settings: GoEnv, *, after_go: bool) -> Ahead:
    # In the door's thread, while go loads.
    from gomend.relay.forecast import forecast, ground, named, walk  # noqa: PLC0415

    wants = _wants(settings)
    if wants is None:
        return Ahead()
    main = ground(line, Path.cwd(), settings.get("GOWORK"))
    known = [] if main is None else forecast(line.need, main, wants)
    return Ahead(known or named(line, main, wants), walk(line, main, wants), after_go)


def _wants(settings: GoEnv) -> Wants | None:
    """Whether go will ask a proxy for a file; None where there is no module cache."""
    from gomend.gocmd import modcache  # noqa: PLC0415

    cache = _module_cache(settings)
    if cache is None:
        return None
    gonoproxy = settings.get("GONOPROXY")
    return lambda module, version, kind: (
        not matches(gonoproxy, module) and not modcache.has(cache, module, version, kind)
    )


def _module_cache(settings: GoEnv) -> Path | None:
    named = module_cache(settings)
    return Path(named) if named else None
