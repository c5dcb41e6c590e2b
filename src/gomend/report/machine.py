"""JSON: one document a line."""

import msgspec

from gomend.report.model import CodeList, Document, SettingList

_encoder = msgspec.json.Encoder()


def json(document: Document) -> str:
    """The document as one line of JSON with its line end."""
    return _encoder.encode(document).decode() + "\n"


def ndjson(document: Document) -> str:
    """As `json`, but of a list every entry on a line of its own."""
    match document:
        case CodeList(codes=entries) | SettingList(settings=entries):
            return "".join(_encoder.encode(entry).decode() + "\n" for entry in entries)
    return json(document)
