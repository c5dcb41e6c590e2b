"""Lines of go that are no errors: progress, news of what was changed, warnings."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.statements import Role

_PROGRESS: Final = re.compile(
    r"(?:downloading |finding |extracting|found [^\s:]{1,500} in|added|removed|upgraded|downgraded"
    r"|creating new go\.mod|to add module requirements"
    r"|to switch to|to add missing|no module dependencies|skipping download|copying requirements|converting|no "
    r"dependencies to vendor"
    r"|ignoring requirement|dropping requirement|-d flag is deprecated|using go1|upgrading|unused "
    r"|toolchain upgrade needed to resolve|all modules verified|adding |(?:[^\s]{1,500} )?upgrade => |trying |preferr"
    r"|updating go\.(?:mod|sum)$)"
)
_SWITCHING: Final = re.compile(r"[^\n]{1,600} requires go >= [^\s]{1,60}; switching to go")
_WARNING: Final = re.compile(
    r"(?:warning: )?(?:module )?(?P<module>[^\s@]{1,500})(?:@(?P<version>[^\s:]{1,200}))?(?:: retracted by"
    r"| is deprecated)"
)
_KEPT_GOING: Final = re.compile(r"writing (?:stat|go\.mod) cache: ")
_RETRY: Final = re.compile(r"warning: (?!verifying)")
_OLD_WARNING: Final = re.compile(
    r"[^\s:]{1,500}: (?:get \"|parsing meta|open )|get \"[^\"\n]{1,500}\": (?:found meta|verifying)"
    r"|: verifying non-authoritative"
)


def notice(words: str) -> tuple[Role, Code | None, dict[str, str]] | None:
    """What a line of go's (without its `go: `) is when it is no error; no code where another layer must name it."""
    if _PROGRESS.match(words):
        return Role.PROGRESS, Code.PROGRESS_DOWNLOAD, {}
    if _SWITCHING.match(words):
        return Role.PROGRESS, Code.PROGRESS_DOWNLOAD, {}
    warning = _WARNING.match(words)
    if warning is not None:
        return (
            Role.WARNING,
            Code.MODULE_RETRACTED,
            {name: value for name, value in warning.groupdict().items() if value},
        )
    if _KEPT_GOING.match(words):
        return Role.TRY, None, {}
    if _RETRY.match(words) or _OLD_WARNING.match(words):
        return Role.PROGRESS, Code.PROGRESS_DOWNLOAD, {}
    return None
