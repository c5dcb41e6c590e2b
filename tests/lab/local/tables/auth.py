# fmt: off
# ruff: noqa: E501
"""Credentials that a git host wants and does not get, and ssh that refuses."""

from tests.lab.local.case import ZH, Case, gomod, program, root

_PRIVATE = {"GOPRIVATE": "github.com/acme,*.corp.example"}
_LOCKED = {"private": {"github.com/acme/private": "dev:token", "gitlab.corp.example/platform/config": "oauth2:token"}}
_MIGHT_BE_MISSING = ["vcs.not_found"]
_PAGE = '<html><head><meta name="go-import" content="{0} git {1}"></head></html>'
_SSH = "ssh -i /home/dev/.ssh/id_ed25519 -o UserKnownHostsFile=/home/dev/.ssh/known_hosts"
_OVER_SSH = {"/home/dev/.gitconfig": '[url "ssh://git@github.com/"]\n\tinsteadOf = https://github.com/\n'}
_WRONG_KEY = "cp /run/lab/otherkey /home/dev/.ssh/id_ed25519; chmod 600 /home/dev/.ssh/id_ed25519; cp /run/lab/known_hosts /home/dev/.ssh/"
_RIGHT_KEY = _WRONG_KEY.replace("otherkey", "key")
_NEEDS = gomod("github.com/acme/private v1.2.3")


def _locked(act: dict[str, object], host: str = "gitlab.corp.example", path: str = "info/refs") -> dict[str, object]:
    return {"faults": [{"host": host, "path": path, **act}]}


CASES = [
    Case(
        "auth.credentials", "github-private-download", "a private repository, no credentials", "go mod download",
        [root("auth.credentials", "github.com/acme/private", "v1.2.3", "github.com", _MIGHT_BE_MISSING)], {"go.mod": _NEEDS}, _PRIVATE, web=_LOCKED,
    ),
    Case(
        "auth.credentials", "github-private-proxy-then-direct", "GOPRIVATE is not set: the proxy knows nothing, direct wants credentials", "go get github.com/acme/private@v1.2.3",
        [root("auth.credentials", "github.com/acme/private", host="github.com", also=_MIGHT_BE_MISSING)], {"go.mod": gomod()}, {"GOPROXY": "https://proxy.golang.org,direct"}, web=_LOCKED,
        settings={"GOPROXY": "https://proxy.golang.org,direct", "GOPRIVATE": ""},
    ),
    Case(
        "auth.credentials", "github-private-build-x-go123", "a private repository, no credentials; with -x", "go build -x ./...",
        [root("auth.credentials", "github.com/acme/private", "v1.2.3", also=_MIGHT_BE_MISSING)],
        {"go.mod": gomod("github.com/acme/private v1.2.3", "github.com/pkg/errors v0.9.1"), "main.go": program("github.com/acme/private", "github.com/pkg/errors")},
        {**_PRIVATE, "GOFLAGS": "-mod=mod"}, go="1.23", web=_LOCKED,
    ),
    Case(
        "auth.credentials", "github-private-go121-tidy", "a private repository, no credentials", "go mod tidy",
        [root("auth.credentials", "github.com/acme/private", also=_MIGHT_BE_MISSING)],
        {"go.mod": gomod(), "main.go": program("github.com/acme/private")}, _PRIVATE, go="1.21", web=_LOCKED,
    ),
    Case(
        "auth.credentials", "github-bad-token", "the token in git's configuration has expired", "go mod download",
        [root("auth.credentials", "github.com/acme/private", "v1.2.3")],
        {"go.mod": _NEEDS, "/home/dev/.gitconfig": '[url "https://x-access-token:ghs_000000000000000000000000000000000000@github.com/"]\n\tinsteadOf = https://github.com/\n'}, _PRIVATE, web=_LOCKED,
    ),
    Case(
        "auth.credentials", "gitlab-job-token-refused", "the CI job token may not read the project", "go list -m all",
        [root("auth.credentials", "gitlab.corp.example/platform/config", "v1.4.2")],
        {"go.mod": gomod("gitlab.corp.example/platform/config v1.4.2"), "/home/dev/.gitconfig": '[url "https://gitlab-ci-token:glcbt-64_0000000000000000@gitlab.corp.example/"]\n\tinsteadOf = https://gitlab.corp.example/\n'},
        _PRIVATE, go="1.25", web=_LOCKED,
    ),
    Case(
        "auth.credentials", "gitlab-403-not-allowed", "signed in, but not a member of the project", "go mod download gitlab.corp.example/platform/config@v1.4.2",
        [root("auth.credentials", "gitlab.corp.example/platform/config")],
        {"go.mod": gomod(), "/home/dev/.gitconfig": '[url "https://dev:token@gitlab.corp.example/"]\n\tinsteadOf = https://gitlab.corp.example/\n'}, _PRIVATE,
        web=_locked({"status": 403, "body": "You are not allowed to download code from this project."}),
    ),
    Case(
        "auth.credentials", "gitlab-netrc-wrong-zh", "a wrong password in netrc; git speaks Chinese", "go get gitlab.corp.example/platform/config@latest",
        [root("auth.credentials", "gitlab.corp.example/platform/config")],
        {"go.mod": gomod(), "/home/dev/.netrc": "machine gitlab.corp.example login dev password hunter2\n"}, {**_PRIVATE, **ZH}, web=_LOCKED, go="1.24",
    ),
    Case(
        "auth.credentials", "github-private-zh-test", "a private repository, no credentials; git speaks Chinese", "go test ./...",
        [root("auth.credentials", "github.com/acme/private", also=_MIGHT_BE_MISSING)],
        {"go.mod": _NEEDS, "main.go": program("github.com/acme/private")}, {**_PRIVATE, **ZH, "GOFLAGS": "-mod=mod"}, web=_LOCKED, go="1.27",
    ),
    Case(
        "auth.credentials", "git-clone-private", "git clone without a terminal", "git clone https://github.com/acme/private.git",
        [root("auth.credentials", host="github.com", also=_MIGHT_BE_MISSING)], client="git", web=_LOCKED,
    ),
    Case(
        "auth.credentials", "git-clone-bad-password-zh", "git clone with a wrong password, Chinese messages", "git clone https://dev:wrong@github.com/acme/private.git",
        [root("auth.credentials", host="github.com")], client="git", web=_LOCKED, env=ZH,
    ),
    Case(
        "auth.credentials", "git-submodule-private", "a submodule lies in a private repository", "git submodule update --init --recursive",
        [root("auth.credentials", host="gitlab.corp.example")], {".gitmodules": '[submodule "config"]\n\tpath = config\n\turl = https://gitlab.corp.example/platform/config.git\n'}, client="git", web=_LOCKED,
        env={"GIT_TERMINAL_PROMPT": "0"},
        before="git init -q .; git add -A; git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,config; git -c user.name=a -c user.email=a@b commit -qm x",
    ),
    Case(
        "auth.credentials", "json-download-private", "a private repository among public ones, -json", "go mod download -json",
        [root("auth.credentials", "github.com/acme/private", also=_MIGHT_BE_MISSING)],
        {"go.mod": gomod("github.com/acme/private v1.2.3", "github.com/pkg/errors v0.9.1", "github.com/google/uuid v1.6.0")},
        {"GOPRIVATE": "github.com/acme", "GOFLAGS": "-mod=mod"}, web=_LOCKED, go="1.26",
    ),
    Case(
        "auth.credentials", "two-private-modules", "two private modules of one host, one missing set of credentials", "go mod download",
        [root("auth.credentials", also=_MIGHT_BE_MISSING, host="github.com")],
        {"go.mod": gomod("github.com/acme/private v1.2.3", "github.com/acme/payments v0.4.0")}, _PRIVATE, web=_LOCKED,
    ),
    # ssh
    Case(
        "auth.ssh", "publickey-download", "the host does not know the key", "go mod download",
        [root("auth.ssh", "github.com/acme/private", "v1.2.3")], {"go.mod": _NEEDS, **_OVER_SSH}, {**_PRIVATE, "GIT_SSH_COMMAND": _SSH}, before=_WRONG_KEY,
    ),
    Case(
        "auth.ssh", "publickey-build-go122", "the host does not know the key", "go build ./...",
        [root("auth.ssh", "github.com/acme/private")], {"go.mod": _NEEDS, "main.go": program("github.com/acme/private"), **_OVER_SSH},
        {**_PRIVATE, "GIT_SSH_COMMAND": _SSH, "GOFLAGS": "-mod=mod"}, before=_WRONG_KEY, go="1.22",
    ),
    Case(
        "auth.ssh", "hostkey-unknown-get", "the host key is not known and there is no terminal to ask", "go get github.com/acme/private",
        [root("auth.ssh", "github.com/acme/private")], {"go.mod": gomod(), **_OVER_SSH}, {**_PRIVATE, "GIT_SSH_COMMAND": _SSH}, before=_RIGHT_KEY + "; rm /home/dev/.ssh/known_hosts", go="1.24",
    ),
    Case(
        "auth.ssh", "hostkey-changed", "the host key is not the one that was known", "go mod download",
        [root("auth.ssh", "gitlab.corp.example/platform/config")],
        {"go.mod": gomod("gitlab.corp.example/platform/config v1.4.2"), "/home/dev/.gitconfig": '[url "git@gitlab.corp.example:"]\n\tinsteadOf = https://gitlab.corp.example/\n'},
        {**_PRIVATE, "GIT_SSH_COMMAND": _SSH}, before=_RIGHT_KEY + "; cp /run/lab/other_known_hosts /home/dev/.ssh/known_hosts",
    ),
    Case(
        "auth.ssh", "key-file-permissions", "the private key may be read by all", "go mod tidy",
        [root("auth.ssh", "github.com/acme/private")], {"go.mod": _NEEDS, "main.go": program("github.com/acme/private"), **_OVER_SSH},
        {**_PRIVATE, "GIT_SSH_COMMAND": _SSH}, before=_RIGHT_KEY + "; chmod 644 /home/dev/.ssh/id_ed25519",
    ),
    Case(
        "auth.ssh", "git-clone-publickey", "git clone with a key that the host does not know", "git clone git@github.com:acme/private.git",
        [root("auth.ssh", host="github.com")], client="git", env={"GIT_SSH_COMMAND": _SSH}, before=_WRONG_KEY,
    ),
    Case(
        "auth.ssh", "git-clone-publickey-zh", "git clone with a key that the host does not know, Chinese messages", "git clone git@gitlab.corp.example:platform/config.git",
        [root("auth.ssh", host="gitlab.corp.example")], client="git", env={"GIT_SSH_COMMAND": _SSH, **ZH}, before=_WRONG_KEY,
    ),
    Case(
        "auth.ssh", "npm-git-dependency", "an npm dependency from a private git repository over ssh", "npm install --no-audit --no-fund",
        [root("auth.ssh")], {"package.json": '{"name": "web", "version": "1.0.0", "dependencies": {"private": "git+ssh://git@gitlab.corp.example/platform/config.git#v1.4.2"}}'},
        client="npm", env={"GIT_SSH_COMMAND": _SSH}, before=_WRONG_KEY,
    ),
    # ssh that does not get as far as a key
    Case(
        "net.connect_refused", "ssh-port-closed", "nothing listens on the git host's port 22", "go mod download",
        [root("net.connect_refused", "go.corp.example/svc")], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, {**_PRIVATE, "GIT_SSH_COMMAND": _SSH},
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "ssh://git@down.corp.example/team/svc.git")}},
    ),
    Case(
        "dns.nxdomain", "ssh-host-unknown", "the git host of the go-import tag does not resolve", "go get go.corp.example/svc@v1.0.0",
        [root("dns.nxdomain", "go.corp.example/svc")], {"go.mod": gomod()}, {**_PRIVATE, "GIT_SSH_COMMAND": _SSH},
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "ssh://git@gone.corp.example/team/svc.git")}},
    ),
    Case(
        "net.connect_timeout", "ssh-port-filtered", "a firewall drops port 22", "go mod download",
        [root("net.connect_timeout", "go.corp.example/svc")], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, {**_PRIVATE, "GIT_SSH_COMMAND": _SSH + " -o ConnectTimeout=3"},
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "ssh://git@blackhole.corp.example/team/svc.git")}},
    ),
    Case(
        "dns.nxdomain", "git-https-host-unknown-zh", "the git host of the go-import tag does not resolve; git speaks Chinese", "go mod download",
        [root("dns.nxdomain", "go.corp.example/svc", host="gone.corp.example")], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, {**_PRIVATE, **ZH},
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "https://gone.corp.example/team/svc.git")}},
    ),
    Case(
        "net.connect_refused", "git-https-refused", "nothing listens on the git host's port 443", "go mod download",
        [root("net.connect_refused", "go.corp.example/svc", host="down.corp.example", also=["net.unreachable", "net.connect_timeout"])], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, _PRIVATE,
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "https://down.corp.example/team/svc.git")}},
    ),
    Case(
        "tls.unknown_authority", "git-https-self-signed", "the git host's certificate is self-signed", "go get go.corp.example/svc@latest",
        [root("tls.unknown_authority", "go.corp.example/svc", host="selfsigned.corp.example", also=["tls.expired", "tls.handshake"])], {"go.mod": gomod()}, _PRIVATE,
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "https://selfsigned.corp.example/team/svc.git")}},
    ),
    Case(
        "tls.expired", "git-https-expired", "the git host's certificate has expired", "go mod download",
        [root("tls.expired", "go.corp.example/svc", host="expired.corp.example", also=["tls.unknown_authority", "tls.handshake"])], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, _PRIVATE, go="1.24",
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "https://expired.corp.example/team/svc.git")}},
    ),
    Case(
        "tls.hostname_mismatch", "git-https-wrong-name", "the git host shows a certificate for another name", "go mod download",
        [root("tls.hostname_mismatch", "go.corp.example/svc", host="wrongname.corp.example")], {"go.mod": gomod("go.corp.example/svc v1.0.0")}, _PRIVATE,
        web={"pages": {"go.corp.example/svc": _PAGE.format("go.corp.example/svc", "https://wrongname.corp.example/team/svc.git")}},
    ),
]
