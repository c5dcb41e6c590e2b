"""The check `credentials`: netrc, GOAUTH and its commands, as go reads them. What they hold is never shown."""

import asyncio
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.check import Checked, judged
from gomend.diagnose.directly import direct_modules
from gomend.diagnose.findings import fatal, output, probe, setting, warning
from gomend.diagnose.helpers import helper_faults
from gomend.diagnose.world import World
from gomend.gomod.proxylist import ProxyListError, parse_proxy_list
from gomend.masking import mask
from gomend.sources.credentials.goauth import (
    FormatError,
    GoAuthError,
    Kind,
    Method,
    parse_goauth,
    parse_output,
    split_command,
)
from gomend.sources.credentials.netrc import Login, netrc_file, parse_netrc

_CHECK = "credentials"
_WORDS = re.compile(r"(?m)^\s*(machine|default)\b[ \t]*(\S*)")
_COMMAND_SECONDS = 4.0
_NETRC, _GOAUTH = {"matter": "netrc"}, {"matter": "goauth"}


async def look(world: World) -> Checked:
    """Reads netrc; runs GOAUTH's commands once, as go does before its first request."""
    value = world.settings.get("GOAUTH")
    try:
        methods = parse_goauth(value, lambda path: Path(path).is_dir())
    except GoAuthError as error:
        text = world.say("doctor.credentials/goauth_refused")
        said = output(mask(str(error)))
        return judged("", [fatal(_CHECK, Code.AUTH_CREDENTIALS, text, said, facts=_GOAUTH)])
    findings: list[Finding] = []
    logins: tuple[Login, ...] = ()
    if any(method.kind is Kind.NETRC for method in methods):
        logins, found = await asyncio.to_thread(_netrc, world)
        findings += found
    for method in methods:
        if method.kind is Kind.COMMAND:
            findings += await _command(world, method)
    findings += await _helpers(world)
    return judged(_summary(world, methods, logins), findings)


async def _helpers(world: World) -> list[Finding]:
    """git's own, where it has to fetch something."""
    git = shutil.which("git", path=world.environment.get("PATH", ""))
    try:
        modules = direct_modules(world)
    except ProxyListError:
        return []
    return await helper_faults(world, git, [one.partition("/")[0] for one in modules]) if git and modules else []


def _summary(world: World, methods: tuple[Method, ...], logins: tuple[Login, ...]) -> str:
    kinds = ", ".join(dict.fromkeys(method.kind.value for method in methods))
    if logins:
        hosts = ", ".join(dict.fromkeys(login.machine for login in logins[:3]))
        return world.say("doctor.credentials/stored", kinds=kinds, hosts=hosts)
    return world.say("doctor.credentials/none", kinds=kinds)


def _netrc(world: World) -> tuple[tuple[Login, ...], list[Finding]]:
    file = netrc_file(world.environment, sys.platform)
    try:
        text = file.read_text("utf-8", "surrogateescape") if file else ""
    except FileNotFoundError:
        return (), []
    except OSError as error:
        said = world.say("doctor.credentials/netrc_unreadable", file=file)
        reason = probe(error.strerror or str(error))
        return (), [warning(_CHECK, Code.AUTH_CREDENTIALS, said, reason, subject=Subject(file=str(file)), facts=_NETRC)]
    logins = parse_netrc(text)
    return logins, list(_netrc_faults(world, file or Path(), text, logins))


def _netrc_faults(world: World, file: Path, text: str, logins: tuple[Login, ...]) -> Iterator[Finding]:
    subject = Subject(file=str(file))
    whole = {login.machine for login in logins}
    for word, machine in _WORDS.findall(text):
        if word == "default":
            said = world.say("doctor.credentials/netrc_default")
            yield warning(_CHECK, Code.AUTH_CREDENTIALS, said, probe(str(file)), subject=subject, facts=_NETRC)
        elif machine not in whole:
            said = world.say("doctor.credentials/netrc_incomplete", host=mask(machine))
            about = Subject(host=mask(machine), file=str(file))
            yield warning(_CHECK, Code.AUTH_CREDENTIALS, said, probe(str(file)), subject=about, facts=_NETRC)
    if logins and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        said = world.say("doctor.credentials/netrc_open", file=file)
        mode = probe(stat.filemode(file.stat().st_mode))
        facts = {"matter": "netrc_open"}
        yield warning(_CHECK, Code.AUTH_CREDENTIALS, said, mode, subject=subject, facts=facts)
    yield from _ports(world, file, whole)


def _ports(world: World, file: Path, machines: set[str]) -> Iterator[Finding]:
    """go looks an address up with its port: an entry for the bare host is not used (cmd/go/internal/auth)."""
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"))
    except ProxyListError:
        return
    for entry in entries:
        place = entry.parsed.host if entry.url.startswith("https:") else ""
        host, colon, _ = place.rpartition(":")
        if colon and host in machines and place not in machines and entry.parsed.user is None:
            said = world.say("doctor.credentials/netrc_port", host=host, place=place)
            subject = Subject(host=place, file=str(file))
            entered = probe(f"machine {host}")
            yield warning(_CHECK, Code.AUTH_CREDENTIALS, said, entered, subject=subject, facts=_NETRC)


async def _command(world: World, method: Method) -> list[Finding]:
    """What go makes of one command; its output may hold secrets and is not shown."""
    try:
        words = split_command(method.text)
    except FormatError as error:
        text = world.say("doctor.credentials/goauth_command", command=mask(method.text))
        value = setting(f"GOAUTH={mask(method.text)}")
        return [warning(_CHECK, Code.AUTH_CREDENTIALS, text, value, output(str(error)), facts=_GOAUTH)]
    ran = await world.run(words, seconds=_COMMAND_SECONDS, folder=world.main.folder)
    name = mask(words[0])
    if not ran.in_time:
        text = world.say("doctor.credentials/goauth_slow", command=name, seconds=f"{_COMMAND_SECONDS:.0f}")
    elif ran.status is None:
        text = world.say("doctor.credentials/goauth_missing", command=name, reason=ran.stderr)
    elif ran.status != 0:
        text = world.say("doctor.credentials/goauth_failed", command=name, status=ran.status)
    else:
        try:
            parse_output(ran.stdout)
            return []
        except FormatError as error:
            text = world.say("doctor.credentials/goauth_format", command=name, reason=mask(str(error)))
    return [warning(_CHECK, Code.AUTH_CREDENTIALS, text, setting(f"GOAUTH={mask(method.text)}"), facts=_GOAUTH)]
