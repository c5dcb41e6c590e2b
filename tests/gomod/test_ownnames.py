"""Which modules look private, and from what."""

from gomend.gomod.ownnames import Guess, guesses


def test_names_that_exist_inside_a_network_only() -> None:
    modules = ["git.corp.internal/team/lib", "build/tool", "github.com/a/b", "golang.org/x/net", "git.corp.internal/x"]
    assert guesses(modules, "example.com/app", [], []) == [
        Guess("git.corp.internal", "git.corp.internal/team/lib", "gomod"),
        Guess("build", "build/tool", "gomod"),
    ]


def test_the_place_this_repository_comes_from() -> None:
    for remote in (
        "git@git.corp.example:team/app.git",
        "ssh://git@git.corp.example:2222/team/app.git",
        "https://me:secret@git.corp.example/team/app",
    ):
        assert [one.pattern for one in guesses([], "git.corp.example/team/app", [remote], [])] == ["git.corp.example"]


def test_an_organisation_of_a_public_forge_only_where_the_module_lies_there() -> None:
    remote = ["git@github.com:corp/app.git"]
    assert [one.pattern for one in guesses([], "github.com/corp/app", remote, [])] == ["github.com/corp"]
    assert guesses([], "example.com/app", remote, []) == []


def test_addresses_that_git_leads_elsewhere() -> None:
    found = guesses(
        [], "", [], ["https://github.com/corp/", "https://git.corp.example/", "git://x", "https://github.com/"]
    )
    assert [one.pattern for one in found] == ["github.com/corp", "git.corp.example"]
