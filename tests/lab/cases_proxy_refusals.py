"""Refusals and useless answers of module proxies, and settings of GOPROXY that cannot work."""

import json

from tests.lab.case import Case, Root
from tests.lab.modules import make_zip
from tests.lab.setups import CORP, do, project, proxy, run, write
from tests.lab.upstream import Act, body, page, redirect, status
from tests.lab.world import USUAL, WORLD

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_ZAP, _UUID = WORLD.get("go.uber.org/zap"), WORLD.get("github.com/google/uuid")
_LOGIN = (
    "<!DOCTYPE html>\n<html><head><title>Sign in · Corp SSO</title></head><body><form "
    "action='/login'></form></body></html>\n"
)


def _one(
    code: str, name: str, fault: str, command: str, setup: object, module: str = "", version: str = "", **more: object
) -> Case:
    server = more.pop("host", CORP)
    also = more.pop("also", ())
    roots = [] if more.get("outcome", "failed") != "failed" else [Root(code, module, version, server, also)]
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _zap(act: Act, what: str = "*") -> tuple[str, Act]:
    return (f"/go.uber.org/zap/{what}", act)


_OTHER_INFO = json.dumps({"Version": "v1.26.0", "Time": "2023-09-14T17:23:29Z"}).encode()
_WRONG_PREFIX = make_zip({"zap-1.27.0/zap.go": b"package zap\n", "zap-1.27.0/go.mod": _ZAP.go_mod})


CASES = [
    # unauthorized
    _one(
        "proxy.unauthorized",
        "401-download",
        "the proxy wants a login",
        "go mod download",
        do(proxy(CORP, ("*", status(401, "", www_authenticate='Basic realm="Artifactory Realm"'))), project()),
        seen=["401 Unauthorized"],
    ),
    _one(
        "proxy.unauthorized",
        "403-text",
        "the proxy forbids one module and says why",
        "go build ./...",
        do(proxy(CORP, _zap(status(403, "Blocked by Curation policy: package is immature"))), project(*USUAL)),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.23",
        seen=["403 Forbidden"],
    ),
    _one(
        "proxy.unauthorized",
        "wrong-password-in-url",
        "credentials in GOPROXY that the proxy does not accept",
        "go mod download -x",
        do(proxy(CORP, ("*", status(401, "Bad credentials"))), project("github.com/google/uuid")),
        "github.com/google/uuid",
        "v1.6.0",
        env={"GOPROXY": f"https://ci:s3cr3t-token@{CORP}/api/go"},
        go="1.26",
        seen=["401 Unauthorized", "xxxxx"],
    ),
    _one(
        "proxy.unauthorized",
        "comma-direct",
        "the first proxy answers 403; direct behind a comma is not tried",
        "go get github.com/google/uuid@latest",
        do(proxy(CORP, ("*", status(403))), _EMPTY),
        env={"GOPROXY": f"https://{CORP},direct"},
        go="1.21",
        seen=["403 Forbidden"],
    ),
    _one(
        "proxy.unauthorized",
        "country-block",
        "a firewall answers 403 with a page of its own",
        "go mod tidy",
        do(
            proxy("proxy.golang.org", ("*", page("<html><body>Access denied</body></html>", 403))),
            project(*USUAL, sums=False),
        ),
        host="proxy.golang.org",
        env={},
        go="1.24",
        seen=["403 Forbidden"],
    ),
    _one(
        "proxy.unauthorized",
        "json-vendor",
        "the proxy wants a login",
        "go mod vendor",
        do(proxy(CORP, ("*", status(401, "Authentication is required"))), project(*USUAL)),
        go="1.27",
        seen=["401 Unauthorized"],
        status=None,
    ),
    _one(
        "proxy.unauthorized",
        "insecure-credentials",
        "credentials for an http proxy, which go refuses to send",
        "go mod download",
        do(proxy(CORP, tls=None), project("github.com/google/uuid")),
        "github.com/google/uuid",
        "v1.6.0",
        env={"GOPROXY": f"http://ci:s3cr3t-token@{CORP}"},
        go="1.25",
        seen=["refusing to pass credentials to insecure URL"],
        also=("proxy.misconfigured",),
    ),
    # bad_response
    _one(
        "proxy.bad_response",
        "html-info",
        "a login page instead of the version's JSON",
        "go mod download go.uber.org/zap@v1.27.0",
        do(proxy(CORP, ("*", page(_LOGIN))), _EMPTY),
        "go.uber.org/zap",
        "v1.27.0",
        seen=["invalid character '<'"],
    ),
    _one(
        "proxy.bad_response",
        "html-zip",
        "an HTML page instead of a zip",
        "go mod download",
        do(proxy(CORP, _zap(page(_LOGIN), "*.zip")), project("go.uber.org/zap")),
        host="",
        go="1.22",
        seen=["zip: not a valid zip file"],
        also=("checksum.cache_corrupt",),
    ),
    _one(
        "proxy.bad_response",
        "html-zip-x",
        "an HTML page instead of a zip",
        "go mod download -x",
        do(proxy(CORP, _zap(page(_LOGIN), "*.zip")), project("go.uber.org/zap")),
        host="",
        go="1.27",
        seen=["zip: not a valid zip file"],
        also=("checksum.cache_corrupt",),
    ),
    _one(
        "proxy.bad_response",
        "other-version",
        "the proxy answers with another version's info",
        "go get go.uber.org/zap@v1.27.0",
        do(proxy(CORP, _zap(body(_OTHER_INFO), "*.info")), _EMPTY),
        "go.uber.org/zap",
        "v1.27.0",
        host="",
        go="1.25",
        seen=["proxy returned info for version v1.26.0"],
    ),
    _one(
        "proxy.bad_response",
        "empty-info",
        "the proxy answers with no content",
        "go mod download -json go.uber.org/zap@v1.27.0",
        do(proxy(CORP, _zap(body(b""), "*.info")), _EMPTY),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.24",
        seen=["unexpected end of JSON input"],
    ),
    _one(
        "proxy.bad_response",
        "wrong-prefix",
        "the zip's files lie in a folder of another name, as in a repository's own archive",
        "go mod download go.uber.org/zap@v1.27.0",
        do(proxy(CORP, _zap(body(_WRONG_PREFIX), "*.zip")), _EMPTY),
        host="",
        env={**_HERE, "GOSUMDB": "off"},
        go="1.26",
        seen=["unexpected file"],
        also=("module.invalid_version",),
    ),
    _one(
        "proxy.bad_response",
        "html-mod",
        "an HTML page instead of a go.mod, with checksums off",
        "go mod tidy",
        do(proxy(CORP, _zap(page(_LOGIN), "*.mod")), project("go.uber.org/zap", sums=False)),
        "go.uber.org/zap",
        "v1.27.0",
        host="",
        env={**_HERE, "GOSUMDB": "off"},
        go="1.23",
        seen=["go.mod"],
        also=("module.gomod_invalid",),
    ),
    _one(
        "proxy.bad_response",
        "portal-latest",
        "a portal answers every request with its page",
        "go install golang.org/x/tools/cmd/stringer@latest",
        proxy("proxy.golang.org", ("*", page(_LOGIN))),
        host="",
        env={},
        go="1.21",
        seen=["invalid character '<'"],
    ),
    _one(
        "proxy.bad_response",
        "redirect-loop",
        "the proxy redirects in a circle",
        "go mod download",
        do(proxy(CORP, ("*", redirect(f"https://{CORP}/loop"))), project()),
        go="1.25",
        host="",
        seen=["stopped after 10 redirects"],
    ),
    _one(
        "proxy.bad_response",
        "redirect-to-http",
        "the proxy redirects to http",
        "go mod download",
        do(proxy(CORP, ("*", redirect(f"http://{CORP}:8081{{path}}"))), project()),
        go="1.26",
        host="",
        seen=["to insecure URL"],
        also=("vcs.disallowed",),
    ),
    _one(
        "proxy.bad_response",
        "status-204",
        "the proxy answers 204",
        "go build ./...",
        do(proxy(CORP, ("*", status(204))), project("go.uber.org/zap")),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.24",
        seen=["204 No Content"],
        also=("proxy.server_error",),
    ),
    # misconfigured
    *(
        _one(
            "proxy.misconfigured",
            name,
            f"GOPROXY is {value!r}",
            command,
            project("github.com/google/uuid", sums=sums),
            host="",
            env={"GOPROXY": value},
            go=go,
            seen=[seen],
            settings=settings,
        )
        for name, value, command, go, seen, sums, settings in (
            (
                "ftp-scheme",
                "ftp://goproxy.corp.example",
                "go mod download",
                "1.26",
                "invalid proxy URL scheme",
                True,
                False,
            ),
            ("bare-word", "goproxy", "go build ./...", "1.22", "invalid proxy URL missing scheme", True, False),
            ("only-commas", ",,", "go mod tidy", "1.25", "contains no entries", False, False),
            (
                "upper-case-direct",
                "https://goproxy.cn,DIRECT",
                "go get github.com/google/uuid@latest",
                "1.24",
                "missing scheme",
                True,
                True,
            ),
            (
                "quoted",
                "'https://goproxy.cn,direct'",
                "go mod download",
                "1.27",
                "first path segment in URL cannot contain colon",
                True,
                False,
            ),
            ("windows-path", "C:\\goproxy", "go mod download", "1.23", "invalid port", True, False),
            ("file-host", "file://fileserver/goproxy", "go mod vendor", "1.21", "non-path elements", True, False),
            ("bracket", "http://[2001:db8::1", "go test ./...", "1.26", "missing ']' in host", True, False),
        )
    ),
    _one(
        "proxy.misconfigured",
        "empty-in-env-file",
        "go env -w GOPROXY= left an empty value in the env file",
        "go mod download",
        do(run("go env -w GOPROXY="), project()),
        host="",
        env={},
        go="1.26",
        seen=["contains no entries"],
    ),
    # off
    _one(
        "proxy.off",
        "download",
        "GOPROXY=off with an empty cache",
        "go mod download",
        project("github.com/google/uuid"),
        "github.com/google/uuid",
        "v1.6.0",
        host="",
        env={"GOPROXY": "off"},
        seen=["disabled by GOPROXY=off"],
    ),
    _one(
        "proxy.off",
        "build-names-nothing",
        "GOPROXY=off with an empty cache",
        "go build ./...",
        project("go.uber.org/zap"),
        host="",
        env={"GOPROXY": "off"},
        go="1.25",
        seen=["disabled by GOPROXY=off"],
    ),
    _one(
        "proxy.off",
        "after-404",
        "the proxy has none of the modules, and off ends the list",
        "go mod download -x",
        do(proxy(CORP, ("*", status(404, "not found"))), project("github.com/google/uuid")),
        "github.com/google/uuid",
        "v1.6.0",
        host="",
        env={"GOPROXY": f"https://{CORP},off"},
        go="1.24",
        seen=["disabled by GOPROXY=off"],
        also=("proxy.not_found",),
    ),
    _one(
        "proxy.off",
        "tidy-21",
        "GOPROXY=off with an empty cache",
        "go mod tidy",
        project(*USUAL, sums=False),
        host="",
        env={"GOPROXY": "off"},
        go="1.21",
        seen=["disabled by GOPROXY=off"],
    ),
    _one(
        "proxy.off",
        "env-file-get",
        "GOPROXY=off in the env file",
        "go get github.com/spf13/cobra@latest",
        do(_EMPTY, run("go env -w GOPROXY=off")),
        host="",
        env={},
        go="1.27",
        seen=["disabled by GOPROXY=off"],
        settings=True,
    ),
    _one(
        "proxy.off",
        "list-updates",
        "GOPROXY=off",
        "go list -m -u all",
        project("github.com/google/uuid"),
        host="",
        env={"GOPROXY": "off"},
        go="1.23",
        seen=["disabled by GOPROXY=off"],
    ),
]
