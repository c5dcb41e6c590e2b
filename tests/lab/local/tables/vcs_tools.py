# ruff: noqa: E501
"""Version control tools that are missing, forbidden, or fail for a reason of their own."""

from tests.lab.local.case import Case, gomod, program, root

_DIRECT = {"GOPROXY": "direct"}
_CORP = {"GOPRIVATE": "*.corp.example"}


def _page(root_path: str, kind: str, url: str) -> str:
    return f'<!DOCTYPE html><html><head><meta name="go-import" content="{root_path} {kind} {url}"></head><body>Nothing to see here.</body></html>'


CASES = [
    # the tool
    Case(
        "vcs.tool_missing",
        "no-git-download",
        "a slim container without git",
        "go mod download",
        [root("vcs.tool_missing")],
        {"go.mod": gomod("github.com/acme/public v1.0.0")},
        {**_DIRECT, "PATH": "/usr/local/go/bin:/bin-none"},
    ),
    Case(
        "vcs.tool_missing",
        "no-git-build-go121",
        "a slim container without git",
        "go build ./...",
        [root("vcs.tool_missing")],
        {"go.mod": gomod("github.com/acme/public v1.0.0"), "main.go": program("github.com/acme/public")},
        {"GOPRIVATE": "github.com/acme/*", "GOFLAGS": "-mod=mod", "PATH": "/usr/local/go/bin:/bin-none"},
        go="1.21",
    ),
    Case(
        "vcs.tool_missing",
        "no-git-get-go124",
        "a slim container without git",
        "go get github.com/acme/private@v1.2.3",
        [root("vcs.tool_missing")],
        {"go.mod": gomod()},
        {"GOPRIVATE": "github.com/acme/*", "PATH": "/usr/local/go/bin:/bin-none"},
        go="1.24",
    ),
    Case(
        "vcs.tool_missing",
        "no-fossil",
        "the repository is kept in fossil, which is not installed",
        "go mod download",
        [root("vcs.tool_missing", "go.corp.example/fos")],
        {"go.mod": gomod("go.corp.example/fos v1.0.0")},
        {**_CORP, "GOVCS": "*:all"},
        web={
            "pages": {
                "go.corp.example/fos": _page("go.corp.example/fos", "fossil", "https://git.corp.example/fos.fossil")
            }
        },
    ),
    Case(
        "vcs.tool_missing",
        "no-bzr-go124",
        "the repository is kept in bazaar, which is not installed",
        "go get go.corp.example/bz@v1.0.0",
        [root("vcs.tool_missing")],
        {"go.mod": gomod()},
        {**_CORP, "GOVCS": "*:all"},
        go="1.24",
        web={"pages": {"go.corp.example/bz": _page("go.corp.example/bz", "bzr", "https://git.corp.example/bz")}},
    ),
    # policy
    Case(
        "vcs.disallowed",
        "govcs-svn-public",
        "a public subversion repository, which GOVCS does not allow by default",
        "go mod download",
        [root("vcs.disallowed", "example.com/svnlib")],
        {"go.mod": gomod("example.com/svnlib v1.0.0")},
        _DIRECT,
        web={"pages": {"example.com/svnlib": _page("example.com/svnlib", "svn", "https://example.com/svn/lib")}},
    ),
    Case(
        "vcs.disallowed",
        "govcs-off-get",
        "GOVCS=*:off in a locked-down build",
        "go get github.com/acme/public@v1.1.0",
        [root("vcs.disallowed", "github.com/acme/public")],
        {"go.mod": gomod()},
        {**_DIRECT, "GOVCS": "*:off"},
        go="1.23",
    ),
    Case(
        "vcs.disallowed",
        "govcs-hg-only-private",
        "GOVCS allows private repositories mercurial only",
        "go build ./cmd/...",
        [root("vcs.disallowed", "gitlab.corp.example/platform/config")],
        {
            "go.mod": gomod("gitlab.corp.example/platform/config v1.4.2"),
            "cmd/shop/main.go": program("gitlab.corp.example/platform/config"),
        },
        {**_CORP, "GOVCS": "private:hg,public:git", "GOFLAGS": "-mod=mod"},
        go="1.22",
    ),
    Case(
        "vcs.disallowed",
        "redirect-to-insecure",
        "the page redirects from https to http",
        "go mod download",
        [root("vcs.disallowed", "go.corp.example/down")],
        {"go.mod": gomod("go.corp.example/down v1.0.0")},
        _CORP,
        web={
            "faults": [
                {
                    "host": "go.corp.example",
                    "path": "^/down",
                    "status": 302,
                    "headers": {"Location": "http://go.corp.example/insecure?go-get=1"},
                }
            ]
        },
    ),
    # the local git
    Case(
        "vcs.local_git",
        "dubious-stamping",
        "the work tree belongs to another user, as in a container with a mounted checkout",
        "go build -o /tmp/shop-lab .",
        [root("vcs.local_git")],
        {"go.mod": gomod(), "main.go": program()},
        before="git init -q .; git add -A; git -c user.name=a -c user.email=a@example.com commit -qm x; chown -R 1500 .",
    ),
    Case(
        "vcs.local_git",
        "dubious-stamping-v-go122",
        "the work tree belongs to another user; -v shows git's words",
        "go build -v -o /tmp/shop-lab ./...",
        [root("vcs.local_git")],
        {"go.mod": gomod(), "main.go": program()},
        go="1.22",
        folder="/home/runner/work/shop/shop",
        before="git init -q .; git add -A; git -c user.name=a -c user.email=a@example.com commit -qm x; chown -R 1500 .",
    ),
    Case(
        "vcs.local_git",
        "broken-git-config",
        "a syntax error in the user's git configuration",
        "go mod download",
        [root("vcs.local_git", "github.com/acme/public")],
        {
            "go.mod": gomod("github.com/acme/public v1.0.0"),
            "/home/dev/.gitconfig": '[url "ssh://git@github.com/\n\tinsteadOf = https://github.com/\n',
        },
        _DIRECT,
    ),
    Case(
        "vcs.local_git",
        "protocol-not-allowed",
        "protocol.allow=never in the user's git configuration",
        "go mod download",
        [root("vcs.local_git", "github.com/acme/public", also=["vcs.disallowed"])],
        {"go.mod": gomod("github.com/acme/public v1.0.0"), "/home/dev/.gitconfig": "[protocol]\n\tallow = never\n"},
        _DIRECT,
        go="1.24",
    ),
    Case(
        "vcs.local_git",
        "git-status-dubious",
        "git in a directory of another user",
        "git status",
        [root("vcs.local_git")],
        {"a.txt": "a\n"},
        before="git init -q .; chown -R 1500 .",
        client="git",
    ),
]
