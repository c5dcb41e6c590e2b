"""go and a server that fetches from repositories, in an internet of its own. Prints one JSON document.

Run inside the namespaces of `tests.lab.site`: `python -m tests.server.fromgit GO`.
"""

import contextlib
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.githost import GitHost, Page, go_import
from tests.lab.site import Site
from tests.lab.ssh import SshHost, known_host, new_key
from tests.lab.world import WORLD
from tests.server.serving import serving

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token

_GIT, _ELSEWHERE = "93.184.216.34", "93.184.216.35"
_HOST = '[[host]]\nname = "token.example"\nuser = "oauth2"\n'
# Whoever has a page may name any repository on it.
_LEAKS = {
    "ssh": "ssh://git@ssh.example/ssh.git",
    "token": "https://token.example/token.git",
    "netrc": "https://netrc.example/netrc.git",
}
QUESTIONS = (
    "git.example/mono@v1.0.0",
    "git.example/mono@v1.1.0",
    "git.example/mono/sub@v0.2.0",
    "git.example/mono/v2@v2.0.0",
    "git.example/mono@main",
    "git.example/mono@dev",
    "git.example/mono/sub@main",
    "git.example/mono@latest",
    "ssh.example/m@v1.0.0",
    "token.example/m@v1.0.0",
    "netrc.example/m@v1.0.0",
)


def repositories(folder: Path) -> None:
    """One of several modules, and a plain one; in the first main and dev go on after the newest tag."""

    def commit(*changes: str) -> str:
        when = f"GIT_COMMITTER_DATE='2024-01-0{1 + len(made)}T00:00:00Z'"
        made.append(when)
        return f"{' && '.join(changes)} && git add . && {when} git -c user.name=a -c user.email=a@b commit -q -m x"

    made: list[str] = []
    words = [
        f"git init -q -b main {folder}/mono && cd {folder}/mono",
        commit(
            "printf 'module git.example/mono\\n\\ngo 1.21\\n' >go.mod", "echo 'package mono' >m.go", "echo me >LICENSE"
        ),
        "git tag v1.0.0",
        commit("mkdir sub", "printf 'module git.example/mono/sub\\n' >sub/go.mod", "echo 'package sub' >sub/s.go"),
        "git tag v1.1.0 && git tag sub/v0.2.0",
        commit("mkdir v2", "printf 'module git.example/mono/v2\\n' >v2/go.mod", "echo 'package mono' >v2/m.go"),
        "git tag -a -m x v2.0.0 2>/dev/null || git -c user.name=a -c user.email=a@b tag -a -m x v2.0.0",
        commit("echo 'package mono // main' >m.go"),
        "git checkout -q -b dev",
        commit("echo 'package mono // dev' >m.go"),
        f"git checkout -q main && git clone -q --bare . {folder}/mono.git",
    ]
    for name in ("ssh", "token", "netrc"):
        words += [
            f"git init -q -b main {folder}/{name} && cd {folder}/{name}",
            commit(f"printf 'module {name}.example/m\\n' >go.mod", "echo 'package m' >m.go"),
            f"git tag v1.0.0 && git clone -q --bare . {folder}/{name}.git",
        ]
    subprocess.run(["sh", "-ec", "\n".join(words)], check=True)


def ask(go: str, folder: Path, environment: Mapping[str, str]) -> dict[str, object]:
    """What go says of each question, with an empty module cache."""
    folder.mkdir()
    ran = subprocess.run(
        [go, "mod", "download", "-json", *QUESTIONS],
        cwd=folder,
        env={**os.environ, **environment, "GOMODCACHE": str(folder / "modules"), "GOFLAGS": "-modcacherw"},
        capture_output=True,
        text=True,
        check=False,
    )
    found, decoder, text = {}, json.JSONDecoder(), ran.stdout.strip()
    while text:
        said, end = decoder.raw_decode(text)
        text = text[end:].strip()
        info = json.loads(Path(said["Info"]).read_text()) if "Info" in said else {}
        kept = {name: said.get(name) for name in ("Version", "Sum", "GoModSum", "Error")}
        found[f"{said['Path']}@{said['Query'] if 'Query' in said else said['Version']}"] = kept | {
            "Time": info.get("Time"),
        }
    return {"answers": found, "stderr": ran.stderr}


def main(go: str) -> None:
    """Plain go, then go through a server beyond loopback, then what an expired token and a wrong host key come to."""
    with contextlib.ExitStack() as stack:
        site = Site("", WORLD, {}, stack)
        home = Path("/home/dev")
        folder = home / "git"
        folder.mkdir()
        repositories(folder)
        names = ("git.example", "ssh.example", "token.example", "netrc.example")
        site.names |= dict.fromkeys(names, site.address(_GIT)) | {"elsewhere.example": site.address(_ELSEWHERE)}
        tls = site.ca.server(*names)
        host = stack.enter_context(GitHost(folder, tls=tls, address=(_GIT, 443)))
        elsewhere = stack.enter_context(
            GitHost(folder, tls=site.ca.server("elsewhere.example"), address=(_ELSEWHERE, 443))
        )
        host_key, key = new_key(), new_key()
        shell = stack.enter_context(SshHost(folder, host_key, key, (_GIT, 22)))
        mono = go_import("git.example/mono git https://git.example/mono.git")
        host.pages |= {f"/mono{below}": mono for below in ("", "/sub", "/v2")}
        host.pages["/m"] = Page(
            200,
            "<head>"
            + '<meta name="go-import" content="ssh.example/m git ssh://git@ssh.example/ssh.git">'
            + '<meta name="go-import" content="token.example/m git https://token.example/token.git">'
            + '<meta name="go-import" content="netrc.example/m git https://netrc.example/netrc.git">',
        )
        for name, url in _LEAKS.items():
            host.pages[f"/leak/{name}"] = go_import(f"git.example/leak/{name} git {url}")
        host.pages["/away"] = go_import("token.example/away git https://token.example/away.git")
        host.pages["/away.git/info/refs"] = Page(
            302, "", {"Location": "https://elsewhere.example/token.git/info/refs?service=git-upload-pack"}
        )
        host.logins = {"/token.git": "oauth2:t0k3n", "/netrc.git": "me:pa55"}
        elsewhere.logins = {"/token.git": "oauth2:t0k3n"}
        site.etc("passwd", "root:x:0:0:root:/home/dev:/bin/sh\n")  # where ssh looks for keys
        (home / ".ssh").mkdir(mode=0o700)
        (home / ".ssh/id_ed25519").write_bytes(key.export_private_key())
        (home / ".ssh/id_ed25519").chmod(0o600)
        (home / ".ssh/known_hosts").write_text(known_host("ssh.example", 22, host_key))
        (home / ".netrc").write_text("machine netrc.example login me password pa55\n")
        (home / ".gitconfig").write_text(
            '[credential "https://token.example"]\n\thelper = "!printf \'username=oauth2\\\\npassword=t0k3n\\\\n\'"\n'
        )
        environment = {
            "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
            "GIT_SSL_CAINFO": "/etc/ssl/certs/ca-certificates.crt",
            "HOME": "/home/dev",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOCACHE": "/home/dev/gocache",
            "GONOSUMDB": "",
        }
        document: dict[str, object] = {"plain": ask(go, home / "plain", environment | {"GOPROXY": "direct"})}
        (home / ".gitconfig").unlink()
        credentials = home / "credentials.toml"
        (home / "token").write_text("t0k3n\n")
        credentials.write_text(f'{_HOST}token_file = "/home/dev/token"\nexpires = 2099-01-01T00:00:00Z\n')
        served = environment | {"CORP_TOKEN": "t0k3n"}
        options = ("--credentials", str(credentials), "--timeout", "60")
        pem = home / "leaf.pem"
        site.ca.ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
        over_tls = ("--certificate", str(pem), "--key", str(pem))
        private = {"GOPRIVATE": "ssh.example,token.example,netrc.example"}
        trusts = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
        with serving(
            home / "a", "direct", *options, *over_tls, host="0.0.0.0", trusts=trusts, **served, **private
        ) as server:
            shown, kept = new_token("dev", [Grant(Right.FETCH)], datetime.now(UTC))
            TokenFile(home / "a/config/gomend/tokens.json").change(lambda before: (*before, kept))
            (home / "netrc").write_text(f"machine 127.0.0.1:{server.port} login any password {shown}\n")
            through = environment | {"GOPROXY": f"https://127.0.0.1:{server.port}", "NETRC": str(home / "netrc")}
            document["through"] = ask(go, home / "through", through)
            asked = len(host.asked)
            document["again"] = ask(go, home / "again", through)
            document["again asked"] = [path for path, _ in host.asked[asked:] if not path.endswith("/info/refs")]
            token = {"authorization": f"Bearer {shown}"}
            got = server.get("/token.example/away/@v/v1.0.0.info", **token)
            document["away"] = [got.status, got.text, elsewhere.asked]
            asked = len(host.asked)
            document["leaks"] = {
                f"{name} {file}": server.get(f"/git.example/leak/{name}/@v/{file}", **token).status
                for name in _LEAKS
                for file in ("list", "v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip", "main.info")
            }
            document["shown to leaks"] = [shown for _, shown in host.asked[asked:] if shown]
        credentials.write_text(f'{_HOST}token_env = "CORP_TOKEN"\nexpires = 2020-01-01T00:00:00Z\n')
        (home / ".ssh/known_hosts").write_text("")
        with serving(home / "b", "direct", *options, **served) as server:
            for name in ("token", "ssh"):
                got = server.get(f"/{name}.example/m/@v/v1.0.0.info")
                document[f"refused {name}"] = [got.status, got.text]
            credentials.write_text(f'{_HOST}token_env = "CORP_TOKEN"\n')
        with serving(home / "c", "direct", *options, **served) as server:
            document["by environment"] = server.get("/token.example/m/@v/v1.0.0.info").status
        document["ssh"] = shell.asked
        sys.stdout.write(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1])
