# fmt: off
# ruff: noqa: E501
"""Tools and services that run go and quote what it said: linters, release tools, bots, builders, journals."""

import json
from collections.abc import Callable

from tests.lab.wrappers import Run


def _joined(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


def golangci(run: Run) -> bytes:
    """golangci-lint: one line of key and value, the output escaped inside the quotes."""
    quoted = json.dumps("Running error: context loading failed: failed to load packages: failed to load with go/packages: err: exit status 1: stderr: " + run.text, ensure_ascii=False)
    return _joined(["level=info msg=\"[config_reader] Config search paths: [./ /src / /root]\"", "level=info msg=\"[lintersdb] Active 8 linters: [errcheck gosimple govet ineffassign staticcheck unused]\"", f"level=error msg={quoted}", "level=info msg=\"Memory: 14 samples, avg is 30.1MB, max is 41.2MB\"", "level=info msg=\"Execution took 1.318s\""])


def goreleaser(run: Run) -> bytes:
    """GoReleaser: the hook's output behind `error=`."""
    first, *rest = run.lines
    return _joined(["  • starting release...", "  • loading                                          path=.goreleaser.yaml", "  • running before hooks", f"    • running                                        hook={run.command}", f"  ⨯ release failed after 3s                        error=hook failed: shell: '{run.command}': exit status {run.status}: {first}", *rest])


def renovate(run: Run) -> bytes:
    """A bot's comment in a pull request."""
    return _joined(["### ⚠️ Artifact update problem", "", "Renovate failed to update an artifact related to this branch. You probably do not want to merge this PR as-is.", "", "##### File name: go.sum", "", "```", f"Command failed: {run.command}", *run.lines, "", "```"])


def dependabot(run: Run) -> bytes:
    """A bot's job log: the name of its container, a bar, then its own level and the output."""
    return _joined(["updater | 2026/03/12 09:41:07 INFO <job_8123> Starting job processing", "updater | 2026/03/12 09:41:09 INFO <job_8123> Checking if github.com/acme/widget 1.4.0 needs updating", *(f"  proxy | 2026/03/12 09:41:1{n} [00{n}] GET https://proxy.golang.org:443/github.com/acme/widget/@v/list\n  proxy | 2026/03/12 09:41:1{n} [00{n}] 200 https://proxy.golang.org:443/github.com/acme/widget/@v/list" for n in range(2)), *(f"updater | {line}" for line in run.lines), "updater | 2026/03/12 09:41:21 INFO <job_8123> Finished job processing"])


def bazel(run: Run) -> bytes:
    """Bazel with gazelle's go_repository: the error inside a traceback of its own language."""
    first, *rest = run.lines
    return _joined(["INFO: Repository com_github_acme_private instantiated at:", "  /src/WORKSPACE:31:13: in <toplevel>", "ERROR: An error occurred during the fetch of repository 'com_github_acme_private':", "   Traceback (most recent call last):", "\tFile \"/root/.cache/bazel/_bazel_root/4a5b/external/bazel_gazelle/internal/go_repository.bzl\", line 321, column 17, in _go_repository_impl", "\t\tfail(\"%s: %s\" % (ctx.name, result.stderr))", f"Error in fail: com_github_acme_private: {first}", *rest, "ERROR: Analysis of target '//cmd/shop:shop' failed; build aborted:", "INFO: Elapsed time: 4.118s", "FAILED: Build did NOT complete successfully (0 packages loaded, 0 targets configured)"])


def heroku(run: Run) -> bytes:
    """`git push` to a platform that builds: everything comes from the other side."""
    return _joined(["Enumerating objects: 5, done.", "Writing objects: 100% (3/3), 412 bytes | 412.00 KiB/s, done.", "remote: Compressing source files... done.", "remote: Building source:", "remote: ", "remote: -----> Building on the Heroku-24 stack", "remote: -----> Go app detected", f"remote: -----> Running: {run.command}", *(f"remote: {line}" for line in run.lines), "remote:  !     Push rejected, failed to compile Go app.", "remote: ", "remote:  !     Push failed", "To https://git.heroku.com/shop.git", " ! [remote rejected] main -> main (pre-receive hook declined)", "error: failed to push some refs to 'https://git.heroku.com/shop.git'"])


def netlify(run: Run) -> bytes:
    """A hosting service's deploy log, clock time before each line."""
    body = ["build-image version: 8f0c2d1e", "Starting to install dependencies", f"$ {run.command}", *run.lines, *(["\u200b", "\"build.command\" failed                                        ", "  Error message", f"  Command failed with exit code {run.status}: {run.command}"] if run.status else ["(build.command completed in 6.3s)"])]
    return _joined([f"9:41:{7 + n // 4:02d} AM: {line}" for n, line in enumerate(body)])


def codebuild(run: Run) -> bytes:
    """AWS CodeBuild."""
    at = "[Container] 2026/03/12 09:41:{:02d}.118245"
    end = [at.format(21) + f" Command did not exit successfully {run.command} exit status {run.status}", at.format(21) + " Phase complete: INSTALL State: FAILED", at.format(21) + f" Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: {run.command}. Reason: exit status {run.status}"] if run.status else [at.format(21) + " Phase complete: INSTALL State: SUCCEEDED"]
    return _joined([at.format(7) + " Waiting for agent ping", at.format(8) + " Entering phase INSTALL", at.format(9) + f" Running command {run.command}", *run.lines, "", *end])


def ansible(run: Run) -> bytes:
    """An Ansible task: all in one JSON line."""
    result = {"changed": True, "cmd": run.command.split(), "delta": "0:00:01.204418", "msg": "non-zero return code", "rc": run.status, "stderr": run.text.rstrip(), "stderr_lines": run.lines, "stdout": "", "stdout_lines": []}
    return _joined(["TASK [shop : download modules] *************************************************", "ok: [build02]", f"fatal: [build01]: FAILED! => {json.dumps(result, ensure_ascii=False)}", "", "PLAY RECAP *********************************************************************", "build01                    : ok=4    changed=1    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0", "build02                    : ok=5    changed=1    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0"])


def kaniko(run: Run) -> bytes:
    """Kaniko in a pod."""
    end = [f"error building image: error building stage: failed to execute command: waiting for process to exit: exit status {run.status}"] if run.status else ["INFO[0031] Taking snapshot of full filesystem..."]
    return _joined(["\x1b[36mINFO\x1b[0m[0000] Retrieving image manifest golang:1.25", "\x1b[36mINFO\x1b[0m[0011] COPY go.mod go.sum ./", f"\x1b[36mINFO\x1b[0m[0012] RUN {run.command}", "\x1b[36mINFO\x1b[0m[0012] Cmd: /bin/sh", f"\x1b[36mINFO\x1b[0m[0012] Args: [-c {run.command}]", f"\x1b[36mINFO\x1b[0m[0012] Running: [/bin/sh -c {run.command}]", *run.lines, *end])


def buildah(run: Run) -> bytes:
    """podman build."""
    end = [f'Error: building at STEP "RUN {run.command}": while running runtime: exit status {run.status}'] if run.status else ["--> 4a5b6c7d8e9f", "STEP 5/7: COPY . ."]
    return _joined(["STEP 1/7: FROM golang:1.25", "STEP 2/7: WORKDIR /src", "--> Using cache 1f2e3d4c5b6a", "STEP 3/7: COPY go.mod go.sum ./", f"STEP 4/7: RUN {run.command}", *run.lines, *end])


def journal(run: Run) -> bytes:
    """journalctl of a build service."""
    end = [f"Mar 12 09:41:21 build01 systemd[1]: shop-build.service: Main process exited, code=exited, status={run.status}/FAILURE", "Mar 12 09:41:21 build01 systemd[1]: shop-build.service: Failed with result 'exit-code'."] if run.status else ["Mar 12 09:41:21 build01 systemd[1]: shop-build.service: Deactivated successfully."]
    return _joined(["Mar 12 09:41:06 build01 systemd[1]: Starting shop-build.service - Build the shop...", *(f"Mar 12 09:41:{7 + n // 3:02d} build01 build.sh[4127]: {line}" for n, line in enumerate(run.lines)), *end])


def nix(run: Run) -> bytes:
    """nix-build: the last lines of a failed builder, quoted."""
    return _joined(["these 2 derivations will be built:", "  /nix/store/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4p5q-shop-1.4.0-go-modules.drv", f"error: builder for '/nix/store/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4p5q-shop-1.4.0-go-modules.drv' failed with exit code {run.status};", f"       last {len(run.lines) + 2} log lines:", "       > Running phase: unpackPhase", "       > Running phase: buildPhase", *(f"       > {line}" for line in run.lines), "       For full logs, run:", "         nix log /nix/store/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4p5q-shop-1.4.0-go-modules.drv", "error: 1 dependencies of derivation '/nix/store/9z8y7x6w-shop-1.4.0.drv' failed to build"])


def tekton(run: Run) -> bytes:
    """`tkn pipelinerun logs`: task and step in brackets."""
    return _joined(["[fetch : clone] + git clone --depth 1 https://git.corp.example/acme/shop.git .", "[fetch : clone] Cloning into '.'...", "", *(f"[build : modules] {line}" for line in run.lines), *(["", "failed to get logs for task build : container step-modules has failed  : [{\"key\":\"StartedAt\",\"value\":\"2026-03-12T09:41:07.118Z\",\"type\":3}]"] if run.status else [])])


def logfmt(run: Run) -> bytes:
    """A service that logs its child's lines as logfmt."""
    return _joined([f'time="2026-03-12T09:41:{7 + n // 5:02d}Z" level={"error" if line.startswith("go: ") else "info"} msg={json.dumps(line, ensure_ascii=False)} component=builder stream=stderr' for n, line in enumerate(run.lines)])


def gopls(run: Run) -> bytes:
    """The editor's message of a failed workspace load."""
    first, *rest = run.lines
    return _joined(["[Error - 9:41:07 AM] 2026/03/12 09:41:07 go/packages.Load #1", "[Error - 9:41:08 AM] Error loading workspace folders (expected 1, got 0)", f"failed to load view for file:///home/dev/app: err: exit status 1: stderr: {first}", *rest, ""])


def typescript(run: Run) -> bytes:
    """What `script` keeps of a terminal session: bracketed paste marks, titles, carriage returns, colours."""
    head = "Script started on 2026-03-12 09:41:07+00:00 [TERM=\"xterm-256color\" TTY=\"/dev/pts/3\" COLUMNS=\"120\" LINES=\"40\"]\n"
    ps1 = "\x1b]0;dev@laptop: ~/src/shop\x07\x1b[?2004h\x1b[01;32mdev@laptop\x1b[00m:\x1b[01;34m~/src/shop\x1b[00m$ "
    return (head + ps1 + run.command + "\r\n\x1b[?2004l\r" + run.text.replace("\n", "\r\n") + ps1 + "exit\r\n\x1b[?2004l\rexit\r\n\nScript done on 2026-03-12 09:41:31+00:00 [COMMAND_EXIT_CODE=\"" + str(run.status) + "\"]\n").encode()


def progress_bars(run: Run) -> bytes:
    """A log in which a progress bar drew itself over and over before the output came."""
    bar = "".join(f"\rPulling golang:1.25 [{'=' * n}{' ' * (20 - n)}] {5 * n}%" for n in range(21)) + "\n"
    git = "".join(f"\rReceiving objects: {n:3d}% ({n * 7}/700)" for n in range(0, 101, 5)) + "\rReceiving objects: 100% (700/700), 1.21 MiB | 3.02 MiB/s, done.\n"
    return (bar + "Cloning into 'shop'...\n" + git + run.text).encode()


QUOTING: dict[str, Callable[[Run], bytes]] = {
    "golangci": golangci, "goreleaser": goreleaser, "renovate": renovate, "dependabot": dependabot, "bazel": bazel, "heroku": heroku, "netlify": netlify, "codebuild": codebuild, "ansible": ansible, "kaniko": kaniko,
    "buildah": buildah, "journal": journal, "nix": nix, "tekton": tekton, "logfmt": logfmt, "gopls": gopls, "typescript": typescript, "progress-bars": progress_bars,
}
