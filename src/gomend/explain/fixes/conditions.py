"""When a remedy applies, as far as the cause and the settings can tell."""

import itertools
import re
from collections.abc import Callable
from pathlib import PurePath

from gomend.explain.fixes.situation import GOOGLE_HOSTS, Situation, holds_secret, host_of
from gomend.gomod.private import matches
from gomend.gomod.proxylist import EntryKind
from gomend.gomod.proxymeant import meant
from gomend.gomod.publicproxies import open_hosts

_OTHER_CLIENTS = frozenset({"curl", "docker", "git", "npm", "npx", "pip", "pip3", "pnpm", "wget", "yarn"})
_OTHER_WORDS = re.compile(r"npm |curl: |ERROR: |WARNING: |fatal: |remote: |error: ")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+(?::\d+)?\Z|\[|localhost(?::\d+)?\Z")
_FORGES = frozenset({"github.com", "gitlab.com", "bitbucket.org", "registry.npmjs.org", "pypi.org"})
_FEW = 8
_NEWER = re.compile(
    r"is not in (?:std|GOROOT)"
    r"|unknown (?:directive|block type): (?:toolchain|tool|godebug|ignore|retract)\b"
    r"|invalid go version '1\.\d+\.\d+'"
)
_OUTSIDE = re.compile(
    r"not one of the workspace modules|outside modules listed in go\.work|does not contain modules listed in go\.work"
)
# What a gomend server says of its sources: `  https://proxy.example: 403 Forbidden (proxy.unauthorized)`.
_HANDED_ON = re.compile(
    r"proxy\.unauthorized: .{1,400}?\s(?:https?://\S{1,300}|direct): 40[13] .{0,100}?\(proxy\.unauthorized\)", re.DOTALL
)
_FORBIDDEN = re.compile(r"(?:disabled by|due to) -mod=vendor")
_PUBLIC_HOSTS = frozenset({"golang.org", "google.golang.org", "gopkg.in"})


def always(_: Situation) -> bool:
    """Whatever the situation."""
    return True


def is_another_client(situation: Situation) -> bool:
    """The command or the words are those of git, npm, pip, curl or docker by itself, not of go."""
    program = PurePath(situation.command[0].replace("\\", "/")).name if situation.command else ""
    return program in _OTHER_CLIENTS or _OTHER_WORDS.match(situation.cause.text) is not None


def repository_has_it(situation: Situation) -> bool:
    """The module's repository was asked and has the version, at a known commit."""
    return bool(situation.commit)


def cache_alone_differs(situation: Situation) -> bool:
    """What lies in the module cache is not what go.sum recorded, as gomend itself saw; a new fetch is checked again."""
    return is_about("cache")(situation)


def tag_is_misnamed(situation: Situation) -> bool:
    """The repository has the version's commit under a name that go does not look for."""
    return bool(situation.tag and situation.wrong_tag)


def issuer_is_not_known(situation: Situation) -> bool:
    """Nobody has looked who issued the certificate; a company's own root is not among those that a package brings."""
    return not is_about("issuer")(situation)


def may_be_a_login_page(situation: Situation) -> bool:
    """A web page came, or nobody has looked what it was."""
    was_seen = not situation.cause.lines[0]
    return not was_seen or is_about("portal")(situation) or "web page" in situation.cause.text


def is_own_matter(situation: Situation) -> bool:
    """A module that looks private and is not named so: what was seen at its own host comes after that."""
    return is_about("unlisted")(situation) and not_private(situation)


def clock_is_off(situation: Situation) -> bool:
    """This machine's clock was seen to be wrong."""
    return is_about("clock")(situation)


def clock_may_be_right(situation: Situation) -> bool:
    return not clock_is_off(situation)


def is_about(matter: str) -> Callable[[Situation], bool]:
    """What a check of gomend's own has found to be the matter, which the code alone does not tell."""

    def applies(situation: Situation) -> bool:
        return situation.cause.facts.get("matter") == matter

    return applies


def host_key_is_no_matter(situation: Situation) -> bool:
    return "Host key verification failed" not in situation.cause.text


def is_to_be_set_here(situation: Situation) -> bool:
    """A variable of the environment should have another value, with which nobody hears more than today."""
    return (
        _stands(situation, "environment")
        and bool(situation.cause.facts.get("value"))
        and not is_about("swapped")(situation)
    )


def is_to_be_swapped_here(situation: Situation) -> bool:
    """GOPROXY of the environment begins with direct: put right, the source behind it is asked."""
    return _stands(situation, "environment") and is_about("swapped")(situation)


def is_to_be_unset_here(situation: Situation) -> bool:
    """A variable of the environment should not be there."""
    return _stands(situation, "environment") and not situation.cause.facts.get("value")


def is_to_be_stored(situation: Situation) -> bool:
    """What `go env -w` stored should have another value."""
    return _stands(situation, "stored") and bool(situation.cause.facts.get("value"))


def is_to_be_removed(situation: Situation) -> bool:
    """What `go env -w` stored should not be there."""
    return _stands(situation, "stored") and not situation.cause.facts.get("value")


def _stands(situation: Situation, place: str) -> bool:
    return bool(situation.setting) and situation.cause.facts.get("place") == place


def speaks_of_go(situation: Situation) -> bool:
    return situation.cause.text.startswith("go: ") or situation.repeated != ""


def may_move_on(situation: Situation) -> bool:
    """`,` stands after the entry that failed and a source follows; if GOPROXY is not known, the host is a proxy's."""
    if is_about("address")(situation) or is_about("resolvers")(situation):
        return False  # go gets through all the same; the next source's name is not found either
    entries = situation.entries
    if not entries:
        return situation.cause.code.layer == "proxy" or situation.is_public_proxy
    return any(
        host_of(entry) == situation.host and not entry.falls_back_on_error and following.kind is not EntryKind.OFF
        for entry, following in itertools.pairwise(entries)
        if situation.host
    )


def may_move_on_with_care(situation: Situation) -> bool:
    """The next source would see names that it does not see now; or the whole list would have to change, unseen."""
    return may_move_on(situation) and not _only_public_names_move(situation)


def may_move_on_safely(situation: Situation) -> bool:
    return may_move_on(situation) and _only_public_names_move(situation)


def _only_public_names_move(situation: Situation) -> bool:
    return situation.is_public_proxy and bool(situation.entries) and not holds_secret(situation.settings["GOPROXY"])


def list_is_plainly_meant(situation: Situation) -> bool:
    """GOPROXY is one that go refuses or reads otherwise, and what was meant is plain and holds no secret."""
    value = situation.settings.get("GOPROXY", "")
    return not holds_secret(value) and meant(value) is not None


def lacks_direct(situation: Situation) -> bool:
    return bool(situation.entries) and situation.entries[-1].kind is EntryKind.URL


def is_proxy_host(situation: Situation) -> bool:
    if situation.cause.code.layer == "proxy":
        return True
    return situation.host in situation.proxies


def is_public_proxy(situation: Situation) -> bool:
    return situation.is_public_proxy


def is_own_proxy(situation: Situation) -> bool:
    return is_proxy_host(situation) and not situation.is_public_proxy


def is_handed_on(situation: Situation) -> bool:
    """A gomend server says what a source of its own answered."""
    return is_own_proxy(situation) and _HANDED_ON.search(situation.cause.text) is not None


def refuses_by_itself(situation: Situation) -> bool:
    return is_own_proxy(situation) and not is_handed_on(situation)


def out_of_reach_in_china(situation: Situation) -> bool:
    """A Google host failed, and GOPROXY names no source that the fix would drop."""
    return situation.host in GOOGLE_HOSTS and set(situation.proxies) <= open_hosts() - {"goproxy.cn"}


def only_direct(situation: Situation) -> bool:
    return [entry.kind for entry in situation.entries] == [EntryKind.DIRECT]


def asked_google_database(situation: Situation) -> bool:
    """By itself, or through a source that stands in for it and does not answer: then it can be asked past that."""
    asked = situation.host == "sum.golang.org" or "/sumdb/sum.golang.org/" in situation.cause.subject.url
    return asked and situation.settings.get("GOSUMDB", "sum.golang.org") == "sum.golang.org"


def asked_a_proxy_for_sums(situation: Situation) -> bool:
    """The hand-shake failed; a source that has promised to stand in for the database is the only one to be asked."""
    return situation.cause.subject.url.endswith("/supported") and may_move_on(situation)


def not_private(situation: Situation) -> bool:
    """GOPRIVATE does not cover the module, as far as it is known; a few hosts have public modules only."""
    if is_about("gone")(situation) or is_about("folder")(situation):
        return False
    if situation.module.partition("/")[0] in _PUBLIC_HOSTS:
        return False
    return not matches(situation.settings.get("GOPRIVATE", ""), situation.module)


def is_password_request(situation: Situation) -> bool:
    return "407" in situation.cause.text or "Proxy Authentication Required" in situation.cause.text


def toolchain_is_local(situation: Situation) -> bool:
    return situation.settings.get("GOTOOLCHAIN") in ("local", "path") or "GOTOOLCHAIN=local" in situation.cause.text


def names_dubious_owner(situation: Situation) -> bool:
    return "dubious ownership" in situation.cause.text


def stamps_version(situation: Situation) -> bool:
    return "VCS status" in situation.cause.text


def is_gosum(situation: Situation) -> bool:
    return "go.sum" in situation.cause.text and not situation.version


def is_cached_version(situation: Situation) -> bool:
    return not is_gosum(situation)


def damaged_version_is_not_known(situation: Situation) -> bool:
    return not is_gosum(situation) and not situation.version


def needs_major_suffix(situation: Situation) -> bool:
    return "v0 or v1" in situation.cause.text or "must match major version" in situation.cause.text


def speaks_plain_http(situation: Situation) -> bool:
    said = ("HTTP response to HTTPS client", "does not look like a TLS handshake")
    return any(words in situation.cause.text for words in said)


def speaks_tls(situation: Situation) -> bool:
    return not speaks_plain_http(situation)


def is_not_go_install(situation: Situation) -> bool:
    return not is_go_install(situation)


def is_go_install(situation: Situation) -> bool:
    return "'go install' requires a version" in situation.cause.text


def modules_are_off(situation: Situation) -> bool:
    return "GO111MODULE" in situation.cause.text or situation.settings.get("GO111MODULE") == "off"


def few_modules_are_known(situation: Situation) -> bool:
    return 0 < len(situation.modules) <= _FEW


def host_surely_exists(situation: Situation) -> bool:
    return situation.host in open_hosts() | GOOGLE_HOSTS | _FORGES


def host_may_be_wrong(situation: Situation) -> bool:
    return not host_surely_exists(situation)


def file_is_known(situation: Situation) -> bool:
    return bool(situation.file)


def file_is_not_known(situation: Situation) -> bool:
    return not situation.file


def may_be_owned_by_another(situation: Situation) -> bool:
    if is_about("read_only")(situation) or is_about("no_folder")(situation):
        return False
    return "read-only file system" not in situation.cause.text


def is_forbidden_by_govcs(situation: Situation) -> bool:
    return "GOVCS" in situation.cause.text or not leads_over_http(situation)


def leads_over_http(situation: Situation) -> bool:
    return "insecure" in situation.cause.text


def host_is_a_name(situation: Situation) -> bool:
    """Not an address and not this machine, so that there is something to look up; true if the host is not known."""
    return _ADDRESS.match(situation.host) is None


def may_be_too_new_for_this_go(situation: Situation) -> bool:
    """A package of the standard library, a directive or a form of the go line that an older go does not know."""
    return _NEWER.search(situation.cause.text) is not None


def module_lacks_package(situation: Situation) -> bool:
    return "does not contain package" in situation.cause.text


def requirement_is_missing(situation: Situation) -> bool:
    return not may_be_too_new_for_this_go(situation) and not module_lacks_package(situation)


def is_deprecated(situation: Situation) -> bool:
    return "is deprecated" in situation.cause.text


def is_retracted(situation: Situation) -> bool:
    return not is_deprecated(situation)


def vendor_is_out_of_step(situation: Situation) -> bool:
    """The folder does not fit go.mod; not that -mod=vendor forbids what was asked for."""
    return _FORBIDDEN.search(situation.cause.text) is None


def flag_is_refused(situation: Situation) -> bool:
    """go refuses an entry of GOFLAGS, and what was meant is plain."""
    return situation.goflags is not None


def is_outside_workspace(situation: Situation) -> bool:
    """The module, or the package, is in none of the modules of go.work."""
    return _OUTSIDE.search(situation.cause.text) is not None


def workspace_has_older_go(situation: Situation) -> bool:
    return "go.work lists go" in situation.cause.text


def workspace_lists_what_is_gone(situation: Situation) -> bool:
    return bool(situation.missing_use)


def is_install_of_replacing_module(situation: Situation) -> bool:
    return "replace directives" in situation.cause.text or "exclude directives" in situation.cause.text
