"""The time limits in force for a run's requests."""

from collections.abc import Mapping

from gomend.net.timing import Limits
from gomend.settings.load import load
from gomend.settings.trouble import SettingError


def limits_in_force(environment: Mapping[str, str], folder: str) -> Limits:
    """The limits that the options of `environment` and of the files for work in `folder` set.

    The defaults where an option cannot be read: that is told after the run.
    """
    try:
        loaded = load({}, environment, folder)
    except SettingError:
        return Limits()
    return Limits(
        connect=loaded.number("connect_limit"),
        tls=loaded.number("tls_limit"),
        first_byte=loaded.number("first_byte_limit"),
        stall=loaded.number("stall_limit"),
    )
