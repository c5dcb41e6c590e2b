"""Every fix that gomend does itself, from red to green and back: a fault, its verdict, `gomend fix`, the same go
command, `gomend undo`; with real go.
"""

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.e2e.mendbench import DEP, OWN, Bench, files, refusing
from tests.lab.listener import Listener, cut
from tests.lab.modcache import write_proxy
from tests.lab.modules import Module
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Exchange, reset, serve, status

from gomend.gomod.gosumdb import KNOWN_KEYS
from gomend.mend.ability import APPLICABLE, PINS, QUARANTINES, RUNS

Plant = Callable[[Bench], tuple[str, ...]]
"""Plants a fault and gives the words of the go command that it turns red."""

DOWNLOAD = ("mod", "download")
LOAD = ("list", "-deps", "./...")  # all that a build needs, without compiling
ELSEWHERE = {
    "pin_name": "tests/e2e/test_pinned_names.py",  # needs a resolver and a port of its own
    "store": "tests/e2e/test_fix.py",  # of what the doctor finds
    "unstore": "tests/e2e/test_fix.py",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is the cause's, `key` the fix's. `lasts`: it changes something, which can be taken back."""

    key: str
    code: str
    plant: Plant
    lasts: bool = True
    writes: str = ""  # a file of the project that the go command itself writes


def _stored(bench: Bench, **values: str) -> None:
    """Lines of go's file, behind one that is not gomend's."""
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    bench.goenv.write_text(f"# mine\n{lines}")


def _source_is_down(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_bytes(f"# mine\nGOFLAGS=-modcacherw\nGOPROXY={refusing()},{bench.good}".encode())
    return DOWNLOAD


def _answers(act: Act) -> Plant:
    """A source that answers everything so, and go may not move on to the one that has it."""

    def plant(bench: Bench) -> tuple[str, ...]:
        _stored(bench, GOPROXY=f"{bench.upstream(act)},{bench.good}")
        return DOWNLOAD

    return plant


def _public_proxy_fails(bench: Bench) -> tuple[str, ...]:
    bench.internet({"goproxy.cn": bench.named("goproxy.cn", faults=[("*", status(502))])})
    _stored(bench, GOPROXY=f"https://goproxy.cn,{bench.good}")
    return DOWNLOAD


def _google_is_cut_off(bench: Bench) -> tuple[str, ...]:
    google = bench.sources.enter_context(Listener(cut))
    bench.internet({"proxy.golang.org": google, "goproxy.cn": bench.named("goproxy.cn", DEP)})
    _stored(bench, GOPROXY="https://proxy.golang.org,direct")
    return DOWNLOAD


def _looking_up_is_off(bench: Bench) -> tuple[str, ...]:
    bench.internet({"proxy.golang.org": bench.named("proxy.golang.org", DEP)})
    _stored(bench, GOPROXY="off")
    return DOWNLOAD


def _there_is_no_git(bench: Bench) -> tuple[str, ...]:
    bench.require(OWN)
    bench.internet({"proxy.golang.org": bench.named("proxy.golang.org", DEP, OWN)})
    _stored(bench, GOPROXY="direct")
    go = shutil.which("go")
    assert go is not None
    bench.variables["PATH"] = str(Path(go).parent)
    return ("mod", "download", OWN.path)


def _no_source_has_it(bench: Bench) -> tuple[str, ...]:
    bench.repository()
    bench.require(OWN)
    return DOWNLOAD


def _database_does_not_know_it(bench: Bench) -> tuple[str, ...]:
    """A module of one's own at a repository, of which the proxy and the checksum database know nothing."""
    bench.repository()
    sums = SumDb([DEP])
    bench.variables["GOSUMDB"] = sums.key
    source = bench.serving(DEP, sums=sums)
    _stored(bench, GOPROXY=f"{source.url},direct")
    return ("mod", "download", f"{OWN.path}@{OWN.version}")


def _own_list_is_faulty(bench: Bench) -> tuple[str, ...]:
    _stored(bench, GOPROXY="foo")
    bench.variables["GOROOT"] = str(_goroot_whose_default_is(bench))
    return DOWNLOAD


def _goroot_whose_default_is(bench: Bench) -> Path:
    """A GOROOT whose go.env names the folder proxy, as a distribution may ship one."""
    made = _goroot(bench, but="go.env")
    (made / "go.env").write_text(f"GOPROXY={bench.good}\nGOSUMDB=off\nGOTOOLCHAIN=local\n")
    return made


def _goroot(bench: Bench, *, but: str) -> Path:
    """A GOROOT as the real one, but for one entry."""
    asked = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True)
    made = bench.folder / "goroot"
    made.mkdir()
    for entry in Path(asked.stdout.strip()).resolve().iterdir():
        if entry.name != but:
            (made / entry.name).symlink_to(entry)
    return made


def _let_go_know(bench: Bench, key: str) -> None:
    """A go in which the key of sum.golang.org is this one: only Google can sign with the true one."""
    real = shutil.which("go")
    assert real is not None
    known = KNOWN_KEYS["sum.golang.org"].encode()
    program = Path(real).resolve().read_bytes()
    assert known in program
    assert len(known) == len(key)
    folder = _goroot(bench, but="bin") / "bin"
    folder.mkdir()
    (folder / "go").write_bytes(program.replace(known, key.encode()))
    (folder / "go").chmod(0o755)
    bench.variables["PATH"] = f"{folder}:{os.environ['PATH']}"


def _list_is_mistyped(bench: Bench) -> tuple[str, ...]:
    _stored(bench, GOPROXY=f"'{bench.good};DIRECT'")
    return DOWNLOAD


def _goflags_are_refused(bench: Bench) -> tuple[str, ...]:
    bench.variables["GOFLAGS"] = ""
    _stored(bench, GOFLAGS="-modcacherw -nonsense", GOPROXY=bench.good)
    return DOWNLOAD


def _modules_are_off(bench: Bench) -> tuple[str, ...]:
    _stored(bench, GOPROXY=bench.good, GO111MODULE="off")
    return DOWNLOAD


def _database_is_blocked(bench: Bench) -> tuple[str, ...]:
    """The proxy offers no checksum database, and sum.golang.org itself is cut off."""
    blocked = bench.sources.enter_context(Listener(cut))
    sums = SumDb([DEP, Module("github.com/pkg/errors", "v0.9.1")])  # which a doctor asks for
    _let_go_know(bench, sums.key)
    mirror = bench.named("sum.golang.google.cn", sums=sums)
    bench.internet({"sum.golang.org": blocked, "sum.golang.google.cn": mirror})
    (bench.project / "go.sum").write_text("")
    _stored(bench, GOPROXY=bench.serving(DEP).url)
    bench.variables["GOSUMDB"] = ""
    return ("mod", "download", f"{DEP.path}@{DEP.version}")


TOOLCHAIN = "go1.99.0"


def _toolchain_is_too_old(bench: Bench) -> tuple[str, ...]:
    """go.mod asks for a newer go, which the folder proxy has; GOTOOLCHAIN keeps the one at hand."""
    gomod = bench.project / "go.mod"
    gomod.write_text(gomod.read_text().replace("go 1.21", "go 1.99.0"))
    env = json.loads(subprocess.run(["go", "env", "-json"], capture_output=True, text=True, check=True).stdout)
    version = f"v0.0.1-{TOOLCHAIN}.{env['GOHOSTOS']}-{env['GOHOSTARCH']}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("bin/go", "bin/gofmt", "lib/lib", "pkg/tool/tool"):
            archive.writestr(f"golang.org/toolchain@{version}/{name}", "#!/bin/sh\nexit 0\n")
    place = bench.folder / "proxy" / "golang.org" / "toolchain" / "@v"
    place.mkdir(parents=True)
    (place / f"{version}.info").write_text(json.dumps({"Version": version}))
    (place / f"{version}.mod").write_text("module golang.org/toolchain\n")
    (place / f"{version}.zip").write_bytes(packed.getvalue())
    _stored(bench, GOPROXY=bench.good, GOTOOLCHAIN="local")
    bench.variables["GOTOOLCHAIN"] = ""
    return DOWNLOAD


def _gomod_is_behind(bench: Bench) -> tuple[str, ...]:
    (bench.project / "go.mod").write_text("module example.com/app\n\ngo 1.21\n")
    (bench.project / "go.sum").unlink()
    return ("list", "-mod=readonly", "-deps", "./...")


def _replacement_is_gone(bench: Bench) -> tuple[str, ...]:
    with (bench.project / "go.mod").open("a") as file:
        file.write(f"\nreplace {DEP.path} => ../gone\n")
    return LOAD


def _sum_is_missing(bench: Bench) -> tuple[str, ...]:
    (bench.project / "go.sum").write_bytes(b"")
    return LOAD


def _zip(bench: Bench) -> Path:
    return bench.cache / "cache" / "download" / DEP.path / "@v" / f"{DEP.version}.zip"


def _zip_is_damaged(bench: Bench) -> tuple[str, ...]:
    assert bench.go(*DOWNLOAD) == 0
    _zip(bench).write_bytes(b"PK, or what is left of it")
    shutil.rmtree(bench.cache / f"{DEP.path}@{DEP.version}")
    return DOWNLOAD


def _other_bytes_lie_in_the_cache(bench: Bench) -> tuple[str, ...]:
    assert bench.go(*DOWNLOAD) == 0
    other = replace(DEP, files={"dep.go": "package dep // changed\n"})
    _zip(bench).write_bytes(other.zip)
    _zip(bench).with_suffix(".ziphash").write_text(other.sum_lines[0].split()[2])
    return DOWNLOAD


def _kept_answer_is_damaged(bench: Bench) -> tuple[str, ...]:
    sums = SumDb([DEP])
    bench.variables["GOSUMDB"] = sums.key
    _stored(bench, GOPROXY=bench.serving(DEP, sums=sums).url)
    ask = ("mod", "download", f"{DEP.path}@{DEP.version}")
    (bench.project / "go.sum").write_text("")
    assert bench.go(*ask) == 0
    (bench.project / "go.sum").write_text("")
    kept = bench.cache / "cache" / "download" / "sumdb" / sums.name / "lookup" / f"{DEP.path}@{DEP.version}"
    kept.write_bytes(kept.read_bytes().replace(b"h1:", b"h1:x", 1))
    for one in _zip(bench).parent.glob("v*"):
        one.unlink()
    return ask


def _version_is_retracted(bench: Bench) -> tuple[str, ...]:
    newer = replace(DEP, version="v1.1.0", extra=f"retract {DEP.version} // loses data")
    write_proxy(bench.folder / "proxy", [newer])
    return ("get", "./...")


def _vendor_is_out_of_step(bench: Bench) -> tuple[str, ...]:
    assert bench.go("mod", "vendor") == 0
    listed = bench.project / "vendor" / "modules.txt"
    listed.write_text(listed.read_text().replace(DEP.version, "v0.9.0"))
    (bench.project / "vendor" / DEP.path / "dep.go").write_text("package dep // of another version\n")
    (bench.project / "vendor" / DEP.path / "gone.go").write_text("package dep\n")
    bench.forget_modules()
    return LOAD


def _workspace(bench: Bench, *lines: str, go: str = "1.21") -> None:
    for name in ("go.mod", "go.sum", "main.go"):
        place = bench.project / "app" / name
        place.parent.mkdir(exist_ok=True)
        (bench.project / name).rename(place)
    (bench.project / "go.work").write_text(f"go {go}\n\n" + "".join(f"{line} // mine\n" for line in lines))


def _module_is_not_in_the_workspace(bench: Bench) -> tuple[str, ...]:
    _workspace(bench)
    return ("list", "-C", "app", "-deps", "./...")


def _workspace_lists_what_is_gone(bench: Bench) -> tuple[str, ...]:
    _workspace(bench, "use ./app", "use ./web")
    return ("list", "-deps", "./app")


def _workspace_has_an_older_go(bench: Bench) -> tuple[str, ...]:
    _workspace(bench, "use ./app", go="1.20")
    return ("list", "-deps", "./app")


def _gomod_is_behind_in_a_workspace(bench: Bench) -> tuple[str, ...]:
    _workspace(bench, "use ./app")
    (bench.project / "app" / "go.mod").write_text("module example.com/app\n\ngo 1.21\n")
    return ("list", "-C", "app", "-deps", ".")


def _host_wants_a_login(bench: Bench) -> tuple[str, ...]:
    """github.com wants a login over HTTPS; by SSH, which a script stands for, the repository is open."""
    bench.repository()
    bench.require(OWN)
    bench.git_settings.write_text("# mine\n[user]\n\tname = dev\n")
    refuses = bench.named("github.com", faults=[("*", status(401, www_authenticate='Basic realm="x"'))])
    bench.internet({"github.com": refuses})
    script = bench.folder / "ssh"
    script.write_text(f'#!/bin/sh\nfor last; do :; done\ncd {bench.folder}/git && eval "$last"\n')
    script.chmod(0o755)
    bench.variables |= {"GIT_SSH": str(script), "GIT_SSL_CAINFO": bench.variables["SSL_CERT_FILE"]}
    _stored(bench, GOPROXY="direct", GOPRIVATE="github.com/acme")
    return ("mod", "download", OWN.path)


def _answers_until_it_is_well(act: Act) -> Plant:
    """A source that answers everything so for as long as it is ill; there is no other."""

    def plant(bench: Bench) -> tuple[str, ...]:
        def answer(exchange: Exchange, content: bytes | None) -> None:
            (serve if bench.well.is_set() else act)(exchange, content)

        _stored(bench, GOPROXY=bench.serving(DEP, faults=[("*", answer)]).url)
        return DOWNLOAD

    return plant


FAULTS: dict[str, Fault] = {
    "a source is down and go may not move on": Fault("move_on", "net.connect_refused", _source_is_down),
    "a source answers 502": Fault("move_on", "proxy.server_error", _answers(status(502))),
    "a source cuts every connection": Fault("move_on", "net.reset", _answers(reset)),
    "a public proxy answers 502": Fault("move_on_public", "proxy.server_error", _public_proxy_fails),
    "Google is cut off": Fault("use_goproxy_cn", "net.reset", _google_is_cut_off),
    "looking up is off": Fault("allow_network", "proxy.off", _looking_up_is_off),
    "there is no git": Fault("use_a_proxy", "vcs.tool_missing", _there_is_no_git),
    "no source has it, its repository does": Fault("add_direct", "proxy.not_found", _no_source_has_it),
    "the checksum database does not know it": Fault(
        "make_private", "checksum.sumdb_not_found", _database_does_not_know_it
    ),
    "go refuses the own GOPROXY": Fault("drop_own_goproxy", "proxy.misconfigured", _own_list_is_faulty),
    "the own GOPROXY is mistyped": Fault("repair_goproxy", "proxy.misconfigured", _list_is_mistyped),
    "go refuses GOFLAGS": Fault("repair_goflags", "env.invalid", _goflags_are_refused),
    "modules are off": Fault("modules_on", "mode.no_module", _modules_are_off),
    "the checksum database is blocked": Fault(
        "sumdb_mirror", "checksum.sumdb_unreachable", _database_is_blocked, writes="go.sum"
    ),
    "the toolchain is too old": Fault("allow_toolchain", "toolchain.too_old", _toolchain_is_too_old),
    "go.mod lacks a requirement": Fault("tidy", "mode.readonly", _gomod_is_behind),
    "a replacement is gone": Fault("drop_replace", "module.replace_missing", _replacement_is_gone),
    "go.sum lacks a module": Fault("add_sum", "checksum.missing", _sum_is_missing),
    "a damaged version in the module cache": Fault("remove_version", "checksum.cache_corrupt", _zip_is_damaged),
    "other bytes in the module cache": Fault(
        "remove_version_if_same", "checksum.gosum_mismatch", _other_bytes_lie_in_the_cache
    ),
    "a kept answer of the checksum database is damaged": Fault(
        "remove_sumdb_answers", "checksum.sumdb_untrusted", _kept_answer_is_damaged, writes="go.sum"
    ),
    "a version is retracted": Fault("leave_retracted", "module.retracted", _version_is_retracted),
    "the vendor folder is out of step": Fault("vendor_again", "mode.vendor", _vendor_is_out_of_step),
    "a module is not in the workspace": Fault("join_workspace", "mode.workspace", _module_is_not_in_the_workspace),
    "a workspace lists what is gone": Fault("drop_missing_use", "mode.workspace", _workspace_lists_what_is_gone),
    "a workspace has an older go": Fault("raise_workspace", "mode.workspace", _workspace_has_an_older_go),
    "go.mod lacks a requirement, in a workspace": Fault(
        "tidy", "module.package_missing", _gomod_is_behind_in_a_workspace
    ),
    "a host wants a login": Fault("git_over_ssh", "auth.credentials", _host_wants_a_login),
    "a source answers 503 for a while": Fault(
        "run_again_later", "proxy.server_error", _answers_until_it_is_well(status(503)), lasts=False
    ),
    "a source cuts connections for a while": Fault(
        "run_again", "net.reset", _answers_until_it_is_well(reset), lasts=False
    ),
}


def test_every_fix_that_gomend_does_itself_has_a_fault() -> None:
    assert {fault.key for fault in FAULTS.values()} | set(ELSEWHERE) == APPLICABLE


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_mended_and_the_mend_taken_back(bench: Bench, name: str) -> None:
    fault = FAULTS[name]
    words = fault.plant(bench)
    before, cached = bench.state(fault.writes), files(bench.cache)
    red = bench.gomend("go", *words)
    assert fault.code in red.stderr
    assert (red.returncode != 0) == (fault.code != "module.retracted")
    number = next(plan["id"] for plan in bench.fixes() if plan["key"] == fault.key)
    if number == 1 and fault.lasts:
        assert red.stderr.splitlines()[-1] == "  next      gomend fix 1"
    assert bench.state(fault.writes) == before

    bench.well.set()
    mended = bench.gomend("fix", str(number), "--yes")
    assert (mended.returncode, "✓ Mended:" in mended.stdout) == (0, True), mended.stderr + mended.stdout
    assert bench.go(*words) == 0
    assert (bench.state(fault.writes) != before) == (fault.key not in QUARANTINES | PINS | RUNS)

    assert bench.gomend("undo").returncode == (0 if fault.lasts else 2)
    assert bench.state(fault.writes) == before
    after = files(bench.cache)
    assert {path: after.get(path) for path in cached} == cached
