"""The options that decide how a run's requests are made."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from gomend.gomod.private import matches
from gomend.net.timing import Limits
from gomend.settings.load import Loaded, defaults, load
from gomend.settings.trouble import SettingError


def options_in_force(environment: Mapping[str, str], folder: str) -> Loaded:
    """The options that `environment` and the files for work in `folder` set.

    The defaults where an option cannot be read: that is told after the run.
    """
    try:
        return load({}, environment, folder)
    except SettingError:
        return defaults({})


def limits_of(options: Loaded) -> Limits:
    """The time limits."""
    return Limits(
        connect=options.number("connect_limit"),
        tls=options.number("tls_limit"),
        first_byte=options.number("first_byte_limit"),
        stall=options.number("stall_limit"),
    )


def trace_for(options: Loaded, trace: str) -> Callable[[str], str]:
    """Names `trace` for a URL whose host is one of `trace_hosts`, "" for any other."""
    hosts = options.text("trace_hosts")
    return lambda url: trace if hosts and matches(hosts, urlsplit(url).hostname or "") else ""
