"""Checksums that differ, are missing, or cannot be asked for; damaged module caches."""

from tests.lab.case import Case, Root
from tests.lab.modules import Module
from tests.lab.setups import (
    CORP,
    do,
    project,
    proxy,
    sumdb,
    write,
)
from tests.lab.site import Site
from tests.lab.upstream import status
from tests.lab.world import LARGE, USUAL, WORLD

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_ZAP, _UUID = WORLD.get("go.uber.org/zap"), WORLD.get("github.com/google/uuid")
_ZAP_AT = ("go.uber.org/zap", "v1.27.0")
_H1 = "h1:" + "q" * 43 + "="
_OTHER = Module("go.uber.org/zap", "v1.27.0", _ZAP.requires, {"zap.go": "package zap\n\nconst Moved = true\n"})
_OTHER_MOD = Module("go.uber.org/zap", "v1.27.0", {}, {"zap.go": "package zap\n"})


def _one(
    code: str, name: str, fault: str, command: str, setup: object, at: tuple[str, str] = ("", ""), **more: object
) -> Case:
    roots = (
        [Root(code, *at, str(more.pop("host", "")), more.pop("also", ()))]
        if more.get("outcome", "failed") == "failed"
        else []
    )
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _moved(site: Site) -> None:
    """The tag was moved after go.sum was written: the proxy serves other bytes."""
    site.world.add(_OTHER)


def _edited_sum(old: str, new: str):
    return lambda site: site.write("go.sum", (site.write("x", "").parent / "go.sum").read_text().replace(old, new))


def _without(*starts: str):
    def step(site: Site) -> None:
        lines = site.world.go_sum([line.split()[0] for line in _direct(site)]).splitlines(keepends=True)
        site.write("go.sum", "".join(line for line in lines if not line.startswith(starts)))

    return step


def _direct(site: Site) -> list[str]:
    text = site.write(".keep", "").parent.joinpath("go.mod").read_text()
    return [line.strip() for line in text.splitlines() if line.startswith("\t") and "// indirect" not in line]


_ZAP_SUM = _ZAP.sum_lines[0].split()[2]
_ZAP_MOD = _ZAP.sum_lines[1].split()[2]


CASES = [
    # gosum_mismatch
    _one(
        "checksum.gosum_mismatch",
        "tag-moved-download",
        "the version's bytes changed after go.sum was written",
        "go mod download",
        do(project("go.uber.org/zap"), _moved, proxy()),
        _ZAP_AT,
        seen=["SECURITY ERROR"],
    ),
    _one(
        "checksum.gosum_mismatch",
        "edited-gosum-build",
        "go.sum holds a wrong hash for a zip",
        "go build ./...",
        do(proxy(), project(*USUAL), _edited_sum(_ZAP_SUM, _H1)),
        _ZAP_AT,
        go="1.21",
        seen=["checksum mismatch"],
    ),
    _one(
        "checksum.gosum_mismatch",
        "gomod-hash",
        "go.sum holds a wrong hash for a go.mod",
        "go mod download",
        do(proxy(), project(*USUAL), _edited_sum(_ZAP_MOD, _H1)),
        _ZAP_AT,
        go="1.25",
        seen=["v1.27.0/go.mod: checksum mismatch"],
    ),
    _one(
        "checksum.gosum_mismatch",
        "json",
        "the version's bytes changed; JSON was asked for and does not come",
        "go mod download -json",
        do(project("go.uber.org/zap"), _moved, proxy()),
        _ZAP_AT,
        go="1.27",
        seen=["SECURITY ERROR"],
    ),
    _one(
        "checksum.gosum_mismatch",
        "test-many",
        "a mirror rebuilt the zips; one of many modules differs",
        "go test ./...",
        do(project(*LARGE), _moved, proxy("goproxy.cn")),
        _ZAP_AT,
        env={"GOPROXY": "https://goproxy.cn,direct"},
        go="1.23",
        seen=["SECURITY ERROR"],
    ),
    _one(
        "checksum.gosum_mismatch",
        "tidy-x",
        "go.sum holds a wrong hash for a zip",
        "go mod tidy -x",
        do(proxy(), project("go.uber.org/zap"), _edited_sum(_ZAP_SUM, _H1)),
        _ZAP_AT,
        go="1.24",
        seen=["SECURITY ERROR"],
        status=None,
    ),
    _one(
        "checksum.gosum_mismatch",
        "second-proxy-differs",
        "the first proxy has no modules, the second serves other bytes",
        "go mod vendor",
        do(project("go.uber.org/zap"), _moved, proxy("mirror.corp.example", ("*", status(404))), proxy()),
        _ZAP_AT,
        env={"GOPROXY": f"https://mirror.corp.example,https://{CORP}"},
        go="1.26",
        seen=["SECURITY ERROR"],
    ),
    # sumdb_mismatch
    _one(
        "checksum.sumdb_mismatch",
        "get",
        "the proxy serves other bytes than the checksum database records",
        "go get go.uber.org/zap@v1.27.0",
        do(sumdb(), _moved, proxy(), _EMPTY),
        _ZAP_AT,
        seen=["SECURITY ERROR", "sum.golang.org: h1:"],
    ),
    _one(
        "checksum.sumdb_mismatch",
        "tidy",
        "the proxy serves other bytes than the checksum database records",
        "go mod tidy",
        do(sumdb(), _moved, proxy(), project("go.uber.org/zap", sums=False)),
        _ZAP_AT,
        go="1.21",
        seen=["SECURITY ERROR"],
    ),
    _one(
        "checksum.sumdb_mismatch",
        "json",
        "the proxy serves other bytes; JSON on standard output",
        "go mod download -json go.uber.org/zap@v1.27.0",
        do(sumdb(), _moved, proxy(), _EMPTY),
        _ZAP_AT,
        go="1.25",
        seen=['"Error"', "checksum mismatch"],
    ),
    _one(
        "checksum.sumdb_mismatch",
        "gomod-x",
        "the proxy serves another go.mod than the checksum database records",
        "go mod download -x go.uber.org/zap@v1.27.0",
        do(sumdb(), lambda site: site.world.add(_OTHER_MOD), proxy(), _EMPTY),
        _ZAP_AT,
        go="1.27",
        seen=["SECURITY ERROR", "verifying go.mod"],
    ),
    _one(
        "checksum.sumdb_mismatch",
        "install",
        "the proxy serves other bytes of one dependency",
        "go install github.com/gin-gonic/gin@v1.10.0",
        do(
            sumdb(
                wrong={
                    "github.com/gin-gonic/gin": (
                        f"github.com/gin-gonic/gin v1.10.0 {_H1}",
                        WORLD.get("github.com/gin-gonic/gin").sum_lines[1],
                    )
                }
            ),
            proxy(),
        ),
        ("github.com/gin-gonic/gin", "v1.10.0"),
        go="1.24",
        seen=["SECURITY ERROR"],
    ),
    # missing
    _one(
        "checksum.missing",
        "build-no-gosum",
        "there is no go.sum",
        "go build ./...",
        do(proxy(), project("go.uber.org/zap", sums=False)),
        ("go.uber.org/zap", ""),
        seen=["missing go.sum entry"],
    ),
    _one(
        "checksum.missing",
        "test-one-line",
        "go.sum lacks the line of one zip",
        "go test ./...",
        do(proxy(), project(*USUAL), _without("go.uber.org/zap v1.27.0 ")),
        go="1.25",
        seen=["missing go.sum entry"],
    ),
    _one(
        "checksum.missing",
        "gomod-line",
        "go.sum lacks the line of one go.mod",
        "go list -m all",
        do(proxy(), project(*USUAL), _without("go.uber.org/zap v1.27.0/go.mod")),
        go="1.22",
        seen=["missing go.sum entry"],
    ),
    _one(
        "checksum.missing",
        "vet-21",
        "there is no go.sum",
        "go vet ./...",
        do(proxy(), project(*USUAL, sums=False)),
        go="1.21",
        seen=["missing go.sum entry"],
    ),
    _one(
        "checksum.missing",
        "run-many",
        "go.sum is empty; many packages",
        "go run .",
        do(proxy(), project(*LARGE, sums=False), write("go.sum", "")),
        go="1.27",
        seen=["missing go.sum entry"],
        settings=True,
    ),
    _one(
        "checksum.missing",
        "build-json",
        "there is no go.sum; build output as JSON",
        "go build -json ./...",
        do(proxy(), project("go.uber.org/zap", sums=False)),
        ("go.uber.org/zap", ""),
        go="1.24",
        seen=["missing go.sum entry"],
    ),
]
