"""Faults of the other files once more, met by go 1.11 to 1.20: what people still run, and still paste."""

from dataclasses import replace

from tests.lab import (
    cases_checksum,
    cases_dns,
    cases_net,
    cases_net_http2,
    cases_progress,
    cases_proxy,
    cases_proxy_refusals,
    cases_sumdb,
    cases_tls,
)
from tests.lab.case import Case, Root

_AGAIN = {
    "1.12": (
        "net.connect_refused/download",
        "proxy.server_error/502-nginx",
        "tls.unknown_authority/private-ca-download",
    ),
    "1.13": (
        "checksum.gosum_mismatch/gomod-hash",
        "checksum.sumdb_not_found/private-404",
        "checksum.sumdb_unreachable/name-unknown",
        "dns.nxdomain/default-list-tidy",
        "dns.server_failure/json-get",
        "net.reset/direct-meta-eof",
        "progress.download/build-1-21",
        "proxy.bad_response/html-info",
        "proxy.bad_response/wrong-prefix",
        "proxy.not_found/file-proxy",
        "proxy.rate_limited/comma-direct",
        "proxy.server_error/500-with-text",
        "proxy.unauthorized/403-text",
        "tls.expired/direct-meta-expired",
        "tls.handshake/alert-unrecognized-name",
        "tls.hostname_mismatch/captive-portal",
        "tls.unknown_authority/direct-meta",
    ),
    "1.14": ("net.unreachable/network", "proxy.off/download", "checksum.gosum_mismatch/edited-gosum-build"),
    "1.15": (
        "checksum.cache_corrupt/unzip-truncated",
        "checksum.sumdb_not_found/json-settings",
        "checksum.sumdb_untrusted/fork",
        "dns.nxdomain/install-tool",
        "net.http_proxy/407-build",
        "progress.download/build-1-27",
        "proxy.bad_response/html-zip",
        "proxy.misconfigured/bracket",
        "proxy.off/build-names-nothing",
    ),
    "1.16": ("checksum.missing/build-no-gosum", "proxy.misconfigured/file-host", "net.reset/before-answer"),
    "1.17": (
        "net.connect_refused/list-json",
        "net.unreachable/git-direct",
        "proxy.not_found/both-of-two",
        "proxy.rate_limited/download",
        "tls.expired/download",
        "tls.handshake/client-certificate",
        "tls.hostname_mismatch/ip-without-san",
    ),
    "1.18": (
        "checksum.missing/gomod-line",
        "checksum.sumdb_mismatch/get",
        "checksum.sumdb_unreachable/handshake",
        "dns.server_failure/private-zone",
        "net.http2/internal-error",
        "proxy.bad_response/empty-info",
        "proxy.unauthorized/401-download",
    ),
    "1.19": ("checksum.sumdb_mismatch/install", "net.http_proxy/forbidden", "proxy.server_error/500-pipe-404"),
    "1.20": (
        "checksum.sumdb_untrusted/bad-signature",
        "net.http2/goaway",
        "net.http_proxy/407",
        "net.reset/eof",
        "progress.download/build-1-24",
        "proxy.not_found/gone-build",
        "tls.unknown_authority/git-under-direct",
    ),
}
"""By release: which cases."""

_OTHER_WORDS = {
    "proxy.not_found/file-proxy": ["Not Found"],
    "proxy.server_error/500-with-text": ["500 Internal Server Error"],
    "tls.handshake/alert-unrecognized-name": ["tls: alert(112)"],
}
"""What such a release says where later ones say more."""

_ALL = {
    case.id: case
    for file in (
        cases_checksum,
        cases_dns,
        cases_net,
        cases_net_http2,
        cases_progress,
        cases_proxy,
        cases_proxy_refusals,
        cases_sumdb,
        cases_tls,
    )
    for case in file.CASES
}


def _again(case: Case, go: str) -> Case:
    roots = case.roots
    if case.id == "proxy.bad_response/html-info":  # the address is not named yet
        roots = [replace(root, host="") for root in roots]
    words = _OTHER_WORDS.get(case.id, case.seen)
    return replace(case, name=f"{case.name}-go{go.replace('.', '')}", go=go, roots=roots, seen=words)


def _too_old(go: str) -> Case:
    """A module of Go 1.21, tidied by an older go: it looks no further, whatever is wrong besides."""
    return replace(
        _ALL["proxy.server_error/503-comma-direct"],
        code="toolchain.too_old",
        name=f"tidy-go{go.replace('.', '')}",
        fault="go.mod names a later release than the one that tidies",
        roots=[Root("toolchain.too_old")],
        seen=["go.mod file indicates go 1.21"],
        go=go,
    )


CASES = [
    *(_again(_ALL[name], go) for go, names in _AGAIN.items() for name in names),
    *(_too_old(go) for go in ("1.15", "1.18", "1.20")),
]
