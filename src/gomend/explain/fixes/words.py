"""The words of command templates, each filled in and quoted for a POSIX shell."""

import re
import shlex

from gomend.explain.fixes import goproxy
from gomend.explain.fixes.situation import Situation, holds_secret
from gomend.gomod.path import escape_path, escape_version
from gomend.gomod.proxymeant import meant

_REPOSITORY = re.compile(
    r"https://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?(?:/[A-Za-z0-9_~][A-Za-z0-9._~-]{0,99}){1,20}"
)

_ADDRESS = re.compile(r"[0-9.]+\Z|\[")
_TOLD = re.compile(r"(?:--end-of-options |')(https://[^\s']{1,300})")


def words_of(situation: Situation) -> dict[str, str | None]:
    """Words for templates, each already quoted; None where it is not known or not fit for a command."""
    module, version, host, again = situation.module, situation.version, situation.host, situation.repeated
    cache = situation.settings.get("GOMODCACHE")
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return {
        "again": again or None,
        "set": "" if again else "export ",  # for one run if the command is known, else for this shell
        "then": f" {again}" if again else "",
        "module": shlex.quote(module) if module else None,
        "modules": shlex.join(situation.modules) or None,
        "file": shlex.quote(situation.file) if situation.file else None,
        "module_at": shlex.quote(f"{module}@{version}") if version else None,
        "of_module": f" {shlex.quote(f'{module}@{version}')}" if version else "",
        "module_latest": shlex.quote(f"{module}@latest") if module else None,
        "module_page": shlex.quote(f"https://{module}?go-get=1") if module else None,
        "unpacked": shlex.quote(f"{escape_path(module)}@{escape_version(version)}") if version else None,
        "downloaded": shlex.quote(f"cache/download/{escape_path(module)}/@v/{escape_version(version)}")
        if version
        else None,
        "cache": shlex.quote(cache) if cache else '"$(go env GOMODCACHE)"',
        "repository": _repository(situation),
        "name": shlex.quote(name.strip("[]")) if host else None,
        "tls_address": shlex.quote(f"{name}:{_port(situation)}") if host else None,
        "server_name": f" -servername {shlex.quote(name)}" if host and not _ADDRESS.match(name) else "",
        "goproxy_any_error": _goproxy_any_error(situation),
        "goproxy_direct": _goproxy_direct(situation),
        "goproxy_meant": _goproxy_meant(situation),
        "goflags_right": None if situation.goflags is None else shlex.quote(situation.goflags),
        "goprivate": _goprivate(situation),
        "ssh_login": shlex.quote(f"git@{name}") if host else None,
        "https_origin": shlex.quote(f"https://{host}/") if host else None,
        "ssh_rewrite": shlex.quote(f"url.git@{name}:.insteadOf") if host else None,
        "commit": situation.commit[:12] or None,
        "tag": shlex.quote(situation.tag) if situation.tag else None,
        "wrong_tag": shlex.quote(situation.wrong_tag) if situation.wrong_tag else None,
        "setting": situation.setting or None,
        "assignment": _assignment(situation),
        "missing_use": shlex.quote(situation.missing_use) if situation.missing_use else None,
        "vendor": "go work vendor" if "go work vendor" in situation.cause.text else "go mod vendor",
        "sum_line": shlex.quote(f"{module} {version}") if version else None,
    }


def _assignment(situation: Situation) -> str | None:
    """`NAME=value` with the value that the setting should have; None where a secret would stand in it."""
    value = situation.cause.facts.get("value", "")
    if not situation.setting or holds_secret(value) or not value.isprintable():
        return None
    return f"{situation.setting}={shlex.quote(value)}"


def _port(situation: Situation) -> str:
    """The port of the host, or of the address in the log if it is at that host."""
    for place in (situation.host, situation.cause.subject.url.partition("://")[2].partition("/")[0]):
        name, _, port = place.rpartition(":")
        if name and name == situation.host.removesuffix(f":{port}") and re.fullmatch(r"\d{1,5}", port):
            return port
    return "443"


def _repository(situation: Situation) -> str | None:
    """The repository's address, where the module path or the address in the log gives it without doubt."""
    host, *rest = situation.module.split("/")
    if host in ("github.com", "gitlab.com", "bitbucket.org") and len(rest) >= 2:
        return shlex.quote(f"https://{host}/{rest[0]}/{rest[1]}")
    told = _TOLD.search(situation.cause.text)
    url = (told[1] if told else situation.cause.subject.url).removesuffix("/")
    return shlex.quote(url) if _REPOSITORY.fullmatch(url) else None


def _goproxy_any_error(situation: Situation) -> str:
    """GOPROXY with `|` after the entry that failed; left to the shell if the value is unknown or may hold a secret."""
    value = goproxy.moving_on(situation)
    if value is None or holds_secret(value):
        return "\"$(go env GOPROXY | tr , '|')\""
    return shlex.quote(value)


def _goproxy_direct(situation: Situation) -> str:
    value = situation.settings.get("GOPROXY", "")
    return (
        '"$(go env GOPROXY),direct"'
        if not value or holds_secret(value)
        else shlex.quote(goproxy.with_direct(situation))
    )


def _goproxy_meant(situation: Situation) -> str | None:
    value = meant(situation.settings.get("GOPROXY", ""))
    return None if value is None or holds_secret(value) else shlex.quote(value)


def _goprivate(situation: Situation) -> str | None:
    if not situation.module:
        return None
    if "GOPRIVATE" not in situation.settings:
        return f'"$(go env GOPRIVATE)",{shlex.quote(situation.module)}'
    return shlex.quote(goproxy.with_private(situation))
