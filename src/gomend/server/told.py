"""What the command line and the settings tell a server, as each of its workers is handed it."""

from collections.abc import Callable

import msgspec


class Told(msgspec.Struct, frozen=True):
    """Everything that a worker needs. Seconds are whole."""

    listen: str
    upstream: str  # empty: go's own list
    store: str
    timeout: int  # the longest wait for a source's answer
    workers: int
    failures_only: bool  # of the log
    for_people: bool  # the log is read on a terminal
    instance: str
    go: dict[str, str]  # go's settings in force
    environment: dict[str, str]
    tokens: str = ""  # the file of tokens, empty for none
    rules: tuple[str, ...] = ()  # the files of rules; all of them have to agree
    rate: int = 0  # requests a minute of one client, 0: no limit
    is_open: bool = False
    asks: bool = False  # whether others than this machine's user ask: they have to show a token, unless it is open
    prefetch: str = "next"  # off, next or graph
    audit: str = ""  # the file of the audit, empty for none
    socket_mode: int = 0o600  # of the Unix socket, where there is one
    fresh: int = 60  # seconds for which an answer that may change is good
    grace: int = 20  # seconds that downloads may go on after the server was told to stop
    certificate: str = ""  # files of PEM for TLS, empty for plain HTTP
    key: str = ""
    allow_hosts: str = ""  # patterns of hosts that may be at addresses that are not public
    per_host: int = 256  # requests to one host at a time
    clones: int = 4  # git programs that talk to one host at a time
    clone_size: int = 2 * 10**9  # bytes on the disk that one clone of a repository may take
    clones_size: int = 10 * 10**9  # bytes that all of them may take together
    otlp: str = ""  # the collector of spans, empty for the one that OTEL_EXPORTER_OTLP_… name, if any
    sampling: str = "0.1"  # the share of traces that are sent
    store_cache: str = ""  # the folder of copies before the bucket, empty for none
    store_cache_size: int = 20 * 10**9  # bytes that they take up at most
    credentials: str = ""  # the file of credentials for hosts of repositories and sources, empty for none
    sumdbs: str = ""  # checksum databases beside GOSUMDB's, each written as that, with commas between
    tenant: str = ""  # whose this is; empty for the server's own
    tenants: "dict[str, Told]" = {}  # what each tenant has, by its name


FROM_THE_START = ("listen", "socket_mode", "workers", "grace", "certificate", "key", "instance")
"""What stays as it was when a server reads its settings again. Certificates are read anew, at the same place."""

GO_SETTINGS = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOAUTH", "GOINSECURE", "GOVCS")


def honoured(get: Callable[[str], str]) -> dict[str, str]:
    """Those of go's settings that a server honours; `get` gives the one in force."""
    return {name: get(name) for name in GO_SETTINGS}
