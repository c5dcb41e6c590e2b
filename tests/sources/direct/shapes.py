"""Repositories of every shape that go tells apart."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.sources.direct.oddshapes import ODD
from tests.sources.direct.shape import BEGIN, LINK, PROGRAM, SUBMODULE, Change, Shape, go, mod, stream

SHAPES: dict[str, Shape] = {
    "plain": Shape(
        (
            Change({"go.mod": mod("plain"), "p.go": go(), "LICENSE": "do as you like\n"}, ("v1.0.0",)),
            Change({"q.go": go(), "run.sh": (PROGRAM, "#!/bin/sh\n")}, (), ("v1.1.0",)),
            Change({"é/ü.go": go(), "a b.txt": "x"}, ("v1.2.0-rc.1",)),
            Change({"p.go": None}),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0-rc.1", "@v1.3.0", "@main", "@HEAD", "@dev", "@nosuch"),
        {"topic/x": 2, "dev": 1},
    ),
    "nomod": Shape(
        (
            Change({"p.go": go()}, ("v0.1.0", "v1.0.0")),
            Change({"q.go": go()}, ("v2.0.0", "v2.1.0")),
            Change({"r.go": go()}, ("v3.0.0",)),
            Change({"go.mod": mod("nomod/v4"), "s.go": go()}, ("v4.0.0",)),
        ),
        ("@v1.0.0", "@v2.0.0", "@v2.0.0+incompatible", "@v1.0.0+incompatible", "@v4.0.0+incompatible",
         "/v4@v4.0.0", "@v4.0.0", "@main"),
    ),
    "sha256": Shape(
        (
            Change({"go.mod": mod("sha256"), "p.go": go()}, ("v1.0.0",)),
            Change({"sub/go.mod": mod("sha256/sub"), "sub/p.go": go()}, ("sub/v0.1.0",), ("v1.1.0",)),
            Change({"q.go": go()}),
        ),
        ("@v1.0.0", "@v1.1.0", "/sub@v0.1.0", "@main", "/sub@main", "@HEAD", "@dev", "@v1.2.0"),
        {"dev": 2},
        "sha256",
    ),
    "majors": Shape(
        (
            Change({"go.mod": mod("majors"), "p.go": go()}, ("v1.0.0",)),
            Change({"go.mod": mod("majors/v2")}, ("v2.0.0",)),
            Change({"go.mod": mod("majors")}, ("v3.0.0",)),
            Change({"go.mod": "// nothing\n"}, ("v1.9.0",)),
        ),
        ("@v1.0.0", "/v2@v2.0.0", "@v2.0.0", "@v2.0.0+incompatible", "/v3@v3.0.0", "@v3.0.0", "@v1.9.0", "/v2@v1.0.0"),
    ),
    "folder": Shape(
        (
            Change({"go.mod": mod("folder"), "p.go": go(), "LICENSE": "l"}, ("v1.0.0",)),
            Change({"v2/go.mod": mod("folder/v2"), "v2/p.go": go()}, ("v2.0.0", "v1.1.0")),
            Change({"go.mod": mod("folder/v2")}, ("v2.1.0",)),
            Change({"v2/go.mod": mod("folder"), "go.mod": mod("folder")}, ("v2.2.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "/v2@v2.0.0", "/v2@v2.1.0", "/v2@v2.2.0", "@v2.0.0+incompatible", "/v2@main"),
    ),
    "v2nomod": Shape(
        (
            Change({"p.go": go()}, ("v1.0.0", "v2.0.0")),
            Change({"v2/go.mod": mod("v2nomod/v2"), "v2/p.go": go()}, ("v2.1.0",)),
            Change({"q.go": go()}),
        ),
        ("@v2.0.0", "@v2.1.0", "@v2.1.0+incompatible", "/v2@v2.1.0", "@main", "/v2@main"),
    ),
    "mono": Shape(
        (
            Change(
                {
                    "go.mod": mod("mono"),
                    "p.go": go(),
                    "LICENSE": "of all\n",
                    "api/go.mod": mod("mono/api"),
                    "api/a.go": go("api"),
                    "own/go.mod": mod("mono/own"),
                    "own/LICENSE": "its own\n",
                    "own/deep/er/x.go": go(),
                    "upper/GO.MOD": "x",
                    "upper/x.go": go(),
                },
                ("v0.1.0", "api/v0.1.0", "own/v0.2.0"),
            ),
            Change({"api/b.go": go("api")}, ("api/v0.2.0", "api/v0.3.0-beta")),
            Change({"api/go.mod": mod("mono/api/v2"), "api/c.go": go("api")}, ("api/v2.0.0",)),
            Change({"p.go": "package mono\n"}),
        ),
        ("@v0.1.0", "/api@v0.1.0", "/api@v0.2.0", "/api/v2@v2.0.0", "/own@v0.2.0", "/none@v0.1.0",
         "/api@main", "/api/v2@main", "/own@main", "@main"),
    ),
    "links": Shape(
        (
            Change(
                {
                    "go.mod": mod("links"),
                    "p.go": go(),
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
                    "go.mod": mod("vendor", "go 1.21\n"),
                    "p.go": go(),
                    "vendor/modules.txt": "# x\n",
                    "vendor/a/b/c.go": go(),
                    "vendor/top.go": go(),
                    "pkg/vendor/vendor.go": go(),
                    "pkg/vendor/foo/foo.go": go(),
                    "longer/vendor/x.go": go(),
                },
                ("v1.0.0",),
            ),
            Change({"go.mod": mod("vendor", "go 1.24.1\n")}, ("v1.1.0",)),
            Change({"go.mod": mod("vendor", "go 1.24rc2\n")}, ("v1.2.0",)),
            Change({"go.mod": "nonsense {\n" + mod("vendor")}, ("v1.3.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v1.3.0"),
    ),
    "attributes": Shape(
        (
            Change(
                {
                    "go.mod": mod("attributes"),
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
            Change({"go.mod": mod("commits"), "p.go": go()}),
            Change({"a.go": go()}, ("v0.1.0",)),
            Change({"b.go": go()}),
            Change({"c.go": go()}, ("v1.0.0-alpha",)),
            Change({"d.go": go()}),
            Change({"e.go": go()}, ("v1.0.0", "not-a-version", "v1", "v1.0")),
            Change({"f.go": go()}),
        ),
        ("@main", "@first", "@third", "@fifth", "@not-a-version", "@v1.0"),
        {"first": 0, "third": 2, "fifth": 4},
    ),
    "odd": Shape(
        (
            Change({"go.mod": mod("odd"), "p.go": go()}, ("v1.0.0+meta", "v0.0.0-20200101000000-123456789012")),
            Change({"q.go": go()}, ("v1.1.0", "v1.2.0", "v1.2.0+meta", "vendor/v1.5.0", "v01.2.3")),
        ),
        ("@v1.0.0", "@v1.0.0+meta", "@v1.1.0", "@v1.2.0+meta", "@v0.0.0-20200101000000-123456789012", "@main"),
    ),
    "retracted": Shape(
        (
            Change({"go.mod": mod("retracted"), "p.go": go()}, ("v1.0.0",)),
            Change({"q.go": go()}, ("v1.1.0",)),
            Change({"go.mod": mod("retracted", "retract (\n\tv1.2.0\n\t[v1.1.0, v1.1.9]\n)\n")}, ("v1.2.0",)),
            Change({"r.go": go()}),
        ),
        ("@v1.1.0", "@v1.2.0", "@main"),
    ),
    "prerelease": Shape(
        (Change({"go.mod": mod("prerelease")}, ("v0.1.0-a", "v0.1.0-b")), Change({"p.go": go()})),
        ("@v0.1.0-a", "@main"),
    ),
    "badnames": Shape(
        (
            Change({"go.mod": mod("badnames"), "a:b": "x", "con.txt": "x"}, ("v1.0.0",)),
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
        (Change({"go.mod": mod("large"), **{f"d{n % 7}/f{n}.go": go() + "x" * n for n in range(300)}}, ("v1.0.0",)),),
        ("@v1.0.0",),
    ),
    "hg": Shape((Change({"go.mod": mod("hg"), ".hg_archival.txt": "x"}, ("v1.0.0",)),), ("@v1.0.0",)),
    **ODD,
}  # fmt: skip


def asked_of(root: Path) -> dict[str, str]:
    """Each question, as it is parametrized, with the names of its commits in the repositories that `make` made."""
    found = {}
    for name, shape in SHAPES.items():
        place = root / "github.com" / "shape" / name
        hashes = (place / "marks").read_text().split()[1::2] if shape.changes else []
        whens = [datetime.fromtimestamp(BEGIN + 86_400 * number, UTC) for number in range(len(hashes))]
        for asked in shape.asked:
            told = asked
            for number, (hash_, when) in enumerate(zip(hashes, whens, strict=True)):
                told = told.replace(f"{{{number}}}", f"{when:%Y%m%d%H%M%S}-{hash_[:12]}")
                told = told.replace(f"{{#{number}}}", hash_[:12])
            found[f"github.com/shape/{name}{asked}"] = f"github.com/shape/{name}{told}"
    return found


def make(root: Path) -> None:
    """Makes all repositories bare below `root`/github.com/shape, the same commits each time."""
    environment = {
        **os.environ, "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
           for what, value in (("NAME", "dev"), ("EMAIL", "dev@example.com"), ("DATE", f"{BEGIN} +0000"))},
    }  # fmt: skip
    for name, shape in SHAPES.items():
        bare = root / "github.com" / "shape" / name
        bare.mkdir(parents=True)
        git = ["git", "-c", "init.defaultBranch=main", "-C", bare]
        subprocess.run([*git, "init", "-q", "--bare", f"--object-format={shape.hashes}"], env=environment, check=True)
        importing = [*git, "fast-import", "--quiet", "--export-marks=marks"]
        subprocess.run(importing, input=stream(shape), env=environment, check=True)
        marks = bare / "marks"
        lines = marks.read_text().splitlines(keepends=True)
        marks.write_text("".join(sorted(lines, key=lambda line: int(line[1:].split()[0]))))
        if shape.finish:
            subprocess.run(
                ["sh", "-ec", shape.finish], cwd=bare, env=environment, check=True, stdout=subprocess.DEVNULL
            )
