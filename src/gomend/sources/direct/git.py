"""A git repository, in a bare clone that holds what was asked of it so far.

The commands are go's: what go has found to work with every server. Source: facts of cmd/go/internal/modfetch/codehost
(git.go); https://git-scm.com/docs.
"""

import asyncio
import fcntl
import hashlib
import os
import re
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.gomod.modtree import TreeFile
from gomend.gomod.version import compare
from gomend.sources.credentials.byhost import ByHost, HostCredentialError, Login
from gomend.sources.direct.repository import Commit, DirectError, Take
from gomend.sources.direct.turns import Turns
from gomend.sources.direct.way import Way

_FEWEST_DIGITS = 7  # of a hash that is asked for by its beginning
_SHA1, _SHA256 = 40, 64  # digits of a whole hash
_HEX = re.compile("[0-9a-f]+")
_ATTRIBUTES = "* -export-subst -export-ignore\n"  # golang.org/issue/27153
_USER, _TOKEN = "_GOMEND_GIT_USER", "_GOMEND_GIT_TOKEN"
_HELPER = f"""!f() {{ test "$1" = get && printf 'username=%s\\npassword=%s\\n' "${_USER}" "${_TOKEN}"; }}; f"""
_HELD_FOR = 5.0  # seconds that the remote's names are good for: one file after the other is asked for a version


@dataclass(frozen=True, slots=True)
class Git:
    """The git program. `settings` are configuration values for each call, such as a host's credentials; they are
    passed in the environment, where no other user sees them. `seconds` is the longest that a call may take. Of calls
    that talk to remotes `turns` tells how many there may be at a time, `way` what stands between, `by_host` who asks.
    """

    program: str
    environment: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 900
    turns: Turns | None = None
    way: Way | None = None
    by_host: ByHost | None = None

    def variables(self, folder: Path | None, login: Login | None = None) -> dict[str, str]:
        """The environment of a call. git asks nobody, speaks English, and ends a transfer in which nothing moves."""
        fixed = {"http.lowSpeedLimit": "1", "http.lowSpeedTime": "60", "gc.auto": "0", **self.settings}
        settings = list(fixed.items())
        if login is not None:
            # By a helper, since a header (http.extraHeader) goes along where the host redirects to another.
            ours = f"credential.{login.base}.helper"
            settings += [(ours, ""), (ours, _HELPER)]
        pairs = {f"GIT_CONFIG_KEY_{at}": name for at, (name, _) in enumerate(settings)}
        pairs |= {f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in enumerate(settings)}
        pairs |= {_USER: login.user, _TOKEN: login.token} if login is not None else {}
        asks_nobody = {
            "GIT_TERMINAL_PROMPT": "0",
            "GCM_INTERACTIVE": "never",
            "LC_ALL": "C",
            "GIT_DEFAULT_HASH": "sha1",
        }
        if not self.environment.get("GIT_SSH") and not self.environment.get("GIT_SSH_COMMAND"):
            asks_nobody["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=10"
        place = {"GIT_DIR": str(folder)} if folder is not None else {}
        return {**self.environment, **asks_nobody, **pairs, "GIT_CONFIG_COUNT": str(len(settings)), **place}

    async def run(self, folder: Path | None, *words: str, login: Login | None = None) -> bytes:
        """What a call prints. Raises DirectError with what it says of itself where it fails."""
        try:
            child = await asyncio.create_subprocess_exec(
                self.program,
                *words,
                env=self.variables(folder, login),
                cwd=folder or "/",  # not where a configuration of somebody else's may lie
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise _not_run(self.program, error) from error
        try:
            async with asyncio.timeout(self.seconds):
                out, err = await child.communicate()
        except TimeoutError as error:
            words_of_it = f"git {words[0]}: no end after {self.seconds:.0f} s"
            raise DirectError(words_of_it, code=Code.NET_RESPONSE_TIMEOUT) from error
        finally:
            if child.returncode is None:
                os.killpg(child.pid, 9)
                await child.wait()
        if child.returncode:
            raise _failed(words, child.returncode, err)
        return out

    async def ask(self, url: str, folder: Path | None, *words: str) -> bytes:
        """As `run`, for a call that talks to the remote at `url`: it waits for its turn."""
        refused = self.way.refused(url) if self.way is not None else None
        if refused is not None:
            raise DirectError(f"{url}: {refused.words}", code=refused.code)
        async with self.turns.of(urlsplit(url).netloc) if self.turns is not None else nullcontext():
            began = self.way.begun() if self.way is not None else 0.0
            try:
                login = await self.by_host.login(url) if self.by_host is not None else None
                return await self.run(folder, *words, login=login)
            except HostCredentialError as error:
                raise DirectError(f"{url}: {error.words}", code=Code.AUTH_CREDENTIALS) from error
            except DirectError as error:
                fault = self.way.fault(url, began) if self.way is not None else None
                if fault is None:
                    raise
                raise DirectError(f"{url}: {fault.words}", code=fault.code, output=error.output) from error


def _not_run(program: str, error: OSError) -> DirectError:
    words = f'exec: "{program}": {error.strerror}'
    return DirectError(words, code=Code.VCS_TOOL_MISSING if isinstance(error, FileNotFoundError) else None)


def _failed(words: Sequence[str], status: int, said: bytes) -> DirectError:
    output = said.decode("utf-8", "replace").strip()
    return DirectError(f"git {words[0]}: exit status {status}: {output}", code=None, output=output)


class GitRepository:
    """The repository at `url`, cloned below `folder`.

    `status_of` tells the HTTP status of a URL, None where no answer came: git itself does not say whether a
    repository is missing. `clock` gives seconds.
    """

    vcs = "git"

    def __init__(
        self,
        url: str,
        folder: Path,
        git: Git,
        *,
        status_of: Callable[[str], Awaitable[int | None]],
        clock: Callable[[], float],
    ) -> None:
        self.url = url
        name = hashlib.sha256(f"git:{url}".encode()).hexdigest()
        self._folder = folder / name
        self._guard = folder / f"{name}.lock"
        self._git = git
        self._status_of = status_of
        self._clock = clock
        self._turn = asyncio.Lock()
        self._names: dict[str, str] = {}
        self._names_until = float("-inf")
        self._known_digits: int | None = None
        self._whole: dict[str, str] | None = None  # the names as they were when all history was fetched

    async def tags(self, prefix: str) -> Mapping[str, str]:
        """As Repository.tags."""
        names = await self._remote_names()
        tags = {
            name.removeprefix("refs/tags/"): hash_ for name, hash_ in names.items() if name.startswith("refs/tags/")
        }
        return {tag: tags[tag] for tag in sorted(tags) if tag.startswith(prefix)}

    async def head(self) -> Commit:
        """As Repository.head."""
        found = (await self._remote_names()).get("HEAD")
        if found is None:
            raise DirectError("no commits", code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
        return await self.commit(found)

    async def _remote_names(self) -> dict[str, str]:
        """HEAD, branches and tags of the remote, each with its commit's hash."""
        if self._clock() < self._names_until:
            return self._names
        try:
            listed = await self._git.ask(self.url, None, "ls-remote", "-q", "--end-of-options", self.url)
        except DirectError as error:
            if self.url.startswith(("http://", "https://")) and await self._status_of(self.url) in (404, 410):
                raise DirectError(error.words, code=Code.VCS_NOT_FOUND, is_missing=True, output=error.output) from error
            raise
        names: dict[str, str] = {}
        for line in listed.decode("utf-8", "surrogateescape").splitlines():
            hash_, _, name = line.partition("\t")
            if name == "HEAD" or name.startswith(("refs/heads/", "refs/tags/")):
                names[name] = hash_
        for name in [name for name in names if name.endswith("^{}")]:  # what an annotated tag is a tag of
            names[name.removesuffix("^{}")] = names.pop(name)
        self._names, self._names_until = names, self._clock() + _HELD_FOR
        return names

    async def commit(self, revision: str) -> Commit:
        """As Repository.commit. Only what a branch or tag leads to is fetched: a forge serves others' commits too."""
        async with self._alone():
            digits = await self._digits()
            if _is_hash(revision, digits) and (found := await self._here(revision, revision)):
                return found
            if await self._has(f"refs/tags/{revision}") and (
                found := await self._here(revision, f"refs/tags/{revision}")
            ):
                return found
            names = await self._remote_names()
            ref, hash_ = _named(revision, names, digits)
            found = await self._here(revision, hash_) if hash_ else None
            if found is not None and ref.startswith("refs/tags/") and not await self._has(ref):
                await self._run("update-ref", ref, hash_)
            if found is not None:
                return found
            if ref and await self._fetched(hash_ if ref == "HEAD" else ref, ref):
                found = await self._here(revision, hash_)
            if found is None:
                await self._fetch_all()
                found = await self._here(revision, hash_ or revision)
            if found is None:
                raise _unknown(revision)
            return found

    async def _fetched(self, what: str, ref: str) -> bool:
        """Whether the one commit came. Why not is no matter: then everything is fetched."""
        target = "refs/dummy" if ref == "HEAD" else ref
        try:
            # golang.org/issue/56881: version 1 of the protocol misses tags of the commit.
            await self._asked(
                "-c", "protocol.version=2", "fetch", "-q", "-f", "--depth=1", "--end-of-options", self.url,
                f"{what}:{target}",
            )  # fmt: skip
        except DirectError:
            return False
        return True

    async def _fetch_all(self) -> None:
        """All branches and tags with their history, unless they are here."""
        names = await self._remote_names()
        if self._whole == names:
            return
        # golang.org/issue/34266: what is shallow is deepened in a second step.
        await self._asked(
            "fetch", "-q", "-f", "--end-of-options", self.url, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"
        )
        if (self._folder / "shallow").exists():
            await self._asked("fetch", "-q", "--unshallow", "-f", "--end-of-options", self.url)
        self._whole = dict(names)

    async def _here(self, asked: str, name: str) -> Commit | None:
        """A commit of the clone; None where it is not there."""
        try:
            said = await self._run(
                "-c", "log.showsignature=false", "log", "--no-decorate", "-n1", "--format=format:%H %ct %D",
                "--end-of-options", name, "--",
            )  # fmt: skip
        except DirectError:
            return None
        hash_, time, *decoration = said.decode("utf-8", "surrogateescape").split(" ", 2)
        tags = {word.removeprefix("tag: ") for word in " ".join(decoration).split(", ") if word.startswith("tag: ")}
        names = self._names
        tags |= {
            ref.removeprefix("refs/tags/") for ref in names if ref.startswith("refs/tags/") and names[ref] == hash_
        }
        return Commit(
            hash_,
            datetime.fromtimestamp(int(time), UTC),
            tuple(sorted(tags)),
            tag=asked if asked in tags else "",
            ref=next((ref for ref in (f"refs/tags/{asked}", f"refs/heads/{asked}") if names.get(ref) == hash_), ""),
        )

    async def read(self, commit: Commit, path: str) -> bytes | None:
        """As Repository.read."""
        try:
            return await self._run("cat-file", "blob", f"{commit.hash}:{path}")
        except DirectError:
            # It says the same of a file that is not in the commit and of a commit that is damaged; this does not.
            listed = await self._run("--literal-pathspecs", "ls-tree", "-z", commit.hash, path)
            if b" blob " in listed:
                raise
            return None

    async def highest_tag(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        """As Repository.highest_tag."""
        found = await self._highest(commit, prefix, allowed)
        if not found and await self.tags(f"{prefix}v"):
            async with self._alone():
                await self._fetch_all()
            found = await self._highest(commit, prefix, allowed)
        return found

    async def _highest(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        merged = await self._run("for-each-ref", "--format=%(refname)", f"--merged={commit.hash}", "refs/tags")
        highest = ""
        for line in merged.decode("utf-8", "surrogateescape").splitlines():
            tag = line.removeprefix("refs/tags/")
            if tag.startswith(prefix) and allowed(tag) and compare(tag.removeprefix(prefix), highest) > 0:
                highest = tag.removeprefix(prefix)
        return prefix + highest if highest else ""

    async def descends(self, commit: Commit, tag: str) -> bool:
        """As Repository.descends."""
        if await self._is_ancestor(tag, commit):
            return True
        async with self._alone():
            await self._fetch_all()
        return await self._is_ancestor(tag, commit)

    async def _is_ancestor(self, tag: str, commit: Commit) -> bool:
        try:
            await self._run("merge-base", "--is-ancestor", "--", f"refs/tags/{tag}", commit.hash)
        except DirectError:
            return False
        return True

    async def tree(self, commit: Commit, folder: str) -> list[TreeFile]:
        """As Repository.tree."""
        listed = await self._run("ls-tree", "-r", "-l", "-z", f"{commit.hash}:{folder}")
        files = []
        for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, kind, _, size = facts.split()
            if kind == "blob":  # a submodule is a commit: git archive leaves its folder empty
                files.append(TreeFile(path, int(size), is_regular=mode.startswith("100")))
        return files

    async def copy(self, commit: Commit, folder: str, wanted: Collection[str], take: Take) -> None:
        """As Repository.copy. Line ends are as on go's own platforms, whatever the settings of this machine."""
        attributes = self._folder / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(_ATTRIBUTES)
        words = [
            "--literal-pathspecs", "-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=tar",
            "--end-of-options", commit.hash, *([folder] if folder else []),
        ]  # fmt: skip
        await asyncio.to_thread(self._copy, words, f"{folder}/" if folder else "", wanted, take)

    def _copy(self, words: Sequence[str], front: str, wanted: Collection[str], take: Take) -> None:
        import subprocess  # noqa: PLC0415 - asyncio's pipes are not for threads

        with subprocess.Popen(
            [self._git.program, *words],
            env=self._git.variables(self._folder),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as child:
            assert child.stdout is not None and child.stderr is not None  # noqa: S101 - for mypy
            try:
                with tarfile.open(fileobj=child.stdout, mode="r|", encoding="utf-8") as archive:
                    for member in archive:
                        path = member.name.removeprefix(front)
                        content = archive.extractfile(member) if member.isreg() and path in wanted else None
                        if content is not None:
                            take(path, content)
            except tarfile.TarError as error:
                said = child.stderr.read()
                raise _failed(["archive"], child.wait(), said) from error
            finally:
                if child.poll() is None:
                    child.stdout.read()
            said = child.stderr.read()
            if child.wait():
                raise _failed(["archive"], child.returncode, said)

    async def _has(self, ref: str) -> bool:
        try:
            await self._run("show-ref", "--verify", "-q", ref)
        except DirectError:
            return False
        return True

    async def _run(self, *words: str) -> bytes:
        await self._made()
        return await self._git.run(self._folder, *words)

    async def _asked(self, *words: str) -> None:
        await self._made()
        await self._git.ask(self.url, self._folder, *words)

    async def _made(self) -> None:
        if not (self._folder / "HEAD").exists():
            names = await self._remote_names()
            self._folder.mkdir(parents=True, exist_ok=True)
            is_sha256 = any(len(hash_) == _SHA256 for hash_ in names.values())
            # Only where it must be said: git before 2.29 does not know the option.
            form = ["--object-format=sha256"] if is_sha256 else []
            await self._git.run(self._folder, "init", "-q", "--bare", *form)

    async def _digits(self) -> int:
        """How many digits a hash has here. Source: codehost/git.go (checkConfigSHA256, hexHashLen)."""
        if self._known_digits is None:
            await self._made()
            said = await self._git.run(self._folder, "config", "--default", "sha1", "extensions.objectFormat")
            self._known_digits = _SHA256 if said.strip() == b"sha256" else _SHA1
        return self._known_digits

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """What changes the clone is done by one at a time, among all processes."""
        async with self._turn:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._guard.open("wb") as guard:
                await asyncio.to_thread(fcntl.flock, guard, fcntl.LOCK_EX)
                yield


def _is_hash(revision: str, digits: int) -> bool:
    return _FEWEST_DIGITS <= len(revision) <= digits and _HEX.fullmatch(revision) is not None


def _named(revision: str, names: Mapping[str, str], digits: int) -> tuple[str, str]:
    """The remote's name for a revision, and the commit. Raises DirectError where it has none, or several."""
    for ref in (f"refs/tags/{revision}", f"refs/heads/{revision}"):
        if ref in names:
            return ref, names[ref]
    if revision == "HEAD" and "HEAD" in names:
        return "HEAD", names["HEAD"]
    if not _is_hash(revision, digits):
        raise _unknown(revision)
    refs = sorted(ref for ref, hash_ in names.items() if hash_.startswith(revision))
    if len({names[ref] for ref in refs}) > 1:
        words = f"ambiguous revision {revision}"
        raise DirectError(words, code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
    if refs:
        return refs[0], names[refs[0]]
    return "", revision if len(revision) == digits else ""


def _unknown(revision: str) -> DirectError:
    return DirectError(f"unknown revision {revision}", code=Code.VCS_UNKNOWN_REVISION, is_missing=True)
