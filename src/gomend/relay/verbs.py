"""Which go commands ask no module source. The lightest part of the door: it is read before every command."""

NEED_NO_MODULES = frozenset({"version", "env", "help", "fmt", "doc", "bug", "clean", "telemetry"})


def needs_no_modules(words: list[str]) -> bool:
    """Whether `go WORDS` asks no module source; `go` alone and `go --help` among them."""
    return not words or words[0] in NEED_NO_MODULES or words[0].startswith("-h") or words[0] == "--help"
