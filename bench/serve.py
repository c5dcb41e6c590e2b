"""`gomend serve` beside nginx, goproxy and Athens, side by side in one run on the same cores.

    bench/serve.py [--rounds 3] [--seconds 1] [--connections 32] [--folder /dev/shm/gomend-serve] [--programs DIR]

nginx serves the same tree as static files, and is the source of the others. goproxy and Athens are built from the Go
module proxy, exact versions, once, into `--programs`; one that cannot be had is skipped with a word. The servers are
asked in turns, row by row and round by round; medians are shown with the smallest and the largest, and what a request
costs the server itself. Rates are those of a small client in Go (bench/load) on the same cores. The rows "far" have the
source 50 ms away, as teams do. Needs nginx and go.
"""

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import contestants  # noqa: E402  (a script finds its neighbours; the lab is no package of the checkout's)
from tests.lab.modules import Module, World  # noqa: E402

MIB = 1 << 20
FAR = 50  # milliseconds
GRAPH, FAR_GRAPH, MISSES = 150, 30, 30  # modules
ROWS = {
    ".info": "example.com/mid/@v/v1.0.0.info",
    ".mod": "example.com/mid/@v/v1.0.0.mod",
    "zip 200 kB": "example.com/mid/@v/v1.0.0.zip",
    "zip 3.5 MB": "example.com/big/@v/v1.0.0.zip",
    "list": "example.com/mid/@v/list",
}
KINDS = ("info", "mod", "zip")


@dataclass
class Figures:
    """What one server came to: for each row its values, round by round."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def middle(self, row: str) -> float:
        """The median of a row."""
        return median(self.values[row])

    def shown(self, row: str, scale: float, digits: int) -> str:
        """A row's median with its spread."""
        found = sorted(value * scale for value in self.values.get(row, []))
        if not found:
            return "-"
        return f"{median(found):.{digits}f} ({found[0]:.{digits}f}–{found[-1]:.{digits}f})"


def modules() -> list[Module]:
    """All that is asked for."""

    def filled(name: str, size: int) -> Module:
        return Module(f"example.com/{name}", "v1.0.0", files={"data.bin": os.urandom(size // 2).hex()})

    many = [filled(f"graph{number}", 100_000) for number in range(GRAPH)]
    many += [filled(f"miss-{kind}{number}", 20_000) for kind in KINDS for number in range(MISSES)]
    return [
        filled("mid", 200_000),
        filled("big", 3_500_000),
        filled("cold", 3_500_000),
        filled("slow", 50 * MIB),
        *many,
    ]


def write_tree(root: Path, found: Sequence[Module]) -> None:
    """The modules as a folder that a module proxy's paths lead into."""
    for module in found:
        folder = root / module.path / "@v"
        folder.mkdir(parents=True)
        (folder / "list").write_text(f"{module.version}\n")
        for ending, content in (("info", module.info), ("mod", module.go_mod), ("zip", module.zip)):
            (folder / f"{module.version}.{ending}").write_bytes(content)


def write_graph(folder: Path, found: Sequence[Module], size: int) -> Path:
    """A main module that requires so many of the graph's."""
    graph = [f"example.com/graph{number}@v1.0.0" for number in range(size)]
    folder.mkdir()
    (folder / "go.mod").write_text(World(found).go_mod("example.com/app", graph))
    (folder / "go.sum").write_text(World(found).go_sum(graph))
    return folder


def load(folder: Path, url: str, *, seconds: float, connections: int) -> dict[str, float]:
    """What bench/load has to tell."""
    words = [folder / "load", "-s", str(seconds), "-c", str(connections), url]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))


def download(graph: Path, port: int) -> float:
    """Seconds of `go mod download` of a graph, from this server, into an empty cache."""
    cache = graph / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GO")} | {
        "GOPROXY": f"http://127.0.0.1:{port}", "GOMODCACHE": str(cache), "GOFLAGS": "-modcacherw", "GOSUMDB": "off",
        "GOTOOLCHAIN": "local", "GOENV": "off",
    }  # fmt: skip
    began = time.monotonic()
    subprocess.run(["go", "mod", "download"], cwd=graph, env=environment, check=True)
    return time.monotonic() - began


def misses(port: int, kind: str) -> float:
    """The median seconds of a first request for a file of a module that was never asked for."""
    times = []
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for number in range(MISSES):
            began = time.monotonic()
            connection.request("GET", f"/example.com/miss-{kind}{number}/@v/v1.0.0.{kind}")
            connection.getresponse().read()
            times.append(time.monotonic() - began)
    return median(times)


def read_slowly(port: int, path: str, readers: int, pid: int) -> float:
    """The largest PSS while so many clients read a large file a little at a time."""
    sockets = []
    for _ in range(readers):
        one = socket.create_connection(("127.0.0.1", port))
        one.sendall(f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        sockets.append(one)
    most = 0.0
    for _ in range(12):
        for one in sockets:
            one.recv(65536)
        most = max(most, contestants.rss(pid))
        time.sleep(0.25)
    for one in sockets:
        one.close()
    return most


@dataclass
class Bench:
    """One run: where it works, what it compares, and what came of it."""

    folder: Path
    options: argparse.Namespace
    programs: dict[str, Path]
    log: Path
    near_graph: Path
    far_graph: Path
    results: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))

    def round(self, number: int, source: int, pid: int) -> None:
        """Each server once, from an empty store on."""
        with ExitStack() as stack:
            servers = {"nginx": (source, pid)}
            for name, program in self.programs.items():
                store = self.folder / f"{name}-{number}"
                servers[name] = stack.enter_context(contestants.proxy(name, program, store, source))
            for name, (port, _) in servers.items():
                if name != "nginx":
                    self.cold(name, port)
            for port, _ in servers.values():
                download(self.near_graph, port)  # each file was handed out before
            for _ in range(3):
                for name, (port, _) in servers.items():
                    self.results[name].values["graph warm"].append(download(self.near_graph, port))
            for row, path in ROWS.items():
                for name, (port, server) in servers.items():
                    self.rate(name, row, f"http://127.0.0.1:{port}/{path}", server)
            if number == 0:
                for name, (port, server) in servers.items():
                    self.results[name].values["memory"].append(contestants.rss(server))
                    path = "example.com/slow/@v/v1.0.0.zip"
                    load(self.folder, f"http://127.0.0.1:{port}/{path}", seconds=0, connections=1)
                    self.results[name].values["64 slow"].append(read_slowly(port, path, 64, server))

    def cold(self, name: str, port: int) -> None:
        """What is asked for the first time."""
        values = self.results[name].values
        for kind in KINDS:
            values[f"miss .{kind}"].append(misses(port, kind))
        values["graph cold"].append(download(self.near_graph, port))
        path = "example.com/cold/@v/v1.0.0.zip"
        self.log.write_text("")
        values["200 cold"].append(
            load(self.folder, f"http://127.0.0.1:{port}/{path}", seconds=0, connections=200)["seconds"]
        )
        values["fetches"].append(self.log.read_text().count(f"GET /{path}"))

    def rate(self, name: str, row: str, url: str, pid: int) -> None:
        """How many requests for one file are answered, and what each costs the server."""
        load(self.folder, url, seconds=0, connections=1)
        load(self.folder, url, seconds=0, connections=1)
        before = contestants.cpu(pid)
        got = load(self.folder, url, seconds=self.options.seconds, connections=self.options.connections)
        if got["failed"]:
            print(f"  {name} {row}: {got['failed']:.0f} requests failed", file=sys.stderr)
        values = self.results[name].values
        values[row].append((got["bytes"] if "zip" in row else got["requests"]) / got["seconds"])
        values[f"{row} p99"].append(got["p99"])
        values[f"{row} cpu"].append((contestants.cpu(pid) - before) / max(1.0, got["requests"]))

    def far(self, source: int) -> None:
        """The rows whose source is far away."""
        with contestants.far(source, FAR) as port:
            for name, program in self.programs.items():
                with contestants.proxy(name, program, self.folder / f"{name}-far", port) as (own, pid):
                    self.rate(name, "list far", f"http://127.0.0.1:{own}/{ROWS['list']}", pid)
                    self.results[name].values["graph far"].append(download(self.far_graph, own))


def show(results: dict[str, Figures], rounds: int) -> None:
    """A table of all figures, then the bars."""
    print(f"medians of {rounds} rounds (smallest–largest)")
    print(f"{'':24}" + "".join(f"{name:>26}" for name in results))
    lines = [(f"{row}, MB/s" if "zip" in row else f"{row}, /s", row, 1e-6 if "zip" in row else 1, 0) for row in ROWS]
    lines += [(f"{row} p99, ms", f"{row} p99", 1000, 1) for row in ROWS]
    lines += [(f"{row} CPU, µs", f"{row} cpu", 1e6, 1) for row in ROWS]
    lines += [(f"first .{kind}, ms", f"miss .{kind}", 1000, 2) for kind in KINDS]
    lines += [("graph cold, s", "graph cold", 1, 2), ("graph warm, s", "graph warm", 1, 2)]
    lines += [("200 on a cold zip, s", "200 cold", 1, 2), ("fetches for them", "fetches", 1, 0)]
    lines += [(f"list, {FAR} ms far, /s", "list far", 1, 0), (f"{FAR_GRAPH} modules far, s", "graph far", 1, 2)]
    lines += [("memory, MiB", "memory", 1, 0), ("64 slow readers, MiB", "64 slow", 1, 0)]
    for words, row, scale, digits in lines:
        print(f"{words:24}" + "".join(f"{one.shown(row, scale, digits):>26}" for one in results.values()))
    print()
    for text, holds, value in bars(results):
        print(f"{'ok  ' if holds else 'MISS'} {text}: {value}")


def bars(results: dict[str, Figures]) -> Iterator[tuple[str, bool, str]]:
    """(what must hold, whether it does, the ratio of the medians)."""
    mine, nginx = results["gomend"], results["nginx"]

    def ratio(row: str, other: Figures) -> float:
        return mine.middle(row) / other.middle(row)

    for name, times in (("goproxy", 1.0), ("athens", 2.0)):
        if name not in results:
            continue
        other = results[name]
        for row in (".info", ".mod"):
            yield f"{row} at least {times:g} times {name}", ratio(row, other) >= times, f"{ratio(row, other):.2f}"
        for row in ("list", "list far"):
            yield f"{row} at least 10 times {name}", ratio(row, other) >= 10, f"{ratio(row, other):.1f}"
        for row in (*(f"miss .{kind}" for kind in KINDS), "graph cold", "graph far"):
            yield f"{row} no slower than {name}", ratio(row, other) <= 1, f"{ratio(row, other):.2f} of its time"
    value = ratio("zip 3.5 MB", nginx)
    yield "3.5 MB zips at least 0.9 of nginx", value >= 0.9, f"{value:.2f}"
    value = ratio("graph warm", nginx)
    yield "a warm graph within 5 % of nginx", value <= 1.05, f"{value:.2f} of its time"
    fetches = max(mine.values["fetches"])
    yield "one fetch for 200 clients", fetches == 1, f"{fetches:.0f}"
    most = max(mine.values["64 slow"])
    yield "at most 200 MiB under 64 slow readers", most <= 200, f"{most:.0f} MiB"


def main() -> None:
    """One run."""
    parser = argparse.ArgumentParser(description="gomend serve beside nginx, goproxy and Athens")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/gomend-serve"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--programs", type=Path, default=cache / "gomend-bench")
    options = parser.parse_args()
    if shutil.which("nginx") is None or shutil.which("go") is None:
        raise SystemExit("needs nginx and go")
    folder: Path = options.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options.programs.mkdir(parents=True, exist_ok=True)
    try:
        compare(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(folder: Path, options: argparse.Namespace) -> None:
    """Set up, go round, and show."""
    subprocess.run(["go", "build", "-o", folder / "load", "."], cwd=HERE / "load", check=True)
    found = modules()
    write_tree(folder / "tree", found)
    programs = {"gomend": contestants.GOMEND}
    for name in contestants.PROGRAMS:
        made = contestants.program(options.programs, name)
        if isinstance(made, Path):
            programs[name] = made
        else:
            print(f"{name} is skipped: {made}")
    log = folder / "access.log"
    graphs = [write_graph(folder / f"graph{size}", found, size) for size in (GRAPH, FAR_GRAPH)]
    bench = Bench(folder, options, programs, log, *graphs)
    with contestants.nginx(folder, folder / "tree", log) as (source, pid):
        for number in range(options.rounds):
            bench.round(number, source, pid)
        bench.far(source)
    show(bench.results, options.rounds)


if __name__ == "__main__":
    main()
