# fmt: off
# ruff: noqa: E501
"""What CI systems, containers, terminals and people put around a log. Each function takes a `Run` and gives the bytes that one finds in real life."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_START = datetime(2026, 3, 12, 9, 41, 7, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """A command, what it wrote and how it ended."""

    command: str
    text: str
    status: int

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.split("\n")[:-1] if self.text.endswith("\n") else self.text.split("\n")


def _times(count: int, step: float = 0.137) -> list[datetime]:
    return [_START + timedelta(seconds=step * n) for n in range(count)]


def _stamped(lines: list[str], digits: int = 7) -> list[str]:
    return [f"{t:%Y-%m-%dT%H:%M:%S}.{(t.strftime('%f') + '0000000')[:digits]}Z {line}" for t, line in zip(_times(len(lines)), lines, strict=True)]


def _joined(lines: list[str], end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


_CHECKOUT = [
    "##[group]Run actions/checkout@v4", "with:", "  repository: acme/shop", "  token: ***", "  fetch-depth: 1", "##[endgroup]", "Syncing repository: acme/shop",
    "##[group]Getting Git version info", "Working directory is '/home/runner/work/shop/shop'", "[command]/usr/bin/git version", "git version 2.49.0", "##[endgroup]",
    "[command]/usr/bin/git -c protocol.version=2 fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +8f0c2d1e5b7a9c3d4e6f8a0b1c2d3e4f5a6b7c8d:refs/remotes/origin/main",
    "From https://github.com/acme/shop", " * [new ref]         8f0c2d1e5b7a9c3d4e6f8a0b1c2d3e4f5a6b7c8d -> origin/main", "HEAD is now at 8f0c2d1 Prices with VAT",
]
_SETUP_GO = [
    "##[group]Run actions/setup-go@v5", "with:", "  go-version-file: go.mod", "  cache: true", "##[endgroup]", "Setup go version spec 1.25", "Attempting to download 1.25...",
    "matching 1.25...", "Found in cache @ /opt/hostedtoolcache/go/1.25.5/x64", "Added go to the path", "Successfully set up Go version 1.25",
    "Cache is not found", "go version go1.25.5 linux/amd64",
]
_CLEANUP = [
    "Post job cleanup.", "[command]/usr/bin/git version", "git version 2.49.0", "[command]/usr/bin/git config --local --name-only --get-regexp core\\.sshCommand",
    "[command]/usr/bin/git submodule foreach --recursive sh -c \"git config --local --name-only --get-regexp 'core\\.sshCommand' && git config --local --unset-all 'core.sshCommand' || :\"",
    "Cleaning up orphan processes",
]


def _actions_step(run: Run) -> list[str]:
    shown = [f"##[group]Run {run.command}", f"\x1b[36;1m{run.command}\x1b[0m", "shell: /usr/bin/bash -e {0}", "env:", "  GOPRIVATE: *.corp.example", "##[endgroup]", *run.lines]
    return [*shown, *([f"##[error]Process completed with exit code {run.status}."] if run.status else [])]


def github_actions(run: Run) -> bytes:
    """The raw log of a job, as downloaded: byte order mark, time stamps, groups."""
    head = ["Current runner version: '2.330.0'", "##[group]Runner Image", "Image: ubuntu-24.04", "Version: 20260302.1.0", "##[endgroup]", "Complete job name: build"]
    return b"\xef\xbb\xbf" + _joined(_stamped([*head, *_CHECKOUT, *_SETUP_GO, *_actions_step(run), *_CLEANUP]))


def github_job(runs: list[Run]) -> bytes:
    """The raw log of a job of several steps; the job ends with the first that fails."""
    head = ["Current runner version: '2.330.0'", "Complete job name: build", *_CHECKOUT, *_SETUP_GO]
    return b"\xef\xbb\xbf" + _joined(_stamped([*head, *(line for run in runs for line in _actions_step(run)), *_CLEANUP]))


def gh_run_view(run: Run) -> bytes:
    """`gh run view --log`: job, step and time before each line."""
    lines = [("Set up job", line) for line in ("Current runner version: '2.330.0'", "Prepare all required actions")]
    lines += [("Run actions/checkout@v4", line) for line in _CHECKOUT] + [("Download modules", line) for line in _actions_step(run)]
    stamped = _stamped([line for _, line in lines])
    return _joined([f"build (ubuntu-latest, 1.25)\t{step}\t{line}" for (step, _), line in zip(lines, stamped, strict=True)])


def gitlab(run: Run) -> bytes:
    """A GitLab job log, raw: sections, colours, carriage returns."""
    e = "\x1b[0K"

    def section(name: str, title: str, body: list[str], at: int) -> list[str]:
        return [f"section_start:{at}:{name}\r{e}{e}\x1b[36;1m{title}\x1b[0;m", *body, f"section_end:{at + 4}:{name}\r{e}"]

    script = ["\x1b[32;1m$ go version\x1b[0;m", "go version go1.25.5 linux/amd64", f"\x1b[32;1m$ {run.command}\x1b[0;m", *run.lines]
    lines = [
        f"{e}Running with gitlab-runner 17.9.0 (c4cbe9dd){e}", f"{e}  on shared-7 t1_xYz, system ID: s_0a1b2c3d4e5f{e}",
        *section("prepare_executor", 'Preparing the "docker" executor', [f"{e}Using Docker executor with image golang:1.25 ...", "Pulling docker image golang:1.25 ..."], 1773308467),
        *section("get_sources", "Getting source from Git repository", ["Fetching changes with git depth set to 20...", "Initialized empty Git repository in /builds/acme/shop/.git/", "\x1b[32;1mChecking out 8f0c2d1e as detached HEAD (ref is main)...\x1b[0;m", "Skipping Git submodules setup"], 1773308472),
        *section("step_script", 'Executing "step_script" stage of the job script', script, 1773308479),
        *section("cleanup_file_variables", "Cleaning up project directory and file based variables", [], 1773308499),
        f"\x1b[31;1mERROR: Job failed: exit code {run.status}" if run.status else "\x1b[32;1mJob succeeded\x1b[0;m",
        *(["\x1b[0;m"] if run.status else []),
    ]
    return _joined(lines)


def gitlab_timestamps(run: Run) -> bytes:
    """The same with the runner's time stamps and stream marks (FF_TIMESTAMPS)."""
    plain = [f"\x1b[32;1m$ {run.command}\x1b[0;m", *run.lines, f"\x1b[31;1mERROR: Job failed: exit code {run.status}" if run.status else "\x1b[32;1mJob succeeded\x1b[0;m", "\x1b[0;m"]
    return _joined([f"{t:%Y-%m-%dT%H:%M:%S.%f}Z 0{n % 2}{'O' if line.startswith(chr(27)) else 'E'} {line}" for n, (t, line) in enumerate(zip(_times(len(plain)), plain, strict=True))])


def jenkins(run: Run) -> bytes:
    """A pipeline's console with the timestamper."""
    body = [
        "[Pipeline] Start of Pipeline", "[Pipeline] node", "Running on agent-3 in /var/jenkins/workspace/shop_main", "[Pipeline] {", "[Pipeline] stage", "[Pipeline] { (Modules)",
        "[Pipeline] sh", f"+ {run.command}", *run.lines, "[Pipeline] }", "[Pipeline] // stage", "[Pipeline] }", "[Pipeline] // node", "[Pipeline] End of Pipeline",
    ]
    tail = [f"ERROR: script returned exit code {run.status}", "Finished: FAILURE"] if run.status else ["Finished: SUCCESS"]
    stamped = [f"[{t:%Y-%m-%dT%H:%M:%S}.{t.microsecond // 1000:03d}Z] {line}" for t, line in zip(_times(len(body)), body, strict=True)]
    return _joined(["Started by GitHub push by dev", "Obtained Jenkinsfile from git https://git.corp.example/acme/shop.git", *stamped, *tail])


def jenkins_maven_style(run: Run) -> bytes:
    """A freestyle job: time of day before each line, the shell step's own words at the end."""
    body = ["Started by timer", "Building in workspace /var/lib/jenkins/workspace/shop", "[shop] $ /bin/sh -xe /tmp/jenkins1402817.sh", f"+ {run.command}", *run.lines]
    tail = ["Build step 'Execute shell' marked build as failure", "Finished: FAILURE"] if run.status else ["Finished: SUCCESS"]
    return _joined([f"{t:%H:%M:%S} {line}" for t, line in zip(_times(len(body) + len(tail)), [*body, *tail], strict=True)])


def drone(run: Run) -> bytes:
    """`drone exec`: step and line number before each line."""
    body = [f"+ {run.command}", *run.lines]
    return _joined([*(f"[build:{n}] {line}" for n, line in enumerate(body)), *([f"2026/03/12 09:41:22 build : exit code {run.status}"] if run.status else [])])


def azure(run: Run) -> bytes:
    """An Azure Pipelines log of a Bash step."""
    body = [
        "##[section]Starting: Download modules", "=" * 78, "Task         : Command line", "Description  : Run a command line script using Bash on Linux and macOS and cmd.exe on Windows",
        "Version      : 2.250.1", "=" * 78, "Generating script.", "Script contents:", run.command, "========================== Starting Command Output ===========================",
        "[command]/usr/bin/bash --noprofile --norc /home/vsts/work/_temp/0a1b2c3d.sh", *run.lines,
        *(["##[error]Bash exited with code '" + str(run.status) + "'."] if run.status else []), "##[section]Finishing: Download modules",
    ]
    return _joined(_stamped(body), "\r\n")


def travis(run: Run) -> bytes:
    """A Travis log: folds, times, the command and its end."""
    e = "\x1b[0K"
    return (
        f"travis_fold:start:worker_info\r{e}\x1b[33;1mWorker information\x1b[0m\nhostname: 3c1b@1.worker\ntravis_fold:end:worker_info\r{e}"
        f"travis_fold:start:git.checkout\r{e}travis_time:start:0f1e2d3c\r{e}$ git clone --depth=50 --branch=main https://github.com/acme/shop.git acme/shop\nCloning into 'acme/shop'...\n"
        f"travis_time:end:0f1e2d3c:start=1773308467000000000,finish=1773308468000000000,duration=1000000000,event=checkout\r{e}travis_fold:end:git.checkout\r{e}"
        f"$ go version\ngo version go1.24.11 linux/amd64\ntravis_fold:start:install\r{e}travis_time:start:0a0b0c0d\r{e}$ {run.command}\n{run.text}"
        f"travis_time:end:0a0b0c0d:start=1773308470000000000,finish=1773308478000000000,duration=8000000000,event=install\r{e}"
        + (f'\x1b[31;1mThe command "{run.command}" failed and exited with {run.status} during .\x1b[0m\n\nYour build has been stopped.\n' if run.status else f"travis_fold:end:install\r{e}\nDone. Your build exited with 0.\n")
    ).encode()


def circleci(run: Run) -> bytes:
    """The output of one CircleCI step."""
    return ("#!/bin/bash -eo pipefail\n" + run.command + "\n" + run.text + (f"\nExited with code exit status {run.status}\n" if run.status else "CircleCI received exit code 0\n")).replace("\n", "\r\n").encode()


def buildkit(run: Run) -> bytes:
    """`docker build --progress=plain` with BuildKit."""
    step = f"[builder 4/6] RUN {run.command}"
    timed = [f"{0.412 + n * 0.731:.3f} {line}" for n, line in enumerate(run.lines)]
    lines = [
        "#0 building with \"default\" instance using docker driver", "", "#1 [internal] load build definition from Dockerfile", "#1 transferring dockerfile: 412B done", "#1 DONE 0.0s", "",
        "#2 [internal] load metadata for docker.io/library/golang:1.25-alpine", "#2 DONE 1.1s", "", "#5 [internal] load build context", "#5 transferring context: 31.42kB 0.0s done", "#5 DONE 0.1s", "",
        "#6 [builder 2/6] WORKDIR /src", "#6 CACHED", "", "#7 [builder 3/6] COPY go.mod go.sum ./", "#7 DONE 0.0s", "", f"#8 {step}", *(f"#8 {line}" for line in timed),
    ]
    if run.status:
        why = f'process "/bin/sh -c {run.command}" did not complete successfully: exit code: {run.status}'
        lines += [f"#8 ERROR: {why}", "------", f" > {step}:", *timed[-8:], "------", "Dockerfile:6", "-" * 20, "   4 |     ", "   5 |     COPY go.mod go.sum ./", f"   6 | >>> RUN {run.command}", "   7 |     COPY . .", "   8 |     RUN go build -o /shop ./cmd/shop", "-" * 20, f"ERROR: failed to build: failed to solve: {why}"]
    else:
        lines += ["#8 DONE 6.3s", "", "#9 [builder 5/6] COPY . .", "#9 DONE 0.1s", "", "#11 exporting to image", "#11 exporting layers 0.2s done", "#11 DONE 0.2s"]
    return _joined(lines)


def docker_legacy(run: Run) -> bytes:
    """`docker build` of the time before BuildKit."""
    lines = ["Sending build context to Docker daemon  31.23kB\r", "Step 1/7 : FROM golang:1.25", " ---> 4a5b6c7d8e9f", "Step 2/7 : COPY go.mod go.sum ./", " ---> Using cache", " ---> 1f2e3d4c5b6a",
             f"Step 3/7 : RUN {run.command}", " ---> Running in 0c1d2e3f4a5b", *([f"\x1b[91m{line}" for line in run.lines] if run.status else run.lines)]
    end = [f"\x1b[0mThe command '/bin/sh -c {run.command}' returned a non-zero code: {run.status}"] if run.status else ["Removing intermediate container 0c1d2e3f4a5b", " ---> 9a8b7c6d5e4f", "Successfully built 9a8b7c6d5e4f", "Successfully tagged shop:dev"]
    return _joined([*lines, *end])


def compose(run: Run) -> bytes:
    """`docker compose up`, two services talking at once."""
    lines = []
    for n, line in enumerate(run.lines):
        if n % 4 == 1:
            lines.append("\x1b[33mdb-1   | \x1b[0m2026-03-12 09:41:09.004 UTC [1] LOG:  database system is ready to accept connections")
        lines.append(f"\x1b[36mapi-1  | \x1b[0m{line}")
    return _joined([*lines, f"\x1b[36mapi-1 exited with code {run.status}\x1b[0m"])


def kubectl(run: Run) -> bytes:
    """`kubectl logs --prefix --timestamps` of a build pod."""
    return _joined([f"[pod/shop-build-x7k2p/builder] {line}" for line in _stamped(run.lines, 9)])


def docker_json(run: Run) -> bytes:
    """The json-file driver of docker."""
    return _joined([json.dumps({"log": line + "\n", "stream": "stderr", "time": f"{t:%Y-%m-%dT%H:%M:%S.%f}789Z"}) for t, line in zip(_times(len(run.lines)), run.lines, strict=True)])


def json_lines(run: Run) -> bytes:
    """A structured logger's lines, as a log collector stores them."""
    return _joined([json.dumps({"ts": f"{t:%Y-%m-%dT%H:%M:%S.%f}Z", "level": "info", "logger": "build", "msg": line, "pod": "shop-build-x7k2p"}, ensure_ascii=False) for t, line in zip(_times(len(run.lines)), run.lines, strict=True)])


def teamcity(run: Run) -> bytes:
    """A TeamCity build log as text."""
    return _joined([f"[{t:%H:%M:%S}]W:\t [Step 2/4] {line}" for t, line in zip(_times(len(run.lines)), run.lines, strict=True)] + [f"[09:41:31]W:\t [Step 2/4] Process exited with code {run.status}"] + ([f"[09:41:31]E:\t [Step 2/4] Process exited with code {run.status} (Step: Download (Command Line))"] if run.status else []))


def cloud_build(run: Run) -> bytes:
    """Google Cloud Build: step number and name before each line."""
    end = ["Finished Step #1 - \"modules\"", "ERROR", f'ERROR: build step 1 "golang:1.25" failed: step exited with non-zero status: {run.status}'] if run.status else ['Finished Step #1 - "modules"', "PUSH", "DONE"]
    return _joined(["starting build \"0a1b2c3d-4e5f\"", "", "FETCHSOURCE", "BUILD", 'Starting Step #1 - "modules"', 'Step #1 - "modules": Already have image: golang:1.25', *(f'Step #1 - "modules": {line}' for line in run.lines), *end])


def buildkite(run: Run) -> bytes:
    """A Buildkite job log with its timestamp escapes."""
    lines = ["~~~ Preparing working directory", "$ cd /var/lib/buildkite-agent/builds/a1/acme/shop", "~~~ Running commands", f"\x1b[90m$\x1b[0m {run.command}", *run.lines, *([f"\x1b[31m🚨 Error: The command exited with status {run.status}\x1b[0m", "^^^ +++"] if run.status else [])]
    return _joined([f"\x1b_bk;t={1773308467000 + n * 137}\x07{line}" for n, line in enumerate(lines)], "\r\n")


def make(run: Run) -> bytes:
    """`make`, which echoes the command and tells how it ended."""
    return _joined(["make[1]: Entering directory '/home/dev/app'", run.command, *run.lines, *([f"make[1]: *** [Makefile:14: deps] Error {run.status}", "make[1]: Leaving directory '/home/dev/app'", "make: *** [Makefile:5: all] Error 2"] if run.status else ["make[1]: Leaving directory '/home/dev/app'"])])


def prompt(run: Run) -> bytes:
    """A paste from a terminal, prompts and all."""
    return _joined([f"dev@laptop:~/src/shop$ {run.command}", *run.lines, "dev@laptop:~/src/shop$ echo $?", str(run.status), "dev@laptop:~/src/shop$ "])


def prompt_session(runs: list[Run]) -> bytes:
    """A paste of several commands, one after the other."""
    return _joined([line for run in runs for line in (f"dev@laptop:~/src/shop$ {run.command}", *run.lines)] + ["dev@laptop:~/src/shop$ "])


def zsh(run: Run) -> bytes:
    """A paste from zsh with a decorated prompt."""
    return _joined([f"➜  shop git:(main) ✗ {run.command}", *run.lines, "➜  shop git:(main) ✗ "])


def issue(run: Run) -> bytes:
    """The Markdown of an issue: form headings, prose and a fence."""
    return f"""### What version of Go are you using (`go version`)?

<pre>
$ go version
go version go1.25.5 linux/amd64
</pre>

### What did you do?

Since this morning our build is red. I did not change go.mod. Locally I see the same when I run `{run.command}`:

```console
$ {run.command}
{run.text.rstrip()}
```

It works on my colleague's machine, maybe a timeout or a firewall? I already tried `go clean -modcache`.

### What did you expect to see?

A green build.
""".encode()


def issue_indented(run: Run) -> bytes:
    """The Markdown of a comment with an indented block and a quote."""
    quoted = "\n".join("    " + line for line in run.lines)
    return f"> could you paste the whole output?\n\nSure, this is all of it:\n\n    $ {run.command}\n{quoted}\n\nexit status is {run.status}. Thanks for looking!\n".encode()


def issue_go_env(run: Run) -> bytes:
    """The Markdown of an issue with the whole of `go env` folded away."""
    env = {"GO111MODULE": "", "GOARCH": "amd64", "GOENV": "/root/.config/go/env", "GOFLAGS": "", "GOINSECURE": "", "GOMODCACHE": "/go/pkg/mod", "GONOPROXY": "*.corp.example", "GOOS": "linux", "GOPROXY": "https://proxy.golang.org,direct", "GOSUMDB": "sum.golang.org", "GOVCS": "", "GOVERSION": "go1.25.5"}
    shown = "\n".join(f"{name}='{value}'" for name, value in env.items())
    return f"""#### What operating system and processor architecture are you using?

<details><summary><code>go env</code> Output</summary><br><pre>
$ go env
{shown}
</pre></details>

#### What did you do?

<pre>
$ {run.command}
{run.text.rstrip()}
</pre>

#### What did you see instead?

The error above. curl to the same URL works and answers 200 OK.
""".encode()


def issue_zh(run: Run) -> bytes:
    """A question in Chinese, with a fence that names no language and a closing remark."""
    return f"## 问题描述\n\n昨天还能编译，今天执行 `{run.command}` 就报错了，换了网络也不行，是不是被墙了？\n\n```\n{run.text.rstrip()}\n```\n\n环境：Ubuntu 22.04，Go 1.25，GOPROXY 已经设置成 https://goproxy.cn,direct\n\n请问怎么解决，谢谢！\n".encode()


def buildkit_tail(run: Run) -> bytes:
    """Only the end of a BuildKit log, as `docker compose up` leaves it on a terminal."""
    step = f"[api builder 6/9] RUN {run.command}"
    timed = [f"{30.2 + n * 0.731:.2f} {line}" for n, line in enumerate(run.lines)]
    return _joined([" => CACHED [api builder 5/9] COPY go.mod go.sum ./                                     0.0s", f" => ERROR {step}                                    33.1s", "------", f" > {step}:", *timed, "------", f'failed to solve: process "/bin/sh -c {run.command}" did not complete successfully: exit code: {run.status}'])


def makepkg(run: Run) -> bytes:
    """A distribution's package build around make."""
    return _joined(["==> Making package: shop 1.4.0-1 (Thu 12 Mar 2026 09:41:07 AM UTC)", "==> Retrieving sources...", "  -> Found shop-1.4.0.tar.gz", "==> Validating source files with sha256sums...", "    shop-1.4.0.tar.gz ... Passed", "==> Starting build()...", run.command, *run.lines, *([f"make: *** [Makefile:112: shop] Error {run.status}", "==> ERROR: A failure occurred in build().", "    Aborting..."] if run.status else ["==> Finished making: shop 1.4.0-1"])])


def service_log(run: Run) -> bytes:
    """A build service's own log: the output, then a line of its own that quotes the command."""
    return _joined([f"Jan  5 08:40:2{n % 10}.735330\tINFO\tbuild\t{line}" for n, line in enumerate(run.lines)] + ([f'Jan  5 08:40:31.735412\tERROR\tdoRun returned err\t{{"err": "docker build failed: The command \'/bin/sh -c {run.command}\' returned a non-zero code: {run.status}"}}'] if run.status else []))


def tidy_wrapped(run: Run) -> bytes:
    """A mail client's quote: every line with `> `, long ones broken."""
    out = []
    for line in run.lines:
        out += ["> " + line[at : at + 100] for at in range(0, len(line), 100)] or [">"]
    return _joined(["On Thu, Mar 12, 2026 at 9:41 AM dev wrote:", f"> $ {run.command}", *out, "", "Did you try another network?"])


def html_escaped(run: Run) -> bytes:
    """A mail or wiki paste in which quotes and angles were turned to entities inside <pre>."""
    text = run.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return f"<p>Build output:</p>\n<pre>{text}</pre>\n".encode()


def crlf(run: Run) -> bytes:
    """Windows line ends."""
    return run.text.replace("\n", "\r\n").encode()


def utf16(run: Run) -> bytes:
    """What PowerShell's `>` writes: UTF-16 with a byte order mark, CRLF."""
    return b"\xff\xfe" + run.text.replace("\n", "\r\n").encode("utf-16-le")


def terminal(width: int) -> Callable[[Run], bytes]:
    """A copy from a terminal `width` columns wide that broke long lines hard."""

    def wrap(run: Run) -> bytes:
        out = []
        for tabbed in (f"$ {run.command}", *run.lines):
            line = tabbed.replace("\t", "        ")
            out += [line[at : at + width] for at in range(0, len(line), width)] or [""]
        return _joined(out)

    return wrap


def powershell(run: Run) -> bytes:
    """Windows PowerShell 5.1 with 2>&1: the first line as an error record, red text broken at the window's width."""
    first, rest = run.lines[0], run.lines[1:]
    brief = first if len(first) < 60 else first[:57] + "..."
    program = run.command.split()[0]
    out = [f"{program} : {first}"]
    out = [part for line in out for part in (line[at : at + 118] for at in range(0, len(line), 118))]
    out += ["At line:1 char:1", f"+ {run.command} 2>&1", "+ " + "~" * (len(run.command) + 5), f"    + CategoryInfo          : NotSpecified: ({brief}:String) [], RemoteException", "    + FullyQualifiedErrorId : NativeCommandError", " "]
    for line in rest:
        out += [line[at : at + 118] for at in range(0, len(line), 118)] or [""]
    return _joined([f"PS C:\\src\\shop> {run.command} 2>&1", *out, "PS C:\\src\\shop> "], "\r\n")


_WINDOWS = {
    "temporary failure": "This is usually a temporary error during hostname resolution and means that the local server did not receive a response from an authoritative server.",
    "connect: connection refused": "connectex: No connection could be made because the target machine actively refused it.",
    "connect: connection timed out": "connectex: A connection attempt failed because the connected party did not properly respond after a period of time, or established connection has failed because connected host has failed to respond.",
    "connect: network is unreachable": "connectex: A socket operation was attempted to an unreachable network.",
    "read: connection reset by peer": "wsarecv: An existing connection was forcibly closed by the remote host.",
    "no space left on device": "There is not enough space on the disk.",
    "permission denied": "Access is denied.",
    "read-only file system": "The media is write protected.",
    "no such file or directory": "The system cannot find the path specified.",
    "executable file not found in $PATH": "executable file not found in %PATH%",
}
_CHINESE = {
    "temporary failure": "这是在主机名解析时通常出现的暂时错误，它意味着本地服务器没有从权威服务器上收到响应。",
    "connect: connection refused": "connectex: 由于目标计算机积极拒绝，无法连接。",
    "connect: connection timed out": "connectex: 由于连接方在一段时间后没有正确答复或连接的主机没有反应，连接尝试失败。",
    "connect: network is unreachable": "connectex: 向一个无法连接的网络尝试了一个套接字操作。",
    "read: connection reset by peer": "wsarecv: 远程主机强迫关闭了一个现有的连接。",
    "no space left on device": "磁盘空间不足。",
    "permission denied": "拒绝访问。",
    "read-only file system": "介质受写入保护。",
    "no such file or directory": "系统找不到指定的路径。",
    "executable file not found in $PATH": "executable file not found in %PATH%",
}


def windows(run: Run, words: dict[str, str] = _WINDOWS) -> Run:
    """The same run as Windows words it, from the documented texts of its error codes; paths of the module cache and of the project too."""
    text = re.sub(r"lookup (\S+) on \S+:53: no such host", r"lookup \1: no such host", run.text)
    text = re.sub(r"lookup (\S+) on \S+:53: .*i/o timeout", rf"lookup \1: getaddrinfow: {words['temporary failure']}", text)
    text = re.sub(r"(dial tcp [\d.]+:\d+): i/o timeout", r"\1: connect: connection timed out", text)
    for ours, theirs in words.items():
        text = text.replace(ours, theirs)
    out = []
    for given in text.split(" "):
        word = given
        for place, there in (("/home/dev/go", "C:\\Users\\dev\\go"), ("/srv/gomod", "D:\\gomod"), ("/home/dev/app", "C:\\src\\shop"), ("/usr/local/go", "C:\\Program Files\\Go")):
            if place in word:
                head, tail = word.split(place, 1)
                word = head + there + tail.replace("/", "\\")
        out.append(word)
    return Run(run.command, " ".join(out), run.status)


def windows_zh(run: Run) -> Run:
    """The same in Chinese."""
    return windows(run, _CHINESE)


WRAPPERS: dict[str, Callable[[Run], bytes]] = {
    "github-actions": github_actions, "gh-run-view": gh_run_view, "gitlab": gitlab, "gitlab-timestamps": gitlab_timestamps, "jenkins": jenkins, "jenkins-freestyle": jenkins_maven_style, "drone": drone,
    "azure": azure, "travis": travis, "circleci": circleci, "buildkit": buildkit, "docker-legacy": docker_legacy, "compose": compose, "kubectl": kubectl, "docker-json": docker_json, "json-lines": json_lines,
    "teamcity": teamcity, "cloud-build": cloud_build, "buildkite": buildkite, "make": make, "prompt": prompt, "zsh": zsh, "issue": issue, "issue-indented": issue_indented, "html": html_escaped, "issue-go-env": issue_go_env, "issue-zh": issue_zh, "buildkit-tail": buildkit_tail, "makepkg": makepkg, "service-log": service_log, "mail": tidy_wrapped, "crlf": crlf,
    "utf16": utf16, "terminal-80": terminal(80), "terminal-120": terminal(120), "powershell": powershell,
    "windows": lambda run: crlf(windows(run)), "windows-zh": lambda run: crlf(windows_zh(run)), "windows-powershell": lambda run: powershell(windows(run)), "windows-zh-utf16": lambda run: utf16(windows_zh(run)),
}
