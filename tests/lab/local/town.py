# ruff: noqa: E501
"""Runs cases inside the closed internet: started by `__main__` in network and mount namespaces of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.lab import gobin
from tests.lab.local import githost, names, resolver, web
from tests.lab.local.case import Case
from tests.lab.local.tables import CASES

RUN = Path("/run/lab")
OUT = Path(__file__).parents[2] / "cases"
_PATH = "/usr/local/go/bin:/run/lab/bin:/usr/bin:/bin"
_KNOWN = "github.com,203.0.113.20 gitlab.com,203.0.113.21 git.corp.example,10.20.0.15 gitlab.corp.example,10.20.0.16"


def _sh(script: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["/bin/sh", "-ec", script], check=True, **more)


def _build_up() -> None:
    _sh("mount --make-rprivate /; ip link set lo up; mount -t tmpfs none /run; mkdir -p /run/lab/git /run/lab/bin")
    for address in [*names.NAMES.values(), names.RESOLVER]:
        if address not in names.UNROUTED.values():
            subprocess.run(["ip", "addr", "add", address + "/32", "dev", "lo"], check=False, stderr=subprocess.DEVNULL)
    (RUN / "resolv.conf").write_text(f"nameserver {names.RESOLVER}\noptions timeout:2 attempts:1\n")
    (RUN / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    (RUN / "passwd").write_text(
        Path("/etc/passwd").read_text() + "git:x:1500:1500::/:/bin/sh\nrunner:x:1001:1001::/home/dev:/bin/sh\n"
    )
    githost.make(RUN / "git")
    web.start(RUN / "ca.pem")
    resolver.start()
    _sh(
        "for f in resolv.conf hosts passwd; do mount --bind /run/lab/$f /etc/$f; done; mount --bind /run/lab/ca.pem /etc/ssl/certs/ca-certificates.crt;"
        "usermod -p '*' git 2>/dev/null || true; mkdir -p /home; chown -R 1500 /run/lab/git"
    )
    _sh("mkdir /run/lab/locale; localedef -i zh_CN -f UTF-8 /run/lab/locale/zh_CN.UTF-8")
    githost.serve_ssh(RUN)
    key = (RUN / "host.pub").read_text().split()
    (RUN / "known_hosts").write_text("".join(f"{host} {key[0]} {key[1]}\n" for host in _KNOWN.split()))
    other = (RUN / "otherhost.pub").read_text().split()
    (RUN / "other_known_hosts").write_text("".join(f"{host} {other[0]} {other[1]}\n" for host in _KNOWN.split()))
    python = Path(sys.base_prefix) / "bin/python3"
    (RUN / "bin/pip").write_text(f'#!/bin/sh\nexec {python} -m pip "$@"\n')
    (RUN / "bin/pip").chmod(0o755)


_INSIDE = """
mount -t tmpfs none /home
mkdir -p "$FOLDER" /home/dev/.ssh /home/dev/.cache/go-build
cp -a /run/lab/stage/. /
mount --bind "$GOROOT_HERE" /usr/local/go
mount --bind "$GOCACHE_HERE" /home/dev/.cache/go-build
chmod 700 /home/dev/.ssh
cd "$FOLDER"
( export PATH="$CASE_PATH" HOME=/home/dev GOPROXY=https://proxy.golang.org GOSUMDB=off GOFLAGS=-mod=mod GOTELEMETRY=off; $BEFORE ) >/run/lab/before.log 2>&1 ||
 { echo "the preparation failed:" >&2; cat /run/lab/before.log >&2; exit 99; }
[ "$CASE_USER" = 0 ] || chown -R "$CASE_USER:$CASE_USER" /home/dev
cd "$FOLDER"
exec setpriv $PRIV /usr/bin/env -i $(cat /run/lab/env.sh) /bin/sh -c "$COMMAND" 2>&1
"""


def _record(case: Case, cache: Path) -> tuple[bytes, int]:
    stage = RUN / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    for name, text in case.files.items():
        place = stage / (name if name.startswith("/") else f"{case.folder}/{name}").lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    web.FAULTS.write_text(json.dumps(case.web))
    warm = cache / f"build-{case.go}{'-user' if case.user else ''}"
    warm.mkdir(parents=True, exist_ok=True)
    if case.user:
        os.chown(warm, case.user, case.user)
    wanted = {
        "PATH": _PATH, "HOME": "/home/dev", "USER": "dev", "LANG": "C.UTF-8", "GOTOOLCHAIN": "local", "GOTELEMETRY": "off", "GOSUMDB": "off",
        "NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt", "PIP_CERT": "/etc/ssl/certs/ca-certificates.crt", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore", "NO_UPDATE_NOTIFIER": "1", **case.env,
    }  # fmt: skip
    wanted = {name: value for name, value in wanted.items() if value != "-"}
    script = _INSIDE.replace("$BEFORE", case.before or ":").replace(
        "$(cat /run/lab/env.sh)", " ".join(f"{n}='{v}'" for n, v in wanted.items())
    )
    made = subprocess.run(
        ["unshare", "-m", "/bin/sh", "-ec", script],
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=200,
        env={
            "PATH": os.environ["PATH"], "FOLDER": case.folder, "GOROOT_HERE": str(gobin.goroot(case.go)), "GOCACHE_HERE": str(warm), "CASE_PATH": _PATH,
            "CASE_USER": str(case.user), "COMMAND": case.command,
            "PRIV": f"--reuid {case.user} --regid {case.user} --clear-groups" if case.user else "--inh-caps=-all",
        },
        start_new_session=True,
    )  # fmt: skip
    return made.stdout, made.returncode


_VERSION = {
    "git": "git --version",
    "npm": "npm --version",
    "pip": "/run/lab/bin/pip --version",
    "curl": "curl --version",
    "wget": "wget --version",
}


def _client_version(case: Case) -> str:
    if case.client == "go":
        return gobin.VERSIONS[case.go]
    told = subprocess.run(_VERSION[case.client].split(), capture_output=True, text=True, check=True).stdout
    return next(word for word in told.split() if word[0].isdigit())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write(case: Case, log: bytes, status: int, out: Path) -> None:
    """Writes the case's folder. Raises AssertionError if the command did not end as provoked, or shows a path of this machine."""
    for text, neutral in {str(sys.base_prefix): "/usr/local", **case.replace}.items():
        log = log.replace(text.encode(), neutral.encode())
    wanted = case.exit_status if case.exit_status is not None else 0 if not case.roots else None
    assert status == wanted if wanted is not None else status != 0, (
        f"ended with {status}:\n{log.decode(errors='replace')}"
    )
    assert status not in (99, 127) or case.exit_status == 127, log.decode(errors="replace")
    for bad in (b"/work/main", b"/run/lab", b"/root/.pyenv", b"/dev/shm"):
        assert bad not in log, f"{bad!r} in the log:\n{log.decode(errors='replace')}"
    folder = out / case.code / case.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log").write_bytes(log)
    expected: dict[str, Any] = {
        "exit_status": None if case.pasted else status, "outcome": "failed" if case.roots else "ok", "roots": case.roots,
        **({"warnings": case.warnings} if case.warnings else {}), **({"harmless": case.harmless} if case.harmless else {}),
    }  # fmt: skip
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    told = {
        "client": case.client, "client_version": _client_version(case), "command": case.command, "exit_status": status, "fault": case.fault,
        "made_by": "python -m tests.lab.local", "wrapper": "none",
    }  # fmt: skip
    lines = [f"{name} = {value if isinstance(value, int) else _quoted(value)}" for name, value in told.items()]
    shown = {n: v for n, v in case.env.items() if v != "-" and not v.startswith("/run/lab")}
    if shown:
        lines += ["", "[environment]", *(f"{n} = {_quoted(v)}" for n, v in shown.items())]
    if case.settings:
        lines += ["", "[settings]", *(f"{n} = {_quoted(v)}" for n, v in case.settings.items())]
    (folder / "case.toml").write_text("\n".join(lines) + "\n")


def main(wanted: list[str], show: bool) -> int:
    """Makes the wanted cases (codes, code/name, or all). Returns how many could not be made."""
    _build_up()
    cache = gobin.cache_folder()
    bad = 0
    for case in CASES:
        if wanted and not any(w in (case.code, f"{case.code}/{case.name}") for w in wanted):
            continue
        log, status = _record(case, cache)
        try:
            write(case, log, status, OUT)
        except AssertionError as fault:
            bad += 1
            print(f"✗ {case.code}/{case.name}: {fault}", flush=True)
            continue
        print(f"· {case.code}/{case.name} ({status}, {len(log)} bytes)", flush=True)
        if show:
            print(log.decode(errors="replace"), flush=True)
    return bad


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if word != "--show"]
    ended = main(arguments, "--show" in sys.argv)
    sys.stdout.flush()
    os._exit(1 if ended else 0)
