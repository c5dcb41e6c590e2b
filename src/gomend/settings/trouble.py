"""A setting that gomend does not take."""

from typing import Literal

from gomend.errors import UsageError

Reason = Literal["unknown", "value", "not_in_project", "looser", "syntax", "unreadable", "tenant", "of_server"]


class SettingError(UsageError):
    """`place` is the file or variable, `name` the option as written there; further facts as `reason` needs them."""

    def __init__(
        self, reason: Reason, *, place: str, name: str = "", value: str = "", nearest: str = "", allowed: str = ""
    ) -> None:
        super().__init__(f"{place}: {name}: {reason}")
        self.reason: Reason = reason
        self.place = place
        self.name = name
        self.value = value
        self.nearest = nearest  # the known option that is spelled most alike, "" where none is
        self.allowed = allowed  # what would be taken, in words
