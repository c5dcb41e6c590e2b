"""`gomend store …`, the real program, over a folder and over a bucket."""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, ROOT, Lab, free_port, lab, serving

NET = Module("example.com/Net", "v1.2.0", files={"net.go": "package net\n", "LICENSE": "MIT\n"})
OLD = Module("example.com/old", "v0.9.0")
TEXT = Module("example.com/text", "v1.0.0", requires={"example.com/Net": "v1.2.0"})
UNPRUNED = Module("example.com/unpruned", "v1.0.0", requires={"example.com/old": "v0.9.0"}, go="1.16")
PROGRAM = [sys.executable, "-I", str(ROOT / "src/gomend/__main__.py"), "--format", "json", "store"]


@dataclass
class Shop:
    """A store, the variables that lead to it, and a lab to fill it from."""

    lab: Lab
    url: str
    where: str
    environment: Mapping[str, str]
    folder: Path

    def run(self, *words: str, status: int = 0, **variables: str) -> "dict[str, Any]":
        ran = self.plain(*words, **variables)
        assert ran.returncode == status, (words, ran.stdout, ran.stderr)
        return json.loads(ran.stdout) if ran.stdout else {}

    def plain(
        self, *words: str, form: str = "json", before: tuple[str, ...] = (), **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        base = [*PROGRAM[:-2], form, "store"]
        if before:
            base.insert(1, "-B")  # a limit of files would cut modules that python compiles, and keeps, as well
        return subprocess.run(
            [*before, *base, *words, "--store", self.where],
            env={**self.environment, **variables},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def project(self, *modules: Module, sums: bool = False, go: str = "1.21") -> str:
        """A go.mod that requires these; with `sums` a go.sum beside it."""
        folder = self.folder / "project"
        folder.mkdir(exist_ok=True)
        lines = "".join(f"require {one.path} {one.version}\n" for one in modules)
        (folder / "go.mod").write_text(f"module example.com/main\n\ngo {go}\n\n{lines}")
        (folder / "go.sum").unlink(missing_ok=True)
        if sums:
            (folder / "go.sum").write_text("".join(f"{line}\n" for one in modules for line in one.sum_lines))
        return str(folder)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of moto's S3 server."""
    script = (
        "import sys; from moto.server import ThreadedMotoServer\n"
        "s = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); s.start()\n"
        "print(s.get_host_and_port()[1], flush=True); sys.stdin.read(); s.stop()\n"
    )
    words = [sys.executable, "-W", "ignore", "-c", script]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Over a folder."""
    with opened(tmp_path, "") as found:
        yield found


@pytest.fixture(params=["disk", "s3"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Over a folder, and over a bucket."""
    with opened(tmp_path, request.getfixturevalue("bucket") if request.param == "s3" else "") as found:
        yield found


@contextlib.contextmanager
def opened(tmp_path: Path, address: str) -> Iterator[Shop]:
    found = lab([NET, OLD, TEXT, UNPRUNED])
    with Upstream(found) as upstream:
        environment = {
            **os.environ,
            "GOPROXY": upstream.url,
            "GOSUMDB": found.sums.key,
            "GOMEND_LANG": "en",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        where = str(tmp_path / "store")
        if address:
            name = f"b{os.urandom(6).hex()}"
            urllib.request.urlopen(urllib.request.Request(f"{address}/{name}", method="PUT"), timeout=30).close()
            where = f"s3://{name}/cache"
            environment |= {
                "AWS_ENDPOINT": address,
                "AWS_ACCESS_KEY_ID": "k",
                "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_REGION": "us-east-1",
                "AWS_ALLOW_HTTP": "true",
            }
        yield Shop(found, upstream.url, where, environment, tmp_path)


def test_a_project_is_had_whole_and_what_came_is_sound_counted_and_exported(any_shop: Shop, go: Path) -> None:
    shop = any_shop
    project = shop.project(TEXT, UNPRUNED)
    told = shop.run("warm", project)
    assert (told["schema"], told["place"], told["refused"]) == ("gomend.store_warm/1", shop.where, [])
    # Of what go.mod lists everything; below a module that does not prune the go.mod.
    assert told["stored"] == 3 + 3 + 1
    assert shop.run("warm", project)["known"] == 7
    stats = shop.run("stats")
    assert stats["schema"] == "gomend.store_stats/1"
    assert {one["module"]: one["versions"] for one in stats["modules"]}.keys() >= {TEXT.path, UNPRUNED.path}
    assert stats["bytes"] == sum(one["bytes"] for one in stats["modules"]) + stats["databases"] + stats["other"]
    checked = shop.run("check")
    assert (checked["schema"], checked["outcome"], checked["damaged"]) == ("gomend.store_check/1", "ok", [])
    assert checked["recorded"] == 5 and checked["by_rules"] == checked["foreign"] == 0
    target = shop.folder / "out"
    out = shop.run("export", str(target), TEXT.path)
    assert (out["schema"], out["stored"], out["known"]) == ("gomend.store_export/1", 3, 0)
    assert shop.run("export", str(target))["known"] == 3
    assert sorted(path.name for path in target.iterdir()) == ["example.com"]
    ran = subprocess.run(
        [go, "list", "-m", "-versions", TEXT.path],
        env={**os.environ, "GOPROXY": target.as_uri(), "GOSUMDB": "off", "GOFLAGS": "-mod=mod"},
        cwd=shop.folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.split() == [TEXT.path, TEXT.version], ran.stderr
    ran = subprocess.run(
        [go, "mod", "download", f"{TEXT.path}@{TEXT.version}"],
        env={**os.environ, "GOPROXY": target.as_uri(), "GOSUMDB": "off"},
        cwd=shop.folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_go_sum_tells_what_is_needed_and_what_is_not_to_be_had_is_named(shop: Shop) -> None:
    told = shop.run("warm", shop.project(NET, OLD, sums=True))
    assert told["stored"] == 6 and not told["refused"]
    gone = Module("example.com/gone", "v1.0.0")
    told = shop.run("warm", shop.project(NET, gone, sums=True), status=1)
    assert told["known"] == 3
    assert {one["code"] for one in told["refused"]} == {"proxy.not_found"}
    assert {one["path"] for one in told["refused"]} == {
        f"{gone.path}/@v/v1.0.0.{kind}" for kind in ("info", "mod", "zip")
    }


def damage(shop: Shop, key: str, content: bytes) -> None:
    """Put other bytes in place of a stored file."""
    if "://" not in shop.where:
        (Path(shop.where) / key).write_bytes(content)
        return
    script = (
        "import sys, asyncio\nfrom gomend.storage.opening import open_store\n"
        "async def main():\n"
        "    store = open_store(sys.argv[1])\n"
        "    await store.replace(sys.argv[2], sys.stdin.buffer.read())\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", script, shop.where, key], input=content, env=shop.environment, check=True)


def test_what_is_damaged_is_named_and_removed_only_when_asked(any_shop: Shop) -> None:
    shop = any_shop
    shop.run("warm", shop.project(NET, OLD, sums=True))
    front = "example.com/!net/@v/v1.2.0"
    other = Module(NET.path, NET.version, files={"net.go": "package evil\n"})
    bad = {
        f"{front}.zip": (other.zip, "mismatch"),
        f"{front}.mod": (b"module example.com/Net\n\n// moved\n", "mismatch"),
        f"{front}.info": (b'{"Version":"v9.9.9"}', "malformed"),
        "example.com/old/@v/v0.9.0.zip": (OLD.zip[:-40], "malformed"),
    }
    for key, (content, _) in bad.items():
        damage(shop, key, content)
    damage(shop, "notes.txt", b"whose?")
    told = shop.run("check", status=1)
    assert {one["path"]: one["kind"] for one in told["damaged"]} == {key: kind for key, (_, kind) in bad.items()}
    assert told["foreign"] == 1 and told["removed"] == 0
    screen = shop.plain("check", form="text").stdout.splitlines()
    assert screen[-1].endswith("gomend store check --remove")
    assert shop.run("check", "--remove")["removed"] == 4
    assert shop.run("check")["outcome"] == "ok"
    assert shop.run("warm", shop.project(NET, OLD, sums=True))["stored"] == 4


def test_what_goes_is_what_was_stored_first_and_never_what_is_pinned_or_newer(any_shop: Shop) -> None:
    shop = any_shop
    shop.run("warm", shop.project(NET, OLD, TEXT, sums=True))
    assert shop.run("gc", "--older", "1h", "--yes")["outcome"] == "ok"
    assert shop.run("gc", status=2) == {}
    planned = shop.run("gc", "--size", "0M", "--dry-run")
    assert (planned["schema"], planned["outcome"]) == ("gomend.store_gc/1", "planned")
    assert {one["module"] for one in planned["versions"]} == {NET.path, OLD.path, TEXT.path}
    assert planned["by"] == ("storing" if "://" in shop.where else "use")
    assert shop.run("gc", "--size", "0M", "--older", "1h", "--yes")["outcome"] == "ok"
    refused = shop.plain("gc", "--size", "0M")
    assert refused.returncode == 2 and "--yes" in refused.stderr
    done = shop.run("gc", "--size", "0M", "--yes", "--keep-in", shop.project(NET, sums=True))
    assert done["outcome"] == "cleaned" and {one["module"] for one in done["versions"]} == {OLD.path, TEXT.path}
    assert [one["module"] for one in shop.run("stats")["modules"]] == [NET.path]


def test_a_disk_without_room_for_a_zip_is_told_and_the_rest_is_done(any_shop: Shop) -> None:
    shop = any_shop
    shop.run("warm", shop.project(NET, sums=True))
    short = ("prlimit", f"--fsize={len(NET.zip) - 1}", "--")
    out = shop.plain("export", str(shop.folder / "out"), before=short)
    told = json.loads(out.stdout)
    assert (out.returncode, told["stored"]) == (1, 2)
    assert [(one["path"].rpartition(".")[2], one["text"]) for one in told["failed"]] == [("zip", "File too large")]
    assert not list((shop.folder / "out").rglob("*.zip"))
    if "://" in shop.where:  # a zip of a bucket is looked at on this disk
        checked = shop.plain("check", before=short)
        assert [one["kind"] for one in json.loads(checked.stdout)["damaged"]] == ["unreadable"], checked.stderr


def zipped(module: str, version: str, go_mod: bytes | None) -> bytes:
    """A module's zip, with this go.mod."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{module}@{version}/x.go", b"package x\n")
        if go_mod is not None:
            archive.writestr(f"{module}@{version}/go.mod", go_mod)
    return out.getvalue()


MINE, MADE = "module {module}\n\ngo 1.21\n", "module {module}\n"
MODS = [
    ("v1.0.0", MINE, MINE, ""),
    ("v1.0.0", MINE, MADE, "differs"),
    ("v1.0.0", MINE, f"{MINE}\n", "differs"),
    ("v1.0.0", None, MADE, ""),
    ("v1.0.0", None, MADE.rstrip(), "differs"),
    ("v1.0.0", None, MINE, "differs"),
    ("v2.0.0+incompatible", None, MADE, ""),
    ("v2.0.0+incompatible", None, MINE, "differs"),
    ("v2.0.0+incompatible", MINE, MADE, ""),  # made before go 1.13
    ("v1.0.0", MINE, "nonsense (", "malformed"),
]  # version, the zip's go.mod, the stored .mod, what is wrong with that


def test_a_mod_of_which_no_hash_was_kept_is_the_one_of_its_zip(shop: Shop) -> None:
    wanted = {}
    for number, (version, in_zip, stored, kind) in enumerate(MODS):
        module = f"example.com/x{number}"
        front = Path(shop.where) / f"{module}/@v/{version}"
        front.parent.mkdir(parents=True)
        content = zipped(module, version, in_zip.format(module=module).encode() if in_zip else None)
        Path(f"{front}.zip").write_bytes(content)
        Path(f"{front}.mod").write_text(stored.format(module=module))
        wanted |= {f"{module}/@v/{version}.mod": kind} if kind else {}
    told = shop.run("check", status=1)
    assert {one["path"]: one["kind"] for one in told["damaged"]} == wanted
    assert len(told["damaged"]) == len(wanted)


def test_an_info_names_its_version(shop: Shop) -> None:
    front = Path(shop.where) / "example.com/x/@v"
    front.mkdir(parents=True)
    for version, told in (("v1.0.0", "v1.0.0"), ("v1.0.1", "v1.0.0"), ("v2.0.0+incompatible", "v2.0.0")):
        (front / f"{version}.info").write_text(json.dumps({"Version": told}))
    told = shop.run("check", status=1)
    assert [(one["path"], one["kind"]) for one in told["damaged"]] == [
        ("example.com/x/@v/v1.0.1.info", "malformed"),
        ("example.com/x/@v/v2.0.0+incompatible.info", "malformed"),
    ]


def aged(shop: Shop, days: int) -> list[Path]:
    """Have everything in the folder stored and used so long ago; the files."""
    then = time.time() - days * 86_400
    files = [file for file in Path(shop.where).rglob("*") if file.is_file()]
    for file in files:
        os.utime(file, (then, then))
    return files


def test_what_was_handed_out_of_a_folder_lately_stays_however_long_it_has_lain_there(shop: Shop) -> None:
    shop.run("warm", shop.project(NET, OLD, TEXT, sums=True))
    files = aged(shop, 100)
    before = {file: file.stat() for file in files}
    with serving(shop.folder, shop.url, "--store", shop.where, gosumdb=shop.lab.sums.key) as server:
        # Nothing of the file is read for that, so it is not the system that notes the use.
        assert server.get(f"/{TEXT.path}/@v/v1.0.0.zip", "HEAD").status == 200
    handed_out = Path(shop.where) / f"{TEXT.path}/@v/v1.0.0.zip"
    assert time.time() - handed_out.stat().st_atime < 1000
    assert handed_out.stat().st_mtime_ns == before[handed_out].st_mtime_ns
    assert shop.run("check")["outcome"] == "ok"
    shop.run("export", str(shop.folder / "out"))
    for file in files:
        # What was only looked at is as unused as it was.
        assert file == handed_out or file.stat().st_atime_ns == before[file].st_atime_ns, file
    planned = shop.run("gc", "--older", "90d", "--dry-run")
    assert (planned["by"], planned["outcome"]) == ("use", "planned")
    assert {one["module"] for one in planned["versions"]} == {NET.path, OLD.path}
    screen = shop.plain("gc", "--older", "90d", "--dry-run", form="text").stdout
    assert "cannot be undone" in " ".join(screen.split()) and "last used" in screen
    assert screen.splitlines()[-1].endswith(f"store gc --older 90d --store {shop.where}")
    done = shop.run("gc", "--older", "90d", "--yes")
    assert (done["outcome"], done["next"], done["stay"]) == ("cleaned", "", 1)
    assert [one["module"] for one in shop.run("stats")["modules"]] == [TEXT.path]


def test_what_may_have_changed_is_forgotten_in_the_store_at_a_server_or_by_its_socket(shop: Shop) -> None:
    door = shop.folder / "serve.sock"
    port = free_port()
    options = ("--store", shop.where, "--fresh", "3600", "--listen", f"127.0.0.1:{port},unix:{door}")
    variables = {name: value for name, value in shop.environment.items() if name.startswith("AWS_")}
    newer = Module(OLD.path, "v0.9.1")
    with serving(shop.folder, shop.url, *options, gosumdb=shop.lab.sums.key, port=port, **variables) as server:
        path = f"/{OLD.path}/@v/list"
        assert server.get(path).text == "v0.9.0\n"
        assert server.get(f"/{OLD.path}/@v/v0.9.1.info").status == 404
        shop.lab.world.add(newer)
        assert server.get(path).text == "v0.9.0\n"
        told = shop.run("purge", OLD.path, "--server", f"unix:{door}")
        assert told == {
            "schema": "gomend.store_purge/1",
            "place": f"unix:{door}",
            "modules": [{"module": OLD.path, "known": True}],
        }
        assert server.get(path).text == "v0.9.0\nv0.9.1\n"
        assert server.get(f"/{OLD.path}/@v/v0.9.1.info").status == 200
        refused = shop.plain("purge", OLD.path, "--server", server.url)
        assert refused.returncode == 1 and "admin" in refused.stderr
        assert shop.plain("purge", "not a module").returncode == 2
    assert shop.run("purge", OLD.path)["modules"] == [{"module": OLD.path, "known": True}]
    assert shop.run("purge", OLD.path)["modules"] == [{"module": OLD.path, "known": False}]


def test_a_running_server_is_warmed_by_its_address_and_its_socket(shop: Shop) -> None:
    door = f"unix:{shop.folder}/serve.sock"
    port = free_port()
    options = ("--store", shop.where, "--listen", f"127.0.0.1:{port},{door}")
    with serving(shop.folder, shop.url, *options, gosumdb=shop.lab.sums.key, port=port) as server:
        told = shop.run("warm", shop.project(NET, sums=True), "--server", server.url)
        assert (told["place"], told["stored"], told["refused"]) == (server.url, 3, [])
        told = shop.run("warm", shop.project(TEXT, UNPRUNED), "--server", door)
        assert (told["place"], told["stored"], told["refused"]) == (door, 7, [])
        gone = Module("example.com/gone", "v1.0.0")
        told = shop.run("warm", shop.project(gone, sums=True), "--server", door, status=1)
        assert {one["code"] for one in told["refused"]} == {"proxy.not_found"} and len(told["refused"]) == 3
    assert {one["module"] for one in shop.run("stats")["modules"]} == {NET.path, TEXT.path, UNPRUNED.path, OLD.path}
    nobody = shop.plain("warm", shop.project(NET), "--server", f"unix:{shop.folder}/none.sock", form="text")
    assert nobody.returncode == 1 and nobody.stderr.count("\n") == 1 and "No such file" in nobody.stderr


def test_a_workspace_is_had_with_all_its_modules_and_what_replaces_others(shop: Shop) -> None:
    """`a` and `b` require each other and a module of the lab each; go.work has the last word on replacements."""
    for name, other, needs in (("a", "b", TEXT), ("b", "a", UNPRUNED)):
        folder = shop.folder / "work" / name
        folder.mkdir(parents=True)
        lines = f"require example.com/{other} v1.0.0\nrequire {needs.path} {needs.version}\n"
        replaces = f"replace {NET.path} => {OLD.path} v0.9.0\n" if name == "b" else ""
        (folder / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.21\n\n{lines}{replaces}")
    work = shop.folder / "work"
    (work / "go.work").write_text(f"go 1.21\n\nuse (\n\t./a\n\t./b\n)\n\nreplace {NET.path} => {NET.path} v1.2.0\n")
    told = shop.run("warm", str(work))
    # All of the graph, with its zips: TEXT and NET below it, UNPRUNED and OLD below it.
    assert (told["stored"], told["refused"]) == (12, [])
    for name, needs in (("a", (TEXT, NET)), ("b", (UNPRUNED,))):
        (work / name / "go.sum").write_text("".join(f"{line}\n" for one in needs for line in one.sum_lines))
    (work / "go.work.sum").write_text("".join(f"{line}\n" for line in OLD.sum_lines))
    assert shop.run("warm", str(work / "go.work"))["known"] == 12
    (work / "go.work.sum").unlink()
    assert shop.run("warm", str(work / "go.work"))["known"] == 9
