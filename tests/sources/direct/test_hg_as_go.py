"""What is made of a Mercurial repository is what go makes of it."""

import asyncio
import io
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.githost import go_import
from tests.lab.hghost import HgWork, hg_program, hg_serving
from tests.lab.internet import internet

from gomend.causes import Code
from gomend.gomod.modzip import hash_gomod, hash_zip
from gomend.sources.base import Request
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.hg import Hg
from gomend.sources.direct.hgrepository import HgRepository
from gomend.sources.direct.pages import Page
from gomend.sources.direct.repository import DirectError
from gomend.sources.direct.source import Direct

HG = hg_program()
pytestmark = pytest.mark.skipif(HG is None, reason="Mercurial is not installed here")
QUESTIONS = (
    "hg.example/m@v1.2.0",
    "hg.example/m@v9.0.0",
    "hg.example/m@default",
    "hg.example/m@v0.0.0-PSEUDO",
    "hg.example/m/sub@v0.1.0",
    "hg.example/m/v2@v2.0.0",
)


def made(folder: Path) -> tuple[HgWork, str]:
    """A repository of several modules, and its first commit."""
    work = HgWork(str(HG), folder)
    first = work.commit(
        go_mod="module hg.example/m\n", m_go="package m\n", LICENSE="all\n", vendor__x__y_go="package y\n"
    )
    (folder / "link").symlink_to("m.go")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    sub = {"sub__go_mod": "module hg.example/m/sub\n", "sub__s_go": "package s\n", "sub2__t_go": "package t\n"}
    v2 = {"v2__go_mod": "module hg.example/m/v2\n", "v2__p_go": "package m\n"}
    work.commit("v1.2.0", "sub/v0.1.0", "v2.0.0", x_txt="a\r\nb\n", **sub, **v2)
    work.commit(r_go="package m\n")
    return work, first


class Place:
    """go's answers, asked once, and the source."""

    def __init__(self, go: Path, folder: Path) -> None:
        work, first = made(folder / "work")
        stamp = work.run("log", "-r", first, "--template", "{date(date, '%Y%m%d%H%M%S')}")
        self.pseudo = f"{stamp}-{first[:12]}"
        self.folder = folder
        with hg_serving(str(HG), work.folder) as url:
            self.url = url
            hg = Hg(str(HG), {**os.environ, "HGRCPATH": ""})
            self.repository = HgRepository(url, Clones(folder / "clones"), hg, clock=lambda: 0.0)
            with internet(folder, "hg.example") as (host, around):
                told = f"hg.example/m hg {url}"
                host.pages |= {f"/m{below}": go_import(told) for below in ("", "/sub", "/v2")}
                environment = {
                    **os.environ, **around, "PATH": f"{Path(str(HG)).parent}:{os.environ['PATH']}", "HGRCPATH": "",
                    "GOPROXY": "direct", "GOSUMDB": "off", "GOFLAGS": "-modcacherw", "GOMODCACHE": str(folder / "mod"),
                    "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost",
                }  # fmt: skip
                self.go = self._ask(go, environment)
                self.answers = {
                    question: asyncio.run(self._answers(self._named(question), self.go[question]))
                    for question in QUESTIONS
                }
                listed = subprocess.run(
                    [go, "list", "-m", "-versions", "-json", "hg.example/m"], cwd=folder, env=environment,
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                self.listed = json.loads(listed.stdout)["Versions"]
                self.list = asyncio.run(self._get("hg.example/m/@v/list"))[1].decode().split()

    def _named(self, question: str) -> str:
        return question.replace("PSEUDO", self.pseudo)

    def _ask(self, go: Path, environment: dict[str, str]) -> dict[str, dict[str, object]]:
        ran = subprocess.run(
            [go, "mod", "download", "-json", *map(self._named, QUESTIONS)], cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found, text = [], ran.stdout.strip()
        assert text, ran.stderr
        while text:
            document, end = json.JSONDecoder().raw_decode(text)
            found.append(document)
            text = text[end:].strip()
        return dict(zip(QUESTIONS, found, strict=True))

    async def _answers(self, question: str, go: dict[str, object]) -> list[tuple[int, bytes]]:
        module, _, asked = question.partition("@")
        found = [await self._get(f"{module}/@v/{asked}.info")]
        if "Info" in go:
            found += [await self._get(f"{module}/@v/{go['Version']}{end}") for end in (".mod", ".zip")]
        return found

    async def _get(self, path: str) -> tuple[int, bytes]:
        place = self

        class Told:
            async def page(self, url: str) -> Page:
                return Page(200, "OK", go_import(f"hg.example/m hg {place.url}").body)

            async def status(self, url: str) -> int | None:
                return None

        def repository(root: Root) -> HgRepository:
            assert root.url == self.url
            return self.repository

        async def answers(vcs: str, url: str) -> bool:
            return False

        def no_proxy(base: str) -> Direct:
            raise AssertionError(base)

        source = Direct(
            Discovery(Told(), Rules(), answers), repository, no_proxy, lambda _: Code.UNKNOWN, scratch=self.folder
        )
        async with source.get(Request(path)) as answer:
            return answer.status, b"".join([piece async for piece in answer.chunks()])


@pytest.fixture(scope="module")
def place(go: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GOFLAGS", raising=False)
        yield Place(go, tmp_path_factory.mktemp("hg"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_version_of_a_mercurial_repository_is_what_go_makes_of_it(place: Place, question: str) -> None:
    go, found = place.go[question], place.answers[question]
    if "Info" not in go:
        assert (found[0][0], "Error" in go) == (404, True), (go, found)
        return
    wanted = json.loads(Path(str(go["Info"])).read_text())
    assert found[0][0] == 200, found
    info = json.loads(found[0][1])
    assert (info["Version"], info["Time"]) == (wanted["Version"], wanted["Time"])
    assert info["Origin"]["Hash"] == wanted["Origin"]["Hash"] and info["Origin"]["VCS"] == "hg"
    assert (found[1][0], hash_gomod(found[1][1])) == (200, go["GoModSum"])
    assert (found[2][0], hash_zip(io.BytesIO(found[2][1]))) == (200, go["Sum"])


def test_the_list_of_a_mercurial_repository_is_that_of_go(place: Place) -> None:
    assert place.list == place.listed and "v1.2.0" in place.list


def small(folder: Path, clones: Clones) -> HgRepository:
    """A repository with one commit."""
    work = HgWork(str(HG), folder)
    work.commit(go_mod="module hg.example/m\n", data=os.urandom(1_500_000).hex())
    return HgRepository(f"file://{work.folder}", clones, Hg(str(HG), dict(os.environ)), clock=lambda: 0.0)


def test_a_revision_is_a_name_and_no_expression(tmp_path: Path) -> None:
    one = small(tmp_path / "work", Clones(tmp_path / "clones"))
    for revision in ("all()", "file('set:size(0)')", "-r", "0:tip", "--config=x", "0 or tip", ""):
        with pytest.raises(DirectError) as error:
            asyncio.run(one.commit(revision))
        assert error.value.code is Code.VCS_UNKNOWN_REVISION


def test_a_mercurial_clone_has_the_same_bounds(tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones", 1_000_000)
    one = small(tmp_path / "work", clones)

    async def asked() -> None:
        async with one.in_use():
            await one.commit("tip")

    with pytest.raises(DirectError) as error:
        asyncio.run(asked())
    assert error.value.code is Code.DISK_FULL and "--clone-size" in error.value.words
    assert list(clones.folder.iterdir()) == []
