"""The table of options. Command line, environment, files, `gomend settings` and the manual read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from gomend.settings.switches import OFF

FORMATS = ("text", "json", "ndjson", "markdown", "sarif", "github", "junit", "html")
_ON = frozenset({"1", "on", "true", "yes"})


class Origin(StrEnum):
    """Where a value stands, the strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    SERVER = "server"  # the file of --config
    PROJECT = "project"
    USER = "user"
    DEFAULT = "default"


class Project(Enum):
    """What the project's file may do with an option. It comes with a cloned repository and may be hostile."""

    SET = "set"  # it only changes what is shown
    LOWER = "lower"  # a limit: it may only be made stricter
    NOTHING = "nothing"  # it names a program, an address or a place to write, or decides what is kept or sent


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `default` gives its type; its help is the text `cli.option/<name>`."""

    name: str
    default: str | bool | int
    project: Project
    choices: tuple[str, ...] = ()
    most: int = 0  # for numbers: the largest value taken
    least: int = 0
    zero_is_never: bool = False  # of a limit: 0 is the loosest value

    @property
    def flag(self) -> str:
        """As it is written on the command line; a server's options belong to one command and need no prefix."""
        return f"--{self.name.removeprefix('serve_').replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"GOMEND_{self.name.upper()}"

    def parse(self, words: object) -> str | bool | int:
        """The value that `words` (of a flag, variable or file) stands for. Raises ValueError, saying what is taken."""
        if isinstance(self.default, bool):
            return _switch(words)
        if isinstance(self.default, int):
            return self._number(words)
        if not isinstance(words, str) or (self.choices and words not in self.choices):
            raise ValueError(", ".join(self.choices) or '"…"')
        return words

    def is_looser(self, value: int, than: int) -> bool:
        """Whether a limit of `value` leaves more room than one of `than`."""
        if self.zero_is_never and 0 in (value, than):
            return value == 0 != than
        return value > than

    def _number(self, words: object) -> int:
        try:
            value = int(words) if isinstance(words, int | str) and not isinstance(words, bool) else -1
        except ValueError:
            value = -1
        if not self.least <= value <= self.most:
            raise ValueError(f"{self.least} … {self.most}")
        return value


def _switch(words: object) -> bool:
    if isinstance(words, bool):
        return words
    word = str(words).strip().lower()
    if word not in OFF | _ON:
        raise ValueError("on, off")
    return word in _ON


OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option("format", "text", Project.SET, choices=FORMATS),
        Option("output", "", Project.NOTHING),
        Option("lang", "", Project.SET, choices=("en", "zh")),
        Option("color", "auto", Project.SET, choices=("auto", "always", "never")),
        Option("quiet", False, Project.SET),
        Option("verbose", False, Project.SET),
        Option("record", True, Project.NOTHING),
        Option("records", 50, Project.LOWER, most=10_000),
        Option("go", "", Project.NOTHING),
        Option("relay", True, Project.NOTHING),
        Option("readahead", True, Project.NOTHING),
        Option("probe", "auto", Project.NOTHING, choices=("auto", "on", "off")),
        Option("trace_hosts", "", Project.NOTHING),
        Option("connect_limit", 10, Project.LOWER, least=1, most=600),
        Option("tls_limit", 10, Project.LOWER, least=1, most=600),
        Option("first_byte_limit", 60, Project.LOWER, least=1, most=600),
        Option("stall_limit", 20, Project.LOWER, least=1, most=600),
        Option("stall", 300, Project.LOWER, most=86_400, zero_is_never=True),
        Option("serve_config", "", Project.NOTHING),
        Option("serve_listen", "127.0.0.1:8081", Project.NOTHING),
        Option("serve_socket_mode", "0600", Project.NOTHING, choices=("0600", "0660", "0666")),
        Option("serve_upstream", "", Project.NOTHING),
        Option("serve_gosumdb", "", Project.NOTHING),
        Option("serve_sumdbs", "", Project.NOTHING),
        Option("serve_goprivate", "", Project.NOTHING),
        Option("serve_gonoproxy", "", Project.NOTHING),
        Option("serve_gonosumdb", "", Project.NOTHING),
        Option("serve_store", "", Project.NOTHING),
        Option("serve_store_cache", "", Project.NOTHING),
        Option("serve_store_cache_size", "20G", Project.NOTHING),
        Option("serve_timeout", 60, Project.NOTHING, least=1, most=3600),
        Option("serve_fresh", 60, Project.NOTHING, least=1, most=86_400),
        Option("serve_grace", 20, Project.NOTHING, least=1, most=600),
        Option("serve_workers", 1, Project.NOTHING, least=1, most=64),
        Option("serve_open", False, Project.NOTHING),
        Option("serve_tokens", "", Project.NOTHING),
        Option("serve_rules", "", Project.NOTHING),
        Option("serve_rate", 0, Project.NOTHING, most=1_000_000),
        Option("serve_otlp", "", Project.NOTHING),
        Option("serve_sampling", "0.1", Project.NOTHING),
        Option("serve_credentials", "", Project.NOTHING),
        Option("serve_allow_hosts", "", Project.NOTHING),
        # What a source keeps waiting must not hold up all others.
        Option("serve_per_host", 256, Project.NOTHING, least=1, most=10_000),
        Option("serve_clones", 4, Project.NOTHING, least=1, most=256),
        Option("serve_clone_size", "2G", Project.NOTHING),
        Option("serve_clones_size", "10G", Project.NOTHING),
        Option("serve_certificate", "", Project.NOTHING),
        Option("serve_key", "", Project.NOTHING),
        Option("serve_prefetch", "next", Project.NOTHING, choices=("off", "next", "graph")),
        Option("serve_audit", "", Project.NOTHING),
        Option("serve_log", "auto", Project.NOTHING, choices=("auto", "all", "failures")),
    )
}
