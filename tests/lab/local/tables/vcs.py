# ruff: noqa: E501
"""Repositories that are not there, versions that are not in them, pages without a go-import tag, and git's own troubles."""

from tests.lab.local.case import ZH, Case, gomod, program, root

_DIRECT = {"GOPROXY": "direct"}
_CORP = {"GOPRIVATE": "*.corp.example"}


def _page(root_path: str, kind: str, url: str) -> str:
    return f'<!DOCTYPE html><html><head><meta name="go-import" content="{root_path} {kind} {url}"></head><body>Nothing to see here.</body></html>'


CASES = [
    # repositories that do not exist
    Case(
        "vcs.not_found",
        "corp-git-404",
        "the repository was deleted on a plain git host",
        "go mod download",
        [root("vcs.not_found", "git.corp.example/team/gone", "v1.0.0")],
        {"go.mod": gomod("git.corp.example/team/gone v1.0.0")},
        _CORP,
        web={
            "pages": {
                "git.corp.example/team/gone": _page(
                    "git.corp.example/team/gone", "git", "https://git.corp.example/team/gone.git"
                )
            }
        },
    ),
    Case(
        "vcs.not_found",
        "corp-git-404-go121-get",
        "the repository was deleted on a plain git host",
        "go get git.corp.example/team/gone@v1.0.0",
        [root("vcs.not_found", "git.corp.example/team/gone")],
        {"go.mod": gomod()},
        _CORP,
        go="1.21",
        web={
            "pages": {
                "git.corp.example/team/gone": _page(
                    "git.corp.example/team/gone", "git", "https://git.corp.example/team/gone.git"
                )
            }
        },
    ),
    Case(
        "vcs.not_found",
        "github-signed-in-unseen",
        "signed in through a token, the repository is not in the account's view",
        "go mod download -x",
        [root("vcs.not_found", "github.com/acme/secret-lib", "v1.2.0")],
        {
            "go.mod": gomod("github.com/acme/secret-lib v1.2.0"),
            "/home/dev/.gitconfig": '[url "https://ci-bot:ghp_000000000000000000000000000000000000@github.com/"]\n\tinsteadOf = https://github.com/\n',
        },
        {"GOPRIVATE": "github.com/acme"},
    ),
    Case(
        "vcs.not_found",
        "ssh-github-unseen",
        "the key is known, the repository does not exist",
        "go build ./...",
        [root("vcs.not_found", "github.com/acme/secret-lib")],
        {
            "go.mod": gomod("github.com/acme/secret-lib v1.2.0"),
            "main.go": program("github.com/acme/secret-lib"),
            "/home/dev/.gitconfig": '[url "ssh://git@github.com/"]\n\tinsteadOf = https://github.com/\n',
        },
        {
            "GOPRIVATE": "github.com/acme",
            "GOFLAGS": "-mod=mod",
            "GIT_SSH_COMMAND": "ssh -i /home/dev/.ssh/id_ed25519 -o UserKnownHostsFile=/home/dev/.ssh/known_hosts",
        },
        before="cp /run/lab/key /home/dev/.ssh/id_ed25519; chmod 600 /home/dev/.ssh/id_ed25519; cp /run/lab/known_hosts /home/dev/.ssh/",
    ),
    Case(
        "vcs.not_found",
        "ssh-gitlab-unseen",
        "the key is known, the project does not exist",
        "go get gitlab.com/acme/vanished@latest",
        [root("vcs.not_found", "gitlab.com/acme/vanished")],
        {"go.mod": gomod(), "/home/dev/.gitconfig": '[url "git@gitlab.com:"]\n\tinsteadOf = https://gitlab.com/\n'},
        {
            "GOPRIVATE": "gitlab.com/acme",
            "GIT_SSH_COMMAND": "ssh -i /home/dev/.ssh/id_ed25519 -o UserKnownHostsFile=/home/dev/.ssh/known_hosts",
        },
        go="1.25",
        web={
            "pages": {
                "gitlab.com/acme/vanished": _page(
                    "gitlab.com/acme/vanished", "git", "https://gitlab.com/acme/vanished.git"
                )
            }
        },
        before="cp /run/lab/key /home/dev/.ssh/id_ed25519; chmod 600 /home/dev/.ssh/id_ed25519; cp /run/lab/known_hosts /home/dev/.ssh/",
    ),
    Case(
        "vcs.not_found",
        "git-clone-404",
        "git clone of a missing repository",
        "git clone https://git.corp.example/team/gone.git",
        [root("vcs.not_found", host="git.corp.example")],
        client="git",
    ),
    Case(
        "vcs.not_found",
        "git-clone-404-zh",
        "git clone of a missing repository, Chinese messages",
        "git clone https://git.corp.example/team/gone.git",
        [root("vcs.not_found", host="git.corp.example")],
        client="git",
        env=ZH,
    ),
    Case(
        "vcs.not_found",
        "go-zh-corp-404",
        "the repository was deleted; git speaks Chinese",
        "go mod download",
        [root("vcs.not_found", "git.corp.example/team/gone", "v1.0.0")],
        {"go.mod": gomod("git.corp.example/team/gone v1.0.0")},
        {**_CORP, **ZH},
        go="1.23",
        web={
            "pages": {
                "git.corp.example/team/gone": _page(
                    "git.corp.example/team/gone", "git", "https://git.corp.example/team/gone.git"
                )
            }
        },
    ),
    # the repository is there, the revision is not
    Case(
        "vcs.unknown_revision",
        "tag-missing-download",
        "no tag v1.9.0 in the repository",
        "go mod download",
        [root("vcs.unknown_revision", "github.com/acme/public", "v1.9.0")],
        {"go.mod": gomod("github.com/acme/public v1.9.0")},
        _DIRECT,
    ),
    Case(
        "vcs.unknown_revision",
        "branch-missing-get",
        "no such branch",
        "go get github.com/acme/public@develop",
        [root("vcs.unknown_revision", "github.com/acme/public", "develop")],
        {"go.mod": gomod()},
        _DIRECT,
        go="1.24",
    ),
    Case(
        "vcs.unknown_revision",
        "commit-missing-x",
        "no such commit",
        "go get -x github.com/acme/public@0123456789ab",
        [root("vcs.unknown_revision", "github.com/acme/public", "0123456789ab")],
        {"go.mod": gomod()},
        _DIRECT,
    ),
    Case(
        "vcs.unknown_revision",
        "private-tag-build-go121",
        "no tag v1.9.9 in the private repository",
        "go build -v ./...",
        [root("vcs.unknown_revision", "gitlab.corp.example/platform/config", "v1.9.9")],
        {
            "go.mod": gomod("gitlab.corp.example/platform/config v1.9.9", "github.com/pkg/errors v0.9.1"),
            "main.go": program("gitlab.corp.example/platform/config", "github.com/pkg/errors"),
        },
        {**_CORP, "GOFLAGS": "-mod=mod"},
        go="1.21",
    ),
    Case(
        "vcs.unknown_revision",
        "proxy-then-direct",
        "neither the proxy nor the repository knows the tag",
        "go install github.com/acme/public@v7.0.0",
        [root("vcs.unknown_revision", "github.com/acme/public", also=["module.invalid_version"])],
        {},
        {"GOPROXY": "https://proxy.golang.org,direct"},
    ),
    Case(
        "vcs.unknown_revision",
        "pseudo-version-unknown-commit",
        "a pseudo-version of a commit that was force-pushed away",
        "go list -m all",
        [root("vcs.unknown_revision", "github.com/acme/untagged", "v0.0.0-20240101000000-abcdefabcdef")],
        {"go.mod": gomod("github.com/acme/untagged v0.0.0-20240101000000-abcdefabcdef")},
        _DIRECT,
        go="1.22",
    ),
    Case(
        "vcs.unknown_revision",
        "git-clone-branch",
        "git clone of a branch that does not exist",
        "git clone --depth 1 --branch release-9 https://github.com/acme/public.git",
        [root("vcs.unknown_revision", host=None)],
        client="git",
    ),
    Case(
        "vcs.unknown_revision",
        "git-fetch-refspec-zh",
        "git fetch of a ref that does not exist, Chinese messages",
        "git init -q . && git remote add origin https://github.com/acme/public.git && git fetch --depth=1 origin refs/tags/v5.0.0",
        [root("vcs.unknown_revision")],
        client="git",
        env=ZH,
        before="git config --global init.defaultBranch main",
    ),
    # pages
    Case(
        "vcs.no_go_import",
        "page-without-tag",
        "the vanity page has no go-import tag",
        "go get go.corp.example/tools/lint@latest",
        [root("vcs.no_go_import", "go.corp.example/tools/lint", host="go.corp.example")],
        {"go.mod": gomod()},
        _CORP,
        web={
            "pages": {
                "go.corp.example/tools/lint": "<html><head><title>Sign in</title></head><body>Please sign in</body></html>"
            }
        },
    ),
    Case(
        "vcs.no_go_import",
        "page-404-build",
        "the vanity page is a 404",
        "go build ./...",
        [root("vcs.no_go_import", "go.corp.example/tools/lint")],
        {"go.mod": gomod("go.corp.example/tools/lint v1.0.0"), "main.go": program("go.corp.example/tools/lint")},
        {**_CORP, "GOFLAGS": "-mod=mod"},
        go="1.24",
    ),
    Case(
        "vcs.no_go_import",
        "page-404-tidy",
        "the import path of a domain without any pages",
        "go mod tidy",
        [root("vcs.no_go_import", host="example.com")],
        {"go.mod": gomod(), "main.go": program("example.com/nothing/here")},
        _DIRECT,
        go="1.25",
    ),
    Case(
        "vcs.no_go_import",
        "prefixes-disagree",
        "the page of the prefix names another repository",
        "go mod download",
        [root("vcs.no_go_import", "go.corp.example/kit/log", "v0.1.0")],
        {"go.mod": gomod("go.corp.example/kit/log v0.1.0")},
        _CORP,
        web={
            "pages": {
                "go.corp.example/kit/log": _page("go.corp.example/kit", "git", "https://git.corp.example/team/lib.git"),
                "go.corp.example/kit": _page("go.corp.example/other", "git", "https://git.corp.example/team/plain.git"),
            }
        },
    ),
    Case(
        "vcs.no_go_import",
        "unknown-vcs",
        "the page names a version control system that go does not know",
        "go mod download -json",
        [root("vcs.no_go_import", "go.corp.example/legacy", "v0.1.0")],
        {"go.mod": gomod("go.corp.example/legacy v0.1.0")},
        _CORP,
        web={
            "pages": {
                "go.corp.example/legacy": _page("go.corp.example/legacy", "cvs", "https://git.corp.example/legacy")
            }
        },
    ),
    Case(
        "vcs.no_go_import",
        "login-page-of-sso",
        "the git host answers with the page of its single sign-on",
        "go list -m -versions gitlab.corp.example/platform/sso/secret",
        [root("vcs.no_go_import", "gitlab.corp.example/platform/sso/secret")],
        {"go.mod": gomod()},
        _CORP,
        go="1.26",
        web={
            "faults": [
                {
                    "host": "gitlab.corp.example",
                    "path": "go-get=1",
                    "status": 200,
                    "type": "text/html",
                    "body": "<!DOCTYPE html>\n<html><head><title>Sign in &middot; GitLab</title></head><body class='login-page'></body></html>",
                }
            ]
        },
    ),
]
