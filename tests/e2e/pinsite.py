"""A machine with a broken resolver, in mount and network namespaces of its own: `python -m tests.e2e.pinsite FOLDER`.

Its /etc/resolv.conf and /etc/hosts are files of FOLDER mounted there. What gomend and go came to is printed as JSON.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.e2e.mendbench import DEP
from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.modules import World
from tests.lab.upstream import Answers, Upstream

NAME = "goproxy.cn"
HOSTS = b"127.0.0.1\tlocalhost\r\n# mine\r\n127.0.0.9 else.example # no line end"


class Machine:
    """The commands that are run on it, in a project that requires one module of NAME."""

    def __init__(self, folder: Path, roots: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "go.mod").write_text(f"module example.com/app\n\ngo 1.21\n\nrequire {DEP.path} {DEP.version}\n")
        (self.project / "go.sum").write_text("".join(f"{line}\n" for line in DEP.sum_lines))
        self.environment = {
            **os.environ,
            "GOPROXY": f"https://{NAME}",
            "GOMODCACHE": str(folder / "cache"),
            "SSL_CERT_FILE": str(roots),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def run(self, *words: str) -> dict[str, Any]:
        ran = subprocess.run(
            words, cwd=self.project, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        return {"status": ran.returncode, "out": ran.stdout.decode(), "err": ran.stderr.decode()}

    def gomend(self, *words: str) -> dict[str, Any]:
        return self.run(sys.executable, "-m", "gomend", *words)

    def forget(self) -> None:
        self.run("go", "clean", "-modcache")


def _mounted(folder: Path) -> Path:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    etc = folder / "etc"
    etc.mkdir()
    (etc / "hosts").write_bytes(HOSTS)
    (etc / "resolv.conf").write_text("".join(f"nameserver 127.0.0.{last}\n" for last in (53, 54, 55)))
    (etc / "nsswitch.conf").write_text("hosts: files dns\n")
    for one in etc.iterdir():
        if Path("/etc", one.name).exists():
            subprocess.run(["mount", "--bind", str(one), f"/etc/{one.name}"], check=True)
    return Path("/etc/hosts")


def main(folder: Path) -> None:
    """Sets all up, runs the commands, prints what came."""
    hosts = _mounted(folder)
    authority = Authority.new()
    answers = Answers(World([DEP]), [])
    seen: dict[str, Any] = {}
    with ExitStack() as stack:
        for last, table in ((53, {}), (54, {NAME: "127.0.0.2"}), (55, {NAME: "127.0.0.3"})):
            stack.enter_context(Resolver(table, (f"127.0.0.{last}", 53), tcp=True))
        for last, name in ((2, NAME), (3, "else.example")):
            stack.enter_context(Upstream(answers, tls=authority.server(name), address=(f"127.0.0.{last}", 443)))
        machine = Machine(folder, authority.write(folder / "roots.pem"))
        download = ("go", "mod", "download")
        seen["red"] = machine.gomend(*download)
        seen["fixes"] = machine.gomend("fix", "--format", "json")
        number = next(one["id"] for one in json.loads(seen["fixes"]["out"])["plans"] if one["key"] == "pin_name")
        seen["fixed"] = machine.gomend("fix", str(number))
        seen["pins"] = machine.gomend("dns", "pins", "--format", "json")
        seen["undone"] = machine.gomend("undo")
        machine.forget()
        seen["red again"] = machine.gomend(*download)

        seen["pinned"] = machine.gomend("dns", "pin", NAME, "--system", "--format", "json")
        seen["hosts"] = hosts.read_bytes().decode()
        seen["go"] = machine.run(*download)
        seen["unpinned"] = machine.gomend("undo")
        seen["hosts after"] = hosts.read_bytes().decode()

        machine.gomend("dns", "pin", NAME, "--system")
        hosts.write_bytes(hosts.read_bytes().replace(b" until 20", b" until 19"))  # as if a century had passed
        seen["expired"] = machine.gomend("dns", "pins", "--format", "json")
        seen["hosts at last"] = hosts.read_bytes().decode()

        machine.gomend("dns", "pin", NAME, "--system")
        hosts.write_bytes(hosts.read_bytes().replace(b" until 20", b" until 19"))
        seen["run"] = machine.gomend("go", "version")
        seen["hosts after a run"] = hosts.read_bytes().decode()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
