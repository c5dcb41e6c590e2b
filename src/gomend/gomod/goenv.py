"""Where go's settings come from, and which value hides which.

Source: cmd/go/internal/cfg (cfg.go: EnvFile, initEnvCache, readEnvFile, Getenv, EnvOrAndChanged) and envcmd/env.go.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

OS_ONLY = frozenset({"GOENV", "GODEBUG"})  # go reads these from the environment alone

_BUILT_IN = {"GOAUTH": "netrc", "GOPROXY": "", "GOSUMDB": "", "GOTOOLCHAIN": ""}
_FALLS_BACK_TO_GOPRIVATE = frozenset({"GONOPROXY", "GONOSUMDB"})


class Origin(StrEnum):
    """Where a value stands."""

    ENVIRONMENT = "environment"
    USER_FILE = "user file"  # written by `go env -w`
    GOROOT_FILE = "GOROOT/go.env"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force."""

    name: str
    value: str
    origin: Origin
    hidden: tuple[tuple[Origin, str], ...] = ()  # further values that stand somewhere and do not count, strongest first


def parse_user_file(data: bytes) -> dict[str, str]:
    """The settings of a GOENV file; the last line for a key counts.

    Lines that are no `KEY=value` are ignored, as by go. Nothing is trimmed or unquoted: a carriage return at the end of
    a line belongs to the value.
    """
    return dict(_lines(data))


def parse_goroot_file(data: bytes) -> dict[str, str]:
    """The settings of GOROOT/go.env; here the first line for a key counts."""
    found: dict[str, str] = {}
    for key, value in _lines(data):
        found.setdefault(key, value)
    return found


def _lines(data: bytes) -> list[tuple[str, str]]:
    found = []
    for line in data.split(b"\n"):
        key, equals, value = line.partition(b"=")
        if equals and b"A" <= key[:1] <= b"Z":
            found.append((key.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")))
    return found


def user_config_folder(environ: Mapping[str, str], platform: str = "linux") -> str | None:
    """Where the platform keeps a user's settings; None where the environment does not say. Source: os.UserConfigDir.

    `platform` is a value of `sys.platform`.
    """
    if platform == "win32":
        return environ.get("AppData") or environ.get("APPDATA") or None
    home = environ.get("HOME", "")
    if platform == "darwin":
        return f"{home}/Library/Application Support" if home else None
    configured = environ.get("XDG_CONFIG_HOME", "")
    if configured:
        return configured if configured.startswith("/") else None
    return f"{home}/.config" if home else None


def build_cache_folder(environ: Mapping[str, str], platform: str = "linux") -> str:
    """Where go keeps its build cache while GOCACHE is not set; "" where the environment does not say.

    Source: os.UserCacheDir and cmd/go/internal/cache (default.go).
    """
    home = environ.get("HOME", "")
    if platform == "win32":
        folder = environ.get("LocalAppData") or environ.get("LOCALAPPDATA") or ""
    elif platform == "darwin":
        folder = f"{home}/Library/Caches" if home else ""
    else:
        folder = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else "")
    return posixpath.join(folder, "go-build") if folder else ""


def user_file(environ: Mapping[str, str], platform: str = "linux") -> str | None:
    """The path of the user's GOENV file; None where there is none (GOENV=off, no home). Source: cfg.EnvFile."""
    named = environ.get("GOENV", "")
    if named:
        return None if named == "off" else named
    folder = user_config_folder(environ, platform)
    return posixpath.join(folder, "go/env") if folder else None


class GoEnv:
    """The settings in force, looked up one by one. All go commands see the same, whatever folder they run in."""

    def __init__(
        self,
        environ: Mapping[str, str],
        user: bytes | None = None,
        goroot: bytes | None = None,
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        """`user` and `goroot` are the bytes of the user's GOENV file and of GOROOT/go.env, None for a missing one.

        `defaults` are built-in values that depend on the machine: GOPATH, GOMODCACHE, GOCACHE and the like.
        """
        self._environ = environ
        self._user = parse_user_file(user or b"")
        self._goroot = parse_goroot_file(goroot or b"")
        self._defaults = {**_BUILT_IN, **(defaults or {})}

    def get(self, name: str) -> str:
        """The value in force."""
        return self.setting(name).value

    def setting(self, name: str) -> Setting:
        """The value in force, where it stands, and what it hides.

        An empty variable of the environment counts as unset. An empty line in the user's file counts as set: it hides
        GOROOT/go.env, and the value is then the built-in default, which is empty for GOPROXY, GOSUMDB and GOTOOLCHAIN.
        """
        standing: list[tuple[Origin, str]] = []
        if self._environ.get(name):
            standing.append((Origin.ENVIRONMENT, self._environ[name]))
        if name not in OS_ONLY:
            if name in self._user:
                standing.append((Origin.USER_FILE, self._user[name]))
            if name in self._goroot:
                standing.append((Origin.GOROOT_FILE, self._goroot[name]))
        default = self.get("GOPRIVATE") if name in _FALLS_BACK_TO_GOPRIVATE else self._defaults.get(name, "")
        if not standing:
            return Setting(name, default, Origin.DEFAULT)
        origin, value = standing[0]
        return Setting(name, value or default, origin, tuple(standing[1:]))

    def unknown_to_go(self) -> tuple[str, ...]:
        """Keys of the user's file that only the environment can set: go never reads them there."""
        return tuple(sorted(OS_ONLY & self._user.keys()))


def machine_defaults(environ: Mapping[str, str], platform: str = "linux") -> dict[str, str]:
    """The built-in GOPATH, for `GoEnv(defaults=…)`. Source: go/build (defaultGOPATH)."""
    home = environ.get("USERPROFILE" if platform == "win32" else "HOME", "")
    return {"GOPATH": posixpath.join(home, "go")} if home else {}
