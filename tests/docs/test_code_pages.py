"""The pages of the cause codes say what gomend says."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from gomend.causes import Code
from gomend.texts import LANGUAGES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def render() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_render", DOCS / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date(render: ModuleType) -> None:
    stale = [
        str(path.relative_to(DOCS))
        for path, content in render.pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    assert stale == [], "run python docs/render.py"


def test_the_table_of_fixes_is_up_to_date_and_has_every_code_in_which_something_can_be_done(render: ModuleType) -> None:
    table = (DOCS / "reference" / "fixes.md").read_text(encoding="utf-8")
    assert table == render.fix_table(), "run python docs/render.py"
    for code in Code:
        assert (f"[{code}]" in table) == (code is not Code.PROGRESS_DOWNLOAD)


def test_there_is_no_page_of_a_code_that_is_none(render: ModuleType) -> None:
    assert set((DOCS / "codes").rglob("*.md")) == set(render.pages())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_page_with_every_part(render: ModuleType, code: Code, language: str) -> None:
    page = (render.folder(language) / f"{code}.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert parts == [render.LABELS[language][part] for part in ("see", "why", "check", "fixes", "not")]


def test_links_lead_to_pages(render: ModuleType) -> None:
    for path, content in render.pages().items():
        for target in re.findall(r"\]\(([^)#]+)\)", content):
            assert (path.parent / target).resolve().exists(), (path, target)
