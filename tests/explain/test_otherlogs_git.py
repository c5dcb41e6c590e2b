"""git's own words, in its languages, name the cause."""

import gettext
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from tests.work import growth

from gomend.causes import Code
from gomend.explain.otherlogs import classify_git
from gomend.explain.otherlogs.git import match_git


@pytest.mark.parametrize(
    ("text", "code", "host"),
    [
        ("fatal: unable to access 'https://a.io/x/': Could not resolve host: a.io", Code.DNS_NXDOMAIN, "a.io"),
        ("ssh: Could not resolve hostname a.io: Temporary failure in name resolution", Code.DNS_TIMEOUT, "a.io"),
        (
            "ssh: Could not resolve hostname a.io: Name or service not known\nfatal: Could not "
            "read from remote repository.",
            Code.DNS_NXDOMAIN,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': Failed to connect to a.io port 443 after "
            "21043 ms: Couldn't connect to server",
            Code.NET_CONNECT_TIMEOUT,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': Failed to connect to a.io port 443: Connection timed out",
            Code.NET_CONNECT_TIMEOUT,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': Failed to connect to a.io port 443 after "
            "1 ms: Couldn't connect to server",
            Code.NET_CONNECT_REFUSED,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io:8443/x/': Failed to connect to a.io port 8443: No route to host",
            Code.NET_UNREACHABLE,
            "a.io:8443",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': Failed to connect to 127.0.0.1 port 7890 "
            "after 2041 ms: Couldn't connect to server",
            Code.NET_HTTP_PROXY,
            "127.0.0.1:7890",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': Received HTTP code 407 from proxy after CONNECT",
            Code.NET_HTTP_PROXY,
            "a.io",
        ),
        ("fatal: unable to access 'https://a.io/x/': CONNECT tunnel failed, response 403", Code.NET_HTTP_PROXY, "a.io"),
        (
            "fatal: unable to access 'https://a.io/x/': Could not resolve proxy: proxy.corp",
            Code.NET_HTTP_PROXY,
            "proxy.corp",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': SSL certificate problem: self signed "
            "certificate in certificate chain",
            Code.TLS_UNKNOWN_AUTHORITY,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': server certificate verification failed. "
            "CAfile: none CRLfile: none",
            Code.TLS_UNKNOWN_AUTHORITY,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': SSL certificate problem: certificate has expired",
            Code.TLS_EXPIRED,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': SSL: no alternative certificate subject "
            "name matches target host name 'a.io'",
            Code.TLS_HOSTNAME_MISMATCH,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': gnutls_handshake() failed: The TLS "
            "connection was non-properly terminated.",
            Code.TLS_HANDSHAKE,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': schannel: next InitializeSecurityContext "
            "failed: SEC_E_UNTRUSTED_ROOT (0x80090325)",
            Code.TLS_UNKNOWN_AUTHORITY,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': OpenSSL SSL_read: Connection was reset, errno 10054",
            Code.NET_RESET,
            "a.io",
        ),
        (
            "error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull "
            "function.\nfatal: early EOF\nfatal: index-pack failed",
            Code.NET_RESET,
            "",
        ),
        (
            "error: RPC failed; curl 92 HTTP/2 stream 0 was not closed cleanly: CANCEL (err 8)\nfatal: early EOF",
            Code.NET_HTTP2,
            "",
        ),
        (
            "error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds",
            Code.NET_RESPONSE_TIMEOUT,
            "",
        ),
        (
            "error: RPC failed; HTTP 504 curl 22 The requested URL returned error: 504\nfatal: "
            "the remote end hung up unexpectedly",
            Code.PROXY_SERVER_ERROR,
            "",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': The requested URL returned error: 429",
            Code.PROXY_RATE_LIMITED,
            "a.io",
        ),
        (
            "fatal: unable to access 'https://a.io/x/': The requested URL returned error: 403",
            Code.AUTH_CREDENTIALS,
            "a.io",
        ),
        ("fatal: could not read Username for 'https://a.io': terminal prompts disabled", Code.AUTH_CREDENTIALS, "a.io"),
        (
            "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://a.io/x.git/'",
            Code.AUTH_CREDENTIALS,
            "a.io",
        ),
        ("remote: Repository not found.\nfatal: repository 'https://a.io/x/' not found", Code.VCS_NOT_FOUND, "a.io"),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", Code.VCS_NOT_FOUND, ""),
        (
            "git@a.io: Permission denied (publickey).\nfatal: Could not read from remote repository.",
            Code.AUTH_SSH,
            "a.io",
        ),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", Code.AUTH_SSH, ""),
        (
            "ssh: connect to host a.io port 22: Connection refused\nfatal: Could not read from remote repository.",
            Code.NET_CONNECT_REFUSED,
            "a.io",
        ),
        ("fatal: couldn't find remote ref refs/tags/v1.2.3", Code.VCS_UNKNOWN_REVISION, ""),
        ("fatal: detected dubious ownership in repository at '/app'", Code.VCS_LOCAL_GIT, ""),
        ("fatal: write error: No space left on device\nfatal: index-pack failed", Code.DISK_FULL, ""),
        ("fatal: could not create work tree dir 'x': Permission denied", Code.DISK_PERMISSION, ""),
        (
            "致命错误：无法访问 'https://a.io/x/'：Failed to connect to a.io port 443: 拒绝连接",
            Code.NET_CONNECT_REFUSED,
            "a.io",
        ),
    ],
)
def test_each_wording_names_its_cause(text: str, code: Code, host: str) -> None:
    found = classify_git(text.split("\n"))
    assert found is not None
    assert (found[0], found[1].host) == (code, host)


def test_an_exit_status_alone_says_nothing() -> None:
    assert classify_git(["exit status 128"]) is None


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "de", "fr", "es"])
@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Authentication failed for '%s'", Code.AUTH_CREDENTIALS),
        ("repository '%s' not found", Code.VCS_NOT_FOUND),
        ("couldn't find remote ref %s", Code.VCS_UNKNOWN_REVISION),
        ("early EOF", Code.NET_RESET),
        ("the remote end hung up unexpectedly", Code.NET_RESET),
    ],
)
def test_translations_of_the_installed_git_are_known(language: str, message: str, code: Code) -> None:
    catalog = Path(f"/usr/share/locale/{language}/LC_MESSAGES/git.mo")
    if not catalog.exists():
        pytest.skip("this git has no translations")
    with catalog.open("rb") as file:
        translated = gettext.GNUTranslations(file).gettext(message)
    if translated == message:
        pytest.skip("not translated")
    found = classify_git([translated.replace("%s", "https://a.io/x")])
    assert found is not None
    assert found[0] is code


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
@pytest.mark.parametrize("language", ["C", "zh_CN"])
def test_a_real_git_that_is_refused(language: str, tmp_path: Path) -> None:
    port = _closed_port()
    run = subprocess.run(
        ["git", "clone", f"http://127.0.0.1:{port}/x", tmp_path / "x"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANGUAGE": language, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert run.returncode == 128
    found = classify_git(run.stderr.splitlines())
    assert found is not None
    assert (found[0], found[1].host) == (Code.NET_CONNECT_REFUSED, f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    "unit",
    [
        "connect to a port 1 ",
        "could not resolve host: ",
        "repository ",
        "'",
        "a.",
        "permission denied (",
        "host a port 1",
        "getaddrinfo ",
        "certificate subject name ",
        "could not create ",
        "https://",
        "a@",
        "remote branch ",
        "http code ",
        "rpc failed; ",
        "unable to access '",
        "407 ",
    ],
)
def test_no_line_makes_git_rules_slow(unit: str) -> None:
    assert growth(lambda text: match_git([text]), lambda size: unit * (size // len(unit)), 1_000) < 24
