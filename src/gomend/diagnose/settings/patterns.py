"""Pattern lists that do not match what their author meant: GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE."""

import re
from collections.abc import Iterable, Iterator

from gomend.causes import Certainty, Code, Evidence, Finding, Subject
from gomend.diagnose.settings.faults import fault, shown
from gomend.diagnose.world import Say
from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.private import covers, faults, matches

LISTS = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE")
_SEPARATORS = re.compile(r"[\s;|]+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def pattern_faults(settings: GoEnv, say: Say) -> Iterator[Finding]:
    """Patterns that go ignores without a word."""
    for name in LISTS:
        setting = settings.setting(name)
        if setting.origin is Origin.DEFAULT or not setting.value:
            continue
        wrong = [pattern for pattern, _ in faults(setting.value)]
        wrong += [one for one in setting.value.split(",") if one not in wrong and (_SCHEME.match(one) or ";" in one)]
        if wrong:
            text = say("doctor.settings/pattern", name=name, pattern=wrong[0])
            yield fault(Code.ENV_INVALID, text, setting, right=cleaned(setting.value))


def cleaned(patterns: str) -> str:
    """The list as its author meant it: separated by commas alone, without schemes."""
    pieces = (_SCHEME.sub("", one).strip() for one in _SEPARATORS.sub(",", patterns).split(","))
    return ",".join(dict.fromkeys(one for one in pieces if one))


def gaps(settings: GoEnv, modules: Iterable[str], say: Say) -> Iterator[Finding]:
    """Modules that one of GONOPROXY and GONOSUMDB covers and the other does not.

    Kept from the proxy but looked up in the checksum database, a private name leaves the machine and the look-up fails;
    the other way round the proxy sees it.
    """
    noproxy, nosumdb = settings.setting("GONOPROXY"), settings.setting("GONOSUMDB")
    if settings.get("GOSUMDB") == "off":
        return
    for module in modules:
        if matches(noproxy.value, module) and not matches(nosumdb.value, module):
            text = say("doctor.settings/sumdb_gap", module=module)
            pattern = next(one for one in noproxy.value.split(",") if covers(one, module))
            right = ",".join(filter(None, (nosumdb.value, pattern)))
            yield fault(
                Code.CHECKSUM_SUMDB_NOT_FOUND,
                text,
                nosumdb,
                right=right,
                certainty=Certainty.LIKELY,
                more=(shown(noproxy), Evidence("settings", f"go.mod: {module}")),
                subject=Subject(module=module),
            )
            return
