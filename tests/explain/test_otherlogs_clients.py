"""Real clients against real faults on loopback, and what else they print."""

import http.server
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from tests.work import growth

from gomend.causes import Code
from gomend.explain.otherlogs import ClientLog
from gomend.explain.reader import read_lines
from gomend.explain.statements import Role, Statement


def said(raw: bytes) -> list[Statement]:
    log = ClientLog()
    statements = [statement for line in read_lines([raw]) for statement in log.feed(line)]
    return [*statements, *log.finish()]


def fault(raw: bytes) -> tuple[Code, str]:
    faults = [statement for statement in said(raw) if statement.role is Role.FAULT]
    assert len(faults) == 1
    return faults[0].code, faults[0].subject.host


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = self.path.split("/")[1]
        self.send_response(int(status) if status.isdigit() else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


def _serve(context: ssl.SSLContext | None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def web() -> Iterator[int]:
    """The port of a server that answers /STATUS/… with that status."""
    yield from _serve(None)


@pytest.fixture(scope="module")
def strange_web() -> Iterator[int]:
    """The port of a TLS server whose issuer nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    yield from _serve(context)


def run(tmp_path: Path, *command: str) -> bytes:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "npm_config_cache": str(tmp_path / "npm"),
    }
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=tmp_path, check=False
    ).stdout


def client(name: str, url: str, tmp_path: Path) -> bytes:
    match name:
        case "curl":
            return run(tmp_path, "curl", "-sSf", url)
        case "curl with its meter":
            return run(tmp_path, "curl", "-f", url)
        case "wget":
            return run(tmp_path, "wget", "-t", "1", "-O", "/dev/null", url)
        case "pip":
            return run(
                tmp_path,
                sys.executable,
                "-m",
                "pip",
                "--isolated",
                "install",
                "--disable-pip-version-check",
                "--no-cache-dir",
                "--retries",
                "0",
                "--no-input",
                "--trusted-host",
                "127.0.0.1",
                "-t",
                "x",
                "-i",
                url,
                "nosuchpackage",
            )
        case _:
            return run(
                tmp_path,
                "npm",
                "install",
                "left-pad@1.0.0",
                f"--registry={url}",
                "--fetch-retries=0",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
            )


CLIENTS = ["curl", "curl with its meter", "wget", "npm"]


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, Code.PROXY_NOT_FOUND),
        (403, Code.PROXY_UNAUTHORIZED),
        (503, Code.PROXY_SERVER_ERROR),
        (429, Code.PROXY_RATE_LIMITED),
    ],
)
def test_an_answer_of_a_registry(name: str, status: int, code: Code, web: int, tmp_path: Path) -> None:
    assert fault(client(name, f"http://127.0.0.1:{web}/{status}/", tmp_path))[0] is code


@pytest.mark.parametrize("name", CLIENTS)
def test_an_issuer_that_is_not_trusted(name: str, strange_web: int, tmp_path: Path) -> None:
    assert fault(client(name, f"https://localhost:{strange_web}/", tmp_path))[0] is Code.TLS_UNKNOWN_AUTHORITY


@pytest.mark.parametrize("name", CLIENTS)
def test_a_refused_connection(name: str, tmp_path: Path) -> None:
    assert fault(client(name, "http://127.0.0.1:1/", tmp_path)) == (Code.NET_CONNECT_REFUSED, "127.0.0.1:1")


def test_npm_names_the_package(web: int, tmp_path: Path) -> None:
    statements = said(client("npm", f"http://127.0.0.1:{web}/404/", tmp_path))
    assert (statements[0].subject.module, statements[0].subject.version) == ("left-pad", "1.0.0")


PIP_FAILED = (
    b"WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, "
    b"status=None)) after connection broken by "
    b"'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at "
    b"0x7f>: Failed to establish a new connection: "
    b"[Errno -2] Name or service not known')': /simple/nosuch/\n"
)
PIP_NOTHING = (
    b"ERROR: Could not find a version that satisfies the requirement nosuch==1.0 (from versions: none)\n"
    b"ERROR: No matching distribution found for nosuch==1.0\n"
)


def test_what_pip_found_nothing_for_is_explained_by_its_warnings() -> None:
    statements = said(b"Looking in indexes: https://pypi.corp.example/simple\n" + PIP_FAILED + PIP_NOTHING)
    assert [(one.role, one.code, one.subject.host) for one in statements] == [
        (Role.TRY, Code.DNS_NXDOMAIN, "pypi.corp.example"),
        (Role.FAULT, Code.DNS_NXDOMAIN, "pypi.corp.example"),
    ]
    assert (statements[1].subject.module, statements[1].subject.version) == ("nosuch", "1.0")


def test_a_retry_of_pip_that_worked_is_no_fault() -> None:
    statements = said(PIP_FAILED + b"Collecting x\nSuccessfully installed x-1.0\n" + PIP_NOTHING)
    assert [one.role for one in statements] == [Role.TRY, Role.SUCCEEDED, Role.FAULT]
    assert statements[2].code is Code.PROXY_NOT_FOUND


@pytest.mark.parametrize(
    ("text", "code", "host"),
    [
        (
            "npm ERR! code ENOTFOUND\nnpm ERR! network request to https://registry.npmjs.org/x "
            "failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org",
            Code.DNS_NXDOMAIN,
            "registry.npmjs.org",
        ),
        (
            "npm ERR! code EAI_AGAIN\nnpm ERR! request to https://registry.npmjs.org/x failed, "
            "reason: getaddrinfo EAI_AGAIN registry.npmjs.org",
            Code.DNS_TIMEOUT,
            "registry.npmjs.org",
        ),
        ("npm ERR! code ECONNRESET\nnpm ERR! network aborted", Code.NET_RESET, ""),
        (
            "npm ERR! code ETIMEDOUT\nnpm ERR! network request to https://registry.npmjs.org/x "
            "failed, reason: connect ETIMEDOUT 104.16.1.35:443",
            Code.NET_CONNECT_TIMEOUT,
            "registry.npmjs.org",
        ),
        (
            "npm error code ECONNREFUSED\nnpm error FetchError: request to "
            "https://registry.npmjs.org/x failed, reason: connect ECONNREFUSED 127.0.0.1:7890",
            Code.NET_HTTP_PROXY,
            "127.0.0.1:7890",
        ),
        (
            "npm ERR! code CERT_HAS_EXPIRED\nnpm ERR! errno CERT_HAS_EXPIRED\nnpm ERR! request to "
            "https://r.io/x failed, reason: certificate has expired",
            Code.TLS_EXPIRED,
            "r.io",
        ),
        (
            "npm error code ETARGET\nnpm error notarget No matching version found for left-pad@99.0.0.",
            Code.MODULE_NO_MATCHING_VERSION,
            "",
        ),
        (
            "npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed when using "
            "sha512: wanted sha512-a but got sha512-b.",
            Code.CHECKSUM_GOSUM_MISMATCH,
            "",
        ),
        ("npm ERR! code ENOSPC\nnpm ERR! nospc ENOSPC: no space left on device, write", Code.DISK_FULL, ""),
        (
            "npm ERR! code 128\nnpm ERR! command git ls-remote ssh://git@github.com/a/b.git\nnpm "
            "ERR! git@github.com: Permission denied (publickey).",
            Code.AUTH_SSH,
            "github.com",
        ),
        (
            'error An unexpected error occurred: "https://registry.yarnpkg.com/x: getaddrinfo '
            'ENOTFOUND registry.yarnpkg.com".',
            Code.DNS_NXDOMAIN,
            "registry.yarnpkg.com",
        ),
        (" ERR_PNPM_FETCH_404  GET https://r.io/x: Not Found - 404", Code.PROXY_NOT_FOUND, "r.io"),
        (
            "ERROR: Could not install packages due to an OSError: "
            "HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
            Code.NET_RESPONSE_TIMEOUT,
            "files.pythonhosted.org",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", Code.CHECKSUM_GOSUM_MISMATCH, ""),
        ("ERROR: Package 'x' requires a different Python: 3.7.1 not in '>=3.9'", Code.TOOLCHAIN_TOO_OLD, ""),
        (
            "E: Failed to fetch http://deb.debian.org/debian/x.deb  Temporary failure resolving 'deb.debian.org'",
            Code.DNS_TIMEOUT,
            "deb.debian.org",
        ),
        (
            "E: Failed to fetch http://deb.debian.org/debian/x.deb  404  Not Found [IP: 151.101.2.132 80]",
            Code.PROXY_NOT_FOUND,
            "deb.debian.org",
        ),
        (
            "curl: (28) Operation timed out after 30001 milliseconds with 0 bytes received",
            Code.NET_RESPONSE_TIMEOUT,
            "",
        ),
        (
            "curl: (28) Failed to connect to a.io port 443 after 129343 ms: Connection timed out",
            Code.NET_CONNECT_TIMEOUT,
            "a.io",
        ),
        ("curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a.io:443", Code.NET_RESET, ""),
        ("curl: (56) Received HTTP code 407 from proxy after CONNECT", Code.NET_HTTP_PROXY, ""),
        (
            "Cloning into 'x'...\nfatal: unable to access 'https://a.io/x/': Could not resolve host: a.io",
            Code.DNS_NXDOMAIN,
            "a.io",
        ),
    ],
)
def test_known_words(text: str, code: Code, host: str) -> None:
    assert fault(text.encode()) == (code, host)


def test_a_retry_that_curl_announces_is_no_fault() -> None:
    statements = said(
        b"curl: (22) The requested URL returned error: 503\nWarning: Problem: HTTP error. Will "
        b"retry in 1 second. 3 retries left.\n"
    )
    assert [(one.role, one.code) for one in statements] == [(Role.TRY, Code.PROXY_SERVER_ERROR)]


@pytest.mark.parametrize(
    "text",
    [
        "remote: Counting objects: 100% (3/3), done.",
        "error: expected `;`, found `}`",
        "warning: LF will be replaced by CRLF",
        "npm notice created",
        "fatal error: all goroutines are asleep",
    ],
)
def test_words_of_others_are_left_alone(text: str) -> None:
    assert said(text.encode()) == []


@pytest.mark.parametrize(
    "unit",
    [
        "npm error ",
        "ERROR: ",
        "curl: (",
        "a curl: (1",
        "ConnectionPool(host='",
        "Err:1 ",
        "wget: ",
        "connect ECONNREFUSED 1",
        "'a@",
        "with url: /",
        "User for a",
    ],
)
def test_no_line_makes_other_logs_slow(unit: str) -> None:
    def read(text: str) -> object:
        return said(text.encode())

    assert growth(read, lambda size: unit * (size // len(unit)), 500) < 24
