"""The servers that bench/serve.py compares: where each is had from, how it is started, and what it takes."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOMEND = HERE.parent / "gomend"
PROGRAMS = {
    "goproxy": ("github.com/goproxy/goproxy", "v0.26.0", "./cmd/goproxy"),
    "athens": ("github.com/gomods/athens", "v0.17.0", "./cmd/proxy"),
}
NGINX = """
worker_processes 1; pid {folder}/nginx-{port}.pid; error_log {folder}/nginx-{port}.log; daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log {log}; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/plain;
  open_file_cache max=2000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; }}
}}
"""


def program(kept: Path, name: str) -> Path | str:
    """The program of a server, built once into the folder `kept`, or why there is none."""
    path, version, package = PROGRAMS[name]
    made = kept / f"{name}@{version}"
    if made.exists():
        return made
    environment = os.environ | {"GOPATH": str(kept / "gopath"), "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"}
    for more in ({}, {"GONOSUMDB": path}):  # a mirror may lack the checksum database's record of this one module
        ran = subprocess.run(
            ["go", "mod", "download", "-json", f"{path}@{version}"],
            cwd=kept, env=environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads(ran.stdout or "{}")
        if ran.returncode == 0:
            break
    else:
        return f"{path}@{version} cannot be had: {str(told.get('Error', ran.stderr)).splitlines()[0]}"
    ran = subprocess.run(
        ["go", "build", "-mod=mod", "-o", made, package],
        cwd=told["Dir"], env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return made if ran.returncode == 0 else f"{path}@{version} cannot be built: {ran.stderr.strip()[-200:]}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(folder: Path, root: Path, log: Path) -> Iterator[tuple[int, int]]:
    """nginx with the files in `root`: its port and process id."""
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port, root=root, log=log))
    with _running(["nginx", "-c", settings, "-p", folder], port, dict(os.environ), folder / "nginx.out") as pid:
        yield port, pid


@contextmanager
def proxy(name: str, made: Path, store: Path, source: int) -> Iterator[tuple[int, int]]:
    """One of the others before a source at this port, with an empty `store`: its port and process id."""
    port = free_port()
    store.mkdir()
    url, address = f"http://127.0.0.1:{source}", f"127.0.0.1:{port}"
    environment = dict(os.environ) | {"GOPROXY": url, "GOSUMDB": "off", "GOFLAGS": "-modcacherw"}
    words: list[str | Path] = [made]
    if name == "gomend":
        words += ["serve", "--listen", address, "--store", store, "--log", "failures"]
    elif name == "goproxy":
        words += ["server", "--address", address, "--cacher-dir", store]
    else:
        environment |= {
            "ATHENS_STORAGE_TYPE": "disk",
            "ATHENS_DISK_STORAGE_ROOT": str(store),
            "ATHENS_PORT": f":{port}",
            "ATHENS_GO_BINARY_ENV_VARS": f"GOPROXY={url};GOSUMDB=off",
            "ATHENS_SUM_DBS": "",
            "ATHENS_LOG_LEVEL": "error",
        }
    with _running(words, port, environment, store.with_suffix(".out")) as pid:
        time.sleep(1)  # what a server does at its start is not its answers' cost
        yield port, pid


@contextmanager
def far(source: int, milliseconds: int) -> Iterator[int]:
    """A port behind which the source is so many milliseconds away."""
    port = free_port()
    words = [sys.executable, HERE / "slowline.py", str(port), str(source), str(milliseconds)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


@contextmanager
def _running(words: Sequence[str | Path], port: int, environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("ab") as output:
        process = subprocess.Popen(words, stdout=output, stderr=output, env=environment, cwd=log.parent)
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int) -> None:
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nothing listens on {port}")


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def rss(pid: int) -> float:
    """MiB of a process and all below it, what they share counted once (PSS)."""
    total = 0
    for one in _family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def cpu(pid: int) -> float:
    """Seconds of CPU that a process and all below it have taken, children that have ended included."""
    total = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(field) for field in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")
