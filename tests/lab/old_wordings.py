"""Cases of old Go releases: composed after the wording in their tagged sources, not recorded (see cases_oldgo.py).

`.venv/bin/python -m tests.lab.old_wordings` writes them anew. Of Go 1.11 to 1.13: `go: finding`, `go: extracting`
(modfetch/fetch.go), `unexpected status (URL): …` (web2/web.go), URLs without quotes (net/url before 1.14),
`go: error loading module requirements` (modload/load.go), mismatches without the later paragraphs (modfetch/fetch.go).
"""

from tests.lab.case import Case, Root
from tests.lab.record import CASES, toml
from tests.lab.site import Site

_CN, _IO = "https://goproxy.cn", "https://goproxy.io"
_AGENT = "vcs.corp.example/ops/agent"
_TIMES = "".join(
    f'go: {path}@{version}: unrecognized import path "{path}" '
    f"(https fetch: Get https://{path}?go-get=1: dial tcp 198.51.100.37:443: i/o timeout)\n"
    for path, version in (
        ("golang.org/x/crypto", "v0.0.0-20180904163835-0709b304e793"),
        ("golang.org/x/net", "v0.0.0-20180906233101-161cd47e91fd"),
        ("golang.org/x/sys", "v0.0.0-20180909124046-d0be0721c37e"),
    )
)


def _none(_: Site) -> None:
    pass


def _old(code: str, name: str, go: str, fault: str, command: str, root: Root | None, log: str) -> tuple[Case, str]:
    roots, outcome = ([root], "failed") if root else ([], "ok")
    made_by = f"wording from go{go} sources (tests/lab/old_wordings.py)"
    return Case(code, name, fault, command, _none, roots, outcome, go=go, made_by=made_by), log


OLD = [
    _old(
        "proxy.not_found",
        "old-go-gone",
        "1.12",
        "the proxy answers 410",
        f"go get {_AGENT}@v0.2.0",
        Root("proxy.not_found", _AGENT, "v0.2.0", "goproxy.io"),
        f"go: finding {_AGENT} v0.2.0\n"
        "go: finding vcs.corp.example/ops v0.2.0\n"
        f"go get {_AGENT}@v0.2.0: unexpected status ({_IO}/{_AGENT}/@v/v0.2.0.info): 410 Gone\n",
    ),
    _old(
        "proxy.server_error",
        "old-go-500",
        "1.12",
        "the proxy answers 500",
        "go mod download",
        Root("proxy.server_error", "github.com/pkg/errors", "v0.8.1", "goproxy.cn"),
        "go: finding github.com/pkg/errors v0.8.1\n"
        "go: finding github.com/google/uuid v1.1.1\n"
        f"go: github.com/pkg/errors@v0.8.1: unexpected status ({_CN}/github.com/pkg/errors/@v/v0.8.1.info): "
        "500 Internal Server Error\n"
        "go: error loading module requirements\n",
    ),
    _old(
        "net.connect_timeout",
        "old-go-direct-golang-org",
        "1.11",
        "packets to golang.org are swallowed; fetched directly, as was the default",
        "go build ./...",
        Root("net.connect_timeout", "golang.org/x/crypto", "v0.0.0-20180904163835-0709b304e793", "golang.org"),
        "go: finding golang.org/x/crypto v0.0.0-20180904163835-0709b304e793\n"
        "go: finding golang.org/x/net v0.0.0-20180906233101-161cd47e91fd\n"
        "go: finding golang.org/x/sys v0.0.0-20180909124046-d0be0721c37e\n"
        f"{_TIMES}go: error loading module requirements\n",
    ),
    _old(
        "dns.nxdomain",
        "old-go-unquoted",
        "1.13",
        "the proxy's name does not exist",
        "go mod download",
        Root("dns.nxdomain", "github.com/pkg/errors", "v0.8.1", "goproxy.corp.example"),
        "go: github.com/pkg/errors@v0.8.1: Get https://goproxy.corp.example/github.com/pkg/errors/@v/v0.8.1.mod: "
        "dial tcp: lookup goproxy.corp.example on 10.96.0.10:53: no such host\n",
    ),
    _old(
        "checksum.gosum_mismatch",
        "old-go-short-block",
        "1.12",
        "go.sum holds another hash than the download has",
        "go build ./...",
        Root("checksum.gosum_mismatch", "github.com/pkg/errors", "v0.8.1"),
        "go: downloading github.com/pkg/errors v0.8.1\n"
        "verifying github.com/pkg/errors@v0.8.1: checksum mismatch\n"
        "\tdownloaded: h1:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq=\n"
        "\tgo.sum:     h1:iURUrRGxPUNPdy5/HRSm+Yj6okJ6UtLINN0Q9M4+h3I=\n",
    ),
    _old(
        "checksum.sumdb_not_found",
        "old-go-410",
        "1.13",
        "a private module that the checksum database cannot see",
        f"go get {_AGENT}",
        Root("checksum.sumdb_not_found", _AGENT, "v0.2.0", "sum.golang.org"),
        f"go: finding {_AGENT} v0.2.0\n"
        f"go: downloading {_AGENT} v0.2.0\n"
        f"verifying {_AGENT}@v0.2.0: {_AGENT}@v0.2.0: "
        f"reading https://sum.golang.org/lookup/{_AGENT}@v0.2.0: 410 Gone\n",
    ),
    _old(
        "progress.download",
        "old-go-finding-extracting",
        "1.12",
        "nothing: a build whose modules arrive",
        "go build ./...",
        None,
        "".join(
            f"go: {verb} {path} {version}\n"
            for verb in ("finding", "downloading", "extracting")
            for path, version in (
                ("github.com/pkg/errors", "v0.8.1"),
                ("github.com/google/uuid", "v1.1.1"),
                ("golang.org/x/text", "v0.3.2"),
            )
        ),
    ),
]


def main() -> None:
    """Writes the folders."""
    for case, log in OLD:
        folder = CASES / case.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log").write_text(log)
        (folder / "expected.json").write_text(case.expected(1 if case.outcome == "failed" else 0))
        (folder / "case.toml").write_text(toml(case, case.go, {}))


if __name__ == "__main__":
    main()
