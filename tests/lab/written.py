# fmt: off
# ruff: noqa: E501
"""Cases of programs or faults that cannot be had here: git's helpers, go on Windows and macOS, some of go up to 1.20.

Their wordings come from the tagged sources (golang.org/toolchain has those of go 1.11 on, see gobin.py) and from
published logs' form; names, numbers and texts around are our own.
`python -m tests.lab.written` writes them.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[1] / "cases"
_PROXY = "https://proxy.golang.org"


def _root(code: str, module: str | None = None, version: str | None = None, host: str | None = None, also: list[str] | None = None) -> dict[str, Any]:
    return {k: v for k, v in {"code": code, "module": module, "version": version, "host": host, "also": also}.items() if v is not None}


TABLE: list[tuple[str, str, str, str, str, list[dict[str, Any]], int | None]] = [
    # code, name, client and version, command, log, roots, exit status handed over
    ("dns.nxdomain", "written-go113-unquoted-url", "go 1.13", "go build ./...",
     f"go: finding github.com/acme/widget v1.4.0\ngo: finding github.com/pkg/errors v0.9.1\ngo: github.com/acme/widget@v1.4.0: Get {_PROXY}/github.com/acme/widget/@v/v1.4.0.mod: dial tcp: lookup proxy.golang.org on 192.168.1.1:53: no such host\n",
     [_root("dns.nxdomain", "github.com/acme/widget", "v1.4.0", "proxy.golang.org")], 1),
    ("net.connect_timeout", "written-go113-unquoted-url", "go 1.13", "go build main.go",
     f"go: downloading github.com/google/uuid v1.3.0\ngo: extracting github.com/google/uuid v1.3.0\ngo: downloading github.com/gorilla/mux v1.8.1\nbuild command-line-arguments: cannot load github.com/gorilla/mux: github.com/gorilla/mux@v1.8.1: Get {_PROXY}/github.com/gorilla/mux/@v/v1.8.1.zip: dial tcp 203.0.113.10:443: i/o timeout\n",
     [_root("net.connect_timeout", "github.com/gorilla/mux", "v1.8.1")], 1),
    ("net.reset", "written-go114-download-no-prefix", "go 1.14", "go mod download",
     "".join(f'github.com/acme/part{n:02d}@v1.{n}.0: Get "{_PROXY}/github.com/acme/part{n:02d}/@v/v1.{n}.0.zip": read tcp 172.17.0.3:{38984 + n}->203.0.113.10:443: read: connection reset by peer\n' for n in (3, 7, 9, 11)),
     [_root("net.reset", "github.com/acme/part03", "v1.3.0")], 1),
    ("net.connect_timeout", "written-go116-get-hash", "go 1.16", "go get github.com/acme/tool@6697a080bc2d",
     f'go get: github.com/acme/tool@6697a080bc2d: invalid version: Get "{_PROXY}/github.com/acme/tool/@v/6697a080bc2d.info": dial tcp 203.0.113.10:443: i/o timeout\n',
     [_root("net.connect_timeout", "github.com/acme/tool")], 1),
    ("tls.unknown_authority", "written-go117-tidy-many", "go 1.17", "go mod tidy",
     "go: finding module for package github.com/gorilla/mux\ngo: finding module for package github.com/google/uuid\n" + "".join(f'shop imports\n\t{m}: module {m}: Get "https://goproxy.cn/{m}/@v/list": x509: certificate signed by unknown authority\n' for m in ("github.com/google/uuid", "github.com/gorilla/mux")),
     [_root("tls.unknown_authority", "github.com/google/uuid", host="goproxy.cn")], 1),
    ("checksum.sumdb_unreachable", "written-go115-docker", "go 1.15", "go mod download",
     'go: github.com/kr/text@v0.2.0/go.mod: verifying module: github.com/kr/text@v0.2.0/go.mod: Get "https://sum.golang.org/lookup/github.com/kr/text@v0.2.0": dial tcp 203.0.113.11:443: i/o timeout\n',
     [_root("checksum.sumdb_unreachable", "github.com/kr/text", "v0.2.0")], None),
    ("checksum.gosum_mismatch", "written-go113", "go 1.13", "go build",
     "go: finding github.com/acme/widget v1.4.0\ngo: downloading github.com/acme/widget v1.4.0\nverifying github.com/acme/widget@v1.4.0: checksum mismatch\n\tdownloaded: h1:Dr8bqQb1Hy8lrBs6rWcQ8bX8mGZBpvRzKxCTrhqyl3M=\n\tgo.sum:     h1:VSQ4mfkqdcZ2Rsp4bHcEQrfmLH1E2ZKXZWd3Rr3OdVw=\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\nThe bits may have been replaced on the origin server, or an attacker may\nhave intercepted the download attempt.\n\nFor more information, see 'go help module-auth'.\n",
     [_root("checksum.gosum_mismatch", "github.com/acme/widget", "v1.4.0")], 1),
    ("vcs.unknown_revision", "written-go112-finding", "go 1.12", "go build ./...",
     "go: finding github.com/acme/public v1.9.0\ngo: github.com/acme/public@v1.9.0: unknown revision v1.9.0\ngo: error loading module requirements\n",
     [_root("vcs.unknown_revision", "github.com/acme/public", "v1.9.0")], 1),
    ("auth.credentials", "written-go112-fetch", "go 1.12", "go mod download",
     "go: finding github.com/acme/private v1.2.3\ngo: github.com/acme/private@v1.2.3: git fetch -f https://github.com/acme/private refs/heads/*:refs/heads/* refs/tags/*:refs/tags/* in /go/pkg/mod/cache/vcs/fa96790492bc7c5a5c0ebed6b06ed468cef0a7bcaff82ebd4a70b5f61be4c190: exit status 128:\n\tfatal: could not read Username for 'https://github.com': terminal prompts disabled\ngo: error loading module requirements\n",
     [_root("auth.credentials", "github.com/acme/private", also=["vcs.not_found"])], 1),
    ("proxy.not_found", "written-go113-410", "go 1.13", "go get github.com/acme/private@v1.2.3",
     f"go: finding github.com/acme/private v1.2.3\ngo get github.com/acme/private@v1.2.3: github.com/acme/private@v1.2.3: reading {_PROXY}/github.com/acme/private/@v/v1.2.3.info: 410 Gone\n",
     [_root("proxy.not_found", "github.com/acme/private", "v1.2.3")], 1),
    ("checksum.sumdb_not_found", "written-go113-410", "go 1.13", "go mod download",
     "go: finding git.corp.example/team/lib v0.3.0\nverifying git.corp.example/team/lib@v0.3.0: git.corp.example/team/lib@v0.3.0: reading https://sum.golang.org/lookup/git.corp.example/team/lib@v0.3.0: 410 Gone\n",
     [_root("checksum.sumdb_not_found", "git.corp.example/team/lib", "v0.3.0")], 1),
    ("toolchain.too_old", "written-go120-three-part-version", "go 1.20", "go mod download",
     "go: errors parsing go.mod:\n/src/go.mod:3: invalid go version '1.21.0': must match format 1.23\n",
     [_root("toolchain.too_old", also=["module.gomod_invalid"])], 1),
    ("toolchain.too_old", "written-go119-toolchain-line", "go 1.19", "go build ./...",
     "go: errors parsing go.mod:\n/app/go.mod:5: unknown directive: toolchain\n",
     [_root("toolchain.too_old", also=["module.gomod_invalid"])], 1),
    ("toolchain.too_old", "written-go118-note", "go 1.18", "go build ./...",
     "go: downloading github.com/acme/generic v0.5.0\n# github.com/acme/generic\n/go/pkg/mod/github.com/acme/generic@v0.5.0/list.go:14:9: undefined: atomic.Int64\n/go/pkg/mod/github.com/acme/generic@v0.5.0/list.go:22:7: undefined: errors.Join\nnote: module requires Go 1.20\n",
     [_root("toolchain.too_old", also=["build.compile"])], 1),
    ("module.package_missing", "written-go120-not-in-goroot", "go 1.20", "go build .",
     "main.go:6:2: package slices is not in GOROOT (/usr/local/go/src/slices)\n",
     [_root("module.package_missing", also=["toolchain.too_old"])], 1),
    ("mode.no_module", "written-go115-cannot-find-main", "go 1.15", "go build",
     "go: cannot find main module; see 'go help modules'\n", [_root("mode.no_module")], 1),
    ("module.path_mismatch", "written-go114-sirupsen", "go 1.14", "go get -u ./...",
     "go: github.com/Sirupsen/logrus upgrade => v1.9.3\ngo get: github.com/Sirupsen/logrus@v1.9.3: parsing go.mod:\n\tmodule declares its path as: github.com/sirupsen/logrus\n\t        but was required as: github.com/Sirupsen/logrus\n",
     [_root("module.path_mismatch", "github.com/Sirupsen/logrus", "v1.9.3")], 1),
    ("vcs.tool_missing", "written-go114-alpine", "go 1.14", "go mod download",
     'go: github.com/acme/public@v1.0.0: git init --bare in /go/pkg/mod/cache/vcs/186a7dc9aca9a47552e09178723d37dc16e1c6970d8f12db31f20637ab47a850: exec: "git": executable file not found in $PATH\n',
     [_root("vcs.tool_missing", "github.com/acme/public")], 1),
    ("progress.download", "written-go113-finding-extracting", "go 1.13", "go build ./...",
     "".join(f"go: finding github.com/acme/part{n:02d} v1.{n}.0\n" for n in range(1, 9)) + "".join(f"go: downloading github.com/acme/part{n:02d} v1.{n}.0\ngo: extracting github.com/acme/part{n:02d} v1.{n}.0\n" for n in range(1, 9)), [], 0),
    # Windows and macOS
    ("dns.nxdomain", "written-windows-zh-getaddrinfow", "go 1.22 windows", "go mod tidy",
     'go: finding module for package github.com/gorilla/mux\r\ngo: example.com/shop imports\r\n\tgithub.com/gorilla/mux: module github.com/gorilla/mux: Get "https://proxy.golang.org/github.com/gorilla/mux/@v/list": dial tcp: lookup proxy.golang.org: getaddrinfow: 不知道这样的主机。\r\n',
     [_root("dns.nxdomain", "github.com/gorilla/mux", host="proxy.golang.org")], 1),
    ("dns.timeout", "written-windows-try-again", "go 1.25 windows", "go get github.com/gorilla/mux",
     'go: module github.com/gorilla/mux: Get "https://proxy.golang.org/github.com/gorilla/mux/@v/list": dial tcp: lookup proxy.golang.org: getaddrinfow: This is usually a temporary error during hostname resolution and means that the local server did not receive a response from an authoritative server.\r\n',
     [_root("dns.timeout", "github.com/gorilla/mux", host="proxy.golang.org")], 1),
    ("net.reset", "written-windows-zh-wsarecv", "go 1.24 windows", "go mod download",
     'go: github.com/google/uuid@v1.6.0: Get "https://goproxy.cn/github.com/google/uuid/@v/v1.6.0.mod": read tcp 192.168.3.12:52144->203.0.113.12:443: wsarecv: 远程主机强迫关闭了一个现有的连接。\r\n',
     [_root("net.reset", "github.com/google/uuid", "v1.6.0", "goproxy.cn")], 1),
    ("tls.unknown_authority", "written-macos-not-trusted", "go 1.25 darwin", "go mod download",
     'go: github.com/google/uuid@v1.6.0: Get "https://goproxy.corp.example/github.com/google/uuid/@v/v1.6.0.mod": tls: failed to verify certificate: x509: “goproxy.corp.example” certificate is not trusted\n',
     [_root("tls.unknown_authority", "github.com/google/uuid", "v1.6.0", "goproxy.corp.example")], 1),
    ("tls.unknown_authority", "written-git-schannel", "git 2.47 windows", "git clone https://git.corp.example/team/lib.git",
     "Cloning into 'lib'...\r\nfatal: unable to access 'https://git.corp.example/team/lib.git/': schannel: CertGetCertificateChain trust error CERT_TRUST_IS_UNTRUSTED_ROOT\r\n",
     [_root("tls.unknown_authority", host="git.corp.example")], 128),
    ("auth.credentials", "written-git-credential-manager", "git 2.47 windows", "go mod download",
     "go: github.com/acme/private@v1.2.3: git ls-remote -q origin in C:\\Users\\dev\\go\\pkg\\mod\\cache\\vcs\\fa96790492bc7c5a5c0ebed6b06ed468cef0a7bcaff82ebd4a70b5f61be4c190: exit status 128:\r\n\tfatal: Cannot prompt because user interactivity has been disabled.\r\n\tfatal: could not read Username for 'https://github.com': terminal prompts disabled\r\nConfirm the import path was entered correctly.\r\nIf this is a private repository, see https://golang.org/doc/faq#git_https for additional information.\r\n",
     [_root("auth.credentials", "github.com/acme/private", "v1.2.3", also=["vcs.not_found"])], 1),
    ("auth.credentials", "written-actions-checkout", "git 2.49", "actions/checkout",
     "Fetching the repository\n" + "".join(f"  /usr/bin/git -c protocol.version=2 fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +refs/heads/main*:refs/remotes/origin/main*\n  Error: fatal: could not read Username for 'https://github.com': terminal prompts disabled\n  The process '/usr/bin/git' failed with exit code 128\n{wait}" for wait in ("  Waiting 14 seconds before trying again\n", "  Waiting 17 seconds before trying again\n", "")) + "Error: The process '/usr/bin/git' failed with exit code 128\n",
     [_root("auth.credentials", host="github.com", also=["vcs.not_found"])], None),
    ("auth.credentials", "written-azure-devops", "git 2.49", "go mod download",
     "go: dev.azure.com/acme/shop/_git/lib.git@v0.3.0: reading dev.azure.com/acme/shop/_git/lib.git/go.mod at revision v0.3.0: git ls-remote -q --end-of-options https://dev.azure.com/acme/shop/_git/lib.git in /home/dev/go/pkg/mod/cache/vcs/0d3c9b6f5e8a7d2c1b4f6e8a9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d: exit status 128:\n\tfatal: Authentication failed for 'https://dev.azure.com/acme/shop/_git/lib.git/'\n",
     [_root("auth.credentials", "dev.azure.com/acme/shop/_git/lib.git", "v0.3.0")], 1),
    ("disk.full", "written-windows-zh", "go 1.25 windows", "go mod download",
     'go: github.com/acme/part01@v1.1.0: read "https://proxy.golang.org/github.com/acme/part01/@v/v1.1.0.zip": write C:\\Users\\dev\\go\\pkg\\mod\\cache\\download\\github.com\\acme\\part01\\@v\\v1.1.0.zip2713.tmp: 磁盘空间不足。\r\n',
     [_root("disk.full", "github.com/acme/part01")], 1),
    ("disk.permission", "written-windows-used-by-another", "go 1.25 windows", "go mod download",
     "go: github.com/acme/part01@v1.1.0: rename C:\\Users\\dev\\go\\pkg\\mod\\cache\\download\\github.com\\acme\\part01\\@v\\v1.1.0.zip1234.tmp C:\\Users\\dev\\go\\pkg\\mod\\cache\\download\\github.com\\acme\\part01\\@v\\v1.1.0.zip: Access is denied.\r\n",
     [_root("disk.permission", "github.com/acme/part01")], 1),
    # docker's own words
    ("dns.nxdomain", "written-docker-base-image", "docker 28", "docker build .",
     '#0 building with "default" instance using docker driver\n\n#1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 320B done\n#1 DONE 0.0s\n\n#2 [internal] load metadata for docker.io/library/golang:1.25\n#2 ERROR: failed to do request: Head "https://registry-1.docker.io/v2/library/golang/manifests/1.25": dial tcp: lookup registry-1.docker.io on 192.168.65.7:53: no such host\n------\n > [internal] load metadata for docker.io/library/golang:1.25:\n------\nDockerfile:1\n--------------------\n   1 | >>> FROM golang:1.25 AS build\n   2 |     WORKDIR /src\n--------------------\nERROR: failed to build: failed to solve: golang:1.25: failed to resolve source metadata for docker.io/library/golang:1.25: failed to do request: Head "https://registry-1.docker.io/v2/library/golang/manifests/1.25": dial tcp: lookup registry-1.docker.io on 192.168.65.7:53: no such host\n',
     [_root("dns.nxdomain", host="registry-1.docker.io")], 1),
    ("net.response_timeout", "written-docker-pull-headers", "docker 24", "docker pull golang:1.25",
     "Using default tag: latest\nError response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)\n",
     [_root("net.response_timeout", host="registry-1.docker.io", also=["net.connect_timeout"])], 1),
    ("proxy.rate_limited", "written-docker-hub", "docker 28", "docker build .",
     "#3 [internal] load metadata for docker.io/library/golang:1.25\n#3 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/golang/manifests/sha256:5b4c3d2e1f: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit\n------\nERROR: failed to solve: golang:1.25: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/golang/manifests/sha256:5b4c3d2e1f: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit\n",
     [_root("proxy.rate_limited", host="registry-1.docker.io")], 1),
]


def main() -> None:
    """Writes the folders of TABLE."""
    for code, name, client, command, log, roots, status in TABLE:
        folder = CASES / code / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log").write_bytes(log.encode())
        expected = {"exit_status": status, "outcome": "failed" if roots else "ok", "roots": roots}
        (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
        program, version = client.split(" ", 1)
        told = {"client": program, "client_version": version, "command": command, "fault": "as its wording says", "made_by": "python -m tests.lab.written", "wording": "from the tagged sources and the documented texts, not from a run", "wrapper": "none"}
        (folder / "case.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items()))


if __name__ == "__main__":
    main()
