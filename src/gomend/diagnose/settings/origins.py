"""Values that hide others: a stored value beneath a variable, an empty one above a default."""

from collections.abc import Iterator
from typing import Final

from gomend.causes import Code, Finding
from gomend.diagnose.settings.faults import fault
from gomend.diagnose.world import Say
from gomend.gomod.goenv import OS_ONLY, GoEnv, Origin, Setting

_CHANGEABLE: Final = (
    *("GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"),
    *("GOFLAGS", "GO111MODULE", "GOTOOLCHAIN", "GOMODCACHE", "GOCACHE", "GOPATH"),
)
_EMPTY_IS_WRONG = ("GOPROXY", "GOSUMDB")
_KEEP_NAMES_IN: Final = ("GOPRIVATE", "GONOPROXY")
_OF_CHECKS: Final = (
    "GOSUMDB",
    "GONOSUMDB",
    "GOINSECURE",
    "GOVCS",
    "GOAUTH",
    "GOFLAGS",
)  # which counts, a person decides


def _reconciled(name: str, value: str, stored: str) -> str | None:
    """What should stand in the environment, so that no name gets out and no check gets weaker; "" for nothing."""
    if name in _KEEP_NAMES_IN:
        patterns = (one.strip() for one in f"{value},{stored}".split(","))
        return ",".join(dict.fromkeys(one for one in patterns if one))
    return None if name in _OF_CHECKS else ""


def origins(settings: GoEnv, say: Say) -> Iterator[Finding]:
    """Stored values that do not count, stored empty values that hide a default, keys that go never reads there."""
    for name in _CHANGEABLE:
        setting = settings.setting(name)
        beneath = dict(setting.hidden).get(Origin.USER_FILE)
        if setting.origin is Origin.ENVIRONMENT and beneath is not None and beneath != setting.value:
            text = say("doctor.settings/shadowed", name=name, stored=beneath or '""')
            yield fault(Code.ENV_INVALID, text, setting, right=_reconciled(name, setting.value, beneath))
        elif setting.origin is Origin.USER_FILE and not setting.value and name in _EMPTY_IS_WRONG:
            code = Code.PROXY_MISCONFIGURED if name == "GOPROXY" else Code.ENV_INVALID
            text = say("doctor.settings/empty", name=name)
            yield fault(code, text, setting, right="", fatal=True)
    for name in settings.unknown_to_go():
        text = say("doctor.settings/not_read", name=name, names=", ".join(sorted(OS_ONLY)))
        yield fault(Code.ENV_INVALID, text, Setting(name, "", Origin.USER_FILE), right="")
