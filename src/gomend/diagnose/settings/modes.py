"""The mode that settings put go in: modules or not, checks on or off; what outdated tutorials tell people to set."""

import re
from collections.abc import Iterator, Mapping

from gomend.causes import Certainty, Code, Evidence, Finding
from gomend.diagnose.settings.faults import fault
from gomend.diagnose.world import Say
from gomend.gocmd.mainfiles import MainFiles
from gomend.gomod.goenv import GoEnv, Origin, Setting
from gomend.gomod.gosumdb import GoSumdbError, parse_gosumdb

_UNKNOWN_DEBUG = ("gomodulesruntime", "x509ignoreCN")
_EVERYTHING = ("*", "*.*")


def modes(settings: GoEnv, main: MainFiles, say: Say) -> Iterator[Finding]:
    """GO111MODULE against the folder that go works in."""
    setting = settings.setting("GO111MODULE")
    match setting.value:
        case "" | "on":
            return
        case "off":
            text = say("doctor.settings/modules_off")
            more = (Evidence("settings", main.gomod),) if main.gomod else ()
            yield fault(Code.MODE_NO_MODULE, text, setting, right="", fatal=bool(main.gomod), more=more)
        case "auto":
            if not main.gomod and not main.gowork:
                text = say("doctor.settings/modules_auto", folder=main.folder)
                yield fault(Code.MODE_NO_MODULE, text, setting, right="")
        case _:
            text = say("doctor.settings/modules_unknown", value=setting.value)
            yield fault(Code.ENV_INVALID, text, setting, right="", fatal=True)


def checks_off(settings: GoEnv, say: Say) -> Iterator[Finding]:
    """GOSUMDB and GONOSUMDB: nothing is checked any more, or the database's name is none."""
    database = settings.setting("GOSUMDB")
    unlisted = settings.setting("GONOSUMDB")
    if database.value == "off":
        yield fault(Code.ENV_INVALID, say("doctor.settings/sumdb_off"), database, right="")
    else:
        try:
            parse_gosumdb(database.value)
        except GoSumdbError as error:
            text = say("doctor.settings/sumdb_refused", said=str(error))
            yield fault(Code.ENV_INVALID, text, database, right="", fatal=True)
    everything = [one for one in unlisted.value.split(",") if one in _EVERYTHING]
    if everything and database.value != "off":
        from_private = unlisted.origin is Origin.DEFAULT
        setting = settings.setting("GOPRIVATE") if from_private else unlisted
        yield fault(Code.ENV_INVALID, say("doctor.settings/all_private", name=setting.name), setting)


def tutorials(environment: Mapping[str, str], say: Say) -> Iterator[Finding]:
    """Debug switches that no go knows."""
    value = environment.get("GODEBUG", "")
    for name in _UNKNOWN_DEBUG:
        if re.search(rf"(?:^|,){name}=", value):
            setting = Setting("GODEBUG", value, Origin.ENVIRONMENT)
            rest = ",".join(one for one in value.split(",") if not one.startswith(f"{name}="))
            yield fault(
                Code.ENV_INVALID,
                say("doctor.settings/no_such_debug", name=name),
                setting,
                right=rest,
                certainty=Certainty.CERTAIN,
            )
