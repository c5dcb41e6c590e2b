"""The manual names every command, option, setting, exit status and document; a missing one fails here."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.every import EVERY_COMMAND

from gomend.cli import exits
from gomend.cli.command import Group
from gomend.cli.group import COMMANDS, build
from gomend.report.model import DOCUMENTS
from gomend.settings.schema import OPTIONS, Origin

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"

OPTION = re.compile(r"(?<!\S)--?[a-zA-Z][a-z0-9-]*")


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def rows(words: str) -> dict[str, list[str]]:
    """The tables' rows by what stands in backticks in their first cell."""
    found = {}
    for line in words.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for name in re.findall(r"`([^`]+)`", cells[0]) if cells else []:
            found[name] = cells
    return found


def headings(words: str) -> set[str]:
    """The commands that sections tell of, as words; what stands for arguments is in capitals or brackets."""
    return set(re.findall(r"^### `gomend ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*(?![a-z|-]))*)", words, re.MULTILINE))


def test_every_command_has_its_section_and_no_other_has() -> None:
    assert headings(page("command-line")) == {
        words for words, command in EVERY_COMMAND.items() if not isinstance(command, Group)
    }


def options_of(command: click.Command) -> set[str]:
    return {name for one in command.params if isinstance(one, click.Option) for name in one.opts} | {"--help"}


@pytest.mark.parametrize("name", ["gomend", *EVERY_COMMAND])
def test_every_option_stands_in_the_table(name: str) -> None:
    command = build() if name == "gomend" else EVERY_COMMAND[name]
    known = {word for names in rows(page("command-line")) for word in OPTION.findall(names)}
    assert options_of(command) <= known


def test_no_option_in_the_table_is_none() -> None:
    table = page("command-line").partition("## Options")[2].partition("## Exit status")[0]
    commands = [build(), *EVERY_COMMAND.values()]
    named = {word for names in rows(table) for word in OPTION.findall(names)}
    assert named == set().union(*map(options_of, commands))


def test_every_exit_status_is_told() -> None:
    table = page("command-line").partition("## Exit status")[2]
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert told == {value for name, value in vars(exits).items() if name.isupper()}


def test_every_setting_is_told_with_default_variable_choices_and_what_a_project_may_do() -> None:
    table = rows(page("settings").partition("## Options")[2].partition("## Why")[0])
    assert set(table) == set(OPTIONS)
    allowed = {"set": "may be set", "lower": "may only be lowered", "nothing": "refused"}
    for option in OPTIONS.values():
        _, default, variable, takes, in_project = table[option.name]
        assert variable == f"`{option.variable}`"
        assert in_project == allowed[option.project.value], option.name
        if option.choices:
            assert re.findall(r"`([^`]+)`", takes) == list(option.choices)
        if isinstance(option.default, bool):
            assert (default, takes) == ("on" if option.default else "off", "a switch")
        elif isinstance(option.default, int):
            assert (default, takes) == (str(option.default), f"{option.least} to {option.most}")
        elif option.default:
            assert default == f"`{option.default}`"


def test_every_variable_that_the_code_reads_is_told() -> None:
    root = REFERENCE.parent.parent
    sources = [root / "gomend", *root.glob("src/gomend/**/*.py")]
    read = {name for path in sources for name in re.findall(r"\bGOMEND_[A-Z]+", path.read_text(encoding="utf-8"))}
    assert {f"`{name}`" for name in read} <= set(re.findall(r"`GOMEND_[A-Z]+`", page("settings")))


def test_every_document_and_every_key_is_told() -> None:
    words = page("documents")
    for kind, document in DOCUMENTS.items():
        assert f"`gomend.{kind}/1`" in words
        for key in document.__struct_encode_fields__:
            assert f"`{key}`" in words, (kind, key)
    for origin in Origin:
        assert f"`{origin}`" in words


def test_every_link_in_the_manual_leads_somewhere() -> None:
    docs = REFERENCE.parent
    for path in [*docs.rglob("*.md"), docs.parent / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), (path, target)


def test_every_decision_stands_in_the_list() -> None:
    folder = REFERENCE.parent / "decisions"
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_decision_has_a_number_of_its_own_and_begins_with_it() -> None:
    paths = sorted((REFERENCE.parent / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for number, path in enumerate(paths, start=1):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name


def test_no_page_names_a_command_that_gomend_lacks() -> None:
    root = REFERENCE.parent.parent
    for path in [*root.glob("docs/**/*.md"), *root.glob("src/gomend/texts/*/*.toml"), root / "CONTRIBUTING.md"]:
        words = path.read_text(encoding="utf-8")
        fenced = "\n".join(re.findall(r"```\w*\n(.*?)```", words, re.DOTALL))
        in_text = re.findall(r"`gomend ([a-z]+)\b", words)
        in_blocks = re.findall(r"(?:^ *|\$ |run: |RUN )(?:\./)?gomend ([a-z]+)\b", fenced, re.MULTILINE)
        assert set(in_text + in_blocks) <= set(COMMANDS), path


def test_the_tutorial_shows_what_gomend_says_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tutorial = (REFERENCE.parent / "tutorial.md").read_text(encoding="utf-8")
    log = re.search(r"```text\n(.*?)```", tutorial, re.DOTALL)
    screen = re.search(r"\$ gomend explain build\.log\n(.*?)```", tutorial, re.DOTALL)
    assert log is not None
    assert screen is not None
    (tmp_path / "build.log").write_text(log[1])
    monkeypatch.chdir(tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "gomend", "explain", "build.log"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr, run.stdout) == (1, "", screen[1])
