"""Texts for people, in English and Chinese, from the TOML files beside this one.

A key is `file.table/entry`: `screens.verdict/next` lies in `<language>/screens.toml` under `[verdict]`, and
`codes.proxy.server_error/title` in `codes.toml` under `["proxy.server_error"]`. Only the file that a
key names is read, once. Both languages hold the same keys with the same `{placeholders}` (a test compares them).
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def table(language: str, file: str) -> dict[str, Any]:
    """All texts of one file, as its tables stand in it."""
    return tomllib.loads(files(__name__).joinpath(language, f"{file}.toml").read_text(encoding="utf-8"))


def text(language: str, key: str, /, **params: object) -> str:
    """The text for `key` in `language` ("en" or "zh"), its placeholders filled in.

    Raises KeyError for a key or a placeholder that is not there: a fault in gomend, never the user's.
    """
    file, _, path = key.partition(".")
    node: Any = table(language, file)
    for part in path.split("/"):
        node = node[part]
    if not isinstance(node, str):
        raise KeyError(key)
    return node.format_map(params) if params else node
