"""Credentials written down for a host: which address they belong to, where they are read, when they end."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gomend.sources.credentials.byhost import (
    App,
    ByHost,
    CredentialsFileError,
    HostCredentialError,
    HostEntry,
    Login,
    Secret,
    read_credentials,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def by_host(*entries: HostEntry, **environment: str) -> ByHost:
    async def of_app(host: str, app: App) -> Secret:
        raise AssertionError(host)

    return ByHost(entries, environment, lambda: NOW, of_app)


def login(kept: ByHost, url: str) -> Login | None:
    return asyncio.run(kept.login(url))


def test_the_longest_beginning_of_an_address_counts_by_whole_elements() -> None:
    kept = by_host(
        HostEntry("git.example", token="a"),
        HostEntry("Git.example/team", user="u", token="b"),
        HostEntry("git.example:8443", token="c"),
    )
    for url, wanted in {
        "https://git.example": Login("https://git.example", "x-access-token", "a"),
        "https://git.example:443/x.git": Login("https://git.example", "x-access-token", "a"),
        "https://GIT.example/team/x?go-get=1": Login("https://git.example/team", "u", "b"),
        "https://git.example/teams": Login("https://git.example", "x-access-token", "a"),
        "https://git.example:8443/x": Login("https://git.example:8443", "x-access-token", "c"),
        "https://me@git.example/x": Login("https://git.example", "x-access-token", "a"),
        "http://git.example/x": None,
        "https://git.example.org/x": None,
        "https://other.example/git.example/x": None,
        "ssh://git@git.example/x": None,
    }.items():
        assert login(kept, url) == wanted, url


def test_a_header_says_the_same() -> None:
    kept = by_host(HostEntry("git.example", user="u", token="p"))
    assert asyncio.run(kept.headers("https://git.example/x")) == (("Authorization", "Basic dTpw"),)
    assert asyncio.run(kept.headers("https://other.example/x")) == ()


def test_a_token_is_read_where_it_lies_each_time(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    kept = by_host(HostEntry("a.example", token_file=str(file)), HostEntry("b.example", token_env="T"), T="env")
    first = login(kept, "https://a.example/x")
    file.write_text("second\n")
    second = login(kept, "https://a.example/x")
    assert first is not None and second is not None and (first.token, second.token) == ("first", "second")
    assert login(kept, "https://b.example/x") == Login("https://b.example", "x-access-token", "env")


def test_what_has_expired_or_is_not_there_is_not_sent(tmp_path: Path) -> None:
    kept = by_host(
        HostEntry("old.example", token="s3cret", expires=NOW),
        HostEntry("good.example", token="t", expires=NOW + timedelta(seconds=1)),
        HostEntry("gone.example", token_file=str(tmp_path / "none")),
        HostEntry("empty.example", token_env="NOT_SET"),
    )
    assert login(kept, "https://good.example/x") is not None
    for host, words in {
        "old": "the credentials for old.example expired at 2026-05-01T12:00:00Z",
        "gone": "the credentials for gone.example cannot be read: No such file or directory",
        "empty": "the credentials for empty.example are empty",
    }.items():
        with pytest.raises(HostCredentialError) as error:
            login(kept, f"https://{host}.example/x")
        assert error.value.words == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[host]]", "missing required field"),
        ('[[host]]\nname = "a"', "one of token"),
        ('[[host]]\nname = "a"\ntoken = "s3cret"\ntoken_env = "b"', "one of token"),
        ('[[host]]\nname = "https://a"\ntoken = "s3cret"', "needs a name"),
        ('[[host]]\nname = "a"\ntoken = "s3cret"\nexpires = 2026-01-01T00:00:00', "offset from UTC"),
        ('[[host]]\nname = "a"\ntoken = "s3cret"\nexpire = 1', "unknown field"),
        ('[[host]]\nname = "a\ntoken = "s3cret"', "line 2"),
    ],
)
def test_a_file_that_is_wrong_is_refused_without_a_word_of_what_it_holds(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(text)
    with pytest.raises(CredentialsFileError) as error:
        read_credentials(str(file))
    assert words in error.value.words and "s3cret" not in error.value.words


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(
        '[[host]]\nname = "a.example/team"\nuser = "u"\ntoken_env = "T"\nexpires = 2026-06-01T00:00:00+02:00\n'
    )
    expires = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert read_credentials(str(file)) == (HostEntry("a.example/team", "u", token_env="T", expires=expires),)
