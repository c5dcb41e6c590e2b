"""What one error says: its cause code, how sure that is, and what it is about."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from gomend.causes import Certainty, Code, Subject
from gomend.explain.otherlogs import classify_git
from gomend.explain.peel import Asked, Peeled, asked_for, host_of, module_in_cache, peel
from gomend.explain.wordings import Found, classify

TRANSPORT_LAYERS: Final = ("dns", "net", "tls")


_REASONS: Final = frozenset(status.phrase for status in HTTPStatus if status >= 300) | {"Unauthorized", "Forbidden"}
"""The bare reason phrase is all that net/http keeps of a forward proxy's answer to CONNECT."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The reading of one error."""

    code: Code
    certainty: Certainty
    subject: Subject
    follows: bool = False  # it may be printed for whatever went wrong before
    direct: bool = False  # it was met while asking a repository or its import page, not a module proxy


def meaning_of(text: str) -> Meaning | None:
    """Reads an error as go prints it, wrappers and all. None when nothing in it is known."""
    peeled = peel(text)
    asked = asked_for(peeled.url)
    if peeled.status:
        code, found = _by_status(peeled, asked), None
        if code is Code.PROXY_NOT_FOUND and 'version "' in text and not peeled.version.startswith("v"):
            code = (
                Code.MODULE_INVALID_VERSION
            )  # go.mod names something that is no version, and the proxy knows no such branch
    elif peeled.url.startswith("file:") and (answer := _by_file(peeled.core)):
        code, found = answer, None
    elif peeled.url and peeled.core.strip() in _REASONS:
        code, found = Code.NET_HTTP_PROXY, None
    elif peeled.version_control and (git := classify_git(peeled.core.split("\n"))) is not None:
        code, about = git
        return Meaning(code, _git_certainty(code), _git_subject(peeled, about), direct=True)
    else:
        found, said = classify(peeled.core), _without_quote(text)
        if found is None and said.removeprefix("go: ") != peeled.core:
            found = classify(said)
        if found is None:
            return _by_wrapper(peeled)
        code = _in_context(found.wording.code, peeled, asked)
    return Meaning(
        code,
        found.wording.certainty if found else Certainty.CERTAIN,
        _subject(code, peeled, found),
        follows=found is not None and found.wording.follows,
        direct=peeled.version_control or peeled.import_page or asked is Asked.IMPORT_PAGE,
    )


def _by_status(peeled: Peeled, asked: Asked) -> Code:
    """What an HTTP status means depends on who answered; go goes on after 404 and 410 alone (modfetch/proxy.go)."""
    status = peeled.status
    missing = status in (404, 410)
    if status == 407:
        return Code.NET_HTTP_PROXY
    match asked:
        case Asked.SUMDB:
            code = Code.CHECKSUM_SUMDB_NOT_FOUND if missing else Code.CHECKSUM_SUMDB_UNREACHABLE
        case Asked.IMPORT_PAGE:
            code = Code.AUTH_CREDENTIALS if status in (401, 403) else Code.VCS_NO_GO_IMPORT
        case Asked.OTHER:
            code = _by_repository_status(status)
        case Asked.SUMDB_PROBE:
            code = Code.PROXY_NOT_FOUND if missing else Code.CHECKSUM_SUMDB_UNREACHABLE
        case Asked.MODULE:
            code = Code.TOOLCHAIN_UNAVAILABLE if missing and peeled.toolchain else _by_proxy_status(status)
    return code


def _by_proxy_status(status: int) -> Code:
    if status in (404, 410):
        return Code.PROXY_NOT_FOUND
    if status in (401, 403):
        return Code.PROXY_UNAUTHORIZED
    if status == 429:
        return Code.PROXY_RATE_LIMITED
    return Code.PROXY_SERVER_ERROR if status >= 500 else Code.PROXY_BAD_RESPONSE


def _by_repository_status(status: int) -> Code:
    """A URL without the protocol's shape is a repository that go looks for before it believes git (codehost/git.go)."""
    if status in (404, 410):
        return Code.VCS_NOT_FOUND
    return Code.AUTH_CREDENTIALS if status in (401, 403) else Code.PROXY_SERVER_ERROR


def _git_certainty(code: Code) -> Certainty:
    """A host that asks for a login may do so for a repository that does not exist, and the other way round."""
    return Certainty.LIKELY if code in (Code.AUTH_CREDENTIALS, Code.VCS_NOT_FOUND) else Certainty.CERTAIN


def _git_subject(peeled: Peeled, about: Subject) -> Subject:
    url = about.url or peeled.url
    return Subject(peeled.module or peeled.package, peeled.version, about.host or host_of(url), url, about.file)


_NO_FILE: Final = re.compile(r"no such file|cannot find the (?:file|path)|系统找不到指定的|^Not Found")  # so up to 1.13


def _by_file(core: str) -> Code | None:
    """A file:// proxy answers with what the file system says (web/http.go: getFile)."""
    if _NO_FILE.search(core):
        return Code.PROXY_NOT_FOUND
    if "ermission denied" in core or core.startswith("Forbidden") or "Access is denied" in core or "拒绝访问" in core:
        return Code.PROXY_UNAUTHORIZED
    return None


def _by_wrapper(peeled: Peeled) -> Meaning | None:
    """An unknown core under a wrapper that tells the layer all the same."""
    if peeled.version_control:
        code, certainty = Code.VCS_LOCAL_GIT, Certainty.UNSURE
    elif peeled.import_page:
        code, certainty = Code.VCS_NO_GO_IMPORT, Certainty.LIKELY
    else:
        return None
    return Meaning(code, certainty, _subject(code, peeled, None), direct=True)


def _in_context(code: Code, peeled: Peeled, asked: Asked) -> Code:
    """The same words mean another thing on the way to the checksum database or to an import page."""
    if asked in (Asked.SUMDB, Asked.SUMDB_PROBE) or (peeled.checksum and not peeled.url):
        if code.layer in TRANSPORT_LAYERS or code is Code.PROXY_BAD_RESPONSE:
            return Code.CHECKSUM_SUMDB_UNREACHABLE
    elif code is Code.PROXY_BAD_RESPONSE and (peeled.import_page or asked is Asked.IMPORT_PAGE):
        return Code.VCS_NO_GO_IMPORT
    elif code is Code.TLS_EXPIRED and peeled.toolchain:
        return code
    return code


def _without_quote(text: str) -> str:
    return text.partition("server response:")[0]


def _subject(code: Code, peeled: Peeled, found: Found | None) -> Subject:
    facts = found.facts if found else {}
    url = facts.get("url") or peeled.url
    named = facts.get("name") or facts.get("host", "")
    if code is Code.NET_HTTP_PROXY:
        host = named
    elif code.layer == "dns" or code is Code.TLS_HOSTNAME_MISMATCH:
        host = named or host_of(url)
    else:
        host = host_of(url) or named or _ssh_host(url)
    file = facts.get("file") or peeled.file
    cached_module, cached_version = module_in_cache(file)
    package = facts.get("package") or peeled.package
    return Subject(
        module=facts.get("module") or peeled.module or cached_module or package,
        version=peeled.version or facts.get("version", "") or cached_version,
        host=host,
        url=url if "://" in url else "",
        file=file,
    )


def _ssh_host(url: str) -> str:
    """The host of `git@host:path`, the form that ssh and git share."""
    user, at, rest = url.partition("@")
    return rest.partition(":")[0] if at and "/" not in user else ""
