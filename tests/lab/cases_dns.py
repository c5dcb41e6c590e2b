"""Faults of name resolution."""

from tests.lab.case import Case, Root
from tests.lab.site import Site
from tests.lab.world import SMALL


def _nxdomain(site: Site) -> None:
    site.project(*SMALL)


CASES = [
    Case(
        "dns.nxdomain",
        "proxy-download",
        "the proxy's name does not exist",
        "go mod download",
        _nxdomain,
        [Root("dns.nxdomain", host="goproxy.corp.example")],
        env={"GOPROXY": "https://goproxy.corp.example"},
        seen=["no such host"],
    ),
]
