"""Repositories of shapes that are seldom, or that nobody means to make."""

from tests.sources.direct.shape import LINK, Change, Shape, go, mod

ODD: dict[str, Shape] = {
    "lfs": Shape(
        (
            Change(
                {
                    "go.mod": mod("lfs"),
                    ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
                    "model.bin": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n",
                },
                ("v1.0.0",),
            ),
        ),
        ("@v1.0.0",),
    ),
    "encoded": Shape(
        (
            Change(
                {
                    "go.mod": mod("encoded"),
                    ".gitattributes": "*.txt working-tree-encoding=UTF-16LE-BOM\n* text=auto eol=crlf\n*.raw -text\n",
                    "a.txt": "h\u00e9llo\n",
                    "b.go": "package p\n\nvar x = 1\n",
                    "c.raw": "a\nb\r\n",
                    "sub/go.mod": mod("encoded/sub"),
                    "sub/.gitattributes": "*.md eol=lf\nhidden export-ignore\n*.v export-subst\n",
                    "sub/x.md": "a\nb\n",
                    "sub/y.go": "package sub\n",
                    "sub/hidden/z.go": "package hidden\n",
                    "sub/one.v": "$Format:%H %d$\n",
                },
                ("v1.0.0", "sub/v1.0.0"),
            ),
        ),
        ("@v1.0.0", "/sub@v1.0.0"),
    ),
    "notutf8": Shape(
        (
            Change({"go.mod": mod("notutf8"), "caf\udce9.go": go()}, ("v1.0.0",)),
            Change({"caf\udce9.go": None, "docs/\udcff\udcfe": "x"}, ("v1.1.0",)),
            Change({"docs/\udcff\udcfe": None, "日本/語.go": go()}, ("v1.2.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0"),
    ),
    "longnames": Shape(
        (
            Change(
                {
                    "go.mod": mod("longnames"),
                    f"{'n' * 250}.go": go(),
                    f"{'/'.join(['deep' * 10] * 20)}/x.go": go(),
                    f"{'ü' * 60}/{'ü' * 60}.go": go(),
                },
                ("v1.0.0",),
            ),
        ),
        ("@v1.0.0",),
    ),
    "folders": Shape(
        (
            Change({"go.mod": mod("folders"), "Dir/x.go": go(), "dir/y.go": go()}, ("v1.0.0",)),
            Change({"Dir/x.go": None, "k.go": go(), "\u212a.go": go()}, ("v1.1.0",)),
            Change({"\u212a.go": None, "sub/README": "x", "README": "x", "other/readme": "x"}, ("v1.2.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0"),
    ),
    "windows": Shape(
        (
            Change({"go.mod": mod("windows"), "aux.go": go()}, ("v1.0.0",)),
            Change({"aux.go": None, "trailing.": "x"}, ("v1.1.0",)),
            Change({"trailing.": None, "back\\slash": "x"}, ("v1.2.0",)),
            Change({"back\\slash": None, ".hidden/.x": "x", "progra~1.txt": "x", "a+b=c,d.txt": "x"}, ("v1.3.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v1.3.0"),
    ),
    "emptyfolder": Shape(
        (Change({"go.mod": mod("emptyfolder"), "p.go": go()}),),
        ("@v1.0.0", "@main"),
        finish="""
            empty=$(git mktree </dev/null)
            tree=$( (git ls-tree main; printf '040000 tree %s\tempty\n' $empty) | git mktree)
            git update-ref refs/heads/main $(git commit-tree -m x -p main $tree)
            git update-ref refs/tags/v1.0.0 main
        """,
    ),
    "nested": Shape(
        (
            Change(
                {
                    "go.mod": mod("nested", "go 1.19\n\nreplace example.com/local => ./local\n"),
                    "p.go": go(),
                    "local/go.mod": "module example.com/local\n",
                    "local/l.go": go("local"),
                    "plain/x.go": go("plain"),
                    "odd/go.mod/x.go": go(),
                    "odd/y.go": go(),
                    "linked/go.mod": (LINK, "../go.mod"),
                    "linked/z.go": go(),
                },
                ("v1.0.0", "local/v1.0.0"),
            ),
            Change({"go.mod": (LINK, "local/go.mod")}, ("v1.1.0",)),
            Change({"go.mod": None, "go.mod/x.go": go()}, ("v1.2.0",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "/local@v1.0.0", "/linked@main", "/odd@main"),
    ),
    "crlf": Shape(
        (
            Change({"go.mod": mod("crlf").replace("\n", "\r\n"), "p.go": "package p\r\n"}, ("v1.0.0",)),
            Change({"go.mod": "\ufeff" + mod("crlf")}, ("v1.1.0",)),
        ),
        ("@v1.0.0", "@v1.1.0"),
    ),
    "licenses": Shape(
        (
            Change({"go.mod": mod("licenses"), "LICENSE": (LINK, "COPYING"), "COPYING": "free\n",
                    "sub/go.mod": mod("licenses/sub"), "sub/COPYING": "of it\n"}, ("v1.0.0", "sub/v1.0.0")),
            Change({"LICENSE": None, "LICENSE/MIT": "x\n"}, ("sub/v1.1.0",)),
            Change({"LICENSE/MIT": None, "license": "low\n", "LICENSE.md": "x\n"}, ("sub/v1.2.0",)),
            Change({"LICENSE": "all\n", "sub/LICENSE": (LINK, "../LICENSE")}, ("sub/v1.3.0",)),
            Change({"sub/LICENSE": None, "sub/LICENSE/x": "x"}, ("sub/v1.4.0",)),
        ),
        ("@v1.0.0", "/sub@v1.0.0", "/sub@v1.1.0", "/sub@v1.2.0", "/sub@v1.3.0", "/sub@v1.4.0"),
    ),
    "latergomod": Shape(
        (
            Change({"p.go": go()}, ("v1.0.0", "v2.0.0")),
            Change({"go.mod": mod("latergomod")}, ("v1.1.0", "v2.1.0")),
            Change({"go.mod": None}, ("v1.2.0", "v2.2.0")),
            Change({"go.mod": mod("latergomod/v3")}, ("v3.0.0",)),
            Change({"go.mod": None, "q.go": go()}),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.2.0", "@v2.0.0+incompatible", "@v2.1.0+incompatible", "@v2.2.0+incompatible",
         "/v3@v3.0.0", "@v3.0.0+incompatible", "@main", "/v2@v2.0.0", "@v2.2.1-0.{4}+incompatible"),
    ),
    "branches": Shape(
        (
            Change({"go.mod": mod("branches"), "p.go": go()}, ("v1.0.0",)),
            Change({"q.go": go()}, ("v1.1.0",), branch="release", after=0),
            Change({"r.go": go()}, branch="release"),
            Change({"s.go": go()}),
            Change({"t.go": go()}, ("v1.2.0-rc.1",), branch="next", after=3),
        ),
        ("@v1.1.0", "@release", "@main", "@next", "@v1.1.1-0.{2}", "@v1.1.1-0.{3}", "@v1.0.1-0.{3}", "@{#2}"),
    ),
    "trunk": Shape(
        (Change({"go.mod": mod("trunk")}, ("v0.1.0",)), Change({"p.go": go()})),
        ("@HEAD", "@trunk", "@main", "@v0.1.0"),
        finish="git branch -m main trunk; git symbolic-ref HEAD refs/heads/trunk",
    ),
    "unborn": Shape(
        (Change({"go.mod": mod("unborn"), "p.go": go()}),),
        ("@HEAD", "@main", "@{#0}"),
        finish="git symbolic-ref HEAD refs/heads/none",
    ),
    "detached": Shape(
        (Change({"go.mod": mod("detached")}), Change({"p.go": go()}), Change({"q.go": go()})),
        ("@HEAD", "@main", "@{#1}"),
        finish="git update-ref --no-deref HEAD main~1",
    ),
    "signed": Shape(
        (
            Change({"go.mod": mod("signed")}, signed=("v1.0.0",)),
            Change({"p.go": go()}, ("v1.1.0",), ("v1.1.1",), ("v1.1.2",)),
        ),
        ("@v1.0.0", "@v1.1.0", "@v1.1.1", "@v1.1.2", "@v1.2.0", "@v1.3.0", "@v1.4.0", "@v1.5.0", "@main"),
        finish="""
            seal='gpgsig -----BEGIN PGP SIGNATURE-----\\n \\n iHUE\\n -----END PGP SIGNATURE-----'
            git cat-file commit main | sed "/^committer/a $seal" | git hash-object -t commit -w --stdin >signed
            git update-ref refs/tags/v1.2.0 $(cat signed)
            git tag -a -m again v1.3.0 v1.1.1
            git update-ref refs/tags/v1.4.0 $(git rev-parse 'main^{tree}')
            git update-ref refs/tags/v1.5.0 $(git rev-parse main:p.go)
        """,
    ),
    "pseudo": Shape(
        (
            Change({"go.mod": mod("pseudo")}),
            Change({"a.go": go()}, ("v0.1.0-rc.1",)),
            Change({"b.go": go()}),
            Change({"c.go": go()}, ("v0.1.0",)),
            Change({"d.go": go()}),
        ),
        ("@v0.0.0-{0}", "@v0.0.0-{2}", "@v0.1.0-rc.1.0.{2}", "@v0.1.0-rc.1.0.{1}", "@v0.1.1-0.{4}", "@v0.1.1-0.{2}",
         "@v0.1.1-0.{3}", "@v1.0.0-{0}", "@v0.2.1-0.{4}", "@v0.1.1-0.20200101000000-{#4}", "@v0.1.0-0.{2}",
         "@v0.1.1-0.{4}+incompatible", "@v2.0.0-{4}+incompatible", "@{#2}", "@{#4}"),
    ),
    "shallow": Shape(
        (
            Change({"go.mod": mod("shallow")}, ("v0.1.0",)),
            Change({"p.go": go()}),
            Change({"q.go": go()}, ("v0.2.0",)),
            Change({"r.go": go()}),
        ),
        ("@v0.2.0", "@main", "@{#2}", "@{#3}", "@v0.2.1-0.{3}"),
        finish="git rev-parse main~2 >shallow; git tag -d v0.1.0; git repack -adq; git prune",
    ),
    "names": Shape(
        (
            Change({"go.mod": mod("names")},
                   ("release-1", "1.0.0", "v1.0.0.1", "v1", "vv1.0.0", "V1.0.0", "v1.0.0-01")),
            Change({"p.go": go()}, ("v0.5", "v0.5.0-", "go1.22", "abcdef0", "latest", "upgrade")),
        ),
        ("@release-1", "@1.0.0", "@V1.0.0", "@v1.0.0-01", "@go1.22", "@abcdef0", "@feature", "@main"),
        {"feature": 0, "v0.5.0": 0},
    ),
    "sameasbranch": Shape(
        (Change({"go.mod": mod("sameasbranch")}, ("v1.0.0",)), Change({"p.go": go()}), Change({"q.go": go()})),
        ("@v1.0.0", "@v1.1.0", "@main"),
        {"v1.0.0": 1, "v1.1.0": 1},
    ),
    "retractall": Shape(
        (
            Change({"go.mod": mod("retractall", "retract [v0.0.0, v1.9.9]\n")}, ("v0.1.0", "v1.0.0")),
            Change({"p.go": go()}, ("v1.1.0-pre",)),
            Change({"q.go": go()}),
        ),
        ("@v1.0.0", "@v1.1.0-pre", "@main"),
    ),
}  # fmt: skip
