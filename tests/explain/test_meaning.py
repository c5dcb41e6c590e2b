"""The same words mean what they mean where they were said."""

import pytest

from gomend.causes import Certainty, Code
from gomend.explain.meaning import meaning_of

PROXY = "https://proxy.example/a.io/b/@v/v1.0.0.mod"
SUMDB = "https://sum.golang.org/lookup/a.io/b@v1.0.0"
PAGE = "https://a.io/b?go-get=1"


@pytest.mark.parametrize(
    ("text", "code", "host"),
    [
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 404 Not Found", Code.PROXY_NOT_FOUND, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 410 Gone", Code.PROXY_NOT_FOUND, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 401 Unauthorized", Code.PROXY_UNAUTHORIZED, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 403 Forbidden", Code.PROXY_UNAUTHORIZED, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 407 Proxy Authentication Required", Code.NET_HTTP_PROXY, ""),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 429 Too Many Requests", Code.PROXY_RATE_LIMITED, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 504 Gateway Timeout", Code.PROXY_SERVER_ERROR, "proxy.example"),
        (f"go: a.io/b@v1.0.0: reading {PROXY}: 204 No Content", Code.PROXY_BAD_RESPONSE, "proxy.example"),
        (f"go: a.io/b@v1.0.0: verifying module: a.io/b@v1.0.0: reading {SUMDB}: 404 Not "
        f"Found", Code.CHECKSUM_SUMDB_NOT_FOUND, "sum.golang.org"),
        (f"go: a.io/b@v1.0.0: verifying module: a.io/b@v1.0.0: reading {SUMDB}: 503 Service "
        f"Unavailable", Code.CHECKSUM_SUMDB_UNREACHABLE, "sum.golang.org"),
        (f'go: a.io/b@v1.0.0: verifying module: a.io/b@v1.0.0: Get "{SUMDB}": dial tcp: lookup sum.golang.org: '
        f'no such host', Code.CHECKSUM_SUMDB_UNREACHABLE, "sum.golang.org"),
        ("go: a.io/b@v1.0.0: verifying module: a.io/b@v1.0.0: reading "
        "https://proxy.example/sumdb/sum.golang.org/supported: 503 Service "
        "Unavailable", Code.CHECKSUM_SUMDB_UNREACHABLE, "proxy.example"),
        (f'a.go:3:2: unrecognized import path "a.io/b": reading {PAGE}: 404 Not Found', Code.VCS_NO_GO_IMPORT, "a.io"),
        (f'a.go:3:2: unrecognized import path "a.io/b": reading {PAGE}: 403 Forbidden', Code.AUTH_CREDENTIALS, "a.io"),
        (f'a.go:3:2: unrecognized import path "a.io/b": https fetch: Get "{PAGE}": dial tcp: lookup a.io: no '
        f'such host', Code.DNS_NXDOMAIN, "a.io"),
        (f'a.go:3:2: unrecognized import path "a.io/b": https fetch: Get "{PAGE}": stopped after 10 '
        f'redirects', Code.VCS_NO_GO_IMPORT, "a.io"),
        (f'go: a.io/b@v1.0.0: Get "{PROXY}": Proxy Authentication Required', Code.NET_HTTP_PROXY, ""),
        (f'go: a.io/b@v1.0.0: Get "{PROXY}": Bad Gateway', Code.NET_HTTP_PROXY, ""),
        (f'go: a.io/b@v1.0.0: Get "{PROXY}": proxyconnect tcp: dial tcp: lookup cache.corp: no such '
        f'host', Code.NET_HTTP_PROXY, "cache.corp"),
        ("go: a.io/b@v1.0.0: reading file:///srv/a.io/b/@v/v1.0.0.info: no such file or "
        "directory", Code.PROXY_NOT_FOUND, ""),
        (f'go: a.io/b@v1.0.0: read "{PROXY}": write /go/v1.zip1.tmp: no space left on '
        f'device', Code.DISK_FULL, "proxy.example"),
        ("# get https://github.com/a/b: 404 Not Found".replace("# get ", "reading "), Code.VCS_NOT_FOUND, "github.com"),
    ],
)  # fmt: skip
def test_who_answered_decides_what_it_means(text: str, code: Code, host: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert (meaning.code, meaning.subject.host) == (code, host)


def test_what_a_server_quotes_happened_there() -> None:
    meaning = meaning_of(
        f"go: a.io/b@v1.0.0: reading {PROXY}: 404 Not Found\n\tserver response: not found: a.io/b@v1.0.0: "
        f"invalid version: "
        "git fetch: exit status 128: fatal: could not read Username for 'https://a.io': terminal prompts disabled"
    )
    assert meaning is not None
    assert meaning.code is Code.PROXY_NOT_FOUND


def test_an_exit_status_alone_is_no_certain_cause() -> None:
    meaning = meaning_of("go: a.io/b@v1.0.0: git fetch -f origin in /go/pkg/mod/cache/vcs/0: exit status 128:")
    assert meaning is not None
    assert (meaning.code, meaning.certainty) == (Code.VCS_LOCAL_GIT, Certainty.UNSURE)


def test_a_login_that_a_host_asks_for_is_likely_only() -> None:
    meaning = meaning_of(
        "go: github.com/a/b@v1.0.0: invalid version: git ls-remote -q origin in /c: exit status 128:\n"
        "\tfatal: could not read Username for 'https://github.com': terminal prompts disabled"
    )
    assert meaning is not None
    assert (meaning.code, meaning.certainty, meaning.direct) == (Code.AUTH_CREDENTIALS, Certainty.LIKELY, True)
    assert (meaning.subject.module, meaning.subject.version) == ("github.com/a/b", "v1.0.0")


@pytest.mark.parametrize("text", ["", "go: ", "go: quantum flux", ": : :", "exit status", "go: \x00\x1b[31m"])
def test_unknown_text_means_nothing(text: str) -> None:
    assert meaning_of(text) is None
