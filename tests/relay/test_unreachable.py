"""A source that cannot be reached, or that sends go elsewhere: the outcome under gomend is plain go's or better."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.lab import upstream as lab
from tests.lab.certificates import Authority
from tests.lab.listener import Silent, refused_port
from tests.lab.modules import Module
from tests.relay.both import Log, Project, Ran, Setting, door_shown, upstream

Kind = Callable[[Log], AbstractContextManager[str]]
PROJECT = Project.of([Module("example.com/a", "v1.1.0"), Module("example.com/b", "v1.2.0")])


@pytest.fixture
def setting(tmp_path: Path, go: Path) -> Setting:
    return Setting(tmp_path, go)


@contextmanager
def refused(log: Log) -> Iterator[str]:
    yield f"http://127.0.0.1:{refused_port()}"


@contextmanager
def untrusted(log: Log) -> Iterator[str]:
    tls: ssl.SSLContext = Authority.new("Somebody Else").server("127.0.0.1")
    with upstream("untrusted", log, PROJECT, tls=tls) as source:
        yield source.url
        assert log.paths("untrusted") == []
        # One for each file, whether go asked or gomend did ahead of it: a certificate is never asked twice.
        assert source.connections <= 3 * len(PROJECT.requires)


@contextmanager
def mute_in_tls(log: Log) -> Iterator[str]:
    with Silent() as source:
        yield f"https://127.0.0.1:{source.port}"


@contextmanager
def redirecting(log: Log) -> Iterator[str]:
    with upstream("target", log, PROJECT) as target:
        moved = lab.redirect(f"{target.url}{{path}}")
        with upstream("redirecting", log, PROJECT, [("*", moved)]) as source:
            yield source.url


@contextmanager
def redirecting_for_ever(log: Log) -> Iterator[str]:
    with upstream("loop", log, PROJECT, [("*", lab.redirect("{path}"))]) as source:
        yield source.url


def ran(setting: Setting, kind: Kind, shape: str, *, gomend: bool) -> Ran:
    log = Log()
    with ExitStack() as stack:
        bad = stack.enter_context(kind(log))
        good = stack.enter_context(upstream("good", log, PROJECT))
        return setting.run(
            PROJECT,
            ("mod", "download"),
            gomend=gomend,
            goproxy=shape.replace("{bad}", bad),
            sources={"good": good},
            log=log,
            variables={"GOMEND_TLS_LIMIT": "1"},
        )


@pytest.mark.parametrize(
    ("kind", "shape", "plain_status"),
    [
        (refused, "{bad}", 1),
        (refused, "{bad},{good}", 1),
        (refused, "{bad}|{good}", 0),
        (untrusted, "{bad}", 1),
        (untrusted, "{bad}|{good}", 0),
        (redirecting, "{bad}", 0),
        (redirecting_for_ever, "{bad}|{good}", 0),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_outcome_is_plain_gos(setting: Setting, kind: Kind, shape: str, plain_status: int):
    plain, mended = (ran(setting, kind, shape, gomend=gomend) for gomend in (False, True))
    assert (plain.status, mended.status) == (plain_status, plain_status), mended.stderr
    assert mended.cache == plain.cache
    assert mended.stdout == plain.stdout
    assert {one.source for one in mended.asked} == {one.source for one in plain.asked}
    assert not door_shown(mended.stderr, mended.known)


@pytest.mark.parametrize(("shape", "status"), [("{bad}|{good}", 0), ("{bad},{good}", 1)])
def test_a_source_that_is_mute_in_tls_ends_in_time(setting: Setting, shape: str, status: int):
    mended = ran(setting, mute_in_tls, shape, gomend=True)
    assert mended.status == status, mended.stderr
