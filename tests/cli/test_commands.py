"""gomend's own commands, as they are called: what they print, where, and how they end."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.cli.every import EVERY_COMMAND
from tests.gocmd.terminal import GOMEND, Terminal

from gomend.causes import Code
from gomend.cli.group import COMMANDS
from gomend.report.model import DOCUMENTS
from gomend.report.schema import schema
from gomend.settings.schema import OPTIONS

FAILED = (
    b'go: rsc.io/quote@v1.5.2: Get "https://p.example/x": dial tcp: lookup p.example on 192.0.2.1:53: no such host\n'
)


def call(*words: str, **options) -> subprocess.CompletedProcess:
    variables = options.pop("variables", {})
    environment = {**os.environ, **variables}
    return subprocess.run([*GOMEND, *words], env=environment, capture_output=True, check=False, **options)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in EVERY_COMMAND if name != "go"])
def test_help_of_every_command_has_an_example(name: str, lang: str):
    ran = call("--lang", lang, *name.split(), "--help")
    assert (ran.returncode, ran.stderr) == (0, b"")
    shown = ran.stdout.decode()
    assert f"gomend {name}" in shown.split({"en": "Example:", "zh": "示例:"}[lang])[1]
    assert ("显示本帮助" in shown) == (lang == "zh")
    for option in ("--format", "--output", "--lang", "--color", "--quiet", "--verbose", "--no-record", "--help"):
        assert option in shown


def test_the_first_help_names_every_command():
    ran = call("--help")
    assert ran.returncode == 0
    assert all(f"  {name} " in ran.stdout.decode() for name in COMMANDS)


def test_words_after_go_are_gos_own(go: Path):
    plain = subprocess.run([go, "help", "mod"], capture_output=True, check=False)
    assert call("go", "help", "mod").stdout == plain.stdout
    wrapped, alone = (
        call("--color", "never", "go", "--help"),
        subprocess.run([go, "--help"], capture_output=True, check=False),
    )
    assert (wrapped.returncode, wrapped.stderr) == (alone.returncode, alone.stderr)


def test_the_version():
    ran = call("--version")
    assert (ran.returncode, ran.stdout.split()[0]) == (0, b"gomend")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explian"], "explain"),
        (["codes", "--formt", "json"], "--format"),
        (["explain", "proxy.not_fond"], "proxy.not_found"),
        (["schema", "explanatoin"], "explanation"),
    ],
)
def test_a_typo_gets_the_nearest_word_and_2(words: list[str], said: str):
    ran = call(*words)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert f"Did you mean {said}?" in ran.stderr.decode()
    assert f"您是不是想用 {said}？" in call("--lang", "zh", *words).stderr.decode()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["explain", "--format", "xml"],
        ["explain", "--format"],
        ["completion"],
        ["completion", "tcsh"],
        ["run"],
        ["explain", "no/such/file"],
        ["codes", "--format", "sarif"],
        ["explain", "--format", "html", "a", "b"],
    ],
)
def test_wrong_use_ends_with_2_and_says_so_on_standard_error(words: list[str]):
    ran = call(*words, stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stdout, bool(ran.stderr)) == (2, b"", True)
    assert b"Traceback" not in ran.stderr


def test_a_log_gets_a_verdict_and_its_exit_status(tmp_path: Path):
    failed, fine, cut = tmp_path / "failed.log", tmp_path / "fine.log", tmp_path / "cut.log"
    failed.write_bytes(b"$ go mod download\n" + FAILED)
    fine.write_bytes(b"")
    for files, status in (([failed], 1), ([fine, failed], 1)):
        assert call("explain", *map(str, files)).returncode == status
    ran = call("explain", "--format", "json", str(failed), "-", input=FAILED)
    documents = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(one["input"], one["outcome"], one["roots"][0]["code"]) for one in documents] == [
        (str(failed), "failed", "dns.nxdomain"),
        ("-", "failed", "dns.nxdomain"),
    ]
    assert not cut.exists()


def test_options_stand_before_or_after_the_command(tmp_path: Path):
    log = tmp_path / "log"
    log.write_bytes(FAILED)
    before = call("--format", "json", "explain", str(log))
    after = call("explain", str(log), "--format", "json")
    right = call("--format", "text", "explain", "--format", "json", str(log))
    assert before.stdout == after.stdout == right.stdout
    assert json.loads(before.stdout)["schema"] == "gomend.explanation/1"


def test_output_goes_to_a_file_at_once_or_not_at_all(tmp_path: Path):
    target = tmp_path / "out.json"
    target.write_text("old")
    ran = call("codes", "--format", "json", "--output", str(target))
    assert (ran.returncode, ran.stdout) == (0, b"")
    assert [one["code"] for one in json.loads(target.read_text())["codes"]] == [code.value for code in Code]
    assert call("codes", "--output", str(tmp_path / "none" / "x")).returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_codes_page_is_shown_offline_in_the_users_language(lang: str):
    ran = call("explain", "tls.expired", variables={"LANG": f"{lang}.UTF-8"})
    assert ran.returncode == 0
    assert ran.stdout.startswith(b"tls.expired")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in ran.stdout.decode()) == (lang == "zh")


def test_a_file_goes_before_a_code_of_the_same_name(tmp_path: Path):
    (tmp_path / "tls.expired").write_bytes(FAILED)
    assert b"dns.nxdomain" in call("explain", "tls.expired", cwd=tmp_path).stdout


def test_schemas_are_those_of_the_documents():
    assert json.loads(call("schema").stdout) == json.loads(json.dumps({name: schema(name) for name in DOCUMENTS}))
    assert json.loads(call("schema", "gomend.report/1").stdout) == json.loads(json.dumps(schema("report")))


def test_settings_show_value_and_origin():
    ran = call("settings", "--format", "json", variables={"GOMEND_LANG": "zh", "GOMEND_LNAG": "zh"})
    rows = {one["name"]: one for one in json.loads(ran.stdout)["settings"]}
    assert list(rows) == list(OPTIONS)
    assert rows["lang"] == {"name": "lang", "value": "zh", "origin": "environment", "place": "GOMEND_LANG"}
    assert rows["format"] == {"name": "format", "value": "json", "origin": "flag", "place": "--format"}
    assert "GOMEND_LANG" in ran.stderr.decode().partition("GOMEND_LNAG")[2]


def test_a_hostile_project_file_is_refused(tmp_path: Path):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text('go = "./evil"\n')
    evil = tmp_path / "evil"
    evil.write_text("#!/bin/sh\ntouch been-here\n")
    evil.chmod(0o755)
    assert call("settings", cwd=tmp_path).returncode == 2
    ran = call("go", "version", cwd=tmp_path)
    assert (ran.returncode, ran.stdout[:10]) == (0, b"go version")
    assert b".gomend.toml" in ran.stderr
    assert not (tmp_path / "been-here").exists()


def test_code_in_the_current_folder_is_never_run(tmp_path: Path):
    for name in ("select", "click", "json", "signal", "gomend"):
        (tmp_path / f"{name}.py").write_text("open('been-here', 'w')\n")
    assert call("go", "version", cwd=tmp_path).returncode == 0
    assert call("codes", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "been-here").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts_call_gomend_back(shell: str):
    ran = call("completion", shell)
    assert ran.returncode == 0
    assert b"_GOMEND_COMPLETE" in ran.stdout


def test_bash_completes_commands_and_codes(tmp_path: Path):
    script = tmp_path / "gomend.bash"
    script.write_bytes(call("completion", "bash").stdout)
    shim = tmp_path / "gomend"
    shim.write_text(f'#!/bin/sh\nexec {" ".join(GOMEND)} "$@"\n')
    shim.chmod(0o755)
    (tmp_path / "tls.log").write_text("")
    environment = {**os.environ, "PS1": "$ ", "TERM": "dumb", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=environment) as shell:
        shell.send(f"cd {tmp_path}; source {script}; echo sourced\n")
        shell.until(r"\nsourced")
        for typed, completed in (("expl", "explain"), ("explain tls.exp", "tls.expired"), ("explain tls.l", "tls.log")):
            shell.send(f"gomend {typed}\t")
            shell.until(completed)
            shell.send("\x15")
        shell.send("exit\n")
        shell.rest()


def test_a_reader_that_leaves_is_no_trouble():
    script = f"{' '.join(GOMEND)} codes | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"0\n", b"")


@pytest.mark.parametrize(("fail_on", "status"), [((), 0), (("--fail-on", "warning"), 1), (("--fail-on", "fatal"), 0)])
def test_a_warning_fails_where_that_is_asked_for(tmp_path: Path, fail_on: tuple[str, ...], status: int) -> None:
    log = tmp_path / "build.log"
    log.write_text("go: warning: example.com/m@v1.0.0: retracted by module author\ngo: added example.com/m v1.0.0\n")
    assert call("explain", *fail_on, str(log)).returncode == status
