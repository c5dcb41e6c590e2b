"""go's settings, read from the places where go reads them, without starting it. Light: it runs before the command."""

import os
from collections.abc import Mapping
from contextlib import suppress

from gomend.gomod.goenv import GoEnv, machine_defaults, user_file


def go_settings(go: str, environment: Mapping[str, str]) -> GoEnv:
    """The settings in force for the go command at the path `go`."""
    named, own = user_file(environment), f"{goroot(go, environment)}/go.env"
    return GoEnv(environment, _bytes(named), _bytes(own), machine_defaults(environment))


def goroot(go: str, environment: Mapping[str, str]) -> str:
    """The folder that the go command at the path `go` belongs to."""
    return environment.get("GOROOT") or os.path.dirname(os.path.dirname(os.path.realpath(go)))


def module_cache(settings: GoEnv) -> str:
    """The folder of the module cache; "" where no setting names one. Source: cmd/go/internal/cfg (gopathDir)."""
    named = settings.get("GOMODCACHE")
    gopath = settings.get("GOPATH").split(os.pathsep)[0]
    return named or (os.path.join(gopath, "pkg", "mod") if gopath else "")


def _bytes(path: str | None) -> bytes | None:
    with suppress(OSError):
        if path:
            with open(path, "rb") as file:
                return file.read()
    return None
