"""`gomend go mod download` against plain go, side by side in one run, over lines of several round trips.

    bench/relay.py [--runs 5] [--round-trips 0,5,20,50,150] [--folder /dev/shm/gomend-bench]

The source is nginx with TLS and HTTP/2 on loopback behind a TCP pipe that adds the round trip (bench/slowline.py); the
modules are those of bench/graph, fetched once through the machine's own GOPROXY. Module caches lie in `--folder`, which
should be on tmpfs: a disk's noise hides the effect. Needs nginx and trustme.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
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
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
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


def timed(folder: Path, command: list[str | Path], environment: dict[str, str]) -> tuple[float, int]:
    """Seconds of wall time with an empty module cache, and the peak memory of the command's own process in MB."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    peak = 0
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=HERE / "graph", env=environment)

    def watch() -> None:
        nonlocal peak
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            try:
                lines = status.read_text().splitlines()
            except OSError:
                return
            peak = max([peak, *(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))])
            time.sleep(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    process.wait()
    seconds = time.perf_counter() - started
    watching.join()
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return seconds, peak


def compare(folder: Path, port: int, runs: int) -> dict[str, list[float]]:
    """Each way of downloading in turn, `runs` times; seconds by name, and the peak memory of gomend."""
    go = os.environ.get("GOMEND_GO") or "go"
    source = clean_environment(folder, GOPROXY=f"https://localhost:{port}")
    files = clean_environment(folder, GOPROXY=f"file://{folder}/modules/cache/download")
    ways = {
        "go": ([go, "mod", "download"], source),
        "go64": ([go, "mod", "download"], source | {"GOMAXPROCS": "64"}),
        "gomend": ([GOMEND, "go", "mod", "download"], source),
        "file": ([go, "mod", "download"], files),
    }
    seconds: dict[str, list[float]] = {name: [] for name in (*ways, "memory")}
    for _ in range(runs):
        for name, (command, environment) in ways.items():
            took, peak = timed(folder, command, environment)
            seconds[name].append(took)
            if name == "gomend":
                seconds["memory"].append(peak)
    return seconds


def main() -> None:
    """Print a table: medians with their spread, and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--round-trips", default="0,5,20,50,150")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/gomend-bench"))
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    fetch = {**os.environ, "GOMODCACHE": str(folder / "modules"), "GOFLAGS": "-modcacherw"}
    subprocess.run(["go", "mod", "download"], cwd=HERE / "graph", env=fetch, check=True)
    subprocess.run([GOMEND, "--version"], check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as stack:
        nginx = serve(folder, stack)
        print("  ms", *(f"{name:16}" for name in ("go", "go, 64 wide", "gomend", "file://")), sep="  ", end="  ")
        print("go/gomend  go64/gomend  gomend/file  MB")
        for milliseconds in map(int, options.round_trips.split(",")):
            with ExitStack() as line:
                port = slow_line(nginx, milliseconds, line) if milliseconds else nginx
                found = compare(folder, port, options.runs)
            middle = {name: statistics.median(values) for name, values in found.items()}
            shown = (
                f"{middle[n]:5.1f} ({min(found[n]):.1f}–{max(found[n]):.1f})" for n in ("go", "go64", "gomend", "file")
            )
            ratios = (
                middle["go"] / middle["gomend"],
                middle["go64"] / middle["gomend"],
                middle["gomend"] / middle["file"],
            )
            print(f"{milliseconds:4}", *(f"{cell:16}" for cell in shown), sep="  ", end="  ")
            print(f"{ratios[0]:9.2f}  {ratios[1]:11.2f}  {ratios[2]:11.2f}  {max(found['memory']):.0f}", flush=True)
            print(json.dumps({"round_trip_ms": milliseconds, **found}), file=sys.stderr)


if __name__ == "__main__":
    main()
