"""How a fault of a setting is told."""

from collections.abc import Mapping

from gomend.causes import Certainty, Code, Evidence, Finding, Severity, Subject
from gomend.diagnose.wording import in_english
from gomend.gomod.goenv import Origin, Setting
from gomend.masking import mask

CHECK = "settings"
_ORIGINS = {
    Origin.ENVIRONMENT: "origin_environment",
    Origin.USER_FILE: "origin_user_file",
    Origin.GOROOT_FILE: "origin_goroot_file",
}
_PLACES = {Origin.ENVIRONMENT: "environment", Origin.USER_FILE: "stored", Origin.GOROOT_FILE: "goroot"}


def fault(
    code: Code,
    text: str,
    setting: Setting,
    *,
    right: str | None = None,
    fatal: bool = False,
    certainty: Certainty = Certainty.CERTAIN,
    more: tuple[Evidence, ...] = (),
    facts: Mapping[str, str] | None = None,
    subject: Subject | None = None,
) -> Finding:
    """A finding about one setting. `right` is the value that it should have: "" for unset, None where nobody knows.

    One with a secret in it is left to the user.
    """
    plain = right is not None and (not right or right != setting.value) and mask(right) == right
    known = {**(facts or {}), **(fix_facts(setting.name, right or "", setting.origin) if plain else {})}
    return Finding(
        code,
        Severity.FATAL if fatal else Severity.WARNING,
        certainty,
        subject or Subject(),
        CHECK,
        text,
        (shown(setting), *more, *origin_of(setting)),
        known,
    )


def fix_facts(name: str, right: str, origin: Origin) -> dict[str, str]:
    """What a fix needs to put a setting right where it stands; nothing where no user can change it."""
    place = _PLACES.get(origin, "")
    return {"setting": name, "value": right, "place": place} if place in ("environment", "stored") else {}


def origin_of(setting: Setting) -> tuple[Evidence, ...]:
    """Where the value stands, as evidence; nothing for a default."""
    key = _ORIGINS.get(setting.origin)
    return (Evidence("settings", in_english(f"seen.seen/{key}")),) if key else ()


def shown(setting: Setting) -> Evidence:
    """The setting as evidence, secrets masked."""
    return Evidence("settings", f"{setting.name}={mask(setting.value)}")
