"""Whether go resolves by itself or by the C library: the rules of Go's net, and the same as GODEBUG=netdns=2 tells."""

import pytest

from gomend.net.dns.goway import Resolution, Way, Why, resolution
from gomend.net.dns.resolvconf import parse_resolv_conf

PLAIN = "nameserver 192.0.2.1\n"
DEBIAN = "passwd: files\nhosts: files dns\n"
FEDORA = "hosts: files myhostname mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns\n"


def decide(
    name: str = "goproxy.cn",
    *,
    conf: str = PLAIN,
    nsswitch: str | None = DEBIAN,
    cgo: bool = True,
    **environment: str,
) -> Resolution:
    return resolution(
        name, conf=parse_resolv_conf(conf), nsswitch=nsswitch, environment=environment, cgo=cgo, hostname="build7"
    )


def test_a_go_built_without_cgo_resolves_by_itself_whatever_is_set() -> None:
    found = decide(cgo=False, conf=PLAIN + "options debug\n", nsswitch=FEDORA, GODEBUG="netdns=cgo")
    assert (found.way, found.why, found.order) == (Way.GO, Why.BUILT_WITHOUT, ("files", "dns"))


@pytest.mark.parametrize(
    ("found", "why", "word"),
    [
        (decide(GODEBUG="http2debug=1,netdns=cgo+2"), Why.NETDNS, "netdns=cgo"),
        (decide(LOCALDOMAIN=""), Why.ENVIRONMENT, "LOCALDOMAIN"),
        (decide(RES_OPTIONS="ndots:2"), Why.ENVIRONMENT, "RES_OPTIONS"),
        (decide("a%b.example"), Why.NAME, "a%b.example"),
        (decide(conf=PLAIN + "options debug\n"), Why.OPTION, "debug"),
        (decide(nsswitch=FEDORA), Why.NSSWITCH, "resolve"),
        (decide("printer.local", nsswitch="hosts: files mdns4_minimal dns\n"), Why.NSSWITCH, "mdns4_minimal"),
        (decide("localhost", nsswitch="hosts: files myhostname dns\n"), Why.NSSWITCH, "myhostname"),
        (decide("build7", nsswitch="hosts: files myhostname dns\n"), Why.NSSWITCH, "myhostname"),
        (decide(nsswitch="hosts: files [NOTFOUND=continue SUCCESS=merge] dns\n"), Why.NSSWITCH, "files"),
        (decide(nsswitch="hosts files dns\n"), Why.NSSWITCH, "nsswitch.conf"),
    ],
)
def test_the_c_library_is_asked_where_go_could_not_do_the_same(found: Resolution, why: Why, word: str) -> None:
    assert (found.way, found.why, found.word) == (Way.CGO, why, word)


@pytest.mark.parametrize(
    ("nsswitch", "order"),
    [
        (None, ("files", "dns")),
        ("passwd: files\n", ("files", "dns")),
        ("hosts: dns files\n", ("dns", "files")),
        ("hosts: files\n", ("files",)),
        ("hosts: dns\n", ("dns",)),
        ("hosts: files mdns4_minimal dns # comment\n", ("files", "dns")),
    ],
)
def test_the_order_is_that_of_nsswitch(nsswitch: str | None, order: tuple[str, ...]) -> None:
    found = decide(nsswitch=nsswitch)
    assert (found.way, found.why, found.order) == (Way.GO, Why.PLAIN, order)


def test_a_source_that_go_does_not_know_stands_for_dns_where_none_is_named() -> None:
    assert decide(nsswitch="hosts: files resolve\n", GODEBUG="netdns=go").order == ("files", "dns")
    assert decide(nsswitch="hosts: files resolve dns\n", GODEBUG="netdns=go").order == ("files", "dns")
