"""`gomend go mod download` against plain go, side by side in one run, over lines of several round trips.

    bench/relay.py [--runs 5] [--rtt 0,5,50,150] [--folder /dev/shm/gomend-bench]

The source is nginx with TLS 1.2 and 1.3 and HTTP/2 on loopback behind a TCP pipe that adds the round trip
(bench/slowline.py); the modules are those of bench/graph, fetched once through the machine's own GOPROXY. Module caches
lie in `--folder`, which should be on tmpfs: a disk's noise hides the effect. Needs nginx and trustme, and a machine
that does nothing else: on a busy one only the CPU seconds mean something.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import trustme

HERE = Path(__file__).resolve().parent
GOMEND = HERE.parent / "gomend"
NGINX = """
worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000; default_type text/plain; http2_max_concurrent_streams 256;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} ssl http2; root {root};
    ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(folder: Path, **more: str) -> dict[str, str]:
    """What each timed command gets: its own module cache, no checksum database, no other settings."""
    base = {
        name: value for name, value in os.environ.items() if not name.startswith(("GO", "SSL_", "HTTP", "NO_PROXY"))
    }
    return base | {
        "GOMODCACHE": str(folder / "cache"),
        "GOFLAGS": "-modcacherw",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "XDG_STATE_HOME": str(folder / "state"),
        "SSL_CERT_FILE": str(folder / "ca.pem"),
        **more,
    }


def serve(folder: Path, stack: ExitStack) -> int:
    """nginx over the fetched modules; its port."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    port = free_port()
    config = NGINX.format(folder=folder, port=port, root=folder / "modules" / "cache" / "download")
    (folder / "nginx.conf").write_text(config)
    started = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    stack.callback(started.wait)
    stack.callback(started.terminate)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return port


def slow_line(target: int, milliseconds: int, stack: ExitStack) -> int:
    """A pipe before `target`; its port."""
    port = free_port()
    command = [sys.executable, str(HERE / "slowline.py"), str(port), str(target), str(milliseconds)]
    pipe = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    stack.callback(pipe.wait)
    stack.callback(pipe.terminate)
    assert pipe.stdout is not None
    pipe.stdout.readline()
    return port


@dataclass(frozen=True)
class Took:
    """What one command took."""

    seconds: float  # of wall time
    cpu: float  # seconds of the command and its children
    own: float  # of those, without its children
    peak: float  # MB, of the largest of these processes


WAYS = ("go", "go64", "gomend", "file")


def timed(folder: Path, command: list[str | Path], environment: dict[str, str]) -> Took:
    """Runs a command with an empty module cache."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=HERE / "graph", env=environment)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.perf_counter() - started
    # utime and stime of the ended process itself, which has not been waited for: proc(5).
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return Took(seconds, usage.ru_utime + usage.ru_stime, own, usage.ru_maxrss / 1024)


def compare(folder: Path, port: int, runs: int) -> dict[str, list[Took]]:
    """Each way of downloading in turn, `runs` times."""
    go = os.environ.get("GOMEND_GO") or "go"
    source = clean_environment(folder, GOPROXY=f"https://localhost:{port}")
    files = clean_environment(folder, GOPROXY=f"file://{folder}/modules/cache/download")
    commands: dict[str, tuple[list[str | Path], dict[str, str]]] = {
        "go": ([go, "mod", "download"], source),
        "go64": ([go, "mod", "download"], source | {"GOMAXPROCS": "64"}),
        "gomend": ([GOMEND, "go", "mod", "download"], source),
        "file": ([go, "mod", "download"], files),
    }
    took: dict[str, list[Took]] = {name: [] for name in WAYS}
    for _ in range(runs):
        for name, (command, environment) in commands.items():
            took[name].append(timed(folder, command, environment))
    return took


def bars(milliseconds: int, seconds: dict[str, float], memory: float) -> Iterator[tuple[str, bool]]:
    """What is asked for at a round trip, each with whether it is met."""
    go, go64 = seconds["go"] / seconds["gomend"], seconds["go64"] / seconds["gomend"]
    wanted = {0: (1 / 1.1, None), 5: (1.0, 1.0), 50: (3.0, 1.8), 150: (6.5, 3.3)}.get(milliseconds, (None, None))
    for name, ratio, least in zip(("go", "go64"), (go, go64), wanted, strict=True):
        if least is not None:
            yield f"{name}/gomend {ratio:.2f}, at least {least:.2f}", ratio >= least
    floor = seconds["gomend"] / seconds["file"]
    yield f"gomend/file {floor:.2f}, at most 1.35", floor <= 1.35
    yield f"peak memory {memory:.0f} MB, below 200", memory < 200


def main() -> None:
    """Print for each round trip the medians with their spread, and the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rtt", default="0,5,50,150", help="milliseconds, separated by commas")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/gomend-bench"))
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    fetch = {**os.environ, "GOMODCACHE": str(folder / "modules"), "GOFLAGS": "-modcacherw"}
    subprocess.run(["go", "mod", "download"], cwd=HERE / "graph", env=fetch, check=True)
    subprocess.run([GOMEND, "--version"], check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as stack:
        nginx = serve(folder, stack)
        for milliseconds in map(int, options.rtt.split(",")):
            with ExitStack() as line:
                port = slow_line(nginx, milliseconds, line) if milliseconds else nginx
                found = compare(folder, port, options.runs)
            show(milliseconds, found)


def show(milliseconds: int, found: dict[str, list[Took]]) -> None:
    """One round trip's figures."""
    seconds = {name: statistics.median(one.seconds for one in found[name]) for name in WAYS}
    print(f"{milliseconds} ms")
    for name in WAYS:
        walls = [one.seconds for one in found[name]]
        cpu, own = (statistics.median(getattr(one, field) for one in found[name]) for field in ("cpu", "own"))
        spread = f"{min(walls):.2f}–{max(walls):.2f}"
        print(f"  {name:7} {seconds[name]:6.2f} s  ({spread})  CPU {cpu:.2f} s, {own:.2f} of its own")
    for words, is_met in bars(milliseconds, seconds, max(one.peak for one in found["gomend"])):
        print(f"  {'met   ' if is_met else 'missed'}  {words}", flush=True)


if __name__ == "__main__":
    main()
