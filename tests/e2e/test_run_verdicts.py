"""A real go under gomend: what is said after it, and when nothing is."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
from tests.gocmd.terminal import GOMEND, Terminal

from gomend.report.schema import schema

MODULE, VERSION = "example.com/dep", "v1.0.0"


@pytest.fixture
def refusing() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A module that requires another one, and a folder proxy that has it."""
    served = tmp_path / "proxy" / MODULE / "@v"
    served.mkdir(parents=True)
    (served / "list").write_text(f"{VERSION}\n")
    (served / f"{VERSION}.info").write_text(json.dumps({"Version": VERSION}))
    (served / f"{VERSION}.mod").write_text(f"module {MODULE}\n")
    with zipfile.ZipFile(served / f"{VERSION}.zip", "w") as archive:
        archive.writestr(f"{MODULE}@{VERSION}/go.mod", f"module {MODULE}\n")
        archive.writestr(f"{MODULE}@{VERSION}/dep.go", "package dep\n\nconst Answer = 42\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "go.mod").write_text(f"module example.com/app\n\ngo 1.21\n\nrequire {MODULE} {VERSION}\n")
    (folder / "go.sum").write_text("")
    (folder / "main.go").write_text(f'package main\n\nimport "{MODULE}"\n\nfunc main() {{ println(dep.Answer) }}\n')
    return folder


def gomend(project: Path, *words: str, proxy: str, **variables: str) -> subprocess.CompletedProcess:
    environment = {
        **os.environ,
        "GOPROXY": proxy,
        "GOMEND_RELAY": "off",
        "GOMODCACHE": str(project.parent / "cache"),
        "GOFLAGS": "-modcacherw -mod=mod",
        **variables,
    }
    return subprocess.run(
        [*GOMEND, *words], cwd=project, env=environment, capture_output=True, check=False, timeout=120
    )


def folder_proxy(project: Path) -> str:
    return f"file://{project.parent / 'proxy'}"


def said(ran: subprocess.CompletedProcess) -> str:
    """gomend's own words: what stands after go's; go.sum's mismatch has blank lines of its own."""
    return "" if "\n\n" not in ran.stderr.decode() else ran.stderr.decode().rpartition("\n\n")[2]


def test_a_run_that_goes_well_says_nothing(project: Path):
    ran = gomend(project, "go", "mod", "download", proxy=folder_proxy(project))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_progress_alone_is_left_as_it_is(project: Path):
    ran = gomend(project, "go", "build", "-o", os.devnull, proxy=folder_proxy(project))
    assert (ran.returncode, ran.stderr) == (0, f"go: downloading {MODULE} {VERSION}\n".encode())


@pytest.mark.parametrize(("lang", "first"), [("en", "✗ go mod download failed: "), ("zh", "✗ go mod download 失败：")])
def test_a_refused_connection_is_named_last_and_briefly(project: Path, refusing: str, lang: str, first: str):
    ran = gomend(project, "go", "mod", "download", proxy=refusing, LANG=f"{lang}_XX.UTF-8")
    assert (ran.returncode, ran.stdout) == (1, b"")
    lines = said(ran).splitlines()
    assert lines[0].startswith(first)
    assert "net.connect_refused" in lines[1]
    assert f"{MODULE}@{VERSION}" in lines[1]
    assert len(lines) <= 20


def _missing(project: Path) -> None:
    (project.parent / "proxy" / MODULE / "@v" / f"{VERSION}.zip").unlink()
    (project.parent / "proxy" / MODULE / "@v" / f"{VERSION}.info").unlink()


def _corrupted_sum(project: Path) -> None:
    wrong = "h1:" + "A" * 43 + "="
    (project / "go.sum").write_text(f"{MODULE} {VERSION} {wrong}\n{MODULE} {VERSION}/go.mod {wrong}\n")


@pytest.mark.parametrize(
    ("fault", "code"),
    [(_missing, "proxy.not_found"), (_corrupted_sum, "checksum.gosum_mismatch")],
)
def test_other_faults_are_named_too(project: Path, fault, code: str):
    fault(project)
    ran = gomend(project, "go", "mod", "download", proxy=folder_proxy(project))
    assert ran.returncode == 1
    assert code in next(line for line in said(ran).splitlines() if line.startswith("  cause"))


class _LoginPage(BaseHTTPRequestHandler):
    """A network's login page: it answers in any server's place."""

    def do_GET(self) -> None:
        page = b"<html><head><title>Guest Wi-Fi</title></head><body>Please sign in.</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Nothing is to be heard of it."""


@pytest.mark.parametrize(("lang", "words"), [("en", "200 with a web page"), ("zh", "却是网页")])
def test_a_login_page_in_a_modules_place_is_no_wrong_hash(project: Path, lang: str, words: str):
    _corrupted_sum(project)
    with ThreadingHTTPServer(("127.0.0.1", 0), _LoginPage) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        ran = gomend(
            project,
            "go",
            "mod",
            "download",
            proxy=f"http://127.0.0.1:{server.server_port}",
            GOMEND_RELAY="on",
            LANG=f"{lang}_XX.UTF-8",
        )
        server.shutdown()
        serving.join()
    assert ran.returncode == 1
    assert b"checksum mismatch" in ran.stderr
    lines = said(ran).splitlines()
    assert "proxy.bad_response" in lines[1] or "proxy.bad_response" in lines[2]
    assert words in said(ran)
    assert b"Traceback" not in ran.stderr


def test_go_off_names_what_switched_it_off(project: Path):
    assert "proxy.off" in said(gomend(project, "go", "mod", "download", proxy="off")).splitlines()[1]


def test_the_report_is_a_document_of_its_schema(project: Path, refusing: str, tmp_path: Path):
    report = tmp_path / "report.json"
    words = ("--format", "json", "--output", str(report), "go", "mod", "download")
    ran = gomend(project, *words, proxy=refusing)
    document = json.loads(report.read_text())
    jsonschema.validate(document, schema("report"))
    assert (document["exit"], document["command"]) == (1, ["go", "mod", "download"])
    assert document["verdict"]["roots"][0]["code"] == "net.connect_refused"
    assert b"net.connect_refused" in ran.stderr
    ran = gomend(project, *words, proxy=folder_proxy(project))
    assert (ran.returncode, ran.stderr, json.loads(report.read_text())["verdict"]["outcome"]) == (0, b"", "ok")


@pytest.mark.parametrize("form", ["json", "ndjson", "markdown", "sarif", "junit", "html"])
def test_a_form_for_machines_needs_an_output_file_before_anything_runs(project: Path, form: str):
    ran = gomend(project, "--format", form, "run", "--", "touch", "ran", proxy="off")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"--output" in ran.stderr
    assert not (project / "ran").exists()
    assert gomend(project, "--format", form, "go", "version", proxy="off", GOMEND_OUTPUT="out").returncode == 0
    assert (project / "out").exists()


def test_a_report_that_cannot_be_written_does_not_change_the_status(project: Path):
    ran = gomend(project, "--format", "json", "--output", "no/such/folder", "go", "version", proxy="off")
    assert (ran.returncode, ran.stderr.count(b"\n")) == (0, 1)


def test_github_actions_get_annotations_and_a_summary_by_themselves(project: Path, refusing: str, tmp_path: Path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    ran = gomend(project, "go", "mod", "download", proxy=refusing, **variables)
    annotation = next(line for line in ran.stderr.decode().splitlines() if line.startswith("::"))
    assert annotation.startswith("::error ")
    assert "title=net.connect_refused::" in annotation
    assert "✗ go mod download failed" in ran.stderr.decode()
    assert summary.read_text().startswith("before\n")
    assert "net.connect_refused" in summary.read_text()
    off = gomend(project, "go", "mod", "download", proxy=refusing, **{**variables, "GITHUB_ACTIONS": "false"})
    assert b"::error" not in off.stderr


def test_the_form_github_is_annotations_alone(project: Path, refusing: str):
    ran = gomend(project, "--format", "github", "go", "mod", "download", proxy=refusing)
    assert said(ran) == ""
    assert [line[:8] for line in ran.stderr.splitlines()][1:] == [b"::error "]


@pytest.mark.parametrize("words", [["-q"], ["--quiet"]])
def test_quiet_says_nothing(project: Path, refusing: str, words: list[str]):
    ran = gomend(project, *words, "go", "mod", "download", proxy=refusing)
    assert (ran.returncode, said(ran), ran.stderr.count(b"\n")) == (1, "", 1)


def test_a_failing_test_or_program_gets_no_lecture(project: Path):
    (project / "main_test.go").write_text(
        'package main\n\nimport "testing"\n\nfunc TestIt(t *testing.T) { t.Fatal("no") }\n'
    )
    (project / "main.go").write_text(
        'package main\n\nimport "os"\n\nfunc main() { println("my own words"); os.Exit(3) }\n'
    )
    proxy = folder_proxy(project)
    tested = gomend(project, "go", "test", "./...", proxy=proxy, GOFLAGS="")
    ran = gomend(project, "go", "run", ".", proxy=proxy, GOFLAGS="")
    vetted = gomend(project, "run", "--", "sh", "-c", "echo something else is wrong >&2; exit 4", proxy=proxy)
    assert (tested.returncode, tested.stderr, tested.stdout[-5:]) == (1, b"", b"FAIL\n")
    assert (ran.returncode, ran.stderr) == (1, b"my own words\nexit status 3\n")
    assert (vetted.returncode, vetted.stderr) == (4, b"something else is wrong\n")


def test_a_compile_error_is_the_compilers_to_tell(project: Path):
    (project / "main.go").write_text("package main\n\nfunc main() { undefined() }\n")
    ran = gomend(project, "go", "build", "-o", os.devnull, proxy=folder_proxy(project), GOFLAGS="")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == b"./main.go:3:15: undefined: undefined"


def test_what_a_script_says_on_either_stream_is_read(project: Path, refusing: str):
    for redirect in ("", "2>&1"):
        ran = gomend(project, "run", "--", "sh", "-c", f"go mod download {redirect}; exit 7", proxy=refusing)
        assert (ran.returncode, b"net.connect_refused" in ran.stderr) == (7, True)


def test_the_folder_of_minus_c_counts(project: Path, refusing: str):
    ran = gomend(project.parent, "go", "-C", "project", "mod", "download", proxy=refusing)
    assert "net.connect_refused" in said(ran)


def test_an_interrupted_run_gets_no_verdict(project: Path):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        environment = {**os.environ, "GOPROXY": address, "GOFLAGS": "-modcacherw", "GOMEND_RELAY": "off"}
        command = ["env", "-C", str(project), *GOMEND, "go", "mod", "download"]
        with Terminal(command, env=environment) as terminal:
            asked, _ = mute.accept()
            with asked:
                terminal.send("\x03")
                assert b"gomend" not in terminal.rest()
            assert terminal.process.returncode != 0


@pytest.mark.parametrize(
    ("words", "variables", "colored"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_colour_on_a_terminal(project: Path, words: list[str], variables: dict[str, str], colored: bool):
    environment = {**os.environ, "GOPROXY": "off", "TERM": "xterm", "GOFLAGS": "-modcacherw", **variables}
    with Terminal(["env", "-C", str(project), *GOMEND, *words, "go", "mod", "download"], env=environment) as terminal:
        shown = terminal.rest()
        assert (b"\x1b[31" in shown, b"proxy.off" in shown) == (colored, True)


def test_secrets_are_masked_in_all_that_gomend_writes(project: Path, tmp_path: Path):
    secret = hashlib.sha256(b"secret").hexdigest()[:20]
    report = tmp_path / "report.json"
    state = tmp_path / "state"
    proxy = f"http://me:{secret}@127.0.0.1:1"
    ran = gomend(
        project, "-v", "--format", "json", "--output", str(report), "go", "mod", "download",
        proxy=proxy, XDG_STATE_HOME=str(state),
    )  # fmt: skip
    records = [path.read_text() for path in (state / "gomend" / "runs").iterdir()]
    assert len(records) == 1
    assert not [words for words in (said(ran), report.read_text(), *records) if secret in words]


@pytest.mark.parametrize(("words", "said_so"), [("go: downloading", True), ("line", False)])
def test_much_output_is_read_where_go_has_spoken_in_it(project: Path, words: str, said_so: bool):
    script = (
        f"import sys\nfor n in range(60_000): print('{words} example.com/m', f'v1.{{n}}.0', file=sys.stderr)\n"
        "print('# get https://proxy.corp.example/a.example/b/@v/list: 404 Not Found (0.1s)'"
        f"[: {200 if said_so else 0}], file=sys.stderr)"
    )
    ran = gomend(project, "run", "--", sys.executable, "-I", "-c", script, proxy="off")
    assert ran.returncode == 0
    assert (b"60001 lines" in ran.stderr.rpartition(b"\n\xe2\x9c\x93")[2]) is said_so
