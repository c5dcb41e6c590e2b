"""The HTML report of a hostile log in a real Chromium: nothing runs, nothing is fetched, everything can be read."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.report.examples import FAILED, run
from tests.report.hostile import report_of_attacks

from gomend.report import render

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("no Chromium: install it with `apt-get install chromium`")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Visit:
    """A page that was opened, with what it asked for and what it said."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: self.console.append(message.text))
        page.goto(file.as_uri(), wait_until="load")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    file.write_text(render(report_of_attacks(), "html"), encoding="utf-8")
    return file


def test_nothing_in_a_hostile_report_runs_or_is_fetched(browser: Browser, hostile: Path) -> None:
    page = browser.new_page()
    visit = Visit(page, hostile)
    assert page.title().startswith("gomend: ")
    assert visit.dialogs == []
    assert [urlsplit(url).scheme for url in visit.requests] == ["file"]
    assert visit.console == []
    assert page.locator("img, svg, iframe, a, form, link, object, embed").count() == 0
    assert page.locator("script:not([type='application/json'])").count() == 0
    assert "<script>document.title='owned'</script>" in page.inner_text("main")
    page.close()


def test_the_policy_stops_even_a_script_that_got_in(browser: Browser, hostile: Path) -> None:
    source = hostile.read_text(encoding="utf-8")
    hostile.write_text(
        source.replace(
            "</main>", "<script>document.title='owned'</script><img src='https://evil.example/p.png'></main>"
        ),
        encoding="utf-8",
    )
    page = browser.new_page()
    visit = Visit(page, hostile)
    assert page.title().startswith("gomend: ")
    assert any("Content Security Policy" in message for message in visit.console)
    page.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_is_read_without_script_in_light_and_dark_and_on_a_phone(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(run(FAILED, lang=lang), "html", lang=lang), encoding="utf-8")
    grounds = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(
            java_script_enabled=False, color_scheme=scheme, viewport={"width": 390, "height": 800}
        )
        page = context.new_page()
        page.goto(file.as_uri())
        told = page.inner_text("main")
        for words in ("proxy.server_error", "502 Bad Gateway", "github.com/go-chi/chi/v5@v5.2.1", "GOPROXY="):
            assert words in told
        grounds[scheme] = page.screenshot()
        context.close()
    assert grounds["light"] != grounds["dark"]

    colours = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
        page.goto(file.as_uri())
        colours[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[lang]
        page.close()
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}


def test_paper_is_white_whatever_the_screen_is(browser: Browser, hostile: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(hostile.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_the_data_inside_the_page_is_the_document(browser: Browser, hostile: Path) -> None:
    page = browser.new_page()
    page.goto(hostile.as_uri())
    assert page.evaluate("JSON.parse(document.getElementById('document').textContent).schema") == "gomend.report/1"
    page.close()
