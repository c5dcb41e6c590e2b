"""Fixes: the first one now, no check ever switched off, no text of a log in a command."""

import json
import re
import shlex
import shutil
import socket
import ssl
import string
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from gomend.causes import Cause, Certainty, Code, Fix, Level, Subject
from gomend.cli.group import COMMANDS
from gomend.explain.fixes import MOST, example_fixes, fixes_for
from gomend.explain.fixes.remedies import remedies_for
from gomend.masking import MASK, mask

PUBLIC = {"GOPROXY": "https://proxy.golang.org,direct", "GOPRIVATE": "", "GOSUMDB": "sum.golang.org"}
CORPORATE = {"GOPROXY": "https://goproxy.corp.example,https://proxy.golang.org,direct", "GOPRIVATE": "*.corp.example"}
DOWNLOAD = ("go", "mod", "download")

SWITCHES_A_CHECK_OFF = (
    "GOSUMDB=off",
    "GONOSUMDB",
    "GONOSUMCHECK",
    "GOINSECURE",
    "-insecure",
    "GIT_SSL_NO_VERIFY",
    "sslVerify",
    "StrictHostKeyChecking",
    "curl -k",
    "--insecure",
    "rm go.sum",
    "rm -f go.sum",
    "clean -modcache",
    "tlssha1",
    "x509",
)
LASTS = ("env -w", "env -u", "git config", "rm ", "go get", "tidy", "sudo", "mod edit", "work use", "mod vendor", "> ")
PROGRAMS = {
    "[", "cat", "cd", "chmod", "curl", "date", "df", "env", "export", "git", "go", "gomend", "grep", "id", "ls", "openssl",  # noqa: E501
    "printenv", "rm", "ssh", "sudo", "unset",
}  # fmt: skip

ASSIGNMENT = re.compile(r"[A-Z0-9_]+=")
PLAIN = set(string.ascii_letters + string.digits + "._~/@+:=,-[]")


def cause(code: Code, module: str = "", version: str = "", host: str = "", url: str = "", text: str = "") -> Cause:
    return Cause(code, Certainty.CERTAIN, Subject(module, version, host, url), (1, 1), text)


def keys(fixes: tuple[Fix, ...]) -> list[str]:
    return [fix.key for fix in fixes]


def by_key(fixes: tuple[Fix, ...], key: str) -> Fix:
    return next(fix for fix in fixes if fix.key == key)


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.PROGRESS_DOWNLOAD])
def test_every_code_has_a_way_out_even_if_nothing_else_is_known(code: Code) -> None:
    fixes = fixes_for([cause(code)], [], None, None)
    assert fixes
    assert [fix.id for fix in fixes] == list(range(1, len(fixes) + 1))


def test_progress_needs_no_fix() -> None:
    assert fixes_for([cause(Code.PROGRESS_DOWNLOAD)], [], None, None) == ()


@pytest.mark.parametrize("code", Code)
def test_a_safe_fix_changes_nothing_that_lasts(code: Code) -> None:
    for fix in example_fixes(code):
        if fix.level is Level.SAFE:
            for command in fix.commands:
                assert not [word for word in LASTS if word in command.replace("2>", "").replace("->", "")], command


@pytest.mark.parametrize("code", Code)
def test_manual_fixes_have_no_command_and_careful_ones_have(code: Code) -> None:
    for fix in example_fixes(code):
        assert bool(fix.commands) == (fix.level is not Level.MANUAL), fix


hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "github.com/a/b$(touch pwned)",
            "github.com/a/b`id`",
            "github.com/a/b;rm -rf ~",
            "github.com/a/../../../etc",
            "-x.com/a",
            "github.com/a/b\nrm -rf ~",
            "example.com/'x",
            "example.com/a b",
            "example.com/a#",
            "github.com/Azure/azure-sdk",
            "gopkg.in/yaml.v3",
            "v1.2.3",
            "v1.2.3;id",
            "v1/../../x",
            "--upload-pack=id",
            "proxy.example.com:8443",
            "127.0.0.1",
            "[::1]:80",
            "h'ost",
        ]
    ),
)


def plain_words(fix: Fix) -> str:
    return "\n".join(fix.commands)


@given(
    code=st.sampled_from(Code),
    module=hostile,
    version=hostile,
    host=hostile,
    url=hostile,
    text=hostile,
    settings=st.one_of(
        st.none(),
        st.sampled_from([PUBLIC, CORPORATE]),
        st.fixed_dictionaries({"GOPROXY": hostile, "GOPRIVATE": hostile}),
    ),
    command=st.one_of(
        st.none(), st.lists(hostile, max_size=4), st.lists(hostile, max_size=3).map(lambda w: ["go", "mod", *w])
    ),
)
def test_no_log_can_put_words_of_its_own_into_a_command(
    code: Code,
    module: str,
    version: str,
    host: str,
    url: str,
    text: str,
    settings: dict[str, str] | None,
    command: list[str] | None,
) -> None:
    fixes = fixes_for([cause(code, module, version, host, url, text)], [], settings, command)
    lines = [line for fix in fixes for line in fix.commands]
    for line in lines:
        assert not [bad for bad in SWITCHES_A_CHECK_OFF if bad in line.replace("openssl x509", "")], line
        assert shlex.split(line)
    blanked = ["" if set(name) - PLAIN else name for name in (module, version, host)]
    said = [word if not set(word) - PLAIN else "\n" for word in command or []]
    without = fixes_for([cause(code, *blanked, url, text)], [], settings, said if command else command)
    assert [(fix.key, fix.commands) for fix in without] == [(fix.key, fix.commands) for fix in fixes]
    if set(text) & set("$`;|&<>\n'\"\\") and len(text) > 3:
        assert not [line for line in lines if text in line]


@pytest.mark.parametrize("code", Code)
def test_every_command_is_shell_that_parses_and_starts_a_program_that_exists(code: Code) -> None:
    for fix in example_fixes(code):
        for line in fix.commands:
            subprocess.run(["sh", "-n", "-c", line], check=True)
            words = [word for word in shlex.split(line.removeprefix("(")) if not ASSIGNMENT.match(word)]
            assert words[0].rstrip(";") in PROGRAMS, line
            assert not line.startswith("gomend ") or line.split()[1] in COMMANDS, line


@pytest.mark.parametrize("code", Code)
def test_nothing_in_a_command_looks_like_a_secret(code: Code) -> None:
    for fix in example_fixes(code):
        for line in fix.commands:
            assert mask(line) == line
            assert MASK not in line


def test_the_repository_is_the_one_that_git_names() -> None:
    told = "git ls-remote -q origin in /x: exit status 128:\n\tfatal: Authentication failed for 'https://git.example/a/b.git/'"
    fixes = fixes_for([cause(Code.AUTH_CREDENTIALS, "go.example/m", "v1.0.0", text=told)], [], None, None)
    assert by_key(fixes, "ask_repository").commands == ("git ls-remote https://git.example/a/b.git",)
    hostile = told.replace("https://git.example/a/b.git/", "https://me:pw@git.example/a/b")
    assert not by_key(
        fixes_for([cause(Code.AUTH_CREDENTIALS, text=hostile)], [], None, None), "ask_repository"
    ).commands


def test_a_name_that_go_would_refuse_leaves_the_fix_without_a_command() -> None:
    fixes = fixes_for([cause(Code.CHECKSUM_CACHE_CORRUPT, "github.com/a/b;id", "v1.0.0")], [], PUBLIC, None)
    assert by_key(fixes, "remove_version").commands == ()


def test_a_version_must_fit_the_module() -> None:
    fixes = fixes_for([cause(Code.CHECKSUM_CACHE_CORRUPT, "github.com/a/b", "v2.0.0")], [], PUBLIC, None)
    assert by_key(fixes, "remove_version").commands == ()


def test_the_command_is_repeated_only_if_it_is_a_plain_go_command() -> None:
    root = [cause(Code.NET_RESET)]
    assert fixes_for(root, [], PUBLIC, ["/usr/local/go/bin/go", "-C", "examples/service", "mod", "download"])[
        0
    ].commands == ("gomend go -C examples/service mod download",)
    for command in (
        ["go", "run", "evil.example/x@latest"],
        ["go", "test", "-exec", "sh -c id"],
        ["go", "build", "-toolexec=/tmp/x", "./..."],
        ["make", "all"],
        ["go", "build", "./...;id"],
    ):
        assert fixes_for(root, [], PUBLIC, command)[0].commands == ()


class TestMovingOn:
    """`,` to `|` asks the next source after any error: private names would be told to it."""

    def test_from_a_company_proxy_it_is_careful(self) -> None:
        root = cause(Code.PROXY_SERVER_ERROR, "github.com/a/b", "v1.0.0", "goproxy.corp.example")
        fix = by_key(fixes_for([root], [], CORPORATE, DOWNLOAD), "move_on")
        assert fix.level is Level.CAREFUL
        assert fix.commands == (
            "GOPROXY='https://goproxy.corp.example|https://proxy.golang.org,direct' go mod download",
        )

    def test_from_a_public_proxy_it_is_safe(self) -> None:
        root = cause(Code.NET_CONNECT_TIMEOUT, "github.com/a/b", "v1.0.0", "proxy.golang.org")
        fix = by_key(fixes_for([root], [], PUBLIC, DOWNLOAD), "move_on_public")
        assert fix.level is Level.SAFE
        assert fix.commands == ("GOPROXY='https://proxy.golang.org|direct' go mod download",)

    @pytest.mark.parametrize(
        "settings", [None, {"GOPROXY": "https://u:p@corp.example,https://proxy.golang.org,direct"}]
    )
    def test_past_a_public_proxy_too_it_is_careful_when_the_list_cannot_be_seen_or_shown(
        self, settings: dict[str, str] | None
    ) -> None:
        fixes = fixes_for([cause(Code.PROXY_SERVER_ERROR, host="proxy.golang.org")], [], settings, DOWNLOAD)
        assert by_key(fixes, "move_on").level is Level.CAREFUL
        assert "move_on_public" not in keys(fixes)

    def test_the_separator_after_the_failing_entry_is_the_one_that_changes(self) -> None:
        settings = {"GOPROXY": "https://a.example , https://b.example,  direct"}
        fix = by_key(fixes_for([cause(Code.PROXY_SERVER_ERROR, host="b.example")], [], settings, DOWNLOAD), "move_on")
        assert fix.commands == ("GOPROXY='https://a.example , https://b.example|  direct' go mod download",)

    @pytest.mark.parametrize(
        "goproxy",
        ["https://a.example", "https://a.example|direct", "https://a.example,off", "https://b.example,direct"],
    )
    def test_it_is_not_offered_where_it_changes_nothing(self, goproxy: str) -> None:
        fixes = fixes_for([cause(Code.PROXY_SERVER_ERROR, host="a.example")], [], {"GOPROXY": goproxy}, None)
        assert not {"move_on", "move_on_public"} & set(keys(fixes))

    def test_never_past_a_login(self) -> None:
        for settings in (None, PUBLIC, CORPORATE):
            for host in ("proxy.golang.org", "goproxy.corp.example", ""):
                fixes = fixes_for([cause(Code.PROXY_UNAUTHORIZED, host=host)], [], settings, None)
                assert not [line for fix in fixes for line in fix.commands if "|" in line]
                assert not {"move_on", "move_on_public"} & set(keys(fixes))

    @pytest.mark.parametrize(
        ("words", "first"),
        [
            (
                "403 Forbidden\n\tserver response:\n\tproxy.unauthorized: a.io/b@v1.0.0: 403 Forbidden\n"
                "\t  https://proxy.golang.org: 403 Forbidden (proxy.unauthorized)",
                "tell_who_runs_server",
            ),
            ("403 Forbidden\n\tserver response: proxy.unauthorized: a rule forbids a.io/b", "proxy_credentials"),
            ("401 Unauthorized", "proxy_credentials"),
        ],
    )
    def test_nobody_logs_in_at_a_server_that_hands_on_what_its_source_said(self, words: str, first: str) -> None:
        root = cause(Code.PROXY_UNAUTHORIZED, host="goproxy.corp.example", text=words)
        fixes = fixes_for([root], [], CORPORATE, DOWNLOAD)
        assert fixes[0].key == first
        assert len({"tell_who_runs_server", "proxy_credentials"} & set(keys(fixes))) == 1

    def test_a_list_with_a_password_is_not_written_out(self) -> None:
        settings = {"GOPROXY": "https://me:secret@goproxy.corp.example,direct"}
        root = cause(Code.PROXY_SERVER_ERROR, host="goproxy.corp.example")
        fixes = fixes_for([root], [], settings, DOWNLOAD)
        assert by_key(fixes, "move_on").commands == ("GOPROXY=\"$(go env GOPROXY | tr , '|')\" go mod download",)
        assert "secret" not in json.dumps([fix.commands for fix in fixes])

    def test_go_reads_the_list_that_the_shell_makes(self, go: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
        monkeypatch.setenv("GOPROXY", "https://u:p@a.example,direct")
        settings = {"GOPROXY": "https://u:p@a.example,direct"}
        fixes = fixes_for([cause(Code.PROXY_SERVER_ERROR, host="a.example")], [], settings, ["go", "list", "-m"])
        command = by_key(fixes, "move_on").commands[0].replace("go list -m", "go env GOPROXY")
        out = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
        assert out == "https://u:p@a.example|direct\n"


class TestPrivateNames:
    def test_a_private_module_is_added_to_what_goprivate_holds(self) -> None:
        root = cause(Code.CHECKSUM_SUMDB_NOT_FOUND, "git.other.example/team/lib", "v1.0.0", "sum.golang.org")
        fix = fixes_for([root], [], CORPORATE, DOWNLOAD)[0]
        assert (fix.key, fix.level) == ("make_private", Level.CAREFUL)
        assert fix.commands == ("go env -w GOPRIVATE='*.corp.example,git.other.example/team/lib'",)

    def test_not_where_goprivate_covers_it_already(self) -> None:
        root = cause(Code.CHECKSUM_SUMDB_NOT_FOUND, "git.corp.example/team/lib", "v1.0.0")
        assert "make_private" not in keys(fixes_for([root], [], CORPORATE, DOWNLOAD))

    def test_go_accepts_the_setting_that_the_shell_makes(self, go: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
        root = cause(Code.PROXY_NOT_FOUND, "git.corp.example/team/lib", "v1.0.0")
        fix = by_key(fixes_for([root], [], None, None), "make_private")
        for wanted in (",git.corp.example/team/lib\n", ",git.corp.example/team/lib,git.corp.example/team/lib\n"):
            subprocess.run(["sh", "-c", fix.commands[0]], check=True)
            out = subprocess.run([go, "env", "GOPRIVATE"], capture_output=True, text=True, check=True).stdout
            assert out == wanted

    def test_a_proxy_elsewhere_is_careful_and_never_instead_of_a_company_one(self) -> None:
        root = cause(Code.NET_CONNECT_TIMEOUT, "github.com/a/b", "v1.0.0", "proxy.golang.org")
        assert by_key(fixes_for([root], [], PUBLIC, DOWNLOAD), "use_goproxy_cn").level is Level.CAREFUL
        assert "use_goproxy_cn" not in keys(fixes_for([root], [], CORPORATE, DOWNLOAD))

    def test_every_fix_that_sends_names_to_somebody_new_is_careful(self) -> None:
        for code in Code:
            for fix in example_fixes(code):
                asks_it_already = fix.key in ("move_on_public", "pin_name")  # the latter names no module to anybody
                if ("proxy.golang.org" in plain_words(fix) or "goproxy.cn" in plain_words(fix)) and not asks_it_already:
                    assert fix.level is Level.CAREFUL, fix


class TestOtherClients:
    """git, npm, pip and curl know no GOPROXY and no go.mod."""

    @pytest.mark.parametrize("command", [["npm", "ci"], ["/usr/bin/git", "clone", "x"], ["pip", "install", "x"]])
    @pytest.mark.parametrize("code", [code for code in Code if code.layer in ("dns", "net", "tls", "proxy", "auth")])
    def test_they_are_told_nothing_of_go(self, code: Code, command: list[str]) -> None:
        for fix in fixes_for([cause(code, "left-pad", "1.0.0", "registry.example.com")], [], PUBLIC, command):
            told = [line for line in fix.commands if not line.startswith("gomend dns check ")]  # names are all clients'
            assert not [line for line in told if line.startswith(("go ", "gomend ", "GO", "export GO"))]

    def test_they_are_known_by_their_words_when_the_command_is_not_known(self) -> None:
        root = cause(Code.UNKNOWN, text="curl: (35) something new")
        assert keys(fixes_for([root], [], None, None)) == ["report_line"]


class TestOrder:
    def test_the_first_root_speaks_first_and_nothing_is_said_twice(self) -> None:
        roots = [cause(Code.DNS_TIMEOUT, host="a.example"), cause(Code.DNS_TIMEOUT, host="b.example")]
        fixes = fixes_for(roots, [cause(Code.MODULE_RETRACTED, "example.com/m", "v1.0.0")], PUBLIC, DOWNLOAD)
        assert keys(fixes) == ["look_up_name", "run_again", "change_resolver", "look_up_name", "leave_retracted"]

    def test_missing_sums_of_several_modules_are_added_at_once(self) -> None:
        roots = [cause(Code.CHECKSUM_MISSING, name) for name in ("example.com/a", "example.com/b;id", "example.com/c")]
        fixes = fixes_for(roots, [], PUBLIC, DOWNLOAD)
        assert [(fix.key, fix.commands) for fix in fixes] == [
            ("add_sum", ("go mod download example.com/a example.com/c",)),
            ("tidy", ("go mod tidy",)),
        ]

    @pytest.mark.parametrize(
        ("host", "looked_up"), [("127.0.0.1:9", False), ("[::1]:9", False), ("down.example", True)]
    )
    def test_only_a_name_is_looked_up(self, host: str, looked_up: bool) -> None:
        fixes = fixes_for([cause(Code.NET_CONNECT_REFUSED, host=host)], [], None, None)
        assert ("look_up_name" in keys(fixes)) is looked_up

    def test_there_are_never_more_than_can_be_read(self) -> None:
        roots = [cause(Code.CHECKSUM_CACHE_CORRUPT, f"example.com/m{n}", "v1.0.0") for n in range(50)]
        assert len(fixes_for(roots, [], PUBLIC, DOWNLOAD)) == MOST

    def test_a_mismatch_is_never_run_again(self) -> None:
        for code in (Code.CHECKSUM_GOSUM_MISMATCH, Code.CHECKSUM_SUMDB_MISMATCH, Code.CHECKSUM_SUMDB_UNTRUSTED):
            assert not {"run_again", "run_again_later"} & {remedy.key for remedy in remedies_for(code)}

    def test_a_mismatch_begins_with_a_fetch_into_an_empty_folder(self) -> None:
        root = cause(Code.CHECKSUM_GOSUM_MISMATCH, "example.com/m", "v1.0.0")
        assert keys(fixes_for([root], [], PUBLIC, DOWNLOAD))[0] == "fresh_fetch"


class TestLookingAtACertificate:
    @pytest.mark.parametrize(
        ("host", "url", "begins"),
        [
            ("proxy.example", "", "openssl s_client -connect proxy.example:443 -servername proxy.example "),
            ("proxy.example:8443", "", "openssl s_client -connect proxy.example:8443 -servername proxy.example "),
            ("192.0.2.7", "https://192.0.2.7:8443/x", "openssl s_client -connect 192.0.2.7:8443 <"),
            ("proxy.example", "https://else.example:8443/x", "openssl s_client -connect proxy.example:443 "),
            ("[::1]:8443", "", "openssl s_client -connect '[::1]:8443' <"),
        ],
    )
    def test_the_port_is_that_of_the_failed_address(self, host: str, url: str, begins: str) -> None:
        fixes = fixes_for([cause(Code.TLS_EXPIRED, host=host, url=url)], [], None, None)
        assert by_key(fixes, "see_certificate").commands[0].startswith(begins)

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command here")
    def test_it_shows_issuer_names_and_dates(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA(organization_name="gateway").issue_cert("localhost", "127.0.0.1").configure_cert(context)
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve() -> None:
                connection, _ = listening.accept()
                with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(1)

            server = threading.Thread(target=serve)
            server.start()
            root = cause(Code.TLS_UNKNOWN_AUTHORITY, host=f"127.0.0.1:{listening.getsockname()[1]}")
            command = by_key(fixes_for([root], [], None, None), "see_certificate").commands[0]
            shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
            server.join()
        for word in ("issuer=", "gateway", "notAfter=", "DNS:localhost"):
            assert word in shown


class TestTheCommandsWork:
    """The commands for one version, run by a real shell with a real go against a damaged cache."""

    MODULE, VERSION = "example.com/Upper/m", "v1.0.0"

    @pytest.fixture
    def proxy(self, go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A file:// proxy with one module, and an application that uses it."""
        files = tmp_path / "proxy" / "example.com/!upper/m/@v"
        files.mkdir(parents=True)
        gomod = f"module {self.MODULE}\n\ngo 1.21\n"
        (files / "v1.0.0.info").write_text('{"Version":"v1.0.0","Time":"2026-01-01T00:00:00Z"}')
        (files / "v1.0.0.mod").write_text(gomod)
        (files / "list").write_text("v1.0.0\n")
        with ZipFile(files / "v1.0.0.zip", "w") as archive:
            archive.writestr(f"{self.MODULE}@v1.0.0/go.mod", gomod)
            archive.writestr(f"{self.MODULE}@v1.0.0/m.go", "package m\n")
        application = tmp_path / "application"
        application.mkdir()
        (application / "go.mod").write_text(f"module example.com/a\n\ngo 1.21\n\nrequire {self.MODULE} v1.0.0\n")
        (application / "a.go").write_text(f'package a\n\nimport _ "{self.MODULE}"\n')
        monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
        monkeypatch.setenv("GOFLAGS", "")
        monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.chdir(application)
        return tmp_path

    def sh(self, *commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-ec", "\n".join(commands)], capture_output=True, text=True, check=False)

    def make_deletable(self, folder: Path) -> None:
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)

    @pytest.mark.parametrize("cache_is_known", [True, False])
    def test_one_damaged_version_is_removed_and_fetched_again(
        self, proxy: Path, cache_is_known: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = proxy / "cache with blanks"
        monkeypatch.setenv("GOMODCACHE", str(cache))
        assert self.sh(f"go mod download {self.MODULE}", "go mod verify").returncode == 0
        source = cache / "example.com/!upper/m@v1.0.0/m.go"
        source.chmod(0o644)
        source.write_text("package tampered\n")
        other = cache / "example.com/!upper/m@v1.0.01"
        other.mkdir()
        damaged = self.sh("go mod verify")
        assert damaged.returncode == 1
        assert "dir has been modified" in damaged.stderr
        settings = {**PUBLIC, "GOMODCACHE": str(cache)} if cache_is_known else None
        root = cause(Code.CHECKSUM_CACHE_CORRUPT, self.MODULE, self.VERSION)
        fix = by_key(fixes_for([root], [], settings, None), "remove_version")
        mended = self.sh(*fix.commands, "go mod verify")
        assert (mended.returncode, mended.stdout) == (0, "all modules verified\n"), mended.stderr
        assert source.read_text() == "package m\n"
        assert other.exists()
        self.make_deletable(cache)

    def test_it_also_works_when_nothing_was_unpacked(self, proxy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOMODCACHE", str(proxy / "cache"))
        root = cause(Code.CHECKSUM_CACHE_CORRUPT, self.MODULE, self.VERSION)
        fix = by_key(fixes_for([root], [], None, None), "remove_version")
        assert self.sh(*fix.commands).returncode == 0
        self.make_deletable(proxy / "cache")

    def test_a_fresh_fetch_gives_the_sums_and_touches_nothing(
        self, proxy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOMODCACHE", str(proxy / "cache"))
        before = sorted(Path().iterdir())
        root = cause(Code.CHECKSUM_GOSUM_MISMATCH, self.MODULE, self.VERSION)
        run = self.sh(*by_key(fixes_for([root], [], None, None), "fresh_fetch").commands)
        told = json.loads(run.stdout)
        assert told["Sum"].startswith("h1:")
        assert told["GoModSum"].startswith("h1:")
        assert sorted(Path().iterdir()) == before
        assert not (proxy / "cache").exists()
