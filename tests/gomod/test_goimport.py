"""go-import tags, and paths that need none."""

import pytest

from gomend.gomod.goimport import GoImport, GoImportError, check_repository, matching_import, parse_go_imports
from gomend.gomod.vcspaths import ImportPathError, KnownRoot, known_root

GIT = GoImport("go.example/m", "git", "https://git.example/m")


def page(*tags: str, body: str = "") -> str:
    return f"<!doctype html><html><head><title>x</title>{''.join(tags)}</head><body>{body}</body></html>"


def tag(content: str, name: str = "go-import") -> str:
    return f'<meta name="{name}" content="{content}">'


def test_tags_of_the_head_count_and_no_others() -> None:
    one = tag("go.example/m git https://git.example/m")
    assert parse_go_imports(page(one, body=tag("evil.example git https://evil.example"))) == (GIT,)
    assert parse_go_imports(page(body=one)) == ()
    assert parse_go_imports(page(tag("too few"), tag("one two three four five"), tag("a b c", "go-source"))) == ()
    assert parse_go_imports("<META CONTENT='go.example/m git https://git.example/m' NAME=go-import>") == (GIT,)
    assert parse_go_imports(page(f"<script>if (a < b) {{ {one} }}</script>")) == ()
    assert parse_go_imports(page(f"<!-- {one} -->")) == ()


def test_a_module_proxy_goes_before_what_it_stands_beside() -> None:
    git, mod = tag("go.example/m git https://git.example/m"), tag("go.example/m mod https://proxy.example")
    other = tag("go.example/n git https://git.example/n sub/dir")
    assert [(one.prefix, one.vcs, one.subfolder) for one in parse_go_imports(page(git, other, mod))] == [
        ("go.example/m", "mod", ""),
        ("go.example/n", "git", "sub/dir"),
    ]


def test_the_tag_about_the_path_is_chosen() -> None:
    other = GoImport("go.example/n", "git", "https://git.example/n")
    assert matching_import([other, GIT], "go.example/m/v2") == GIT
    with pytest.raises(GoImportError, match="did not match import path") as found:
        matching_import([GIT], "go.example/mm")
    assert found.value.is_mismatch
    with pytest.raises(GoImportError, match="multiple meta tags"):
        matching_import([GIT, GoImport("go.example", "git", "https://git.example")], "go.example/m")


@pytest.mark.parametrize(
    ("repository", "subfolder", "words"),
    [
        ("git.example/m", "", "no scheme"),
        ("file:///etc", "", "file scheme disallowed"),
        ("https://git.example/m", "/etc", "leading slash"),
        ("https://git.example/m", "-x", "leading hyphen"),
    ],
)
def test_a_repository_that_go_does_not_fetch_from_is_refused(repository: str, subfolder: str, words: str) -> None:
    with pytest.raises(GoImportError, match=words):
        check_repository(GoImport("go.example/m", "git", repository, subfolder))


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("github.com/a/b/c/v2", KnownRoot("github.com/a/b", "git", "https://github.com/a/b")),
        ("bitbucket.org/a/b", KnownRoot("bitbucket.org/a/b", "git", "https://bitbucket.org/a/b")),
        ("git.example/a/b.git/c", KnownRoot("git.example/a/b.git", "git", "git.example/a/b")),
        ("git.example:8443/~a/b.hg", KnownRoot("git.example:8443/~a/b.hg", "hg", "git.example:8443/~a/b")),
        ("go.example/m", None),
        ("gitlab.com/a/b", None),
        ("github.community/a/b", None),
    ],
)
def test_some_paths_tell_their_repository(path: str, root: KnownRoot | None) -> None:
    assert known_root(path) == root


@pytest.mark.parametrize("path", ["github.com/a", "github.com/a/b.git", "github.com", "bitbucket.org/a"])
def test_what_cannot_be_a_repository_on_a_known_host_is_refused(path: str) -> None:
    with pytest.raises(ImportPathError):
        known_root(path)
