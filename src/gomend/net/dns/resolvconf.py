"""resolv.conf as Go reads it. Pure. Source: net (dnsconfig_unix.go: dnsReadConfig; dnsclient_unix.go: nameList)."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

_MOST_SERVERS = 3
_MOST_NAME = 254  # bytes of a name with its final dot
_KNOWN_OPTIONS = frozenset(
    {"rotate", "single-request", "single-request-reopen", "use-vc", "usevc", "tcp", "trust-ad", "edns0", "no-reload"}
)
_NUMBER = re.compile(r"\d*")


@dataclass(frozen=True, slots=True)
class NameServer:
    """One `nameserver` line."""

    address: str
    line: int  # 1-based; 0 where the file names none and go asks the machine itself


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """What resolv.conf says; times in seconds."""

    servers: tuple[NameServer, ...]
    search: tuple[str, ...]  # domains that are appended, each with its final dot
    ndots: int = 1
    timeout: int = 5
    attempts: int = 2
    rotate: bool = False
    single_request: bool = False
    use_tcp: bool = False
    unknown_option: str = ""  # the first word that go does not know; it leaves the name to the C library then
    missing: bool = False

    def names_tried(self, name: str) -> tuple[str, ...]:
        """The names that are asked for one after the other, each with its final dot."""
        if len(name) > _MOST_NAME or (len(name) == _MOST_NAME and not name.endswith(".")):
            return ()
        if name.endswith("."):
            return () if _is_avoided(name) else (name,)
        whole = name + "."
        suffixed = [f"{whole}{suffix}" for suffix in self.search]
        first = [whole] if name.count(".") >= self.ndots else []
        last = [] if first else [whole]
        return tuple(one for one in (*first, *suffixed, *last) if not _is_avoided(one) and len(one) <= _MOST_NAME)


def _is_avoided(name: str) -> bool:
    """Whether the name is never asked of a resolver: .onion. Source: avoidDNS."""
    return not name or name.rstrip(".").lower().endswith(".onion")


def parse_resolv_conf(text: str | None, hostname: str = "") -> ResolvConf:
    """The settings in a resolv.conf, None for a missing one. `hostname` gives the search domain where it names none."""
    servers: list[NameServer] = []
    search: tuple[str, ...] = ()
    options: list[str] = []
    unknown = ""
    for number, line in enumerate((text or "").splitlines(), start=1):
        if line[:1] in (";", "#"):
            continue
        words = line.split()
        match words[:1]:
            case ["nameserver"]:
                if len(words) > 1 and len(servers) < _MOST_SERVERS and _is_address(words[1]):
                    servers.append(NameServer(words[1], number))
            case ["domain"]:
                search = tuple(_rooted(one) for one in words[1:2]) or search
            case ["search"]:
                search = tuple(one for one in map(_rooted, words[1:]) if one != ".")
            case ["options"]:
                options += words[1:]
            case ["lookup"] | []:
                pass
            case _:
                unknown = unknown or words[0]
    domain = hostname.partition(".")[2]
    return ResolvConf(
        servers=tuple(servers) or (NameServer("127.0.0.1", 0), NameServer("::1", 0)),
        search=search or ((_rooted(domain),) if domain else ()),
        ndots=min(15, max(0, _number(options, "ndots:", 1))),
        timeout=max(1, _number(options, "timeout:", 5)),
        attempts=max(1, _number(options, "attempts:", 2)),
        rotate="rotate" in options,
        single_request=bool({"single-request", "single-request-reopen"} & set(options)),
        use_tcp=bool({"use-vc", "usevc", "tcp"} & set(options)),
        unknown_option=unknown or next((one for one in options if not _is_known(one)), ""),
        missing=text is None,
    )


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def _rooted(name: str) -> str:
    return name if name.endswith(".") else f"{name}."


def _number(options: list[str], name: str, default: int) -> int:
    said = [one.removeprefix(name) for one in options if one.startswith(name)]
    if not said:
        return default
    found = _NUMBER.match(said[-1])
    return int(found[0]) if found and found[0] else 0


def _is_known(option: str) -> bool:
    return option in _KNOWN_OPTIONS or option.startswith(("ndots:", "timeout:", "attempts:"))
