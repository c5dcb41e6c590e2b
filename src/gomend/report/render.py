"""One document, many forms."""

from gomend.report.clean import cleaned
from gomend.report.layout import Screen
from gomend.report.model import CodeList, CodePage, Document, Explanation, InputError, RunReport, SettingList

FORMATS = ("text",)


def render(
    document: Document,
    form: str = "text",
    *,
    lang: str = "en",
    color: bool = False,
    width: int = 80,
    unicode: bool = True,
) -> str:
    """The document in a form of FORMATS, its strings freed of control characters and secrets.

    `color`, `width` (columns) and `unicode` (typographic signs may be used) concern text alone. Raises ValueError for
    a form that is not known, or that this kind of document does not take.
    """
    document = cleaned(document)
    if form == "text":
        return _text(document, lang, Screen(width=width, color=color, unicode=unicode))
    raise ValueError(form)


def _text(document: Document, lang: str, screen: Screen) -> str:
    from gomend.report import listing, text  # noqa: PLC0415

    match document:
        case Explanation() | RunReport():
            return text.verdict_screen(document, lang, screen)
        case InputError():
            return text.error_screen(document, lang, screen)
        case CodePage():
            return listing.page_screen(document, lang, screen)
        case CodeList():
            return listing.codes_screen(document, lang, screen)
        case SettingList():
            return listing.settings_screen(document, lang, screen)
