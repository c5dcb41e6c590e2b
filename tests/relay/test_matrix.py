"""Faults of sources against shapes of GOPROXY: a real go, plain and under gomend, against sources that fail as told.

The outcome under gomend is plain go's or better, what is in the module cache is what a healthy source has, and no
source is asked that plain go would not have asked. Every fault meets every other shape; the kinds of files, a passing
and a lasting fault, TLS and none take turns. With PYTEST_MATRIX=full every fault meets every shape and
kind, once and always, with TLS and without; CONTRIBUTING.md says how to run that in pieces.
"""

import os
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from tests.lab import upstream as lab
from tests.lab.certificates import Authority
from tests.lab.listener import refused_port
from tests.lab.modules import Module
from tests.lab.upstream import Act, Upstream, serve
from tests.relay.both import Asked, Log, Project, Ran, Setting, Turns, door_shown, upstream

PROJECT = Project.of(
    [
        Module("example.com/a", "v1.1.0", {"example.com/b": "v1.2.0"}),
        Module("example.com/b", "v1.2.0"),
        Module("example.com/Upper/c", "v1.0.0"),
    ]
)
MOST_ATTEMPTS = 4
DOWNLOAD = ("mod", "download")
ASKING = {
    "info": ("*.info", DOWNLOAD),
    "mod": ("*.mod", DOWNLOAD),
    "zip": ("*.zip", ("list", "-deps", "-f", "{{.ImportPath}} {{.Module}}", "example.com/app")),
    "list": ("*/@v/list", ("list", "-m", "-versions", "example.com/a", "example.com/Upper/c")),
    "sumdb": ("/sumdb/*/lookup/*", DOWNLOAD),
}
SHAPES = ("{a}", "{a},{b}", "{a}|{b}", "{a},direct", "{a}|off", "{missing},{a}", "{missing}|{a}|{b}")


@dataclass(frozen=True)
class Fault:
    """What one source does wrong. `passing`: met once it is got over; `hangs`: plain go waits for ever, gomend until
    this limit.
    """

    act: Act
    passing: bool = False
    hangs: str = ""
    kinds: tuple[str, ...] = tuple(ASKING)


FAULTS = {
    "reset": Fault(lab.reset, passing=True),
    "hang_up": Fault(lab.hang_up, passing=True),
    "truncated": Fault(lab.truncated(), passing=True, kinds=("info", "mod", "zip", "sumdb")),
    "reset_in_body": Fault(lab.truncated(reset=True), passing=True, kinds=("info", "mod", "zip", "sumdb")),
    "stalled": Fault(lab.stalled(0.5), passing=True, hangs="STALL", kinds=("info", "mod", "zip", "sumdb")),
    "mute": Fault(lab.silent, passing=True, hangs="FIRST_BYTE"),
    "429": Fault(lab.status(429, "slow down", retry_after="1"), passing=True),
    "502": Fault(lab.status(502, "bad gateway"), passing=True),
    "503": Fault(lab.status(503, "later", retry_after="0"), passing=True),
    "504": Fault(lab.status(504, "upstream is slow"), passing=True),
    "500": Fault(lab.status(500, "fault of the server")),
    "403": Fault(lab.status(403, "not for you")),
    "404": Fault(lab.status(404, "no such file")),
    "410": Fault(lab.status(410, "gone")),
    "garbage": Fault(lab.garbage),
    "portal": Fault(lab.page("<html><body>Please log in</body></html>")),
    "wrong_info": Fault(lab.body(b'{"Version":"v9.9.9","Time":"2024-05-14T09:30:00Z"}'), kinds=("info",)),
    "bad_zip": Fault(lab.body(b"PK\x03\x04 no zip at all"), kinds=("zip",)),
    "other_zip": Fault(lab.body(Module("example.com/other", "v1.0.0").zip), kinds=("zip",)),
}
NOT_FOUND = {"404", "410"}
NEVER_AGAIN = {"wrong_info", "bad_zip", "other_zip", *NOT_FOUND}
LIMITS = ("CONNECT", "TLS", "FIRST_BYTE", "STALL")
FULL = os.environ.get("PYTEST_MATRIX") == "full"


@dataclass(frozen=True)
class Cell:
    """One fault, met by one kind of file, `times` times (0: for ever), in one shape of GOPROXY."""

    fault: str
    kind: str
    shape: str
    times: int
    tls: bool

    def __str__(self) -> str:
        return f"{self.fault} {self.kind} {self.shape} {self.times or 'always'}{' tls' if self.tls else ''}"


def cells(fault: str) -> Iterator[Cell]:
    """Those of one fault: every other shape, kinds of file and once or always in turn; in full every combination."""
    kinds = FAULTS[fault].kinds
    for number, shape in enumerate(SHAPES, list(FAULTS).index(fault)):
        if number % 2 and not FULL:
            continue
        turn = number // 2
        for times in (1, 0) if FULL else (turn % 2,):
            for kind in kinds if FULL else (kinds[turn % len(kinds)],):
                for tls in (False, True) if FULL else (turn // 2 % 2 == 1,):
                    # go itself sends an https request again that is answered 4xx; the door takes "no such file" at its
                    # word (decision 10)
                    if not (tls and times and fault in NOT_FOUND):
                        yield Cell(fault, kind, shape, times, tls)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    return authority.server("127.0.0.1")


@pytest.fixture
def setting(tmp_path: Path, go: Path) -> Setting:
    return Setting(tmp_path, go)


@pytest.fixture
def trusted(tmp_path: Path, authority: Authority) -> dict[str, str]:
    """No direct fetch leaves this machine."""
    return {
        "SSL_CERT_FILE": str(authority.write(tmp_path / "roots.pem")),
        "HTTPS_PROXY": f"http://127.0.0.1:{refused_port()}",
        "GOVCS": "*:off",
    }


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory, go: Path) -> dict[str, Ran]:
    """Plain go against a source without faults, for each kind of file."""
    setting = Setting(tmp_path_factory.mktemp("healthy"), go)
    found = {}
    for kind, (_, words) in ASKING.items():
        log = Log()
        with upstream("a", log, PROJECT) as source:
            found[kind] = setting.run(
                PROJECT,
                words,
                gomend=False,
                goproxy="{a}",
                sources={"a": source},
                log=log,
                go_sum=kind != "sumdb",
            )
        assert found[kind].status == 0, found[kind].stderr
    return found


def run(setting: Setting, cell: Cell, tls: ssl.SSLContext, trusted: Mapping[str, str], *, gomend: bool) -> Ran:
    """One side of a cell, with sources of its own."""
    fault = FAULTS[cell.fault]
    pattern, words = ASKING[cell.kind]
    log = Log()
    act: Act = Turns(cell.times, fault.act) if cell.times else fault.act
    context = tls if cell.tls else None
    with ExitStack() as stack:
        sources: dict[str, Upstream] = {
            "a": stack.enter_context(upstream("a", log, PROJECT, [(pattern, act)], tls=context)),
            "b": stack.enter_context(upstream("b", log, PROJECT, tls=context)),
            "missing": stack.enter_context(upstream("missing", log, PROJECT, [("*", lab.status(404))], tls=context)),
        }
        return setting.run(
            PROJECT,
            words,
            gomend=gomend,
            goproxy=cell.shape,
            sources=sources,
            log=log,
            go_sum=cell.kind != "sumdb",
            # That a machine has much to do is no fault of a source's.
            variables={
                **trusted,
                **{f"GOMEND_{name}_LIMIT": "2" if name == fault.hangs else "30" for name in LIMITS},
            },
        )


def order_of(shape: str) -> list[tuple[str, str]]:
    """The sources of a shape, each with the separator behind it."""
    entries = []
    rest = shape
    while rest.startswith("{"):
        name, _, rest = rest[1:].partition("}")
        entries.append((name, rest[:1]))
        rest = rest[1:]
    return entries


def changed_source_silently(cell: Cell, asked: list[Asked], plain: Ran | None) -> list[str]:
    """Requests to a later entry that plain go did not make and that the answer before gave no right to make."""
    known = {(one.source, one.path) for one in plain.asked} if plain else set()
    wrong = []
    order = order_of(cell.shape)
    for (name, separator), (later, _) in pairwise(order):
        for number, request in enumerate(asked):
            if request.source != later or ("/sumdb/" in request.path and not request.path.endswith("/supported")):
                continue  # once found, the checksum database is asked in one place
            if (later, request.path) in known or (cell.kind == "sumdb" and request.path.endswith(".mod")):
                continue  # a .mod that the checksum database fails on has failed at its source, too
            before = [one for one in asked[:number] if one.source == name and one.path == request.path]
            missing = any(not one.found if one.act is serve else says_not_found(cell, one) for one in before)
            failed = any(one.act is not serve for one in before)
            if not missing and not (separator == "|" and failed):
                wrong.append(f"{later} was asked {request.path} after {name} answered {before}")
    return wrong


def says_not_found(cell: Cell, asked: Asked) -> bool:
    return asked.source == "missing" or cell.fault in NOT_FOUND


def attempts(asked: list[Asked]) -> dict[tuple[str, str], int]:
    """How often each file was asked, per source."""
    counts: dict[tuple[str, str], int] = {}
    for one in asked:
        if one.fresh or one.act not in (lab.reset, lab.hang_up):
            counts[one.source, one.path] = counts.get((one.source, one.path), 0) + 1
    return counts


def most_attempts(cell: Cell) -> int:
    """How often the faulty source may be asked for one file."""
    if cell.fault == "403" or (cell.fault == "500" and cell.kind != "sumdb"):
        return 2 if cell.fault == "403" and cell.tls else 1  # over https once more with fresh credentials, as go does
    return 1 if cell.fault in NEVER_AGAIN else MOST_ATTEMPTS


def complaints(cell: Cell, plain: Ran | None, mended: Ran, right: Ran) -> list[str]:
    """All that is wrong about a run under gomend, next to plain go's (None: it would never end) and a healthy one."""
    fault = FAULTS[cell.fault]
    rescue = cell.times == 1 and fault.passing
    wrong = []
    if rescue and mended.status:
        wrong.append(f"a passing fault was not got over: {mended.stderr}")
    elif plain is not None and mended.status not in (plain.status, 0 if cell.times else plain.status):
        wrong.append(
            f"ended with {mended.status}, plain go with {plain.status}: {mended.stderr}\n--- plain: {plain.stderr}"
        )
    reference = plain if not cell.times else right if mended.status == 0 else None
    if cell.times and plain is not None and plain.status == 0 and plain.stdout != right.stdout:
        reference = None  # an answer that go takes at its word, for whichever module it asked about first
    if reference is not None and mended.stdout != reference.stdout:
        wrong.append(f"stdout {mended.stdout!r} instead of {reference.stdout!r}")
    if mended.status == 0 and mended.cache.keys() != right.cache.keys():
        wrong.append(f"module cache: {sorted(mended.cache.keys() ^ right.cache.keys())}")
    others = {name for name, digest in mended.cache.items() if right.cache.get(name, digest) != digest}
    if others:
        wrong.append(f"other bytes than the healthy source's in {sorted(others)}")
    wrong += [f"the door shows: {shown}" for shown in door_shown(mended.stdout + mended.stderr, mended.known)]
    wrong += changed_source_silently(cell, mended.asked, plain)
    wrong += [
        f"{path} was asked {count} times of {source}"
        for (source, path), count in attempts(mended.asked).items()
        if count > (most_attempts(cell) if source == "a" else MOST_ATTEMPTS)
    ]
    return wrong


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_under_gomend_is_as_good_as_plain_go_or_better(
    fault: str, setting: Setting, tls: ssl.SSLContext, trusted: dict[str, str], right: dict[str, Ran]
):
    def check(cell: Cell) -> list[str]:
        met = FAULTS[cell.fault]
        needless = met.hangs or (met.passing and cell.times)  # it waits for ever, or gomend is to do better anyway
        plain = None if needless else run(setting, cell, tls, trusted, gomend=False)
        mended = run(setting, cell, tls, trusted, gomend=True)
        return [f"{cell}: {wrong}" for wrong in complaints(cell, plain, mended, right[cell.kind])]

    with ThreadPoolExecutor(4) as pool:
        wrong = [line for lines in pool.map(check, cells(fault)) for line in lines]
    assert not wrong, "\n\n".join(wrong)
