"""The same log as different systems would show it."""

import json
from collections.abc import Callable

Wrap = Callable[[list[str]], str]


def _each(form: str) -> Wrap:
    return lambda lines: "".join(form.format(line) + "\n" for line in lines)


def _github(lines: list[str]) -> str:
    stamp = "2026-11-22T10:00:00.1234567Z "
    head = [
        "##[group]Run go mod download",
        "\x1b[36;1mgo mod download\x1b[0m",
        "shell: /usr/bin/bash -e {0}",
        "env:",
        "  GOFLAGS: -v",
        "##[endgroup]",
    ]
    return "\ufeff" + "".join(
        f"{stamp}{line}\n" for line in [*head, *lines, "##[error]Process completed with exit code 1."]
    )


def _github_download(lines: list[str]) -> str:
    return "".join(f"build (1.26)\tRun go mod download\t2026-11-22T10:00:00.1234567Z {line}\n" for line in lines)


def _gitlab(lines: list[str]) -> str:
    head = (
        "\x1b[0Ksection_start:1700000000:step_script[collapsed=true]\r\x1b[0K\x1b[0;m\x1b[36;1mExecuting "
        '"step_script"\x1b[0;m\n\x1b[32;1m$ go mod download\x1b[0;m\n'
    )
    tail = "section_end:1700000001:step_script\r\x1b[0K\x1b[31;1mERROR: Job failed: exit code 1\n\x1b[0;m"
    return head + "".join(f"{line}\n" for line in lines) + tail


def _gitlab_stamped(lines: list[str]) -> str:
    return "".join(f"2026-11-22T10:00:00.123456Z 01O {line}\n" for line in lines)


def _gitlab_split(lines: list[str]) -> str:
    stamp = "2026-11-22T10:00:00.123456Z 01"
    return "".join(f"{stamp}O {line[: len(line) // 2]}\n{stamp}O+{line[len(line) // 2 :]}\n" for line in lines)


def _cri(lines: list[str]) -> str:
    stamp = "2026-11-22T10:00:00.123456789Z stderr"
    return "".join(f"{stamp} P {line[: len(line) // 2]}\n{stamp} F {line[len(line) // 2 :]}\n" for line in lines)


def _buildkit(lines: list[str]) -> str:
    process = 'process "/bin/sh -c go mod download" did not complete successfully: exit code: 1'
    body = "#12 [builder 4/6] RUN go mod download\n" + "".join(
        f"#12 {3.4 + i:.3f} {line}\n" for i, line in enumerate(lines)
    )
    body += f"#12 ERROR: {process}\n------\n > [builder 4/6] RUN go mod download:\n"
    body += (
        "".join(f"{3.4 + i:.3f} {line}\n" for i, line in enumerate(lines))
        + "------\nDockerfile:7\n--------------------\n"
    )
    return (
        body + f"   5 |     COPY go.mod ./\n   7 | >>> RUN go mod "
        f"download\n--------------------\nERROR: failed to solve: {process}\n"
    )


def _powershell(lines: list[str]) -> str:
    first, *rest = lines
    record = f"go : {first}\nAt line:1 char:1\n+ go mod download\n+ ~~~~~~~~~~~~~~~\n"
    record += (
        f"    + CategoryInfo          : NotSpecified: ({first[:40]}:String) [], "
        f"RemoteException\n    + FullyQualifiedErrorId : NativeCommandError\n \n"
    )
    return (record + "".join(f"{line}\n" for line in rest)).replace("\n", "\r\n")


def _json(key: str, end: str) -> Wrap:
    return lambda lines: "".join(
        json.dumps({key: line + end, "stream": "stderr", "time": "2026-11-22T10:00:00Z"}) + "\n" for line in lines
    )


def _fenced(lines: list[str]) -> str:
    return (
        "### What happened\nI ran it and go said error.\n```console\n"
        + "".join(f"{line}\n" for line in lines)
        + "```\n\nMy go.mod:\n```\nmodule x\n```\n"
    )


WRAPS: dict[str, Wrap] = {
    "bare": _each("{}"),
    "crlf": lambda lines: "".join(f"{line}\r\n" for line in lines),
    "github": _github,
    "gh run view": _github_download,
    "gitlab": _gitlab,
    "gitlab stamped": _gitlab_stamped,
    "gitlab split": _gitlab_split,
    "cri": _cri,
    "jenkins": _each("[2026-11-22T10:00:00.123Z] {}"),
    "azure": _each("2026-11-22T10:00:00.1234567Z {}"),
    "teamcity": _each("[10:00:00]W:\t [Step 1/2] {}"),
    "travis": lambda lines: (
        "travis_fold:start:go\r\x1b[0K"
        + "".join(f"{line}\n" for line in lines)
        + 'The command "go mod download" exited with 1.\n'
    ),
    "buildkit": _buildkit,
    "compose": _each("builder-1  | {}"),
    "compose old": _each("\x1b[36mbuilder_1  |\x1b[0m {}"),
    "kubectl": _each("[pod/build-abc12/golang] {}"),
    "cloud build": _each('Step #1 - "build": {}'),
    "codebuild": _each("[Container] 2026/11/22 10:00:00.123456 {}"),
    "woodpecker": _each("[build:L3:4s] {}"),
    "json-file": _json("log", "\n"),
    "json message": _json("message", ""),
    "json msg": _json("msg", ""),
    "syslog": _each("Nov 22 10:00:00 ci-host build[4242]: {}"),
    "journald iso": _each("2026-11-22T10:00:00+0000 ci-host build[4242]: {}"),
    "rfc5424": _each("<13>1 2026-11-22T10:00:00.123Z ci-host build 4242 - - {}"),
    "ts": _each("Nov 22 10:00:00 {}"),
    "ts -s": _each("00:00:05 {}"),
    "buildkite": _each("\x1b_bk;t=1700000000000\x07{}"),
    "colour": _each("\x1b[31m{}\x1b[0m"),
    "spelled colour": _each("^[[31m{}^[[0m"),
    "quoted": _each("> {}"),
    "fenced": _fenced,
    "code block": _each("    {}"),
    "html": lambda lines: "".join(
        line.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;") + "\n"
        for line in lines
    ),
    "powershell": _powershell,
    "stamp in compose": _each("ci-1  | 2026-11-22T10:00:00.123Z {}"),
    "json in stamp": lambda lines: "".join(
        "2026-11-22T10:00:00.123Z " + json.dumps({"msg": line}) + "\n" for line in lines
    ),
    "buildkit in github": lambda lines: "".join(f"2026-11-22T10:00:00.1234567Z #7 1.234 {line}\n" for line in lines),
}
