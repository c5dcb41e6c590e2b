"""What people paste: Markdown, quotes, PowerShell's records, lines cut at a terminal's width."""

import pytest

from gomend.explain.lines import LineKind
from gomend.explain.reader import read_lines

LOG = [
    "go: downloading github.com/stretchr/testify v1.8.0",
    "go: github.com/x/y@v1.0.0: Get "
    '"https://proxy.golang.org/github.com/x/y/@v/v1.0.0.mod": dial tcp: lookup '
    "proxy.golang.org on 10.0.0.2:53: no such host",
    "go: github.com/x/y@v1.0.0: reading https://proxy.golang.org/github.com/x/y/@v/v1.0.0.mod: 404 Not Found",
    "\tserver response: not found: github.com/x/y@v1.0.0: invalid version: unknown revision v1.0.0",
    "exit status 1",
]


def texts(text: str) -> list[str]:
    return [line.text for line in read_lines([text.encode()]) if line.text.strip()]


@pytest.mark.parametrize("width", [*range(45, 132), 140, 160, 200])
def test_lines_cut_at_any_width_are_joined(width: int) -> None:
    cut = [line[at : at + width] for line in LOG for at in range(0, len(line), width)]
    assert texts("\n".join(cut) + "\n") == LOG


def test_a_joined_line_spans_all_its_physical_lines() -> None:
    line = LOG[1]
    lines = list(read_lines([f"{LOG[0]}\n{line[:60]}\n{line[60:120]}\n{line[120:]}\nexit status 1\n".encode()]))
    assert [(found.number, found.last) for found in lines] == [(1, 1), (2, 4), (5, 5)]


def test_a_url_broken_at_a_slash_is_joined() -> None:
    text = "go: x.io/y@v1.0.0: reading https://goproxy.corp.example/\nx.io/y/@v/v1.0.0.mod: 502 Bad Gateway\n"
    assert texts(text) == [
        "go: x.io/y@v1.0.0: reading https://goproxy.corp.example/x.io/y/@v/v1.0.0.mod: 502 Bad Gateway"
    ]


def test_whole_lines_are_not_joined() -> None:
    lines = [
        *LOG,
        "go: a@v1.0.0: EOF",
        "main.go:3:2: no required module provides package b; to add it:",
        "\tgo get b",
        "make: *** [all] Error 1",
    ]
    assert texts("\n".join(lines)) == lines


def test_only_fences_with_a_log_are_read() -> None:
    text = (
        "I get an error: fatal\n\n```go\nmodule x\n```\n~~~\n$ go build\ngo: x@v1.0.0: "
        "EOF\n~~~\n```bash\nfatal: repository 'https://a.io/b' not found\n```\nthanks, fatal: "
        "regards\n"
    )
    assert texts(text) == ["go build", "go: x@v1.0.0: EOF", "fatal: repository 'https://a.io/b' not found"]


def test_a_fence_that_never_ends_is_read() -> None:
    assert texts("see:\n```\ngo: x@v1.0.0: EOF\n") == ["go: x@v1.0.0: EOF"]


def test_a_ci_log_that_prints_a_fence_is_no_markdown() -> None:
    text = "2026-11-22T10:00:00Z go: x@v1.0.0: EOF\n```\ngo: quoted: EOF\n```\n2026-11-22T10:00:00Z go: y@v1.0.0: EOF\n"
    assert texts(text) == ["go: x@v1.0.0: EOF", "go: quoted: EOF", "go: y@v1.0.0: EOF"]


def test_a_log_beside_fences_without_one() -> None:
    assert texts("go: x@v1.0.0: EOF\n```\nmodule x\n```\n") == ["go: x@v1.0.0: EOF"]


def test_quoted_fences() -> None:
    assert texts("> words\n> ```\n> go: x@v1.0.0: EOF\n> ```\n") == ["go: x@v1.0.0: EOF"]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("place", ["At line:1 char:1", "At C:\\proj\\build.ps1:3 char:1", "所在位置 行:1 字符: 1"])
def test_powershell_puts_an_error_record_around_the_first_line(width: int, place: str) -> None:
    first = "go : " + LOG[1]
    cut = "\r\n".join(first[at : at + width] for at in range(0, len(first), width))
    text = (
        f"PS C:\\proj> go mod download\r\n{cut}\r\n{place}\r\n+ go mod download\r\n+ ~~~~~~~~~~~~~~~\r\n"
        "    + CategoryInfo          : NotSpecified: (go: github.com:String) [], RemoteException\r\n"
        "    + FullyQualifiedErrorId : NativeCommandError\r\n \r\ngo: a@v1.0.0: EOF\r\n"
    )
    lines = [line for line in read_lines([text.encode("utf-16")]) if line.text.strip()]
    assert [line.text for line in lines if line.kind is LineKind.OUTPUT] == [LOG[1], "go: a@v1.0.0: EOF"]
    assert lines[0].text == "go mod download"
    assert lines[0].kind is LineKind.COMMAND
