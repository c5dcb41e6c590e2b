"""Which caches of names a machine has, and whether emptying them is seen to have worked."""

from collections.abc import Callable

import pytest

from gomend.cli.dns.flush import emptied
from gomend.mend.dnscache import Cache, caches

RESOLVED = "DNSSEC supported by current servers: no\n\nCache\n  Current Cache Size: {left}\n          Cache Hits: 17\n"
_COUNT = "current number of cached values"
NSCD = f"passwd cache:\n\n 12  {_COUNT}\n\nhosts cache:\n\n  {{left}}  {_COUNT}\n"


def found(platform: str, programs: str, paths: str, files: dict[str, str]) -> list[Cache]:
    return caches(
        platform,
        lambda name: name in programs.split(),
        lambda path: path in paths.split(),
        lambda path: files.get(path, ""),
    )


@pytest.mark.parametrize(
    ("platform", "programs", "paths", "files", "names"),
    [
        ("linux", "", "", {}, []),
        ("linux", "resolvectl", "/run/systemd/resolve", {}, ["systemd-resolved"]),
        ("linux", "resolvectl nscd", "/run/nscd/socket", {}, ["nscd"]),
        ("linux", "", "", {"/run/dnsmasq/dnsmasq.pid": "412\n"}, ["dnsmasq"]),
        ("linux", "unbound-control", "/run/unbound.ctl", {}, ["unbound"]),
        ("linux", "unbound-control", "", {"/run/dnsmasq.pid": "1; rm -rf /"}, []),
        ("darwin", "", "", {}, ["mDNSResponder"]),
        ("win32", "", "", {}, ["Windows"]),
    ],
)
def test_the_caches_of_a_machine(
    platform: str, programs: str, paths: str, files: dict[str, str], names: list[str]
) -> None:
    assert [cache.name for cache in found(platform, programs, paths, files)] == names


def runner(said: dict[str, tuple[int, str]], ran: list[str]) -> Callable[[tuple[str, ...]], tuple[int, str]]:
    def run(words: tuple[str, ...]) -> tuple[int, str]:
        ran.append(" ".join(words))
        return said.get(" ".join(words), (0, ""))

    return run


@pytest.mark.parametrize(
    ("program", "place", "empty", "look", "text"),
    [
        ("resolvectl", "/run/systemd/resolve", "resolvectl flush-caches", "resolvectl statistics", RESOLVED),
        ("nscd", "/run/nscd/socket", "nscd -i hosts", "nscd -g", NSCD),
    ],
)
def test_a_cache_is_called_empty_only_where_that_is_seen(
    program: str, place: str, empty: str, look: str, text: str
) -> None:
    (cache,) = found("linux", program, place, {})
    ran: list[str] = []
    for left, state in ((0, "emptied"), (7, "failed")):
        told = emptied(cache, runner({look: (0, text.format(left=left))}, ran), may=True)
        assert (told.state, told.left) == (state, left)
    assert ran[:2] == [empty, look]
    assert emptied(cache, runner({look: (1, "no")}, ran), may=True).state == "unseen"
    failed = emptied(cache, runner({empty: (1, "Permission denied")}, ran), may=True)
    assert (failed.state, failed.words) == ("failed", "Permission denied")


def test_without_the_rights_nothing_runs_and_the_command_is_told() -> None:
    (cache,) = found("linux", "nscd", "/run/nscd/socket", {})
    ran: list[str] = []
    told = emptied(cache, runner({}, ran), may=False)
    assert (told.state, told.commands, ran) == ("refused", ("nscd -i hosts",), [])
