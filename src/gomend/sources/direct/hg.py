"""The Mercurial program."""

from collections.abc import Mapping

from gomend.sources.credentials.byhost import Login
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.program import Program

# Only what was asked for is fetched, not what a server names beside it.
_FIXED = {"ui.interactive": "False", "ui.timeout": "60", "http.timeout": "60", "experimental.clonebundles": "False"}


class Hg(Program):
    """The hg program. `settings` are configuration values for each call; other users of the machine see them."""

    __slots__ = ()
    tool = "hg"

    def variables(self, clone: Clone | None, login: Login | None, *, fetches: bool) -> dict[str, str]:
        """As of Program. There is no way to hand it a login that others do not see: `login` is left out."""
        del clone, login, fetches
        return {**self.environment, "HGPLAIN": "1", "HGENCODING": "utf-8", "LC_ALL": "C"}

    @property
    def configured(self) -> tuple[str, ...]:
        """The words with which each call begins."""
        values: Mapping[str, str] = {**_FIXED, **self.settings}
        return tuple(f"--config={name}={value}" for name, value in values.items())
