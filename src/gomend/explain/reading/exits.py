"""Lines in which a shell, a build tool or a CI system tells how a command ended."""

import re
from typing import Final

_FAILED: Final = 1
_RULES: Final[tuple[tuple[re.Pattern[str], int | None], ...]] = tuple(
    (re.compile(pattern), status)
    for pattern, status in (
        # GitHub Actions, Gitea, act
        (r"(?:##\[error\]|Error: |::error::)?Process completed with exit code (?P<status>-?\d+)\.?$", None),
        (r"(?:##\[error\]|Error: )?The operation was cancell?ed\.$", None),
        (
            r"(?:##\[error\]|Error: |Error: Error: )?(?:Error: )?The process '[^']{1,300}' failed "
            r"with exit code (?P<status>\d+)",
            None,
        ),
        (r"exitcode '(?P<status>\d+)': (?:failure|success)", None),
        # GitLab
        (
            r"ERROR: Job failed(?: \(system failure\))?: (?:exit (?:code|status) |command "
            r"terminated with exit code |.{0,80}exit code )(?P<status>\d+)",
            None,
        ),
        (r"ERROR: Job failed\b", _FAILED),
        (r"Job succeeded$", 0),
        # Jenkins
        (r"(?:ERROR: )?script returned exit code (?P<status>-?\d+)$", None),
        (r"Build step '[^']{1,120}' marked build as failure$", _FAILED),
        (r"Finished: (?:FAILURE|UNSTABLE)$", _FAILED),
        (r"Finished: SUCCESS$", 0),
        (r"Finished: ABORTED$", None),
        # Azure Pipelines
        (r"(?:##\[error\])?(?:Bash|PowerShell|Cmd\.exe|Script) exited with code '(?P<status>-?\d+)'\.?$", None),
        (r"(?:##\[error\])?The process '[^']{1,300}' exited with code (?P<status>\d+)", None),
        # Travis, CircleCI, Buildkite, TeamCity, AppVeyor, Semaphore, CodeBuild, Cloud Build, Drone
        (r"The command \".{1,2000}\" (?:exited with|failed and exited with) (?P<status>\d+)\b", None),
        (r"Done\. Your build exited with (?P<status>\d+)\.$", None),
        (r"Exited with code exit status (?P<status>\d+)$", None),
        (r"CircleCI received exit code (?P<status>\d+)$", None),
        (r"\W{0,4}Error: The command exited with status (?P<status>-?\d+)$", None),
        (r"user command error: exit status (?P<status>\d+)$", None),
        (r"(?:Process|Command) exited with code (?P<status>-?\d+)\b", None),
        (r"exit code: (?P<status>\d+) duration: ", None),
        (r"(?:.{0,40})?Command did not exit successfully .{1,2000} exit status (?P<status>\d+)$", None),
        (r"ERROR: build step \d+ \"[^\"]{1,200}\" failed: step exited with non-zero status: (?P<status>\d+)", None),
        # BuildKit, docker, podman, kaniko, compose, Kubernetes
        (r"#\d{1,4} DONE \d", 0),
        (r"#\d{1,4} ERROR: process \".{1,2000}\" did not complete successfully: exit code: (?P<status>\d+)", None),
        (
            r"(?:ERROR: )?failed to (?:solve|build)\b.{0,200}?process \".{1,2000}\" did not "
            r"complete successfully: exit code: (?P<status>\d+)",
            None,
        ),
        (r"(?:ERROR: )?(?:target \S{1,120}: )?failed to solve: .{0,200}exit code: (?P<status>\d+)", None),
        (
            r"failed to solve(?: with frontend \S{1,80})?: .{0,400}executor failed running "
            r"\[.{1,2000}\]: exit code: (?P<status>\d+)",
            None,
        ),
        (r"The command '.{1,2000}' returned a non-zero code: (?P<status>\d+)$", None),
        (r"[Ee]rror: (?:error )?building at STEP \".{1,2000}\": .{0,200}exit status (?P<status>\d+)$", None),
        (r"error building image: .{0,400}exit status (?P<status>\d+)$", None),
        (r"[\w.-]{1,64} exited with code (?P<status>\d+)$", None),
        (r"command terminated with (?:non-zero )?exit code:? (?P<status>\d+)", None),
        (r"(?:#\d{1,4} )?ERROR: (?:target \S{1,120}: )?failed to (?:solve|build): ", _FAILED),
        # make and its kin, tar
        (r"tar: Error is not recoverable: exiting now$", _FAILED),
        (
            r"(?:g|mingw32-|re)?make(?:\.exe)?(?:\[\d+\])?: \*\*\* .{1,400}(?:Error|错误|錯誤|"
            r"Erreur|Fehler|エラー) (?P<status>\d+)",
            None,
        ),
        (r"task: Failed to run task \".{1,200}\": .{0,80}exit status (?P<status>\d+)", None),
        (r"error: [Rr]ecipe `.{1,200}` failed .{0,120}exit code (?P<status>\d+)", None),
        (r"Error: running \".{1,400}\" failed with exit code (?P<status>\d+)", None),
    )
)
_HINT: Final = re.compile(
    r"exit|Finished: |make|Job |script returned|Build step|canceled|cancelled|failed|DONE |non-zero"
)


def exit_in(text: str) -> tuple[bool, int | None]:
    """Whether a line tells that a command ended, and with which status; None where it does not say."""
    if not _HINT.search(text):
        return False, None
    for pattern, status in _RULES:
        if found := pattern.match(text):
            told = found.groupdict().get("status")
            return True, int(told) if told else status
    return False, None
