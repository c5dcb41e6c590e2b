# ruff: noqa: E501
"""The modules that the closed internet's proxies know: path, version, files. Small stand-ins under well-known names."""

import io
import json
import zipfile

TIME = "2024-05-14T09:12:44Z"


def _go(package: str, body: str = "") -> str:
    return f"package {package}\n{body}"


MODULES: dict[tuple[str, str], dict[str, str]] = {}


def add(path: str, version: str, go_mod: str = "", **files: str) -> None:
    """Adds a module. `go_mod` is what follows the module line; `files` maps `dir__name` to sources (`__` is `/`, and `.go` follows)."""
    head = "" if any(line.startswith("module ") for line in go_mod.splitlines()) else f"module {path}\n\n"
    contents = {"go.mod": head + go_mod}
    for name, text in files.items():
        contents[name.replace("__", "/") + ".go"] = text
    MODULES[path, version] = contents


def _fill() -> None:
    for version in ("v0.8.0", "v0.9.0", "v0.9.1"):
        add("github.com/pkg/errors", version, "", errors=_go("errors", "\nfunc New(s string) error { return nil }\n"))
    add("github.com/google/uuid", "v1.3.0", "", uuid=_go("uuid", '\nfunc NewString() string { return "" }\n'))
    add("github.com/google/uuid", "v1.6.0", "", uuid=_go("uuid", '\nfunc NewString() string { return "" }\n'))
    add(
        "github.com/gorilla/mux",
        "v1.8.1",
        "go 1.20\n",
        mux=_go("mux", "\ntype Router struct{}\n\nfunc NewRouter() *Router { return &Router{} }\n"),
    )
    add("github.com/davecgh/go-spew", "v1.1.1", "", spew__spew=_go("spew", "\nfunc Dump(a ...any) {}\n"))
    add("github.com/pmezard/go-difflib", "v1.0.0", "", difflib__difflib=_go("difflib"))
    add(
        "gopkg.in/yaml.v3",
        "v3.0.1",
        'module "gopkg.in/yaml.v3"\n',
        yaml=_go("yaml", "\nfunc Marshal(v any) ([]byte, error) { return nil, nil }\n"),
    )
    add(
        "github.com/stretchr/testify",
        "v1.9.0",
        "go 1.17\n\nrequire (\n\tgithub.com/davecgh/go-spew v1.1.1\n\tgithub.com/pmezard/go-difflib v1.0.0\n\tgopkg.in/yaml.v3 v3.0.1\n)\n",
        assert__assert=_go(
            "assert",
            '\nimport (\n\t_ "github.com/davecgh/go-spew/spew"\n\t_ "github.com/pmezard/go-difflib/difflib"\n\t_ "gopkg.in/yaml.v3"\n)\n\nfunc Equal(t any, a, b any) bool { return true }\n',
        ),
    )
    add("golang.org/x/text", "v0.14.0", "go 1.18\n", language__language=_go("language", "\ntype Tag int\n"))
    add("golang.org/x/sync", "v0.7.0", "go 1.18\n", errgroup__errgroup=_go("errgroup", "\ntype Group struct{}\n"))
    add("golang.org/x/sync", "v0.10.0", "go 1.18\n", errgroup__errgroup=_go("errgroup", "\ntype Group struct{}\n"))
    add("golang.org/x/sys", "v0.20.0", "go 1.18\n", unix__unix=_go("unix"))
    add("golang.org/x/sys", "v0.38.0", "go 1.24.0\n", unix__unix=_go("unix"))
    add(
        "golang.org/x/crypto",
        "v0.45.0",
        "go 1.24.0\n\nrequire golang.org/x/sys v0.38.0\n",
        bcrypt__bcrypt=_go("bcrypt"),
    )
    add(
        "golang.org/x/tools",
        "v0.39.0",
        "go 1.24.0\n\nrequire golang.org/x/sync v0.10.0\n",
        cmd__stringer__main=_go("main", "\nfunc main() {}\n"),
    )
    add("github.com/acme/newer", "v1.2.0", "go 1.99.0\n", newer=_go("newer", "\nfunc F() {}\n"))
    add("github.com/acme/wants125", "v0.3.0", "go 1.25.0\n", w=_go("wants125", "\nfunc F() {}\n"))
    add(
        "github.com/acme/usesnewer",
        "v1.0.0",
        "go 1.20\n\nrequire github.com/acme/newer v1.2.0\n",
        u=_go("usesnewer", '\nimport _ "github.com/acme/newer"\n'),
    )
    add("rsc.io/sampler", "v1.2.0", "", sampler=_go("sampler"))
    add("rsc.io/sampler", "v1.3.0", "", sampler=_go("sampler", '\nfunc Hello() string { return "Hello, world." }\n'))
    add(
        "rsc.io/quote",
        "v1.5.2",
        "require rsc.io/sampler v1.3.0\n",
        quote=_go("quote", '\nimport "rsc.io/sampler"\n\nfunc Hello() string { return sampler.Hello() }\n'),
    )
    add(
        "rsc.io/quote",
        "v1.5.1",
        "require rsc.io/sampler v1.3.0\n",
        quote=_go("quote", '\nimport "rsc.io/sampler"\n\nfunc Hello() string { return sampler.Hello() }\n'),
    )
    add(
        "github.com/sirupsen/logrus",
        "v1.9.3",
        "go 1.13\n\nrequire golang.org/x/sys v0.20.0\n",
        logrus=_go("logrus", '\nimport _ "golang.org/x/sys/unix"\n\nfunc Info(a ...any) {}\n'),
    )
    add(
        "github.com/Sirupsen/logrus",
        "v1.9.3",
        "module github.com/sirupsen/logrus\n\ngo 1.13\n",
        logrus=_go("logrus", "\nfunc Info(a ...any) {}\n"),
    )
    add(
        "github.com/golang/lint",
        "v0.0.0-20241112194109-818c5a804067",
        "module golang.org/x/lint\n\ngo 1.11\n",
        lint=_go("lint"),
    )
    add("github.com/olduser/kit", "v0.4.0", "module github.com/newuser/kit\n\ngo 1.19\n", kit=_go("kit"))
    add(
        "github.com/acme/usesold",
        "v1.1.0",
        "go 1.19\n\nrequire github.com/olduser/kit v0.4.0\n",
        k=_go("usesold", '\nimport _ "github.com/olduser/kit"\n'),
    )
    add(
        "github.com/golang/protobuf",
        "v1.5.4",
        '// Deprecated: Use the "google.golang.org/protobuf" module instead.\nmodule github.com/golang/protobuf\n\ngo 1.17\n',
        proto__proto=_go("proto", "\nfunc Marshal(a any) {}\n"),
    )
    add("github.com/acme/shaky", "v1.0.0", "go 1.19\n", s=_go("shaky", "\nfunc F() {}\n"))
    add("github.com/acme/shaky", "v1.1.0", "go 1.19\n", s=_go("shaky", "\nfunc F() {}\n"))
    add(
        "github.com/acme/shaky",
        "v1.1.1",
        "go 1.19\n\nretract v1.1.0 // loses data on connection timeout\n",
        s=_go("shaky", "\nfunc F() {}\n"),
    )
    add("github.com/acme/gone", "v1.0.0", "go 1.19\n", s=_go("gone", "\nfunc F() {}\n"))
    add(
        "github.com/acme/gone",
        "v1.0.1",
        "go 1.19\n\nretract [v1.0.0, v1.0.1] // published by mistake\n",
        s=_go("gone", "\nfunc F() {}\n"),
    )
    add(
        "google.golang.org/genproto",
        "v0.0.0-20200526211855-cb27e3aa2013",
        "go 1.11\n",
        googleapis__api__annotations__a=_go("annotations"),
        googleapis__rpc__status__s=_go("status"),
    )
    add(
        "google.golang.org/genproto/googleapis/api",
        "v0.0.0-20240513163218-0867130af1f8",
        "go 1.19\n",
        annotations__a=_go("annotations"),
    )
    add("cloud.google.com/go", "v0.26.0", "", compute__metadata__m=_go("metadata"))
    add("cloud.google.com/go/compute/metadata", "v0.3.0", "go 1.19\n", m=_go("metadata"))
    add(
        "github.com/acme/badmod",
        "v1.0.0",
        "module github.com/acme/badmod\n\ngo 1.19\n\nrequire github.com/pkg/errors\n",
        b=_go("badmod"),
    )
    add(
        "github.com/acme/badreq",
        "v1.4.0",
        "go 1.19\n\nrequire github.com/acme/badmod v1.0.0\n",
        b=_go("badreq", '\nimport _ "github.com/acme/badmod"\n'),
    )
    add(
        "github.com/acme/tool",
        "v1.3.0",
        "go 1.19\n\nreplace github.com/pkg/errors => ../errors\n\nrequire github.com/pkg/errors v0.9.1\n",
        main=_go("main", "\nfunc main() {}\n"),
    )
    add("github.com/acme/widget", "v1.0.0", "go 1.19\n", w=_go("widget", "\nfunc F() {}\n"), old__o=_go("old"))
    add("github.com/acme/widget", "v1.4.0", "go 1.19\n", w=_go("widget", "\nfunc G() {}\n"))
    add("github.com/acme/widget/v2", "v2.0.1", "go 1.19\n", w=_go("widget"))
    add("github.com/acme/broken", "v0.2.0", "go 1.19\n", b=_go("broken", '\nfunc F() int { return "x" }\n'))
    add(
        "github.com/acme/cmdonly",
        "v1.0.0",
        "go 1.19\n",
        cmd__hello__m=_go("main", '\nfunc main() { println("hello") }\n'),
    )
    add("github.com/acme/internalized", "v1.0.0", "go 1.19\n", internal__secret__s=_go("secret"), a=_go("internalized"))
    for n in range(1, 25):
        add(f"github.com/acme/part{n:02d}", f"v1.{n}.0", "go 1.19\n", p=_go(f"part{n:02d}"))


_fill()


def escape(text: str) -> str:
    """Upper case as the protocol writes it: `!x` for `X`."""
    return "".join("!" + c.lower() if c.isupper() else c for c in text)


def versions(path: str) -> list[str]:
    """The versions known of `path`, oldest first."""
    return [v for p, v in MODULES if p == path]


def info(version: str) -> bytes:
    """The body of a `.info`."""
    return json.dumps({"Version": version, "Time": TIME}).encode()


def archive(path: str, version: str) -> bytes:
    """The body of a `.zip`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in MODULES[path, version].items():
            made.writestr(zipfile.ZipInfo(f"{path}@{version}/{name}", (2024, 5, 14, 9, 12, 44)), text)
    return buffer.getvalue()


def answer(path: str) -> tuple[int, bytes]:
    """Status and body for a path of the GOPROXY protocol (unquoted, without the leading slash)."""
    unescaped = "".join(_unescape(path))
    module, mark, rest = unescaped.partition("/@v/")
    if not mark:
        module, mark, rest = unescaped.partition("/@latest")
        known = versions(module)
        return (
            (200, info(known[-1]))
            if known
            else (404, f'not found: module {module}: no matching versions for query "latest"'.encode())
        )
    known = versions(module)
    if rest == "list":
        return (
            (200, "".join(f"{v}\n" for v in known if not v.startswith("v0.0.0-")).encode())
            if known
            else (404, _unknown(module, "latest"))
        )
    version, _, kind = rest.rpartition(".")
    if version not in known:
        return 404, _unknown(module, version)
    body = {"info": info(version), "mod": MODULES[module, version]["go.mod"].encode(), "zip": b""}.get(kind)
    return (
        (200, archive(module, version)) if kind == "zip" else (200, body) if body is not None else (404, b"not found")
    )


def _unknown(module: str, version: str) -> bytes:
    if versions(module):
        return f"not found: {module}@{version}: invalid version: unknown revision {version}".encode()
    return f"not found: module {module}: git ls-remote -q --end-of-options https://{module} in /tmp/gopath/pkg/mod/cache/vcs/2f4bfa1bb0e1e7b3f30a3a2f9b6cbb3dbf1a1cbd5a3c3c3a5d3ac0cb8ffd8d3a: exit status 128:\n\tfatal: could not read Username for 'https://github.com': terminal prompts disabled\nConfirm the import path was entered correctly.\nIf this is a private repository, see https://golang.org/doc/faq#git_https for additional information.".encode()


def _unescape(text: str) -> list[str]:
    out, upper = [], False
    for c in text:
        if c == "!":
            upper = True
            continue
        out.append(c.upper() if upper else c)
        upper = False
    return out
