"""Module versions fetched by the real go, through gomend's door, into a module cache of their own."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gomend.cli.wrapping import closed
from gomend.gomod.goenv import GoEnv
from gomend.modcache.recorded import Recorded
from gomend.relay.opening import open_for
from gomend.relay.session import Session

Version = tuple[str, str]


class Fetcher:
    """Fetches with the go at the path `go`, in `settings`; what `recorded` says of a version counts as its go.sum."""

    def __init__(self, go: str, settings: GoEnv, recorded: Recorded, environment: Mapping[str, str]) -> None:
        self._go = go
        self._recorded = recorded
        self._environment = {
            **environment,
            "GOWORK": "off",
            # Of the user's flags none is needed but the one that says how what is unpacked looks. An empty GOFLAGS
            # would count as none, and let the user's stored one in.
            "GOFLAGS": "-mod=mod" + (" -modcacherw" if "-modcacherw" in settings.get("GOFLAGS") else ""),
        }

    def __call__(self, cache: Path, versions: Sequence[Version]) -> dict[Version, str]:
        """Fetch into `cache`; gives the reason for each version that failed."""
        failed = self._fetch(cache, versions)
        if failed is None and len(versions) > 1:
            # One that contradicts go.sum ends the whole command: the others shall not pay for it.
            parts = [self._fetch(cache, [one]) or {} for one in versions]
            failed = {one: reason for part in parts for one, reason in part.items()}
        return failed or {}

    def _fetch(self, cache: Path, versions: Sequence[Version]) -> dict[Version, str] | None:
        """None where go broke off before it told of each."""
        words = ["mod", "download", "-json", *(f"{module}@{version}" for module, version in versions)]
        environment = {**self._environment, "GOMODCACHE": str(cache)}
        with tempfile.TemporaryDirectory(prefix="gomend-") as folder:
            Path(folder, "go.mod").write_text("module gomend.invalid/repair\n", encoding="utf-8")
            Path(folder, "go.sum").write_text(self._go_sum(versions), encoding="utf-8")
            door = open_for(self._go, words, environment)
            if door is not None:
                environment = {**environment, **door.environment()}  # the door keeps the one it was given
                door.start()
            try:
                ran = subprocess.run(
                    [self._go, *words],
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                )
            finally:
                if door is not None:
                    closed(door)
        return _failures(versions, *(_true(door, stream) for stream in (ran.stdout, ran.stderr)))

    def _go_sum(self, versions: Sequence[Version]) -> str:
        lines = []
        for module, version in versions:
            for table, ending in ((self._recorded.zips, ""), (self._recorded.gomods, "/go.mod")):
                lines += [f"{module} {version}{ending} {digest}\n" for digest in table.get((module, version), ())]
        return "".join(lines)


def _true(door: Session | None, stream: bytes) -> str:
    """What go wrote, with the sources' own addresses in it."""
    if door is not None:
        restorer = door.restorer()
        stream = restorer.restore(stream) + restorer.flush()
    return stream.decode("utf-8", "replace")


def _failures(versions: Sequence[Version], told: str, said: str) -> dict[Version, str] | None:
    answers = {(one.get("Path", ""), one.get("Version", "")): one for one in _objects(told)}
    missing = [one for one in versions if one not in answers]
    if missing and len(versions) > 1:
        return None
    failed = {one: str(answers[one]["Error"]) for one in versions if one in answers and answers[one].get("Error")}
    reason = " ".join(said.partition("\n\n")[0].split()).removeprefix("go: ")
    failed |= dict.fromkeys(missing, reason)
    return {one: words.removeprefix(f"{one[0]}@{one[1]}: ") for one, words in failed.items()}


def _objects(told: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = 0
    while at < len(told):
        try:
            one, at = decoder.raw_decode(told, at)
        except ValueError:
            return
        yield one
        while at < len(told) and told[at].isspace():
            at += 1
