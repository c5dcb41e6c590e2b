"""Faults of TLS: who signed, for which name, when, and whether the handshake comes about at all."""

import ssl

from tests.lab.case import Case, Root
from tests.lab.listener import ACCESS_DENIED, HANDSHAKE_FAILURE, UNRECOGNIZED_NAME
from tests.lab.setups import CORP, do, foreign, project, proxy, silent, talker, tls, write
from tests.lab.site import Site
from tests.lab.upstream import status
from tests.lab.world import LARGE, USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_IP = {"GOPROXY": "https://203.0.113.10:8443"}


def _one(code: str, name: str, fault: str, command: str, setup: object, host: str = CORP, **more: object) -> Case:
    roots = [] if more.get("outcome") == "ok" else [Root(code, host=host, also=tuple(more.pop("also", ())))]
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _expired(site: Site) -> ssl.SSLContext:
    return site.ca.server(CORP, expired=True)


def _early(site: Site) -> ssl.SSLContext:
    return site.ca.server(CORP, early=True)


def _for(*names: str):
    return lambda site: site.ca.server(*names)


_INTERCEPT = foreign("Fortinet", "proxy.golang.org")
_PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n"

CASES = [
    _one(
        "tls.unknown_authority",
        "private-ca-download",
        "the proxy's certificate is from a private authority that the machine does not trust",
        "go mod download",
        do(tls(foreign("Corp Example Issuing CA 2", CORP)), project()),
        seen=["unknown authority"],
    ),
    _one(
        "tls.unknown_authority",
        "intercepted-build",
        "a firewall intercepts TLS with a certificate of its own",
        "go build ./...",
        do(tls(_INTERCEPT, name="proxy.golang.org"), project(*USUAL)),
        "proxy.golang.org",
        env={},
        go="1.21",
        seen=["unknown authority"],
    ),
    _one(
        "tls.unknown_authority",
        "goinsecure-does-not-help",
        "a private authority; GOINSECURE is set, and has no effect on proxies",
        "go mod tidy",
        do(tls(foreign("Artifactory CA", CORP)), project(*USUAL, sums=False)),
        env={**_HERE, "GOINSECURE": "*", "GONOSUMDB": "*"},
        go="1.24",
        seen=["unknown authority"],
        settings=True,
    ),
    _one(
        "tls.unknown_authority",
        "direct-meta",
        "the git host's certificate is from a private authority",
        "go get git.corp.example/platform/authkit@v1.4.2",
        do(tls(foreign("Gitea", "git.corp.example"), name="git.corp.example"), _EMPTY),
        "git.corp.example",
        env={"GOPRIVATE": "git.corp.example"},
        go="1.26",
        seen=["unknown authority"],
    ),
    _one(
        "tls.unknown_authority",
        "git-under-direct",
        "git does not trust the host's certificate",
        "go mod download github.com/corp-example/ledger@v0.3.1",
        do(tls(foreign("Zscaler", "github.com"), name="github.com"), _EMPTY),
        "github.com",
        env={"GOPROXY": "direct", "GOSUMDB": "off"},
        go="1.25",
        seen=["certificate"],
    ),
    _one(
        "tls.unknown_authority",
        "json",
        "a private authority; JSON on standard output",
        "go mod download -json github.com/google/uuid@v1.6.0",
        do(tls(foreign("Nexus", CORP)), _EMPTY),
        go="1.27",
        seen=['"Error"', "unknown authority"],
    ),
    _one(
        "tls.unknown_authority",
        "rescued-by-pipe",
        "the first proxy's certificate is not trusted, the second serves",
        "go mod download -x",
        do(tls(foreign("Nexus", CORP)), proxy("goproxy.cn"), project("github.com/google/uuid")),
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.23",
        seen=["unknown authority", "200 OK"],
    ),
    _one(
        "tls.hostname_mismatch",
        "other-name-download",
        "the certificate is for other names",
        "go mod download",
        do(tls(_for("nexus.corp.example", "nexus")), project()),
        seen=["certificate is valid for nexus.corp.example, nexus, not"],
    ),
    _one(
        "tls.hostname_mismatch",
        "captive-portal",
        "a hotel's portal answers for every name with its own certificate",
        "go get github.com/google/uuid@latest",
        do(
            tls(_for("portal.hotel-wifi.example"), ("*", status(200, "<html>Welcome</html>")), name="proxy.golang.org"),
            _EMPTY,
        ),
        "proxy.golang.org",
        env={},
        go="1.22",
        seen=["not proxy.golang.org"],
    ),
    _one(
        "tls.hostname_mismatch",
        "ip-without-san",
        "the proxy is asked by its address, the certificate has names only",
        "go build ./...",
        do(tls(_for(CORP), port=8443), project("go.uber.org/zap")),
        "203.0.113.10",
        env=_IP,
        go="1.25",
        seen=["doesn't contain any IP SANs"],
    ),
    _one(
        "tls.hostname_mismatch",
        "wildcard-too-short",
        "a wildcard certificate that does not reach two labels deep",
        "go mod download -x",
        do(tls(_for("*.corp.example"), name="go.proxy.corp.example"), project()),
        "go.proxy.corp.example",
        env={"GOPROXY": "https://go.proxy.corp.example"},
        go="1.27",
        seen=["is valid for *.corp.example"],
    ),
    _one(
        "tls.hostname_mismatch",
        "vendor-other-ip",
        "the certificate is for another address",
        "go mod vendor",
        do(tls(_for("10.0.0.7"), port=8443), project("github.com/spf13/cobra")),
        "203.0.113.10",
        env=_IP,
        go="1.21",
        seen=["x509"],
    ),
    _one(
        "tls.expired",
        "download",
        "the proxy's certificate has expired",
        "go mod download",
        do(tls(_expired), project()),
        seen=["expired or is not yet valid"],
    ),
    _one(
        "tls.expired",
        "not-yet-valid",
        "the proxy's certificate is not valid yet, as when the local clock is behind",
        "go build ./...",
        do(tls(_early), project(*USUAL)),
        go="1.22",
        seen=["is before"],
    ),
    _one(
        "tls.expired",
        "direct-meta-expired",
        "the git host's certificate has expired",
        "go get git.corp.example/platform/tracing@latest",
        do(tls(lambda site: site.ca.server("git.corp.example", expired=True), name="git.corp.example"), _EMPTY),
        "git.corp.example",
        env={"GOPRIVATE": "git.corp.example"},
        go="1.26",
        seen=["has expired"],
        settings=True,
    ),
    _one(
        "tls.expired",
        "tidy-all",
        "the mirror's certificate has expired; many modules fail alike",
        "go mod tidy",
        do(
            tls(lambda site: site.ca.server("goproxy.io", expired=True), name="goproxy.io"), project(*LARGE, sums=False)
        ),
        "goproxy.io",
        env={"GOPROXY": "https://goproxy.io,https://goproxy.cn,direct"},
        go="1.24",
        seen=["has expired"],
        status=None,
    ),
    _one(
        "tls.expired",
        "x-log-old-go",
        "the proxy's certificate has expired",
        "go mod download -x",
        do(tls(_expired), project()),
        go="1.21",
        seen=["has expired"],
    ),
    _one(
        "tls.expired",
        "rescued-by-pipe",
        "the first proxy's certificate has expired, the second serves",
        "go mod download -x",
        do(tls(_expired), proxy("goproxy.cn"), project()),
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.25",
        seen=["has expired", "200 OK"],
    ),
    _one(
        "tls.handshake",
        "timeout",
        "the proxy accepts and stays silent in the handshake",
        "go mod download github.com/google/uuid@v1.6.0",
        do(silent(), _EMPTY),
        seen=["TLS handshake timeout"],
    ),
    _one(
        "tls.handshake",
        "timeout-build",
        "a firewall lets the connection stand and swallows the handshake",
        "go build ./...",
        do(silent("proxy.golang.org"), project("github.com/BurntSushi/toml")),
        "proxy.golang.org",
        env={},
        go="1.21",
        seen=["TLS handshake timeout"],
    ),
    _one(
        "tls.handshake",
        "plain-http-on-tls-port",
        "an http server listens where https is asked for",
        "go mod download",
        do(proxy(CORP, tls=None, port=8081), project()),
        env={"GOPROXY": f"https://{CORP}:8081"},
        go="1.26",
        seen=["HTTP response to HTTPS client"],
    ),
    _one(
        "tls.handshake",
        "not-tls",
        "an SSH server listens on the port",
        "go mod download -x",
        do(talker(b"SSH-2.0-OpenSSH_9.6\r\n"), project()),
        go="1.23",
        seen=["first record does not look like a TLS handshake"],
    ),
    _one(
        "tls.handshake",
        "scheme-forgotten",
        "GOPROXY names a host and port without scheme, so https is taken; it speaks http",
        "go list -m -u all",
        do(proxy(CORP, tls=None, port=8080), project("github.com/google/uuid")),
        env={"GOPROXY": f"{CORP}:8080"},
        go="1.24",
        seen=["HTTP response to HTTPS client"],
        settings=True,
    ),
    _one(
        "tls.handshake",
        "old-versions-only",
        "the proxy speaks TLS 1.0 and 1.1 only",
        "go mod download",
        do(tls(lambda site: site.ca.old_server(CORP)), project()),
        go="1.27",
        seen=["tls:"],
    ),
    _one(
        "tls.handshake",
        "alert-handshake-failure",
        "the proxy answers the hello with the alert handshake_failure",
        "go test ./...",
        do(talker(HANDSHAKE_FAILURE), project("go.uber.org/zap")),
        go="1.25",
        seen=["handshake failure"],
    ),
    _one(
        "tls.handshake",
        "alert-unrecognized-name",
        "the gateway knows no such site (alert unrecognized_name)",
        "go get github.com/spf13/cobra@v1.8.1",
        do(talker(UNRECOGNIZED_NAME), _EMPTY),
        go="1.22",
        seen=["unrecognized name"],
    ),
    _one(
        "tls.handshake",
        "client-certificate",
        "the proxy demands a client certificate",
        "go mod download",
        do(tls(lambda site: site.ca.asking_server(CORP)), project()),
        go="1.26",
        seen=["certificate required"],
        also=("proxy.unauthorized",),
    ),
    _one(
        "tls.handshake",
        "rescued-by-pipe",
        "the first proxy times out in each handshake, the second serves",
        "go mod download -x",
        do(silent(), proxy("goproxy.cn"), project("github.com/google/uuid")),
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.23",
        seen=["TLS handshake timeout", "200 OK"],
    ),
    _one(
        "tls.handshake",
        "git-alert",
        "the git host refuses the handshake",
        "git ls-remote https://git.corp.example/platform/authkit.git",
        talker(ACCESS_DENIED, "git.corp.example"),
        "git.corp.example",
        client="git",
        go="",
        env={},
        seen=["fatal: unable to access"],
    ),
]
