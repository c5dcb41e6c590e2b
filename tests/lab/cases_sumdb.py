"""Faults of the checksum database, and damaged module caches."""

from tests.lab.case import Case, Root
from tests.lab.setups import (
    CORP,
    blackhole,
    do,
    host,
    module,
    project,
    proxy,
    run,
    silent,
    sumdb,
    sumdb_key,
    write,
)
from tests.lab.site import Site
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Answers, Exchange, Upstream, page, status
from tests.lab.world import USUAL, WORLD

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_ZAP, _UUID = WORLD.get("go.uber.org/zap"), WORLD.get("github.com/google/uuid")
_ZAP_AT = ("go.uber.org/zap", "v1.27.0")
_UUID_AT = ("github.com/google/uuid", "v1.6.0")


def _one(
    code: str, name: str, fault: str, command: str, setup: object, at: tuple[str, str] = ("", ""), **more: object
) -> Case:
    roots = (
        [Root(code, *at, str(more.pop("host", "")), more.pop("also", ()))]
        if more.get("outcome", "failed") == "failed"
        else []
    )
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _edited_sum(old: str, new: str):
    return lambda site: site.write("go.sum", (site.write("x", "").parent / "go.sum").read_text().replace(old, new))


_ZAP_SUM = _ZAP.sum_lines[0].split()[2]
_DB_404 = (
    "not found: git.corp.example/platform/authkit@v1.4.2: invalid version: git ls-remote "
    "-q origin: exit status 128:\n\tfatal: could not read Username for 'https://git.corp.exampl"
    "e': terminal prompts disabled"
)
_AUTHKIT = ("git.corp.example/platform/authkit", "v1.4.2")
_DB = "sum.golang.org"


def _spoilt(exchange: Exchange, content: bytes | None) -> None:
    data = content or b" "
    exchange.send(200, bytes([data[0] ^ 1]) + data[1:])


def _private_project(site: Site) -> None:
    site.project("git.corp.example/platform/authkit", sums=False)


def _forked(site: Site) -> None:
    """The client has seen one tree; the database now shows a longer one, of the same key, with another beginning."""
    first = SumDb([module for module in site.world if module.path != "github.com/google/uuid"])
    second = SumDb(site.world, salt="x")
    shown = [first]
    site.env["GOSUMDB"] = first.key
    answers = Answers(site.world, other=lambda path: shown[-1].file(path))  # noqa: PLW0108 - looked up at each call
    site.start(Upstream(answers, tls=site.ca.server(_DB), address=(site.host(_DB), 443)))
    site.run("go mod download github.com/pkg/errors@v0.9.1")
    shown.append(second)


def _damage(command: str):
    """The cache is filled, then damaged by a command."""
    return do(run("go mod download"), run(command))


_CACHE = "/home/dev/go/pkg/mod"
_ZIP = f"{_CACHE}/cache/download/go.uber.org/zap/@v/v1.27.0.zip"


def _passed_on(site: Site):
    public = [item for item in site.world if not item.path.startswith("git.corp.example")]
    db = SumDb(public)
    site.env["GOSUMDB"] = db.key
    return db.proxied


CASES = [
    # sumdb_unreachable
    _one(
        "checksum.sumdb_unreachable",
        "name-unknown",
        "the checksum database's name does not resolve",
        "go get go.uber.org/zap@v1.27.0",
        do(proxy(), _EMPTY),
        _ZAP_AT,
        host=_DB,
        seen=["sum.golang.org", "no such host"],
        also=("dns.nxdomain",),
    ),
    _one(
        "checksum.sumdb_unreachable",
        "refused",
        "the checksum database's port is closed",
        "go mod tidy",
        do(proxy(), host(_DB), project("go.uber.org/zap", sums=False)),
        host=_DB,
        go="1.21",
        seen=["sum.golang.org", "connection refused"],
    ),
    _one(
        "checksum.sumdb_unreachable",
        "swallowed",
        "packets to the checksum database are swallowed",
        "go mod download go.uber.org/zap@v1.27.0",
        do(proxy("goproxy.cn"), blackhole(_DB, 113), _EMPTY),
        _ZAP_AT,
        host=_DB,
        env={"GOPROXY": "https://goproxy.cn,direct"},
        go="1.25",
        seen=["sum.golang.org", "i/o timeout"],
        settings=True,
    ),
    _one(
        "checksum.sumdb_unreachable",
        "handshake",
        "the checksum database's handshake is swallowed",
        "go install golang.org/x/sync@v0.10.0",
        do(proxy("goproxy.io"), silent(_DB)),
        ("golang.org/x/sync", "v0.10.0"),
        host=_DB,
        env={"GOPROXY": "https://goproxy.io"},
        go="1.23",
        seen=["sum.golang.org", "TLS handshake timeout"],
    ),
    _one(
        "checksum.sumdb_unreachable",
        "supported-503",
        "the proxy's answer about the checksum database is 503",
        "go mod download -x github.com/google/uuid@v1.6.0",
        do(proxy(CORP, ("/sumdb/*", status(503, "sumdb proxying is overloaded"))), _EMPTY),
        _UUID_AT,
        host=CORP,
        go="1.26",
        seen=["/supported: 503"],
        also=("proxy.server_error",),
    ),
    _one(
        "checksum.sumdb_unreachable",
        "lookup-500",
        "the checksum database answers 500",
        "go get github.com/google/uuid@v1.6.0",
        do(proxy(), sumdb(("/lookup/*", status(500, "internal error"))), _EMPTY),
        _UUID_AT,
        host=_DB,
        go="1.27",
        seen=["500 Internal Server Error"],
    ),
    _one(
        "checksum.sumdb_unreachable",
        "toolchain-needs-it",
        "a module needs a newer toolchain, whose checksum cannot be asked for",
        "go build ./...",
        do(
            module("golang.org/toolchain", "v0.0.1-go1.29.1.linux-amd64"),
            proxy(),
            project("github.com/google/uuid", go="1.29.1"),
        ),
        host=_DB,
        go="1.24",
        seen=["sum.golang.org"],
        also=("toolchain.unavailable", "dns.nxdomain"),
    ),
    # sumdb_not_found
    _one(
        "checksum.sumdb_not_found",
        "private-404",
        "a private module that the checksum database cannot see",
        "go mod tidy",
        do(proxy(), sumdb(("/lookup/git.corp.example/*", status(404, _DB_404))), _private_project),
        _AUTHKIT,
        host=_DB,
        seen=["404 Not Found", "verifying"],
    ),
    _one(
        "checksum.sumdb_not_found",
        "private-410",
        "a private module; the database answers 410",
        "go get git.corp.example/platform/authkit@v1.4.2",
        do(proxy(), sumdb(("/lookup/git.corp.example/*", status(410, "gone"))), _EMPTY),
        _AUTHKIT,
        host=_DB,
        go="1.21",
        seen=["410 Gone"],
    ),
    _one(
        "checksum.sumdb_not_found",
        "download-x",
        "a private module that the checksum database cannot see",
        "go mod download -x",
        do(proxy(), sumdb(("/lookup/git.corp.example/*", status(404, _DB_404))), _private_project),
        _AUTHKIT,
        host=_DB,
        go="1.25",
        seen=["404 Not Found", "verifying"],
    ),
    _one(
        "checksum.sumdb_not_found",
        "json-settings",
        "a private module; GOPRIVATE has a blank after its comma and so does not match",
        "go mod download -json git.corp.example/platform/tracing@v0.7.0",
        do(proxy(), sumdb(("/lookup/git.corp.example/*", status(404, "not found"))), _EMPTY),
        ("git.corp.example/platform/tracing", "v0.7.0"),
        host=_DB,
        env={**_HERE, "GONOSUMDB": "example.org, git.corp.example"},
        go="1.27",
        seen=["404 Not Found"],
        settings=True,
    ),
    _one(
        "checksum.sumdb_not_found",
        "through-proxy",
        "the proxy passes the checksum database on; it does not know the module",
        "go get git.corp.example/platform/tracing@v0.7.0",
        do(lambda site: site.proxy(CORP, other=_passed_on(site)), _EMPTY),
        ("git.corp.example/platform/tracing", "v0.7.0"),
        host=CORP,
        go="1.24",
        seen=["/sumdb/sum.golang.org/lookup/", "404 Not Found"],
    ),
    # sumdb_untrusted
    _one(
        "checksum.sumdb_untrusted",
        "bad-signature",
        "the database's signature is wrong",
        "go get github.com/google/uuid@v1.6.0",
        do(proxy(), sumdb(sign=False), _EMPTY),
        _UUID_AT,
        seen=["invalid signature"],
    ),
    _one(
        "checksum.sumdb_untrusted",
        "other-key",
        "a mirror of the database signs with a key of its own",
        "go mod tidy",
        do(proxy(), sumdb_key(), sumdb(seed="another"), project("github.com/google/uuid", sums=False)),
        go="1.23",
        seen=["note"],
    ),
    _one(
        "checksum.sumdb_untrusted",
        "html-lookup",
        "a portal answers look-ups with a page",
        "go get github.com/google/uuid@v1.6.0",
        do(proxy(), sumdb(("/lookup/*", page("<html><body>Sign in</body></html>"))), _EMPTY),
        _UUID_AT,
        go="1.25",
        seen=["malformed"],
        also=("proxy.bad_response",),
    ),
    _one(
        "checksum.sumdb_untrusted",
        "wrong-tile",
        "the database serves a tile of other hashes",
        "go mod download -x github.com/google/uuid@v1.6.0",
        do(proxy(), sumdb(("/tile/*", _spoilt)), _EMPTY),
        _UUID_AT,
        go="1.27",
        seen=["inconsistent tile"],
    ),
    _one(
        "checksum.sumdb_untrusted",
        "fork",
        "the database shows another tree than before",
        "go get github.com/google/uuid@v1.6.0",
        do(proxy(), _EMPTY, _forked),
        go="1.26",
        seen=["SECURITY ERROR"],
    ),
    _one(
        "checksum.sumdb_untrusted",
        "fork-21",
        "the database shows another tree than before",
        "go mod tidy",
        do(proxy(), _EMPTY, _forked, project("github.com/google/uuid", sums=False)),
        go="1.21",
        seen=["misbehavior detected"],
    ),
    # cache_corrupt
    _one(
        "checksum.cache_corrupt",
        "verify-zip",
        "the cached zip was cut short",
        "go mod verify",
        do(proxy(), project("go.uber.org/zap"), _damage(f"chmod -R u+w {_CACHE}; truncate -s 100 {_ZIP}")),
        _ZAP_AT,
        seen=["go.uber.org/zap v1.27.0"],
    ),
    _one(
        "checksum.cache_corrupt",
        "verify-dir",
        "a file of the extracted module was edited",
        "go mod verify",
        do(
            proxy(),
            project(*USUAL),
            _damage(
                f"chmod -R u+w {_CACHE}/go.uber.org; echo '// local patch' >> {_CACHE}/go.uber.org/zap@v1.27.0/zap.go"
            ),
        ),
        _ZAP_AT,
        go="1.22",
        seen=["dir has been modified"],
    ),
    _one(
        "checksum.cache_corrupt",
        "verify-ziphash",
        "the cached .ziphash is gone",
        "go mod verify",
        do(proxy(), project(*USUAL), _damage(f"rm {_ZIP}hash")),
        _ZAP_AT,
        go="1.25",
        seen=["missing ziphash"],
    ),
    _one(
        "checksum.cache_corrupt",
        "unzip-truncated",
        "the cached zip was cut short and the module must be extracted again",
        "go build ./...",
        do(
            proxy(),
            project("go.uber.org/zap"),
            _damage(f"chmod -R u+w {_CACHE}; rm -r {_CACHE}/go.uber.org/zap@v1.27.0; truncate -s 100 {_ZIP}"),
        ),
        _ZAP_AT,
        go="1.24",
        seen=["zip: not a valid zip file"],
    ),
    _one(
        "checksum.cache_corrupt",
        "cached-mod-edited",
        "the cached go.mod was edited; nothing is asked of the network",
        "go mod download",
        do(
            proxy(),
            project("go.uber.org/zap"),
            _damage(
                f"chmod -R u+w {_CACHE}/cache; echo '// x' >> {_CACHE}/cache/download/go.uber.org/zap/@v/v1.27.0.mod"
            ),
        ),
        _ZAP_AT,
        go="1.27",
        env={**_HERE},
        seen=["checksum mismatch"],
        also=("checksum.gosum_mismatch",),
    ),
    _one(
        "checksum.cache_corrupt",
        "malformed-gosum",
        "go.sum holds a line of two fields",
        "go build ./...",
        do(proxy(), project("go.uber.org/zap"), _edited_sum(_ZAP_SUM, "")),
        go="1.26",
        seen=["malformed go.sum"],
        also=("checksum.gosum_mismatch", "checksum.missing"),
    ),
]
