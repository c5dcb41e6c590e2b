"""A real SSH server on loopback that lets keys in and runs git's own upload-pack, and what ssh needs to get there."""

import asyncio
import contextlib
import shlex
import subprocess
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncssh

T = TypeVar("T")


def new_key() -> asyncssh.SSHKey:
    """A key of the kind that ssh makes by default."""
    return asyncssh.generate_private_key("ssh-ed25519")


class SshHost:
    """Serves the repositories below `root` to whoever has one of the `admitted` keys, under the host key `key`.

    `asked` holds the commands that came.
    """

    def __init__(
        self, root: Path, key: asyncssh.SSHKey, admitted: asyncssh.SSHKey, address: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        self._root, self._key = root, key
        self._admitted = asyncssh.import_authorized_keys(admitted.export_public_key().decode())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.host, self.port = address
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._await(self._listen())
        self.port = self._server.get_port()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._await(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _await(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(30)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            self.host,
            self.port,
            server_host_keys=[self._key],
            authorized_client_keys=self._admitted,
            process_factory=self._run,
            encoding=None,
        )

    async def _end(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        left = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _run(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        """As sshd does for git: the command that the client names."""
        self.asked.append(process.command or "")
        words = shlex.split(process.command or "")
        if len(words) != 2 or words[0] != "git-upload-pack":
            process.exit(127)
            return
        place = self._root / words[1].lstrip("/")
        child = await asyncio.create_subprocess_exec(
            *("git", "-c", "safe.directory=*", "upload-pack", str(place)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        feeding = asyncio.ensure_future(_copy(process.stdin, child.stdin))
        await asyncio.gather(_copy(child.stdout, process.stdout), _copy(child.stderr, process.stderr))
        feeding.cancel()
        process.exit(await child.wait())


async def _copy(source: Any, sink: Any) -> None:
    with contextlib.suppress(OSError, asyncssh.Error):
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
        if isinstance(sink, asyncio.StreamWriter):
            sink.close()


def client(folder: Path, key: asyncssh.SSHKey, known: str) -> Path:
    """A program for GIT_SSH: the real ssh with this key and known_hosts, and nothing of the user's own."""
    folder.mkdir()
    identity, hosts, config, program = (folder / name for name in ("id", "known_hosts", "config", "ssh"))
    identity.write_bytes(key.export_private_key())
    identity.chmod(0o600)
    hosts.write_text(known)
    config.write_text(
        f"BatchMode yes\nIdentityFile {identity}\nIdentitiesOnly yes\nIdentityAgent none\n"
        f"UserKnownHostsFile {hosts}\nGlobalKnownHostsFile /dev/null\nConnectTimeout 4\n"
    )
    program.write_text(f'#!/bin/sh\nexec ssh -F {config} "$@"\n')
    program.chmod(0o755)
    return program


def known_host(host: str, port: int, key: asyncssh.SSHKey) -> str:
    """The line of known_hosts."""
    return f"{host if port == 22 else f'[{host}]:{port}'} {key.export_public_key().decode()}"
