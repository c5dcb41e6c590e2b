"""What is made of a repository is what go makes of it: versions, times, go.mod, the zip's files and so its hash."""

import asyncio
import io
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sources.direct.shapes import SHAPES, asked_of, make

from gomend.causes import Code
from gomend.gomod.modzip import hash_gomod, hash_zip
from gomend.gomod.path import escape_path, escape_version
from gomend.sources.base import Request
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.pages import Page
from gomend.sources.direct.repository import DirectError
from gomend.sources.direct.source import Direct

HOST = "github.com/shape/"
QUESTIONS = [f"{HOST}{name}{asked}" for name, shape in SHAPES.items() for asked in shape.asked]
MODULES = sorted({question.partition("@")[0] for question in QUESTIONS})


class Nothing:
    """No web at all."""

    async def page(self, url: str) -> Page:
        raise DirectError(f"{url}: nothing there", code=Code.NET_UNREACHABLE)

    async def status(self, url: str) -> int | None:
        return None


class Place:
    """The repositories, go with a cache of its own, and the source over them."""

    def __init__(self, go: Path, folder: Path, environment: dict[str, str]) -> None:
        self.go = go
        self.folder = folder
        make(folder / "repositories")
        self.asked = asked_of(folder / "repositories")
        (folder / "home").mkdir()
        (folder / "home" / ".gitconfig").write_text(
            f'[url "file://{folder}/repositories/github.com/"]\n\tinsteadOf = https://github.com/\n'
        )
        self.environment = environment | {
            "HOME": str(folder / "home"),
            "GOPROXY": "direct",
            "GOSUMDB": "off",
            "GOMODCACHE": str(folder / "modules"),
            "HTTPS_PROXY": "http://127.0.0.1:1",
        }
        self.source = self.direct()

    def direct(self) -> Direct:
        git = Git("git", self.environment)
        repositories: dict[Root, GitRepository] = {}

        def repository(root: Root) -> GitRepository:
            if root not in repositories:
                repositories[root] = GitRepository(
                    root.url, Clones(self.folder / "clones"), git, status_of=Nothing().status, clock=lambda: 0.0
                )
            return repositories[root]

        async def answers(vcs: str, url: str) -> bool:
            return False

        def no_proxy(base: str) -> Direct:
            raise AssertionError(base)

        discovery = Discovery(Nothing(), Rules(), answers)
        return Direct(discovery, repository, no_proxy, lambda _: Code.UNKNOWN, scratch=self.folder)

    def ask(self, words: list[str]) -> list[dict[str, object]]:
        ran = subprocess.run(
            [self.go, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        decoder, text, found = json.JSONDecoder(), ran.stdout.strip(), []
        assert text, ran.stderr
        while text:
            document, end = decoder.raw_decode(text)
            found.append(document)
            text = text[end:].strip()
        return found

    def get(self, path: str) -> tuple[int, bytes]:
        async def answer() -> tuple[int, bytes]:
            async with self.source.get(Request(path)) as answer:
                return answer.status, b"".join([chunk async for chunk in answer.chunks()])

        return asyncio.run(answer())


@pytest.fixture(scope="module")
def place(go: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GOFLAGS", raising=False)
        yield Place(go, tmp_path_factory.mktemp("direct"), dict(os.environ) | {"GOFLAGS": "-modcacherw"})


@pytest.fixture(scope="module")
def told(place: Place) -> dict[str, dict[str, object]]:
    """What go says of each question, asked all at once."""
    asked = [place.asked[question] for question in QUESTIONS]
    return dict(zip(QUESTIONS, place.ask(["mod", "download", "-json", *asked]), strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_version_is_what_go_makes_of_it(place: Place, told: dict[str, dict[str, object]], question: str) -> None:
    module, _, asked = place.asked[question].partition("@")
    go = told[question]
    status, body = place.get(f"{escape_path(module)}/@v/{escape_version(asked)}.info")
    if "Info" not in go:
        said = body.decode()
        assert (status, "Error" in go) == (404, True), said
        return
    assert status == 200, body
    info = json.loads(body)
    wanted = json.loads(Path(str(go["Info"])).read_text())
    assert (info["Version"], info["Time"]) == (wanted["Version"], wanted["Time"])
    assert info["Origin"].items() <= (wanted["Origin"] | {"Ref": info["Origin"].get("Ref")}).items()
    version = str(go["Version"])
    status, mod = place.get(f"{escape_path(module)}/@v/{escape_version(version)}.mod")
    assert (status, hash_gomod(mod)) == (200, go["GoModSum"])
    status, zip_ = place.get(f"{escape_path(module)}/@v/{escape_version(version)}.zip")
    if "Sum" in go:
        assert (status, hash_zip(io.BytesIO(zip_))) == (200, go["Sum"])
    else:
        assert (status, "Error" in go) == (404, True)


def test_the_lists_are_those_of_go(place: Place) -> None:
    asked = place.ask(["list", "-m", "-e", "-versions", "-json", "-retracted", *MODULES])
    for module, go in zip(MODULES, asked, strict=True):
        status, body = place.get(f"{escape_path(module)}/@v/list")
        versions = body.decode().split() if status == 200 else []
        assert versions == (go.get("Versions") or []), module


def test_the_latest_version_is_that_of_go(place: Place) -> None:
    asked = place.ask(["list", "-m", "-e", "-json", *(f"{module}@latest" for module in MODULES)])
    for module, go in zip(MODULES, asked, strict=True):
        status, body = place.get(f"{escape_path(module)}/@latest")
        if "Error" in go:
            assert status == 404, (module, go, body)
        else:
            assert (status, json.loads(body)["Version"]) == (200, go["Version"]), module
