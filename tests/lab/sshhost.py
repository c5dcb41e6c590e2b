"""A host of git repositories over ssh: a real server, which runs git's own upload-pack and nothing else."""

import asyncio
import shlex
import threading
from pathlib import Path
from typing import Self

import asyncssh

_COMMAND = "git-upload-pack"


class SshHost:
    """Serves the bare repositories below `folder` to holders of `key`, the private key that it makes for a client.

    `known_hosts(name)` is the line for that file. `asked` holds the commands that came.
    """

    def __init__(self, folder: Path, address: tuple[str, int]) -> None:
        self.folder = folder
        self.address = address
        self.asked: list[str] = []
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._client_key = asyncssh.generate_private_key("ssh-ed25519")
        self.key = self._client_key.export_private_key()
        self._is_up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def known_hosts(self, name: str) -> str:
        """The line that says which key a host of this name has."""
        return f"{name} {self._host_key.export_public_key().decode().strip()}\n"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        known = asyncssh.import_authorized_keys(self._client_key.export_public_key().decode())
        async with asyncssh.listen(
            *self.address,
            server_host_keys=[self._host_key],
            authorized_client_keys=known,
            process_factory=self._run,
            encoding=None,
        ):
            self._is_up.set()
            await self._ended.wait()

    async def _run(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        self.asked.append(process.command or "")
        words = shlex.split(process.command or "")
        if len(words) != 2 or words[0] != _COMMAND:
            process.exit(1)
            return
        child = await asyncio.create_subprocess_exec(
            "git",
            *("-c", "safe.directory=*", "upload-pack", str(self.folder / words[1].lstrip("/"))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        await process.redirect(stdin=child.stdin, stdout=child.stdout, stderr=child.stderr)
        process.exit(await child.wait())
