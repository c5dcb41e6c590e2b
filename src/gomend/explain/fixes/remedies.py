"""The table of remedies: code → what to do, the first one now.

A `safe` one can be taken back and tells no name to anybody new; a module's own host knows it. Its commands change
nothing that lasts; what `gomend fix` makes last (`mend.lasting`), `gomend undo` takes back. `careful` writes a setting
or a file whose consequences somebody should weigh, or makes somebody see names who did not before; its title says so.
`manual` is a person's act. No remedy switches a check off. What gomend can do by itself stands before mere looking.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gomend.causes import Code, Level
from gomend.explain.fixes import conditions as when
from gomend.explain.fixes.situation import Situation
from gomend.explain.fixes.words import words_of

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_STAND_INS: Final = {"host": "HOST", "module": "MODULE", "version": "VERSION", "setting": "NAME"}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One row: a title's key in fixes.toml, the level, command templates, when it applies."""

    key: str
    level: Level
    templates: tuple[str, ...] = ()  # `{word}` stands for a quoted word of `words_of`
    applies: Callable[[Situation], bool] = when.always
    names: tuple[str, ...] = ()  # the title's placeholders
    any_client: bool = False  # also a way out for git, npm, pip, curl and docker
    after_looking: bool = True  # of use to somebody for whom gomend has just looked at the machine itself

    def commands(self, situation: Situation) -> tuple[str, ...]:
        """The commands, filled in; none if a word that they need is not known."""
        words = words_of(situation)
        needed = {name for template in self.templates for name in _PLACEHOLDER.findall(template)}
        if any(words[name] is None for name in needed):
            return ()
        return tuple(template.format_map(words) for template in self.templates)

    def params(self, situation: Situation) -> Mapping[str, str]:
        """What the title's placeholders stand for; `HOST`, `MODULE`, `VERSION` where not known."""
        return {name: getattr(situation, name) or _STAND_INS[name] for name in self.names}


_SAFE, _CAREFUL, _MANUAL = Level.SAFE, Level.CAREFUL, Level.MANUAL

_AGAIN = Remedy("run_again", _SAFE, ("gomend {again}",), any_client=True, after_looking=False)
_AGAIN_LATER = Remedy("run_again_later", _SAFE, ("gomend {again}",), any_client=True)
_MOVE_ON = (
    Remedy("move_on", _CAREFUL, ("{set}GOPROXY={goproxy_any_error}{then}",), when.may_move_on_with_care),
    Remedy("move_on_public", _SAFE, ("{set}GOPROXY={goproxy_any_error}{then}",), when.may_move_on_safely),
)
_USE_GOPROXY_CN = Remedy(
    "use_goproxy_cn", _CAREFUL, ("{set}GOPROXY=https://goproxy.cn,direct{then}",), when.out_of_reach_in_china
)
_USE_A_PROXY = Remedy(
    "use_a_proxy", _CAREFUL, ("{set}GOPROXY=https://proxy.golang.org,direct{then}",), when.only_direct
)
_MAKE_PRIVATE = Remedy("make_private", _CAREFUL, ("go env -w GOPRIVATE={goprivate}",), when.not_private)
_TELL_OWNER = Remedy("tell_owner", _MANUAL, (), when.is_own_proxy, ("host",), any_client=True)
_LIST_VERSIONS = Remedy("list_versions", _SAFE, ("go list -m -versions {module}",), after_looking=False)
_SEE_TAGS = Remedy("see_tags", _SAFE, ("git ls-remote --tags {repository}",), any_client=True, after_looking=False)
_ASK_REPOSITORY = Remedy("ask_repository", _SAFE, ("git ls-remote {repository}",), any_client=True, after_looking=False)
_SEE_REQUESTS = Remedy("see_requests", _SAFE, ("go mod download -x{of_module}",), after_looking=False)
_LOOK_UP_NAME = Remedy(
    "look_up_name", _SAFE, ("gomend dns check {name}",), when.host_is_a_name, any_client=True, after_looking=False
)
_CHANGE_RESOLVER = Remedy("change_resolver", _MANUAL, any_client=True)
_RESOLVERS_ARE_DEAD = Remedy(_CHANGE_RESOLVER.key, _MANUAL, applies=when.is_about("resolvers"), any_client=True)
_PIN_NAME = Remedy("pin_name", _SAFE, ("gomend dns pin {name}",), when.host_surely_exists, ("host",))
_SEE_CERTIFICATE = Remedy(
    "see_certificate",
    _SAFE,
    (
        "openssl s_client -connect {tls_address}{server_name} </dev/null 2>/dev/null"
        " | openssl x509 -noout -subject -issuer -dates -ext subjectAltName",
    ),
    any_client=True,
    after_looking=False,
)
_MEND_ADDRESS = Remedy("mend_address", _MANUAL, (), when.is_about("address"), ("host",))
_SIGN_IN = Remedy("sign_in_to_network", _MANUAL, applies=when.may_be_a_login_page, any_client=True)
_FORWARD_PROXY = Remedy("name_forward_proxy", _MANUAL, any_client=True)
_FRESH_FETCH = Remedy(
    "fresh_fetch",
    _SAFE,
    ('(cd "$(mktemp -d)" && GOMODCACHE="$PWD/mod" GOFLAGS=-modcacherw go mod download -json {module_at})',),
    after_looking=False,
)
_REMOVE_VERSION = Remedy(
    "remove_version",
    _CAREFUL,
    (
        "[ ! -d {cache}/{unpacked} ] || chmod -R u+w {cache}/{unpacked};"
        " rm -rf {cache}/{unpacked} {cache}/{downloaded}.*",
        "go mod download {module_at}",
    ),
)
_TIDY = Remedy("tidy", _CAREFUL, ("go mod tidy",))
_SEE_WHO_REQUIRES = Remedy("see_who_requires", _SAFE, ("go mod graph | grep -F {module}",))
_SEE_GOPROXY_ORIGIN = Remedy(
    "see_goproxy_origin",
    _SAFE,
    ('printenv GOPROXY; grep \'^GOPROXY=\' "$(go env GOENV)" "$(go env GOROOT)/go.env"',),
    after_looking=False,
)
_SEE_GO_LINES = Remedy("see_go_lines", _SAFE, ("grep -nE '^(go|toolchain) ' go.mod",), after_looking=False)
_GIT_CREDENTIALS = Remedy("git_credentials", _MANUAL, (), names=("host",), any_client=True)
_CORRECT_PATH = Remedy("correct_path", _MANUAL, any_client=True)
_CORRECT_NAME = Remedy("correct_name", _MANUAL, (), when.is_another_client, any_client=True)
_WAIT_FOR_PROXY = Remedy("wait_for_proxy", _MANUAL, any_client=True)
_SEE_GO_VERSION = Remedy("see_go_version", _SAFE, ("go version",), when.may_be_too_new_for_this_go, after_looking=False)

FOR_SETTINGS: Final = (
    Remedy("set_here", _SAFE, ("export {assignment}",), when.is_to_be_set_here, ("setting",)),
    Remedy("swap_here", _CAREFUL, ("export {assignment}",), when.is_to_be_swapped_here),
    Remedy("unset_here", _SAFE, ("unset {setting}",), when.is_to_be_unset_here, ("setting",)),
    Remedy("store", _CAREFUL, ("go env -w {assignment}",), when.is_to_be_stored, ("setting",)),
    Remedy("unstore", _CAREFUL, ("go env -u {setting}",), when.is_to_be_removed, ("setting",)),
)
"""What puts a setting right where it stands, whatever the code; before all other remedies."""

_TABLE: Final[Mapping[Code, tuple[Remedy, ...]]] = {
    Code.PROGRESS_DOWNLOAD: (),
    Code.PROXY_NOT_FOUND: (
        Remedy("correct_folder", _MANUAL, (), when.is_about("folder")),
        Remedy("take_another_version", _MANUAL, (), when.is_about("gone")),
        Remedy("ask_repository_once", _SAFE, ("GOPROXY=direct go mod download {module_at}",), when.repository_has_it),
        Remedy("get_by_commit", _CAREFUL, ("go get {module}@{commit}",), when.repository_has_it),
        _CORRECT_NAME,
        _LIST_VERSIONS,
        _MAKE_PRIVATE,
        Remedy("add_direct", _CAREFUL, ("{set}GOPROXY={goproxy_direct}{then}",), when.lacks_direct),
        _WAIT_FOR_PROXY,
    ),
    Code.PROXY_SERVER_ERROR: (*_MOVE_ON, _AGAIN_LATER, _TELL_OWNER),
    Code.PROXY_RATE_LIMITED: (_AGAIN_LATER, *_MOVE_ON, Remedy("keep_module_cache", _MANUAL)),
    Code.PROXY_UNAUTHORIZED: (
        Remedy("registry_login", _MANUAL, (), when.is_another_client, ("host",), any_client=True),
        Remedy("tell_who_runs_server", _MANUAL, (), when.is_handed_on, ("host",)),
        Remedy("proxy_credentials", _MANUAL, (), when.refuses_by_itself, names=("host",)),
        Remedy("refused_by_public", _MANUAL, (), when.is_public_proxy, ("host",)),
        Remedy("ask_for_policy", _MANUAL, (), when.is_own_proxy, ("host",), any_client=True),
        _MAKE_PRIVATE,
    ),
    Code.PROXY_BAD_RESPONSE: (_SIGN_IN, _SEE_REQUESTS, _TELL_OWNER),
    Code.PROXY_MISCONFIGURED: (
        Remedy("repair_goproxy", _CAREFUL, ("{set}GOPROXY={goproxy_meant}{then}",), when.list_is_plainly_meant),
        _SEE_GOPROXY_ORIGIN,
        Remedy("correct_goproxy", _MANUAL),
        Remedy("drop_own_goproxy", _CAREFUL, ("unset GOPROXY", "go env -u GOPROXY")),
    ),
    Code.PROXY_OFF: (
        Remedy("allow_network", _CAREFUL, ("{set}GOPROXY=https://proxy.golang.org,direct{then}",)),
        _SEE_GOPROXY_ORIGIN,
        Remedy("fill_cache_first", _MANUAL),
    ),
    Code.DNS_NXDOMAIN: (
        _PIN_NAME,
        _LOOK_UP_NAME,
        Remedy("correct_name_or_vpn", _MANUAL, (), when.host_may_be_wrong, ("host",), any_client=True),
        Remedy("ask_resolvers_owner", _MANUAL, (), when.host_surely_exists, ("host",), any_client=True),
        *_MOVE_ON,
        _USE_A_PROXY,
        _CHANGE_RESOLVER,
    ),
    Code.DNS_TIMEOUT: (_RESOLVERS_ARE_DEAD, *_MOVE_ON, _PIN_NAME, _LOOK_UP_NAME, _AGAIN, _CHANGE_RESOLVER),
    Code.DNS_SERVER_FAILURE: (_RESOLVERS_ARE_DEAD, *_MOVE_ON, _PIN_NAME, _LOOK_UP_NAME, _AGAIN, _CHANGE_RESOLVER),
    Code.NET_CONNECT_TIMEOUT: (_MEND_ADDRESS, *_MOVE_ON, _USE_GOPROXY_CN, _USE_A_PROXY, _AGAIN, _FORWARD_PROXY),
    Code.NET_CONNECT_REFUSED: (
        _MEND_ADDRESS,
        *_MOVE_ON,
        _USE_GOPROXY_CN,
        Remedy(_AGAIN.key, _SAFE, _AGAIN.templates, when.host_is_a_name, any_client=True),
        Remedy("start_service", _MANUAL, (), names=("host",), any_client=True),
        _LOOK_UP_NAME,
    ),
    Code.NET_UNREACHABLE: (
        _MEND_ADDRESS,
        Remedy("connect_network", _MANUAL, any_client=True),
    ),
    Code.NET_RESET: (
        _MEND_ADDRESS,
        *_MOVE_ON,
        _USE_GOPROXY_CN,
        _AGAIN,
        Remedy("ask_network_owner", _MANUAL, (), names=("host",), any_client=True),
    ),
    Code.NET_RESPONSE_TIMEOUT: (*_MOVE_ON, _USE_GOPROXY_CN, _AGAIN, _TELL_OWNER),
    Code.NET_HTTP2: (
        *_MOVE_ON,
        _AGAIN,
        Remedy("use_http1", _SAFE, ("{set}GODEBUG=http2client=0{then}",)),
        _TELL_OWNER,
    ),
    Code.NET_HTTP_PROXY: (
        Remedy("forward_proxy_credentials", _MANUAL, (), when.is_password_request, any_client=True),
        Remedy(
            "see_forward_proxy",
            _SAFE,
            ("env | grep -i '_proxy=' | sed 's#//[^@/]*@#//HIDDEN@#'",),
            any_client=True,
            after_looking=False,
        ),
        Remedy("correct_forward_proxy", _MANUAL, any_client=True),
    ),
    Code.TLS_UNKNOWN_AUTHORITY: (
        _SEE_CERTIFICATE,
        Remedy("install_roots", _MANUAL, applies=when.issuer_is_not_known, any_client=True),
        Remedy(
            "trust_company_ca",
            _CAREFUL,
            (
                'cat /etc/ssl/certs/ca-certificates.crt company-ca.pem > "$HOME/go-ca-bundle.pem"',
                '{set}SSL_CERT_FILE="$HOME/go-ca-bundle.pem"{then}',
            ),
            any_client=True,
        ),
        _TELL_OWNER,
    ),
    Code.TLS_HOSTNAME_MISMATCH: (
        _SEE_CERTIFICATE,
        _SIGN_IN,
        _LOOK_UP_NAME,
        Remedy("use_certified_name", _MANUAL, (), names=("host",), any_client=True),
    ),
    Code.TLS_EXPIRED: (
        Remedy("see_clock", _SAFE, ("date -u",), any_client=True, after_looking=False),
        _SEE_CERTIFICATE,
        Remedy("set_clock", _MANUAL, (), when.clock_is_off, any_client=True),
        Remedy("renew_certificate", _MANUAL, (), when.clock_may_be_right, ("host",), any_client=True),
    ),
    Code.TLS_HANDSHAKE: (
        Remedy("use_https_port", _MANUAL, (), when.speaks_plain_http, ("host",), any_client=True),
        *_MOVE_ON,
        _USE_GOPROXY_CN,
        Remedy(_AGAIN.key, _SAFE, _AGAIN.templates, when.speaks_tls, any_client=True),
        Remedy("shorter_handshake", _CAREFUL, ("{set}GODEBUG=tlsmlkem=0{then}",), when.speaks_tls),
        _FORWARD_PROXY,
    ),
    Code.CHECKSUM_GOSUM_MISMATCH: (
        Remedy(_REMOVE_VERSION.key, _CAREFUL, _REMOVE_VERSION.templates, when.cache_alone_differs),
        _FRESH_FETCH,
        Remedy("see_gosum_history", _SAFE, ("git log --oneline -S {sum_line} -- go.sum",), after_looking=False),
        Remedy("remove_version_if_same", _CAREFUL, _REMOVE_VERSION.templates, after_looking=False),
        Remedy("decide_on_bytes", _MANUAL),
    ),
    Code.CHECKSUM_SUMDB_MISMATCH: (
        Remedy(
            "ask_origin_bytes",
            _SAFE,
            (_FRESH_FETCH.templates[0].replace("go mod", "GOPROXY=direct go mod"),),
            after_looking=False,
        ),
        _LIST_VERSIONS,
        Remedy("decide_on_moved_tag", _MANUAL),
    ),
    Code.CHECKSUM_MISSING: (
        Remedy("add_sum", _CAREFUL, ("go mod download {modules}",), when.few_modules_are_known),
        _TIDY,
    ),
    Code.CHECKSUM_SUMDB_UNREACHABLE: (
        Remedy("sumdb_mirror", _SAFE, ("{set}GOSUMDB=sum.golang.google.cn{then}",), when.asked_google_database),
        Remedy("move_on", _CAREFUL, ("{set}GOPROXY={goproxy_any_error}{then}",), when.asked_a_proxy_for_sums),
        _AGAIN,
        _MAKE_PRIVATE,
        _TELL_OWNER,
        _FORWARD_PROXY,
    ),
    Code.CHECKSUM_SUMDB_NOT_FOUND: (_MAKE_PRIVATE, Remedy("wait_for_sumdb", _MANUAL), _CORRECT_PATH),
    Code.CHECKSUM_SUMDB_UNTRUSTED: (
        Remedy("see_gosumdb", _SAFE, ("go env GOSUMDB GOPROXY",), after_looking=False),
        _SIGN_IN,
        Remedy("remove_sumdb_answers", _CAREFUL, ("rm -rf {cache}/cache/download/sumdb",)),
        Remedy("report_sumdb", _MANUAL),
    ),
    Code.CHECKSUM_CACHE_CORRUPT: (
        Remedy("restore_gosum", _MANUAL, (), when.is_gosum),
        Remedy(_REMOVE_VERSION.key, _CAREFUL, _REMOVE_VERSION.templates, when.is_cached_version),
        Remedy("verify_cache", _SAFE, ("gomend cache check",), when.damaged_version_is_not_known),
    ),
    Code.AUTH_CREDENTIALS: (
        Remedy("close_netrc", _CAREFUL, ("chmod 600 {file}",), when.is_about("netrc_open")),
        Remedy("correct_netrc", _MANUAL, (), when.is_about("netrc")),
        Remedy("correct_goauth", _MANUAL, (), when.is_about("goauth")),
        Remedy("correct_helper", _MANUAL, (), when.is_about("helper")),
        Remedy(_MAKE_PRIVATE.key, _CAREFUL, _MAKE_PRIVATE.templates, when.is_own_matter),
        _ASK_REPOSITORY,
        _GIT_CREDENTIALS,
        Remedy("git_over_ssh", _CAREFUL, ("git config --global {ssh_rewrite} {https_origin}",), any_client=True),
        _MAKE_PRIVATE,
    ),
    Code.AUTH_SSH: (
        Remedy("test_ssh", _SAFE, ("ssh -T {ssh_login}",), any_client=True, after_looking=False),
        Remedy("add_ssh_key", _MANUAL, (), when.host_key_is_no_matter, ("host",), any_client=True),
        Remedy("compare_host_key", _MANUAL, (), names=("host",), any_client=True),
    ),
    Code.VCS_NOT_FOUND: (
        Remedy(_MAKE_PRIVATE.key, _CAREFUL, _MAKE_PRIVATE.templates, when.is_own_matter),
        _ASK_REPOSITORY,
        _GIT_CREDENTIALS,
        _CORRECT_PATH,
    ),
    Code.VCS_UNKNOWN_REVISION: (
        Remedy("tag_rightly", _CAREFUL, ("git tag {tag} {wrong_tag}", "git push origin {tag}"), when.tag_is_misnamed),
        _LIST_VERSIONS,
        _SEE_TAGS,
        Remedy("push_tag", _MANUAL, any_client=True),
        _WAIT_FOR_PROXY,
    ),
    Code.VCS_NO_GO_IMPORT: (
        Remedy("see_page", _SAFE, ("curl -sSL {module_page} | grep -i go-import",), after_looking=False),
        _CORRECT_PATH,
        _USE_A_PROXY,
        Remedy("write_dot_git", _MANUAL),
    ),
    Code.VCS_TOOL_MISSING: (_USE_A_PROXY, Remedy("install_git", _MANUAL)),
    Code.VCS_DISALLOWED: (
        Remedy("see_govcs", _SAFE, ("go env GOVCS GOPRIVATE",), when.is_forbidden_by_govcs, after_looking=False),
        _USE_A_PROXY,
        Remedy("allow_vcs", _MANUAL, (), when.is_forbidden_by_govcs, ("module",)),
        Remedy("ask_for_https", _MANUAL, (), when.leads_over_http),
    ),
    Code.VCS_LOCAL_GIT: (
        Remedy("see_git_status", _SAFE, ("git status",), any_client=True),
        Remedy(
            "trust_folder",
            _CAREFUL,
            ('git config --global --add safe.directory "$PWD"',),
            when.names_dubious_owner,
            any_client=True,
        ),
        Remedy(
            "skip_stamp", _CAREFUL, ('{set}GOFLAGS="$(go env GOFLAGS) -buildvcs=false"{then}',), when.stamps_version
        ),
    ),
    Code.MODULE_PATH_MISMATCH: (
        Remedy("see_where_used", _SAFE, ("grep -rnF --include=go.mod --include='*.go' -e {module} .",)),
        Remedy("require_declared_path", _MANUAL),
        Remedy("replace_by_fork", _MANUAL),
    ),
    Code.MODULE_INVALID_VERSION: (
        _LIST_VERSIONS,
        Remedy("use_major_suffix", _MANUAL, (), when.needs_major_suffix),
        Remedy("let_go_choose", _MANUAL, (), names=("module",)),
    ),
    Code.MODULE_NO_MATCHING_VERSION: (
        _LIST_VERSIONS,
        Remedy("ask_for_existing_version", _MANUAL),
        _CORRECT_NAME,
    ),
    Code.MODULE_PACKAGE_MISSING: (
        _SEE_GO_VERSION,
        Remedy(_LIST_VERSIONS.key, _SAFE, _LIST_VERSIONS.templates, when.module_lacks_package),
        Remedy(_TIDY.key, _CAREFUL, _TIDY.templates, when.requirement_is_missing),
        Remedy("correct_import", _MANUAL),
    ),
    Code.MODULE_AMBIGUOUS_IMPORT: (_SEE_WHO_REQUIRES, Remedy("upgrade_outer_module", _MANUAL)),
    Code.MODULE_RETRACTED: (
        Remedy("leave_retracted", _CAREFUL, ("go get {module_latest}",), when.is_retracted),
        Remedy("follow_author", _MANUAL, (), when.is_deprecated),
    ),
    Code.MODULE_GOMOD_INVALID: (
        _SEE_GO_VERSION,
        Remedy("correct_gomod", _MANUAL),
        Remedy("install_from_clone", _MANUAL, (), when.is_install_of_replacing_module),
    ),
    Code.MODULE_REPLACE_MISSING: (
        Remedy("see_replace", _SAFE, ("grep -n replace go.mod",), after_looking=False),
        Remedy("bring_folder", _MANUAL),
        Remedy("drop_replace", _CAREFUL, ("go mod edit -dropreplace={module}",)),
    ),
    Code.TOOLCHAIN_TOO_OLD: (
        Remedy("allow_toolchain", _CAREFUL, ("{set}GOTOOLCHAIN=auto{then}",), when.toolchain_is_local),
        Remedy("install_newer_go", _MANUAL),
        Remedy("use_older_version", _MANUAL),
    ),
    Code.TOOLCHAIN_UNAVAILABLE: (
        _SEE_GO_LINES,
        Remedy(
            "see_proxy_settings", _SAFE, ("GOTOOLCHAIN=local go env GOPROXY GOSUMDB GOTOOLCHAIN",), after_looking=False
        ),
        Remedy("install_newer_go", _MANUAL),
    ),
    Code.MODE_NO_MODULE: (
        Remedy("modules_on", _CAREFUL, ("{set}GO111MODULE=on{then}",), when.modules_are_off),
        Remedy("install_at_version", _MANUAL, (), when.is_go_install),
        Remedy("enter_module", _SAFE, ("go env GOMOD GO111MODULE",), when.is_not_go_install, after_looking=False),
        Remedy("make_module", _MANUAL),
    ),
    Code.MODE_READONLY: (_TIDY, Remedy("commit_gomod", _MANUAL)),
    Code.MODE_VENDOR: (
        Remedy("vendor_again", _CAREFUL, ("{vendor}",), when.vendor_is_out_of_step),
        Remedy("ignore_vendor", _CAREFUL, ('{set}GOFLAGS="$(go env GOFLAGS) -mod=readonly"{then}',)),
    ),
    Code.MODE_WORKSPACE: (
        Remedy("join_workspace", _CAREFUL, ("go work use .",), when.is_outside_workspace),
        Remedy("raise_workspace", _CAREFUL, ("go work use",), when.workspace_has_older_go),
        Remedy("drop_missing_use", _CAREFUL, ("go work use {missing_use}",), when.workspace_lists_what_is_gone),
        Remedy("without_workspace", _SAFE, ("{set}GOWORK=off{then}",)),
    ),
    Code.DISK_FULL: (
        Remedy("see_old_versions", _SAFE, ("gomend cache clean --older 30d --dry-run",), when.is_about("modcache")),
        Remedy(
            "see_space",
            _SAFE,
            ('df -h "$(go env GOMODCACHE)" "$(go env GOCACHE)" "${{TMPDIR:-/tmp}}"',),
            after_looking=False,
        ),
        Remedy("clean_build_cache", _CAREFUL, ("go clean -cache -testcache",)),
        Remedy("move_caches", _MANUAL, any_client=True),
    ),
    Code.DISK_PERMISSION: (
        Remedy(
            "see_owner_of_path", _SAFE, ("id; ls -ld {file}",), when.file_is_known, any_client=True, after_looking=False
        ),
        Remedy(
            "see_owner",
            _SAFE,
            ('id; ls -ld "$(go env GOMODCACHE)" "$(go env GOCACHE)"',),
            when.file_is_not_known,
            after_looking=False,
        ),
        Remedy(
            "own_cache",
            _CAREFUL,
            ('sudo chown -R "$(id -u):$(id -g)" "$(go env GOMODCACHE)"',),
            when.may_be_owned_by_another,
        ),
        Remedy("choose_folder", _MANUAL, (), when.is_another_client, any_client=True),
        Remedy("own_folder", _SAFE, ('{set}GOMODCACHE="$(mktemp -d)"{then}',)),
    ),
    Code.ENV_INVALID: (
        Remedy("repair_goflags", _CAREFUL, ("{set}GOFLAGS={goflags_right}{then}",), when.flag_is_refused),
        Remedy("see_go_variables", _SAFE, ("env | grep '^GO' | sed 's#//[^@/]*@#//HIDDEN@#'",), after_looking=False),
        Remedy("correct_setting", _MANUAL),
        Remedy("set_home", _MANUAL),
    ),
    Code.BUILD_COMPILE: (Remedy("read_compiler", _MANUAL),),
    Code.UNKNOWN: (
        Remedy("see_requests", _SAFE, ("go mod download -x",), when.speaks_of_go),
        Remedy("report_line", _MANUAL, any_client=True),
    ),
}


def remedies_for(code: Code) -> tuple[Remedy, ...]:
    """The remedies for a code, the first one first; each still has to apply."""
    return _TABLE[code]
