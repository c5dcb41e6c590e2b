"""The stable cause codes: why a line is red.

A code is `layer.kind`; the layer is where on the way from the `go` command to the module's bytes the fault sits.
A code is never renamed or reused.
"""

from enum import StrEnum


class Code(StrEnum):
    """One kind of cause. The value is the code as users see it; its page is `docs/codes/<code>.md`."""

    PROGRESS_DOWNLOAD = "progress.download"  # normal progress

    PROXY_NOT_FOUND = "proxy.not_found"  # a module proxy answered 404 or 410 for this module or version
    PROXY_SERVER_ERROR = "proxy.server_error"  # a module proxy answered 5xx
    PROXY_RATE_LIMITED = "proxy.rate_limited"  # a proxy answered 429
    PROXY_UNAUTHORIZED = "proxy.unauthorized"  # a proxy (not a VCS host) answered 401 or 403
    PROXY_BAD_RESPONSE = "proxy.bad_response"  # the proxy answered 200 with content that is not the protocol's
    PROXY_MISCONFIGURED = "proxy.misconfigured"  # the GOPROXY list itself is wrong
    PROXY_OFF = "proxy.off"  # look-up switched off

    DNS_NXDOMAIN = "dns.nxdomain"  # the name does not resolve
    DNS_TIMEOUT = "dns.timeout"  # the resolver did not answer
    DNS_SERVER_FAILURE = "dns.server_failure"  # the resolver answered with an error

    NET_CONNECT_TIMEOUT = "net.connect_timeout"  # TCP connect got no answer
    NET_CONNECT_REFUSED = "net.connect_refused"  # TCP connect refused
    NET_UNREACHABLE = "net.unreachable"  # no route
    NET_RESET = "net.reset"  # the connection was cut
    NET_RESPONSE_TIMEOUT = "net.response_timeout"  # connected, then no or too slow an answer
    NET_HTTP2 = "net.http2"  # HTTP/2 stream or connection fault
    NET_HTTP_PROXY = "net.http_proxy"  # the HTTP(S)/SOCKS forward proxy in between failed

    TLS_UNKNOWN_AUTHORITY = "tls.unknown_authority"  # the certificate's issuer is not trusted
    TLS_HOSTNAME_MISMATCH = "tls.hostname_mismatch"  # certificate for another name
    TLS_EXPIRED = "tls.expired"  # expired, or not yet valid (often the local clock)
    TLS_HANDSHAKE = "tls.handshake"  # handshake failed or timed out

    CHECKSUM_GOSUM_MISMATCH = "checksum.gosum_mismatch"  # downloaded bytes differ from go.sum
    CHECKSUM_SUMDB_MISMATCH = "checksum.sumdb_mismatch"  # downloaded bytes differ from the checksum database
    CHECKSUM_MISSING = "checksum.missing"  # go.sum lacks the entry and may not be written
    CHECKSUM_SUMDB_UNREACHABLE = "checksum.sumdb_unreachable"  # it could not be reached, or the network refused it
    CHECKSUM_SUMDB_NOT_FOUND = "checksum.sumdb_not_found"  # it does not know the module, usually a private one
    CHECKSUM_SUMDB_UNTRUSTED = "checksum.sumdb_untrusted"  # its own signature or tree is inconsistent
    CHECKSUM_CACHE_CORRUPT = "checksum.cache_corrupt"  # a file of the local module cache is damaged

    AUTH_CREDENTIALS = "auth.credentials"  # a VCS host wants credentials that are missing or wrong over HTTPS
    AUTH_SSH = "auth.ssh"  # SSH refused

    VCS_NOT_FOUND = "vcs.not_found"  # the repository does not exist or may not be seen
    VCS_UNKNOWN_REVISION = "vcs.unknown_revision"  # the repository exists, the version, branch or commit does not
    VCS_NO_GO_IMPORT = "vcs.no_go_import"  # the import path's page carries no usable go-import tag
    VCS_TOOL_MISSING = "vcs.tool_missing"  # git, hg, svn, bzr or fossil is not installed
    VCS_DISALLOWED = "vcs.disallowed"  # GOVCS or insecure-transport policy refuses
    VCS_LOCAL_GIT = "vcs.local_git"  # the local git refuses or fails for a reason of its own

    MODULE_PATH_MISMATCH = "module.path_mismatch"  # go.mod declares another path than the one required
    MODULE_INVALID_VERSION = "module.invalid_version"  # the version cannot be valid for this path
    MODULE_NO_MATCHING_VERSION = "module.no_matching_version"  # no version satisfies the query
    MODULE_PACKAGE_MISSING = "module.package_missing"  # the module is there, the package in it is not
    MODULE_AMBIGUOUS_IMPORT = "module.ambiguous_import"  # several modules provide the package
    MODULE_RETRACTED = "module.retracted"  # retracted or deprecated by its author
    MODULE_GOMOD_INVALID = "module.gomod_invalid"  # a go.mod cannot be parsed or is refused
    MODULE_REPLACE_MISSING = "module.replace_missing"  # a replace target is not there

    TOOLCHAIN_TOO_OLD = "toolchain.too_old"  # the module needs a newer Go than the one running
    TOOLCHAIN_UNAVAILABLE = "toolchain.unavailable"  # the toolchain that was asked for could not be obtained

    MODE_NO_MODULE = "mode.no_module"  # not in a module, or module mode off
    MODE_READONLY = "mode.readonly"  # go.mod would have to change and may not
    MODE_VENDOR = "mode.vendor"  # the vendor directory and go.mod disagree
    MODE_WORKSPACE = "mode.workspace"  # go.work is at odds with what was asked

    DISK_FULL = "disk.full"  # no space or inodes left
    DISK_PERMISSION = "disk.permission"  # the cache or module folder cannot be read or written

    ENV_INVALID = "env.invalid"  # an environment setting is invalid or missing

    BUILD_COMPILE = "build.compile"  # the modules arrived; compiling or running failed, which is not a download fault

    UNKNOWN = "unknown"  # none of these; said honestly, with the line kept whole

    @property
    def layer(self) -> str:
        """The part before the dot, for instance `dns`; `unknown` for `unknown`."""
        return self.value.partition(".")[0]
