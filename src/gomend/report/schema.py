"""JSON Schema (2020-12) of every document, for `gomend schema NAME`."""

from typing import Any

import msgspec

from gomend.modcache.faults import Kind, Notices
from gomend.report.model import DOCUMENTS


def schema(name: str) -> dict[str, Any]:
    """The schema of the document `gomend.<name>/1`. Raises KeyError for a name that is not in DOCUMENTS.

    Every key that is there today is required; further keys are allowed, since later versions may add them.
    """
    kind = DOCUMENTS[name]
    (found,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    root = definitions.pop(kind.__name__, found)
    root["properties"]["schema"] = {"const": f"gomend.{name}/1"}
    for path, values in _WORDS.items():
        owner, key = path
        place = root if owner == kind.__name__ else definitions.get(owner)
        if place is not None:
            place["properties"][key]["enum"] = list(values)
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"gomend.{name}/1",
        **{key: value for key, value in root.items() if key != "title"},
    }
    if definitions:
        document["$defs"] = definitions
    return document


_OUTCOMES = ("ok", "failed", "undetermined")
_LEVELS = ("safe", "careful", "manual")
_GO_ORIGINS = ("environment", "user_file", "goroot_file", "default")
_THEN = ("any", "not_found", "")

_WORDS = {
    ("Explanation", "outcome"): _OUTCOMES,
    ("VerdictPart", "outcome"): _OUTCOMES,
    ("DoctorReport", "outcome"): ("ok", "problems", "undetermined"),
    ("CheckLine", "status"): ("ok", "warning", "problem", "skipped"),
    ("Finding", "severity"): ("fatal", "warning"),
    ("Finding", "certainty"): ("certain", "likely", "unsure"),
    ("Cause", "certainty"): ("certain", "likely", "unsure"),
    ("Evidence", "source"): ("output", "exchange", "probe", "settings"),
    ("Fix", "level"): _LEVELS,
    ("PlanPart", "level"): _LEVELS,
    ("PlanPart", "act"): ("settings", "quarantine", "project", "pin", "run", "none"),
    ("FixList", "kind"): ("runs", "doctor"),
    ("PinLine", "state"): ("valid", "expired", "broken", "removed"),
    ("FlushedCache", "state"): ("emptied", "failed", "refused", "unseen"),
    ("Mended", "outcome"): ("mended", "not_mended", "not_seen"),
    ("MendEntry", "state"): ("applying", "applied", "undoing", "undone", "stuck"),
    ("ProxyList", "origin"): _GO_ORIGINS,
    ("Configured", "then"): _THEN,
    ("Known", "status"): ("open", "closed"),
    ("Known", "sumdb"): ("yes", "no", "unknown"),
    ("Source", "use"): ("proxy", "direct", "off", "skipped"),
    ("Source", "then"): _THEN,
    ("Checksums", "why"): ("asked", "always", "off", "private", "file_only"),
    ("CacheRepair", "outcome"): ("ok", "planned", "mended", "not_mended"),
    ("CacheSize", "age_by"): ("access", "download"),
    ("CacheClean", "age_by"): ("access", "download"),
    ("CacheClean", "outcome"): ("ok", "planned", "cleaned", "partly"),
    ("Deps", "outcome"): ("ok", "problems", "undetermined"),
    ("DependencyEntry", "role"): ("direct", "indirect", "graph"),
    ("DependencyEntry", "newest_told"): ("online", "cache", ""),
    ("DependencyEntry", "sums"): ("both", "gomod", "none", "unneeded", "replaced"),
    ("CacheCheck", "outcome"): ("ok", "problems", "undetermined"),
    ("StoreCheck", "outcome"): ("ok", "problems"),
    ("DamagedFile", "kind"): ("mismatch", "malformed", "unreadable"),
    ("StoreGc", "outcome"): ("ok", "planned", "cleaned", "partly"),
    ("CacheFault", "kind"): tuple(Kind),
    ("CacheFault", "severity"): ("fatal", "warning"),
    ("CacheFault", "notices"): tuple(Notices),
    ("Setting", "origin"): ("flag", "environment", "server", "project", "user", "default"),
}
