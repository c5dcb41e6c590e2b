"""What a program wrote comes out the same, whatever is put around it."""

import pytest
from tests.explain.wrapped import WRAPS

from gomend.explain.lines import Line, LineKind
from gomend.explain.reader import read_lines

LOG = [
    "go: downloading github.com/go-chi/chi/v5 v5.2.1",
    "go: github.com/x/y@v1.0.0: Get "
    '"https://proxy.golang.org/github.com/x/y/@v/v1.0.0.mod": dial tcp: lookup '
    "proxy.golang.org on 10.0.0.2:53: no such host",
    "go: github.com/x/z@v1.0.0: reading https://proxy.golang.org/github.com/x/z/@v/v1.0.0.mod: 404 Not Found",
    "\tserver response: not found: github.com/x/z@v1.0.0: invalid version: unknown revision v1.0.0",
]


def read(text: str) -> list[Line]:
    return list(read_lines([text.encode()]))


def output(text: str) -> list[str]:
    return [line.text for line in read(text) if line.kind is LineKind.OUTPUT and line.text.strip()]


@pytest.mark.parametrize("name", WRAPS)
def test_a_wrapper_leaves_the_log_as_it_was(name: str) -> None:
    said = output(WRAPS[name](LOG))
    assert [text for text in said if text in LOG] == LOG
    assert len(said) - len(LOG) <= {"gitlab": 1, "buildkit": 1}.get(name, 0)


@pytest.mark.parametrize("name", WRAPS)
def test_line_numbers_only_grow_and_stay_in_the_log(name: str) -> None:
    text = WRAPS[name](LOG)
    lines = read(text)
    assert all(line.number <= line.last for line in lines)
    assert [line.number for line in lines] == sorted(line.number for line in lines)
    assert lines[-1].last <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("$ go build ./...", "go build ./..."),
        ("➜  proj git:(main) ✗ go mod tidy", "go mod tidy"),
        ("➜  proj git:(main) go mod tidy", "go mod tidy"),
        ("C:\\proj>go build", "go build"),
        ("PS C:\\Users\\dev\\proj> go build ./...", "go build ./..."),
        ("root@0123abcd:/app# go build -o app", "go build -o app"),
        ("dev@host:~/proj$ go test ./...", "go test ./..."),
        ("[dev@host proj]$ go vet", "go vet"),
        ("dev@mac proj % go build", "go build"),
        ("/app # go mod download", "go mod download"),
        ("bash-5.1$ go mod download", "go mod download"),
        ("+ go mod download", "go mod download"),
        ("\x1b[32;1m$ go build\x1b[0;m", "go build"),
        ("2026-11-22T10:00:00.1Z ##[group]Run go vet ./...", "go vet ./..."),
        ("2026-11-22T10:00:00.1Z [command]/usr/bin/git fetch origin", "/usr/bin/git fetch origin"),
        ("##[command]go test", "go test"),
        ("#9 [builder 3/5] RUN --mount=type=cache,target=/root/.cache go build", "go build"),
        ("Step 4/6 : RUN go mod download", "go mod download"),
        ("STEP 4/6: RUN go mod download", "go mod download"),
        ("[Container] 2026/11/22 10:00:00 Running command go build", "go build"),
    ],
)
def test_a_shown_command_is_known(text: str, command: str) -> None:
    assert [(line.kind, line.text) for line in read(text)] == [(LineKind.COMMAND, command)]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2026-11-22T10:00:00.1Z ##[error]Process completed with exit code 1.", 1),
        ("Error: Process completed with exit code 2.", 2),
        ("ERROR: Job failed: exit code 1", 1),
        ("ERROR: Job failed: command terminated with exit code 1", 1),
        ("Job succeeded", 0),
        ("ERROR: script returned exit code 1", 1),
        ("Finished: FAILURE", 1),
        ("Finished: SUCCESS", 0),
        ("Finished: ABORTED", None),
        ("2026-11-22T10:00:00.1Z ##[error]Bash exited with code '1'.", 1),
        ('The command "go test ./..." exited with 1.', 1),
        ("Exited with code exit status 1", 1),
        ("🚨 Error: The command exited with status 1", 1),
        ("Process exited with code 1", 1),
        ('ERROR: build step 1 "golang:1.26" failed: step exited with non-zero status: 1', 1),
        ("#12 DONE 3.4s", 0),
        ('#12 ERROR: process "/bin/sh -c go mod download" did not complete successfully: exit code: 1', 1),
        ('ERROR: failed to solve: process "/bin/sh -c go build" did not complete successfully: exit code: 2', 2),
        ("The command '/bin/sh -c go mod download' returned a non-zero code: 1", 1),
        ("make: *** [Makefile:5: build] Error 1", 1),
        ("make[1]: *** [Makefile:5：build] 错误 2", 2),
        ("builder-1 exited with code 1", 1),
        ("[Container] 2026/11/22 10:00:00 Command did not exit successfully go build exit status 1", 1),
    ],
)
def test_an_end_is_known_with_its_status(text: str, status: int | None) -> None:
    assert [(line.kind, line.status) for line in read(text)] == [(LineKind.EXIT, status)]


def test_the_status_that_a_shell_was_asked_for_is_an_exit() -> None:
    lines = read("$ go build\ngo: x\n$ echo $?\n1\n")
    assert [(line.kind, line.status) for line in lines] == [
        (LineKind.COMMAND, None),
        (LineKind.OUTPUT, None),
        (LineKind.COMMAND, None),
        (LineKind.EXIT, 1),
    ]


def test_services_are_told_apart_by_channel() -> None:
    lines = read(
        "api-1  | go: downloading x.io/a v1.0.0\nweb-1  | npm error code ENOTFOUND\n#5 1.200 one\n#6 1.200 two\n"
    )
    assert [line.channel for line in lines] == ["api-1", "web-1", "#5", "#6"]


@pytest.mark.parametrize(
    "text",
    [
        "go: downloading golang.org/x/net v0.30.0",
        "# github.com/x/y/internal/z",
        "./main.go:12:2: undefined: foo",
        "\t./main.go:12:2: undefined: foo",
        "main.go:8:2: no required module provides package github.com/x/y; to add it:",
        "--- FAIL: TestX (0.00s)",
        "verifying github.com/x/y@v1.0.0: checksum mismatch",
        "\tgo.sum:     h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "# get https://proxy.golang.org/x.io/y/@v/list: 200 OK (0.123s)",
        "0.012s # cd /go/pkg/mod/cache/vcs/abc; git ls-remote -q origin",
        "WORK=/tmp/go-build123",
        '\t"Path": "github.com/x/y",',
        "github.com/x/y@v1.0.0 requires",
        "SECURITY ERROR",
        "exit status 1",
        "FAIL\tgithub.com/x/y [build failed]",
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "git@github.com: Permission denied (publickey).",
        "npm error code ENOTFOUND",
    ],
)
def test_a_bare_line_is_left_alone(text: str) -> None:
    assert [(line.kind, line.text) for line in read(text + "\n")] == [(LineKind.OUTPUT, text)]
