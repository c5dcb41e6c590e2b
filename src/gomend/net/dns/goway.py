"""Whether go looks a name up by itself or leaves it to the C library, and in which order it reads files and asks. Pure.

Source: net (conf.go: initConfVal, lookupOrder; nss.go) of Go 1.26, for Linux. go's own programs are built without cgo
(`CGO_ENABLED=0`) unless a distribution built them: then the C library can be used, and the rules below decide.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gomend.net.dns.resolvconf import ResolvConf

_STANDARD = {"success": "return", "notfound": "continue", "unavail": "continue", "tryagain": "continue"}
_SOURCE = re.compile(r"(?P<name>[^\s\[]+)\s*(?:\[(?P<criteria>[^\]]*)\])?")
_LOCAL = ("localhost", "localhost.localdomain")


class Way(StrEnum):
    """Who looks a name up."""

    GO = "go"  # go's own resolver
    CGO = "cgo"  # the C library


class Why(StrEnum):
    """What decided."""

    BUILT_WITHOUT = "built_without"  # this go was built without cgo
    NETDNS = "netdns"  # GODEBUG=netdns says so
    ENVIRONMENT = "environment"  # LOCALDOMAIN, RES_OPTIONS or HOSTALIASES is set
    NAME = "name"  # a name with \ or %
    OPTION = "option"  # resolv.conf holds what go does not know
    NSSWITCH = "nsswitch"  # nsswitch.conf names a source that go does not know for this name
    PLAIN = "plain"  # nothing that go could not do itself


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a name is looked up. `order` holds `files` and `dns`, empty for the C library; `word` is what decided."""

    way: Way
    why: Why
    order: tuple[str, ...]
    word: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    is_standard: bool


def resolution(
    name: str, *, conf: ResolvConf, nsswitch: str | None, environment: Mapping[str, str], cgo: bool, hostname: str = ""
) -> Resolution:
    """How go looks `name` up. `nsswitch` is the file's text, None for a missing one; `cgo`: this go has it built in."""
    mode = _netdns(environment)
    if not cgo or mode == "go":
        why = Why.BUILT_WITHOUT if not cgo else Why.NETDNS
        return Resolution(Way.GO, why, _order(nsswitch), "CGO_ENABLED=0" if not cgo else "netdns=go")
    if mode == "cgo":
        return _libc(Why.NETDNS, "netdns=cgo")
    for variable in ("LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES"):
        if environment.get(variable) or (variable == "LOCALDOMAIN" and variable in environment):
            return _libc(Why.ENVIRONMENT, variable)
    if "\\" in name or "%" in name:
        return _libc(Why.NAME, name)
    if conf.unknown_option:
        return _libc(Why.OPTION, conf.unknown_option)
    unknown = _left_to_libc(nsswitch, name.removesuffix("."), hostname)
    return _libc(Why.NSSWITCH, unknown) if unknown else Resolution(Way.GO, Why.PLAIN, _order(nsswitch))


def _libc(why: Why, word: str) -> Resolution:
    return Resolution(Way.CGO, why, (), word)


def _netdns(environment: Mapping[str, str]) -> str:
    value = ""
    for setting in environment.get("GODEBUG", "").split(","):
        key, equals, said = setting.partition("=")
        if equals and key == "netdns":
            value = said
    return next((part for part in value.split("+") if part and not part[0].isdigit()), "")


def _sources(nsswitch: str | None) -> Sequence[_Source] | None:
    """The sources for hosts; none where the file names none, None where it cannot be read as go reads it."""
    found: list[_Source] = []
    for line in (nsswitch or "").splitlines():
        said = line.partition("#")[0].strip()
        if not said:
            continue
        database, colon, sources = said.partition(":")
        if not colon or sources.count("[") != sources.count("]"):
            return None
        if database.strip() == "hosts":
            found += (_Source(one["name"], _is_standard(one["criteria"] or "")) for one in _SOURCE.finditer(sources))
    return found


def _is_standard(criteria: str) -> bool:
    words = criteria.lower().split()
    for at, word in enumerate(words):
        status, _, action = word.partition("=")
        default = _STANDARD.get(status)
        if default is None or (action != default and not (at == len(words) - 1 and action == "return")):
            return False
    return True


def _left_to_libc(nsswitch: str | None, name: str, hostname: str) -> str:
    """The source in nsswitch.conf because of which the C library is asked; "" for none."""
    sources = _sources(nsswitch)
    if sources is None:
        return "nsswitch.conf"
    for source in sources:
        if source.name in ("files", "dns"):
            if not source.is_standard:
                return source.name
        elif source.name == "myhostname":
            if _is_of_this_machine(name.lower(), hostname.lower()):
                return source.name
        elif not source.name.startswith("mdns") or name.lower().endswith(".local"):
            return source.name
    return ""


def _is_of_this_machine(name: str, hostname: str) -> bool:
    return name in (*_LOCAL, "_gateway", "_outbound", hostname) or name.endswith(
        (".localhost", ".localhost.localdomain")
    )


def _order(nsswitch: str | None) -> tuple[str, ...]:
    """The order of files and dns. A source that go does not know stands for dns where no dns is named."""
    names = [one.name for one in _sources(nsswitch) or ()]
    if not names:
        return ("files", "dns")
    known = ["dns" if name != "files" and ("dns" not in names or name == "dns") else name for name in names]
    return tuple(dict.fromkeys(name for name in known if name in ("files", "dns"))) or ("files", "dns")
