"""Requests whose times are known, and a run of them."""

from gomend.causes import Code
from gomend.net.exchange import Exchange, Phases
from gomend.trace.model import Trace
from gomend.trace.recorder import recorded

ORIGIN = 5000.0  # of the exchanges' clock


def exchange(url: str, purpose: str, start: float, steps: dict[str, float], **facts: object) -> Exchange:
    """A request that began `start` seconds after ORIGIN, its phases one after the other, so many seconds each."""
    now = ORIGIN + start
    phases = Phases(now)
    for name, seconds in steps.items():
        if name == "wait":
            phases.sent = now
            phases.first_byte = now + seconds
        elif name != "transfer":
            setattr(phases, f"{name}_start", now)
            setattr(phases, f"{name}_end", now + seconds)
        now += seconds
    phases.end = now
    defaults: dict[str, object] = {"source": 0, "attempt": 1, "status": 200, "bytes": 100}
    return Exchange(url, purpose, phases=phases, **{**defaults, **facts})  # type: ignore[arg-type]


def mock_up() -> list[Exchange]:
    """The five requests of the waterfall's mock-up."""
    corp, golang = "https://goproxy.corp", "https://proxy.golang.org"
    return [
        exchange(
            f"{corp}/k8s.io/api/@v/v0.31.2.info",
            "info",
            0.0,
            {"dns": 0.01, "connect": 0.04, "tls": 0.12, "wait": 0.12},
            status=404,
        ),
        exchange(
            f"{golang}/k8s.io/api/@v/v0.31.2.info",
            "info",
            0.3,
            {"dns": 0.02, "connect": 0.2, "tls": 0.2, "wait": 0.36, "transfer": 0.01},
            source=1,
        ),
        exchange(
            f"{golang}/k8s.io/api/@v/v0.31.2.zip",
            "zip",
            1.15,
            {"wait": 0.4, "transfer": 2.92},
            source=1,
            reused=True,
            bytes=12_800_000,
        ),
        exchange(
            f"{golang}/golang.org/x/net/@v/v0.30.0.zip",
            "zip",
            1.16,
            {"connect": 0.2, "tls": 0.2, "wait": 0.4, "transfer": 0.23},
            source=1,
        ),
        exchange(
            f"{golang}/sumdb/sum.golang.org/lookup/k8s.io/api@v0.31.2",
            "sumdb",
            1.17,
            {"dns": 0.02, "connect": 3.01, "tls": 0.05, "wait": 0.2, "transfer": 0.03},
            source=1,
        ),
    ]


def trace(exchanges: list[Exchange] | None = None, **facts: object) -> Trace:
    """A recorded run of these exchanges, else of the mock-up's."""
    given: dict[str, object] = {
        "origin": ORIGIN,
        "run": "7f3a0c11",
        "command": ["go", "mod", "download"],
        "exit_status": 0,
        "started": "2026-11-22T10:00:00Z",
        "seconds": 4.51,
        "private": "",
    }
    return recorded(mock_up() if exchanges is None else exchanges, **{**given, **facts})  # type: ignore[arg-type]


def failing() -> list[Exchange]:
    """A request that failed at first and came later, and one that never came."""
    url = "https://p.example/example.com/a/@v/v1.0.0.mod"
    return [
        exchange(url, "mod", 0.0, {"dns": 0.01, "connect": 0.02, "wait": 0.1}, status=503),
        exchange(url, "mod", 0.4, {"wait": 0.1, "transfer": 0.01}, attempt=2, reused=True),
        exchange(
            "https://q.example/example.com/b/@v/v1.0.0.mod",
            "mod",
            0.6,
            {"connect": 10.0},
            status=None,
            code=Code.NET_CONNECT_TIMEOUT,
            fault="i/o timeout while connecting",
            bytes=0,
        ),
    ]
