"""Repositories of every shape that go tells apart, made by one `git fast-import` each."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

LINK, SUBMODULE, PROGRAM = "120000", "160000", "100755"
_BEGIN = 1_700_000_000  # seconds since 1970; each commit is a day later


@dataclass(frozen=True)
class Change:
    """One commit on main: files by path (None removes one; a pair gives its mode first), and the tags on it."""

    files: dict[str, str | tuple[str, str] | None]
    tags: tuple[str, ...] = ()
    annotated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A repository at `github.com/shape/<name>`, and what is asked of it as `<path below it>@<version>`."""

    changes: tuple[Change, ...]
    asked: tuple[str, ...]
    branches: dict[str, int] = field(default_factory=dict)  # name to the number of the commit
    hashes: str = "sha1"


def _mod(path: str, rest: str = "go 1.19\n") -> str:
    return f"module github.com/shape/{path}\n\n{rest}"


def _go(name: str = "p") -> str:
    return f"package {name}\n"


SHAPES: dict[str, Shape] = {
    "plain": Shape(
        (
            Change({"go.mod": _mod("plain"), "p.go": _go(), "LICENSE": "do as you like\n"}, ("v1.0.0",)),
            Change({"q.go": _go(), "run.sh": (PROGRAM, "#!/bin/sh\n")}, (), ("v1.1.0",)),
            Change({"é/ü.go": _go(), "a b.txt": "x"}, ("v1.2.0-rc.1",)),
            Change({"p.go": None}),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0-rc.1", "@v1.3.0", "@main", "@HEAD", "@dev", "@nosuch"),
        {"topic/x": 2, "dev": 1},
    ),
    "nomod": Shape(
        (
            Change({"p.go": _go()}, ("v0.1.0", "v1.0.0")),
            Change({"q.go": _go()}, ("v2.0.0", "v2.1.0")),
            Change({"r.go": _go()}, ("v3.0.0",)),
            Change({"go.mod": _mod("nomod/v4"), "s.go": _go()}, ("v4.0.0",)),
        ),
        ("@v1.0.0", "@v2.0.0", "@v2.0.0+incompatible", "@v1.0.0+incompatible", "@v4.0.0+incompatible",
         "/v4@v4.0.0", "@v4.0.0", "@main"),
    ),
    "sha256": Shape(
        (
            Change({"go.mod": _mod("sha256"), "p.go": _go()}, ("v1.0.0",)),
            Change({"sub/go.mod": _mod("sha256/sub"), "sub/p.go": _go()}, ("sub/v0.1.0",), ("v1.1.0",)),
            Change({"q.go": _go()}),
        ),
        ("@v1.0.0", "@v1.1.0", "/sub@v0.1.0", "@main", "/sub@main", "@HEAD", "@dev", "@v1.2.0"),
        {"dev": 2},
        "sha256",
    ),
    "majors": Shape(
        (
            Change({"go.mod": _mod("majors"), "p.go": _go()}, ("v1.0.0",)),
            Change({"go.mod": _mod("majors/v2")}, ("v2.0.0",)),
            Change({"go.mod": _mod("majors")}, ("v3.0.0",)),
            Change({"go.mod": "// nothing\n"}, ("v1.9.0",)),
        ),
        ("@v1.0.0", "/v2@v2.0.0", "@v2.0.0", "@v2.0.0+incompatible", "/v3@v3.0.0", "@v3.0.0", "@v1.9.0", "/v2@v1.0.0"),
    ),
    "folder": Shape(
        (
            Change({"go.mod": _mod("folder"), "p.go": _go(), "LICENSE": "l"}, ("v1.0.0",)),
            Change({"v2/go.mod": _mod("folder/v2"), "v2/p.go": _go()}, ("v2.0.0", "v1.1.0")),
            Change({"go.mod": _mod("folder/v2")}, ("v2.1.0",)),
            Change({"v2/go.mod": _mod("folder"), "go.mod": _mod("folder")}, ("v2.2.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "/v2@v2.0.0", "/v2@v2.1.0", "/v2@v2.2.0", "@v2.0.0+incompatible", "/v2@main"),
    ),
    "v2nomod": Shape(
        (
            Change({"p.go": _go()}, ("v1.0.0", "v2.0.0")),
            Change({"v2/go.mod": _mod("v2nomod/v2"), "v2/p.go": _go()}, ("v2.1.0",)),
            Change({"q.go": _go()}),
        ),
        ("@v2.0.0", "@v2.1.0", "@v2.1.0+incompatible", "/v2@v2.1.0", "@main", "/v2@main"),
    ),
    "mono": Shape(
        (
            Change(
                {
                    "go.mod": _mod("mono"),
                    "p.go": _go(),
                    "LICENSE": "of all\n",
                    "api/go.mod": _mod("mono/api"),
                    "api/a.go": _go("api"),
                    "own/go.mod": _mod("mono/own"),
                    "own/LICENSE": "its own\n",
                    "own/deep/er/x.go": _go(),
                    "upper/GO.MOD": "x",
                    "upper/x.go": _go(),
                },
                ("v0.1.0", "api/v0.1.0", "own/v0.2.0"),
            ),
            Change({"api/b.go": _go("api")}, ("api/v0.2.0", "api/v0.3.0-beta")),
            Change({"api/go.mod": _mod("mono/api/v2"), "api/c.go": _go("api")}, ("api/v2.0.0",)),
            Change({"p.go": "package mono\n"}),
        ),
        ("@v0.1.0", "/api@v0.1.0", "/api@v0.2.0", "/api/v2@v2.0.0", "/own@v0.2.0", "/none@v0.1.0",
         "/api@main", "/api/v2@main", "/own@main", "@main"),
    ),
    "links": Shape(
        (
            Change(
                {
                    "go.mod": _mod("links"),
                    "p.go": _go(),
                    "link.go": (LINK, "p.go"),
                    "away": (LINK, "/etc/passwd"),
                    "sub": (SUBMODULE, "1234567890123456789012345678901234567890"),
                },
                ("v1.0.0",),
            ),
        ),
        ("@v1.0.0",),
    ),
    "vendor": Shape(
        (
            Change(
                {
                    "go.mod": _mod("vendor", "go 1.21\n"),
                    "p.go": _go(),
                    "vendor/modules.txt": "# x\n",
                    "vendor/a/b/c.go": _go(),
                    "vendor/top.go": _go(),
                    "pkg/vendor/vendor.go": _go(),
                    "pkg/vendor/foo/foo.go": _go(),
                    "longer/vendor/x.go": _go(),
                },
                ("v1.0.0",),
            ),
            Change({"go.mod": _mod("vendor", "go 1.24.1\n")}, ("v1.1.0",)),
            Change({"go.mod": _mod("vendor", "go 1.24rc2\n")}, ("v1.2.0",)),
            Change({"go.mod": "nonsense {\n" + _mod("vendor")}, ("v1.3.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v1.3.0"),
    ),
    "attributes": Shape(
        (
            Change(
                {
                    "go.mod": _mod("attributes"),
                    ".gitattributes": "*.txt export-subst\nsecret export-ignore\n*.bat eol=crlf\n"
                    "*.md text eol=crlf\n*.id ident\n",
                    "version.txt": "$Format:%H$\n",
                    "secret": "s",
                    "run.bat": "echo\n",
                    "unix.md": "a\nb\n",
                    "dos.go": "package p\r\n",
                    "mixed.md": "a\r\nb\n",
                    "x.id": "$Id$\n",
                },
                ("v1.0.0",),
            ),
        ),
        ("@v1.0.0",),
    ),
    "commits": Shape(
        (
            Change({"go.mod": _mod("commits"), "p.go": _go()}),
            Change({"a.go": _go()}, ("v0.1.0",)),
            Change({"b.go": _go()}),
            Change({"c.go": _go()}, ("v1.0.0-alpha",)),
            Change({"d.go": _go()}),
            Change({"e.go": _go()}, ("v1.0.0", "not-a-version", "v1", "v1.0")),
            Change({"f.go": _go()}),
        ),
        ("@main", "@first", "@third", "@fifth", "@not-a-version", "@v1.0"),
        {"first": 0, "third": 2, "fifth": 4},
    ),
    "odd": Shape(
        (
            Change({"go.mod": _mod("odd"), "p.go": _go()}, ("v1.0.0+meta", "v0.0.0-20200101000000-123456789012")),
            Change({"q.go": _go()}, ("v1.1.0", "v1.2.0", "v1.2.0+meta", "vendor/v1.5.0", "v01.2.3")),
        ),
        ("@v1.0.0", "@v1.0.0+meta", "@v1.1.0", "@v1.2.0+meta", "@v0.0.0-20200101000000-123456789012", "@main"),
    ),
    "retracted": Shape(
        (
            Change({"go.mod": _mod("retracted"), "p.go": _go()}, ("v1.0.0",)),
            Change({"q.go": _go()}, ("v1.1.0",)),
            Change({"go.mod": _mod("retracted", "retract (\n\tv1.2.0\n\t[v1.1.0, v1.1.9]\n)\n")}, ("v1.2.0",)),
            Change({"r.go": _go()}),
        ),
        ("@v1.1.0", "@v1.2.0", "@main"),
    ),
    "prerelease": Shape(
        (Change({"go.mod": _mod("prerelease")}, ("v0.1.0-a", "v0.1.0-b")), Change({"p.go": _go()})),
        ("@v0.1.0-a", "@main"),
    ),
    "badnames": Shape(
        (
            Change({"go.mod": _mod("badnames"), "a:b": "x", "con.txt": "x"}, ("v1.0.0",)),
            Change({"a:b": None, "con.txt": None, "A.go": "package p\n", "a.go": "package p\n"}, ("v1.1.0",)),
            Change({"A.go": None, "Go.Mod": "x\n", "go.mod": None}, ("v1.2.0",)),
            Change({"Go.Mod": None, "dir": "x", "DIR/x": "y"}, ("v1.3.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v1.3.0"),
    ),
    "empty": Shape((), ("@v1.0.0", "@main")),
    "nothing": Shape((Change({"README": "x"}, ("v1.0.0",)),), ("@v1.0.0", "@main", "/sub@main")),
    "quoted": Shape(
        (
            Change({"go.mod": 'module "github.com/shape/quoted"\n'}, ("v1.0.0",)),
            Change({"go.mod": "// module x\nmodule   `github.com/shape/quoted` // so\n"}, ("v1.1.0",)),
            Change({"go.mod": "module example.com/other\n"}, ("v1.2.0",)),
            Change({"go.mod": "module example.com/other/v2\n"}, ("v1.3.0",)),
            Change({"go.mod": "module gopkg.in/quoted.v2\n"}, ("v1.4.0",)),
            Change({"go.mod": "module example.com/other/v01\n"}, ("v1.5.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v1.3.0", "@v1.4.0", "@v1.5.0"),
    ),
    "large": Shape(
        (Change({"go.mod": _mod("large"), **{f"d{n % 7}/f{n}.go": _go() + "x" * n for n in range(300)}}, ("v1.0.0",)),),
        ("@v1.0.0",),
    ),
    "hg": Shape((Change({"go.mod": _mod("hg"), ".hg_archival.txt": "x"}, ("v1.0.0",)),), ("@v1.0.0",)),
}  # fmt: skip


def _stream(shape: Shape) -> bytes:
    out = bytearray()
    for number, change in enumerate(shape.changes):
        when = f"dev <dev@example.com> {_BEGIN + 86_400 * number} +0100"
        out += f"commit refs/heads/main\nmark :{number + 1}\ncommitter {when}\ndata 1\nx\n".encode()
        for path, content in change.files.items():
            quoted = f'"{path}"' if " " in path else path
            if content is None:
                out += f"D {quoted}\n".encode()
                continue
            mode, data = content if isinstance(content, tuple) else ("100644", content)
            raw = data.encode()
            if mode == SUBMODULE:
                out += f"M {mode} {raw.decode()} {quoted}\n".encode()
            else:
                out += f"M {mode} inline {quoted}\ndata {len(raw)}\n".encode() + raw + b"\n"
        for tag in change.tags:
            out += f"reset refs/tags/{tag}\nfrom :{number + 1}\n\n".encode()
        for tag in change.annotated:
            out += f"tag {tag}\nfrom :{number + 1}\ntagger {when}\ndata 1\nt\n".encode()
    for branch, number in shape.branches.items():
        out += f"reset refs/heads/{branch}\nfrom :{number + 1}\n\n".encode()
    return bytes(out)


def make(root: Path) -> None:
    """Makes all repositories bare below `root`/github.com/shape, the same commits each time."""
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1"}
    for name, shape in SHAPES.items():
        bare = root / "github.com" / "shape" / name
        bare.mkdir(parents=True)
        git = ["git", "-c", "init.defaultBranch=main", "-C", bare]
        subprocess.run([*git, "init", "-q", "--bare", f"--object-format={shape.hashes}"], env=environment, check=True)
        subprocess.run([*git, "fast-import", "--quiet"], input=_stream(shape), env=environment, check=True)
