"""Names that no file system could hold side by side. Source: golang.org/x/mod/zip (collisionChecker)."""

from gomend.gomod.quoting import quote


class Collisions:
    """Watches names as they come; each counts with all folders above it."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, bool]] = {}

    def fault(self, path: str, *, is_folder: bool) -> str:
        """Go's words for what is wrong with `path` beside the names seen before; empty when nothing is."""
        while path:
            key = "".join(map(_folded, path))
            other, was_folder = self._seen.get(key, ("", False))
            if not other:
                self._seen[key] = (path, is_folder)
            elif other != path:
                return f"case-insensitive file name collision: {quote(other)} and {quote(path)}"
            elif was_folder != is_folder:
                return f"entry {quote(path)} is both a file and a directory"
            elif not is_folder:
                return f"multiple entries for file {quote(path)}"
            path, is_folder = path.rpartition("/")[0], True
        return ""


def _folded(char: str) -> str:
    """One representative of the characters that differ in case only (unicode.SimpleFold): always one character."""
    for folded in (char.casefold(), char.lower()):
        if len(folded) == 1:
            return folded
    return char
