"""Faults of the GOPROXY list that its value alone shows."""

from collections.abc import Iterator

from gomend.causes import Certainty, Code, Finding, Subject
from gomend.diagnose.settings.faults import fault
from gomend.diagnose.world import Say
from gomend.gomod.goenv import GoEnv, Setting
from gomend.gomod.private import covers
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.gomod.proxymeant import meant
from gomend.gomod.publicproxies import known_as


def goproxy_faults(settings: GoEnv, say: Say) -> Iterator[Finding]:
    """What is wrong with the list itself: go refuses it, or reads it otherwise than it was meant."""
    setting = settings.setting("GOPROXY")
    if not setting.value:
        return  # told as an empty value that hides the default
    try:
        entries = parse_proxy_list(setting.value)
    except ProxyListError as error:
        text = say("doctor.settings/goproxy_refused", said=str(error))
        yield fault(Code.PROXY_MISCONFIGURED, text, setting, right=meant(setting.value), fatal=True)
        return
    yield from _separators(setting, say)
    yield from _never_asked(setting, entries, say)
    yield from _closed(setting, entries, say)
    for entry in entries:
        if entry.refuses_credentials:
            text = say("doctor.settings/goproxy_credentials", entry=entry.redacted)
            subject = Subject(host=entry.parsed.host)
            moves_on = entry.falls_back_on_error
            yield fault(Code.PROXY_MISCONFIGURED, text, setting, fatal=not moves_on, subject=subject)
    yield from _insecure(settings, entries, say)


def _separators(setting: Setting, say: Say) -> Iterator[Finding]:
    if ";" in setting.value:
        text = say("doctor.settings/goproxy_semicolon")
        yield fault(Code.PROXY_MISCONFIGURED, text, setting, right=meant(setting.value), fatal=True)


def _never_asked(setting: Setting, entries: tuple[ProxyEntry, ...], say: Say) -> Iterator[Finding]:
    last = entries[-1]
    rest = setting.value[last.span[1] :].strip(",| \t")
    if last.kind in (EntryKind.DIRECT, EntryKind.OFF) and rest:
        text = say("doctor.settings/goproxy_never_asked", entry=rest, word=last.kind.value)
        read = setting.value[: last.span[1]]
        if len(entries) > 1:  # to leave it out leaves all as it is, and says so
            yield fault(Code.PROXY_MISCONFIGURED, text, setting, right=read)
        else:
            right = f"{rest},{last.kind.value}"
            yield fault(Code.PROXY_MISCONFIGURED, text, setting, right=right, facts={"matter": "swapped"})


def _closed(setting: Setting, entries: tuple[ProxyEntry, ...], say: Say) -> Iterator[Finding]:
    """Public proxies that tutorials still name."""
    for entry in entries:
        known = known_as(entry.url) if entry.kind is EntryKind.URL else None
        if known is not None and not known.is_open:
            host = entry.parsed.host
            right = ",".join(one.written for one in entries if one is not entry) or None
            text = say("doctor.settings/goproxy_closed", host=host)
            yield fault(Code.PROXY_MISCONFIGURED, text, setting, right=right, subject=Subject(host=host))


def _insecure(settings: GoEnv, entries: tuple[ProxyEntry, ...], say: Say) -> Iterator[Finding]:
    """GOINSECURE concerns what is fetched directly; it is often set for a proxy, where it does nothing."""
    insecure = settings.setting("GOINSECURE")
    hosts = [entry.parsed.host for entry in entries if entry.kind is EntryKind.URL and entry.url.startswith("https:")]
    for pattern in insecure.value.split(","):
        named = next((host for host in hosts if pattern != "*" and pattern.strip("*./") and covers(pattern, host)), "")
        if named:
            text = say("doctor.settings/insecure_proxy", host=named)
            subject = Subject(host=named)
            rest = ",".join(one for one in insecure.value.split(",") if one != pattern)
            yield fault(Code.ENV_INVALID, text, insecure, right=rest, subject=subject, certainty=Certainty.LIKELY)
            return
