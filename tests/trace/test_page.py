"""The HTML page of a run in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.report.hostile import ATTACKS
from tests.report.test_browser import CHROMIUM, QUIET, Visit
from tests.trace.examples import exchange, failing, mock_up, trace

from gomend.report.model import cleaned
from gomend.report.trace_html import trace_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("no Chromium: install it with `apt-get install chromium`")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trace.html"
    path.write_text(trace_html(trace([*mock_up(), *failing()], exit_status=1, seconds=11), "en"), encoding="utf-8")
    return path


def shown(page: Page) -> list[str]:
    return [row.inner_text() for row in page.locator("tbody tr").all() if row.is_visible()]


def test_without_script_all_is_there_but_the_filter(browser: Browser, file: Path):
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert len(shown(page)) == 8
    assert not page.locator("#filter").is_visible()
    widths = [box.bounding_box()["width"] for box in page.locator("tbody rect").all()]
    assert min(widths) > 0
    page.close()


def test_the_filter_leaves_the_rows_that_hold_every_word(browser: Browser, file: Path):
    page = browser.new_page()
    visit = Visit(page, file)
    page.fill("#filter", "K8S .info")
    assert len(shown(page)) == 2
    assert page.locator("#count").inner_text() == "2 / 8"
    page.fill("#filter", "net.connect_timeout")
    (row,) = shown(page)
    assert "example.com/b" in row
    page.fill("#filter", "")
    assert len(shown(page)) == 8
    assert (visit.requests, visit.console) == ([file.as_uri()], [])
    page.close()


def test_a_bar_ends_where_its_time_does(browser: Browser, file: Path):
    page = browser.new_page()
    page.goto(file.as_uri())
    line = page.locator("tbody tr td.line svg").last.bounding_box()
    bar = page.locator("tbody tr").last.locator("rect").last.bounding_box()
    stop, end = trace([*mock_up(), *failing()]).requests[-1].end, 10.6
    assert (bar["x"] + bar["width"] - line["x"]) / line["width"] == pytest.approx(stop / end, abs=0.01)
    page.close()


def test_dark_mode_is_dark(browser: Browser, file: Path):
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(file.as_uri())
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 23, 27)"]


def test_hostile_words_do_nothing(browser: Browser, tmp_path: Path):
    evil = [
        exchange(f"https://p.example/{attack}", "other", at / 10, {"wait": 0.1}, fault=attack)
        for at, attack in enumerate(ATTACKS)
    ]
    path = tmp_path / "evil.html"
    path.write_text(trace_html(cleaned(trace(evil, command=list(ATTACKS))), "en"), encoding="utf-8")
    page = browser.new_page()
    visit = Visit(page, path)
    assert len(shown(page)) == len(ATTACKS)
    assert (visit.requests, visit.dialogs, visit.console) == ([path.as_uri()], [], [])
    page.close()
