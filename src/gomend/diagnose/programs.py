"""Programs that a check runs: their output whole, a limit, nobody asked for anything."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

_MOST = 1 << 20  # characters of each stream that are kept


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that has ended, or could not be started (`status` None, `stderr` says why)."""

    status: int | None
    stdout: str
    stderr: str
    in_time: bool = True


class Programs(Protocol):
    """Runs a program and returns what it said."""

    async def __call__(
        self, words: Sequence[str], *, seconds: float, folder: str, told: str = "", set_to: Mapping[str, str] = {}
    ) -> Ran:
        """`told` goes to its standard input; `set_to` are variables beside the environment's."""


def programs(environment: Mapping[str, str]) -> Programs:
    """Runs programs with this environment, with all prompts off."""
    quiet = without_prompts(environment)

    async def run(
        words: Sequence[str], *, seconds: float, folder: str, told: str = "", set_to: Mapping[str, str] = {}
    ) -> Ran:
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                cwd=folder,
                env={**quiet, **set_to},
                stdin=PIPE if told else DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,  # no terminal: ssh and git ask nobody
            )
        except (OSError, ValueError) as error:
            return Ran(None, "", getattr(error, "strerror", None) or str(error))
        try:
            async with asyncio.timeout(seconds):
                out, err = await process.communicate(told.encode("utf-8", "surrogateescape") if told else None)
        except TimeoutError:
            return Ran(None, "", "", in_time=False)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it started itself holds its streams open
                await process.wait()
        return Ran(process.returncode, _text(out), _text(err))

    return run


def _text(data: bytes) -> str:
    return data[:_MOST].decode("utf-8", "replace")


def without_prompts(environment: Mapping[str, str]) -> dict[str, str]:
    """As go has it (GIT_TERMINAL_PROMPT, GCM_INTERACTIVE); ssh, too, is kept from asking, unless the user chose one."""
    quiet = {**environment, "GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "SSH_ASKPASS_REQUIRE": "never"}
    quiet |= {"GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C"}
    if not (environment.get("GIT_SSH") or environment.get("GIT_SSH_COMMAND")):
        quiet["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=4"
    return quiet
