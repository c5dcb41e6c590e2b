"""A world for checks: a machine with a home, settings and folders of the test's own."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gomend.causes import Finding
from gomend.diagnose.check import Checked
from gomend.diagnose.plan import CHECKS, Check
from gomend.diagnose.programs import programs
from gomend.diagnose.world import World
from gomend.gocmd.gosettings import go_settings
from gomend.gocmd.mainfiles import main_files
from gomend.texts import text


def world(
    folder: Path, variables: Mapping[str, str], *, go: str = "/nowhere/bin/go", lang: str = "en", **more: object
) -> World:
    """Work in `folder` with this environment, and nothing of the machine's own."""
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **variables}
    settings = go_settings(go, environment)
    return World(
        environment=environment,
        settings=settings,
        go=go if go != "/nowhere/bin/go" else "",
        main=main_files(str(folder), settings.get("GOWORK")),
        say=partial(text, lang),
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
        run=programs(environment),
        **more,  # type: ignore[arg-type]
    )


def check(name: str) -> Check:
    """The check of that name."""
    return next(one for one in CHECKS if one.name == name)


def told(checked: Checked) -> list[tuple[str, str]]:
    """Code and severity of each finding."""
    return [(one.code.value, one.severity.value) for one in checked.findings]


def only(checked: Checked) -> Finding:
    """The one finding."""
    (finding,) = checked.findings
    return finding
