"""The git program."""

from gomend.sources.credentials.byhost import Login
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.program import Program

_USER, _TOKEN = "_GOMEND_GIT_USER", "_GOMEND_GIT_TOKEN"
_HELPER = f"""!f() {{ test "$1" = get && printf 'username=%s\\npassword=%s\\n' "${_USER}" "${_TOKEN}"; }}; f"""
_FIXED = {
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
    "gc.auto": "0",
    # What git holds in memory. Its own measures are for a machine that does nothing else.
    "core.packedGitLimit": "256m",
    "core.packedGitWindowSize": "32m",
    "core.deltaBaseCacheLimit": "32m",
    "pack.threads": "2",
}
# A large file is written as it comes. Only for fetching: what `git archive` streams it no longer converts.
_FETCHING = {"core.bigFileThreshold": "16m"}


class Git(Program):
    """The git program. `settings` are configuration values for each call, such as a host's credentials; they are
    passed in the environment, where no other user sees them.
    """

    __slots__ = ()
    tool = "git"

    def variables(self, clone: Clone | None, login: Login | None, *, fetches: bool) -> dict[str, str]:
        """As of Program. git ends a transfer in which nothing moves."""
        settings = list({**_FIXED, **(_FETCHING if fetches else {}), **self.settings}.items())
        if login is not None:
            # By a helper, since a header (http.extraHeader) goes along where the host redirects to another.
            ours = f"credential.{login.base}.helper"
            settings += [(ours, ""), (ours, _HELPER)]
        pairs = {f"GIT_CONFIG_KEY_{at}": name for at, (name, _) in enumerate(settings)}
        pairs |= {f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in enumerate(settings)}
        pairs |= {_USER: login.user, _TOKEN: login.token} if login is not None else {}
        asks_nobody = {
            "GIT_TERMINAL_PROMPT": "0",
            "GCM_INTERACTIVE": "never",
            "LC_ALL": "C",
            "GIT_DEFAULT_HASH": "sha1",
        }
        if not self.environment.get("GIT_SSH") and not self.environment.get("GIT_SSH_COMMAND"):
            asks_nobody["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=10"
        made = {**self.environment, **asks_nobody, **pairs, "GIT_CONFIG_COUNT": str(len(settings))}
        if clone is not None:
            return {**made, "GIT_DIR": str(clone.folder)}
        made.pop("GIT_DIR", None)
        return made
