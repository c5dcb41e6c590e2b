"""`gomend serve` beside nginx, goproxy and Athens, side by side in one run on the same cores.

    bench/serve.py [--seconds 3] [--connections 32] [--folder /dev/shm/gomend-serve]

nginx serves the same tree as static files, and is the source of the others. goproxy and Athens are built from the Go
module proxy, exact versions, into a temporary GOPATH; one that cannot be had is skipped with a word. Rates are requests
(and bytes) a second of a small client in Go (bench/load); the servers run one after the other, never two at a time.
Needs nginx and go.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tests.lab.modules import Module, World  # noqa: E402  (the lab is no package of the checkout's)

GOMEND = HERE.parent / "gomend"
GOPROXY, ATHENS = ("github.com/goproxy/goproxy", "v0.26.0"), ("github.com/gomods/athens", "v0.16.1")
NGINX = """
worker_processes {workers}; pid {folder}/nginx-{port}.pid; error_log {folder}/nginx-{port}.log; daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log {log}; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/plain;
  open_file_cache max=2000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; }}
}}
"""
MIB = 1 << 20
ROWS = {
    ".info": "example.com/mid/@v/v1.0.0.info",
    ".mod": "example.com/mid/@v/v1.0.0.mod",
    "zip 200 kB": "example.com/mid/@v/v1.0.0.zip",
    "zip 3.5 MB": "example.com/big/@v/v1.0.0.zip",
    "list": "example.com/mid/@v/list",
}


@dataclass
class Figures:
    """What one server came to; names of rows to (requests a second, bytes a second, p99 in seconds)."""

    rates: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    graph_cold: float = 0
    graph_warm: float = 0
    cold_seconds: float = 0
    cold_fetches: int = 0
    rss_idle: float = 0
    rss_slow: float = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def modules() -> list[Module]:
    def filled(name: str, size: int) -> Module:
        return Module(f"example.com/{name}", "v1.0.0", files={"data.bin": os.urandom(size // 2).hex()})

    graph = [filled(f"graph{number}", 100_000) for number in range(150)]
    cold = [filled("cold", 3_500_000), filled("slow", 50 * MIB)]
    return [filled("mid", 200_000), filled("big", 3_500_000), *cold, *graph]


def write_tree(root: Path, found: Sequence[Module]) -> None:
    for module in found:
        folder = root / module.path / "@v"
        folder.mkdir(parents=True)
        (folder / "list").write_text(f"{module.version}\n")
        for ending, content in (("info", module.info), ("mod", module.go_mod), ("zip", module.zip)):
            (folder / f"{module.version}.{ending}").write_bytes(content)


def wait_for(port: int) -> None:
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nothing listens on {port}")


@contextmanager
def running(words: Sequence[str | Path], port: int, environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("ab") as output:
        process = subprocess.Popen(words, stdout=output, stderr=output, env=environment, cwd=log.parent)
    try:
        wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def rss(pid: int) -> float:
    """MiB of a process and all below it, what they share counted once (PSS)."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def built(folder: Path, module: tuple[str, str], package: str) -> Path | str:
    """The program, or why there is none."""
    path, version = module
    environment = os.environ | {"GOPATH": str(folder / "gopath"), "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"}
    for more in ({}, {"GONOSUMDB": path}):  # a mirror may lack the checksum database's record of this one module
        ran = subprocess.run(
            ["go", "mod", "download", "-json", f"{path}@{version}"],
            cwd=folder, env=environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads(ran.stdout or "{}")
        if ran.returncode == 0:
            break
    else:
        return f"{path}@{version} cannot be had: {str(told.get('Error', ran.stderr)).splitlines()[0]}"
    program = folder / Path(path).name
    ran = subprocess.run(
        ["go", "build", "-mod=mod", "-o", program, package],
        cwd=told["Dir"], env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return program if ran.returncode == 0 else f"{path}@{version} cannot be built: {ran.stderr.strip()[-200:]}"


def load(folder: Path, url: str, *, seconds: float, connections: int) -> dict[str, float]:
    words = [folder / "load", "-s", str(seconds), "-c", str(connections), url]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))


def download(folder: Path, url: str) -> float:
    """Seconds of `go mod download` of the graph, from this server."""
    cache = folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GO")} | {
        "GOPROXY": url, "GOMODCACHE": str(cache), "GOFLAGS": "-modcacherw", "GOSUMDB": "off", "GOTOOLCHAIN": "local",
        "GOENV": "off",
    }  # fmt: skip
    began = time.monotonic()
    subprocess.run(["go", "mod", "download"], cwd=folder / "graph", env=environment, check=True)
    return time.monotonic() - began


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
        most = max(most, rss(pid))
        time.sleep(0.25)
    for one in sockets:
        one.close()
    return most


def measure(folder: Path, port: int, pid: int, log: Path, options: argparse.Namespace) -> Figures:
    base = f"http://127.0.0.1:{port}"
    found = Figures()
    once = {"seconds": 0, "connections": 1}
    for path in ROWS.values():
        load(folder, f"{base}/{path}", **once)
    time.sleep(0.5)
    found.rss_idle = rss(pid)
    for name, path in ROWS.items():
        got = load(folder, f"{base}/{path}", seconds=options.seconds, connections=options.connections)
        if got["failed"]:
            print(f"  {name}: {got['failed']:.0f} requests failed", file=sys.stderr)
        found.rates[name] = (got["requests"] / got["seconds"], got["bytes"] / got["seconds"], got["p99"])
    found.graph_cold = download(folder, base)
    found.graph_warm = min(download(folder, base) for _ in range(3))
    cold = "example.com/cold/@v/v1.0.0.zip"
    found.cold_seconds = load(folder, f"{base}/{cold}", seconds=0, connections=200)["seconds"]
    found.cold_fetches = log.read_text().count(f"GET /{cold}")
    slow = "example.com/slow/@v/v1.0.0.zip"
    load(folder, f"{base}/{slow}", **once)
    found.rss_slow = read_slowly(port, slow, 64, pid)
    return found


def show(results: dict[str, Figures]) -> None:
    print(f"\n{'':14}" + "".join(f"{name:>22}" for name in results))
    for row in ROWS:
        cells = []
        for figures in results.values():
            requests, size, p99 = figures.rates[row]
            rate = f"{size / 1e6:.0f} MB/s" if row.startswith("zip") else f"{requests:.0f}/s"
            cells.append(f"{rate} p99 {p99 * 1000:.1f} ms")
        print(f"{row:14}" + "".join(f"{cell:>22}" for cell in cells))
    for name, get in (
        ("graph cold", lambda f: f"{f.graph_cold:.2f} s"),
        ("graph warm", lambda f: f"{f.graph_warm:.2f} s"),
        ("200 cold", lambda f: f"{f.cold_fetches} fetches {f.cold_seconds:.2f} s"),
        ("memory", lambda f: f"{f.rss_idle:.0f} MiB"),
        ("64 slow", lambda f: f"{f.rss_slow:.0f} MiB"),
    ):
        print(f"{name:14}" + "".join(f"{get(figures):>22}" for figures in results.values()))
    print()
    mine = results["gomend"]
    for text, holds, value in bars(mine, results):
        print(f"{'ok  ' if holds else 'MISS'} {text}: {value}")


def bars(mine: Figures, results: dict[str, Figures]) -> Iterator[tuple[str, bool, str]]:
    """(what must hold, whether it does, the measured ratio)."""
    nginx = results["nginx"]
    for name, times in (("goproxy", 1.0), ("athens", 2.0)):
        if name not in results:
            continue
        other = results[name]
        for row in (".info", ".mod"):
            ratio = mine.rates[row][0] / other.rates[row][0]
            yield f"{row} at least {times:g} times {name}", ratio >= times, f"{ratio:.2f}"
        ratio = mine.rates["list"][0] / other.rates["list"][0]
        yield f"list at least 10 times {name}", ratio >= 10, f"{ratio:.1f}"
        if name == "goproxy":
            ratio = mine.graph_cold / other.graph_cold
            yield "a cold graph no slower than goproxy", ratio <= 1, f"{ratio:.2f} of its time"
    ratio = mine.rates["zip 3.5 MB"][1] / nginx.rates["zip 3.5 MB"][1]
    yield "3.5 MB zips at least 0.9 of nginx", ratio >= 0.9, f"{ratio:.2f}"
    ratio = mine.graph_warm / nginx.graph_warm
    yield "a warm graph within 5 % of nginx", ratio <= 1.05, f"{ratio:.2f} of its time"
    yield "one fetch for 200 clients", mine.cold_fetches == 1, str(mine.cold_fetches)
    yield "at most 200 MiB under 64 slow readers", mine.rss_slow <= 200, f"{mine.rss_slow:.0f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description="gomend serve beside nginx, goproxy and Athens")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/gomend-serve"))
    options = parser.parse_args()
    folder: Path = options.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        compare(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(folder: Path, options: argparse.Namespace) -> None:
    if shutil.which("nginx") is None or shutil.which("go") is None:
        raise SystemExit("needs nginx and go")
    subprocess.run(["go", "build", "-o", folder / "load", "."], cwd=HERE / "load", check=True)
    root = folder / "tree"
    found = modules()
    write_tree(root, found)
    graph = [f"{module.path}@{module.version}" for module in found if module.path.startswith("example.com/graph")]
    (folder / "graph").mkdir()
    (folder / "graph" / "go.mod").write_text(World(found).go_mod("example.com/app", graph))
    (folder / "graph" / "go.sum").write_text(World(found).go_sum(graph))
    programs = {
        "goproxy": built(folder, GOPROXY, "./cmd/goproxy"),
        "athens": built(folder, ATHENS, "./cmd/proxy"),
    }
    source = free_port()
    log = folder / "access.log"
    nginx = folder / "nginx.conf"
    nginx.write_text(NGINX.format(folder=folder, port=source, root=root, log=log, workers=1))
    results: dict[str, Figures] = {}
    with running(["nginx", "-c", nginx, "-p", folder], source, dict(os.environ), folder / "nginx.out") as pid:
        results["nginx"] = measure(folder, source, pid, log, options)
        for name in ("gomend", "goproxy", "athens"):
            program = programs.get(name, GOMEND)
            if isinstance(program, str):
                print(f"{name} is skipped: {program}")
                continue
            log.write_text("")
            port = free_port()
            words, environment = start_of(name, program, folder, port, f"http://127.0.0.1:{source}")
            with running(words, port, environment, folder / f"{name}.out") as its_pid:
                results[name] = measure(folder, port, its_pid, log, options)
    show(results)


def start_of(name: str, program: Path, folder: Path, port: int, source: str) -> tuple[list[str | Path], dict[str, str]]:
    environment = dict(os.environ) | {"GOPROXY": source, "GOSUMDB": "off", "GOFLAGS": "-modcacherw"}
    address = f"127.0.0.1:{port}"
    store = folder / f"{name}-store"
    store.mkdir()
    if name == "gomend":
        return [program, "serve", "--listen", address, "--store", store, "--log", "failures"], environment
    if name == "goproxy":
        return [program, "server", "--address", address, "--cacher-dir", store], environment
    return [program], environment | {
        "ATHENS_STORAGE_TYPE": "disk",
        "ATHENS_DISK_STORAGE_ROOT": str(store),
        "ATHENS_PORT": f":{port}",
        "ATHENS_GO_BINARY_ENV_VARS": f"GOPROXY={source};GOSUMDB=off",
        "ATHENS_SUM_DBS": "",
        "ATHENS_LOG_LEVEL": "error",
    }


if __name__ == "__main__":
    main()
