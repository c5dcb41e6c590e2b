"""What this machine says about names: resolv.conf, hosts, nsswitch.conf, variables, and how go was built."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gomend.net.dns.goway import Resolution, resolution
from gomend.net.dns.hostsfile import HostsEntry, parse_hosts
from gomend.net.dns.resolvconf import ResolvConf, parse_resolv_conf
from gomend.net.dns.server import Over, Server


@dataclass(frozen=True)
class Machine:
    """The files' texts, None for a missing one; `cgo`: go can leave names to the C library; `port`: the resolvers'."""

    resolv_conf: str | None
    hosts: str | None
    nsswitch: str | None
    environment: Mapping[str, str] = field(default_factory=dict)
    cgo: bool = False
    hostname: str = ""
    port: int = 53

    @cached_property
    def conf(self) -> ResolvConf:
        """resolv.conf as go reads it."""
        return parse_resolv_conf(self.resolv_conf, self.hostname)

    @cached_property
    def _hosts(self) -> Mapping[str, HostsEntry]:
        return parse_hosts(self.hosts)

    def in_hosts(self, name: str) -> HostsEntry | None:
        """What the hosts file says of a name."""
        return self._hosts.get(name.lower().removesuffix("."))

    def servers(self) -> tuple[Server, ...]:
        """The resolvers of resolv.conf, in their order."""
        over = Over.TCP if self.conf.use_tcp else Over.UDP
        return tuple(Server(one.address, self.port, over) for one in self.conf.servers)

    def resolution(self, name: str) -> Resolution:
        """How go looks up a name here."""
        return resolution(
            name,
            conf=self.conf,
            nsswitch=self.nsswitch,
            environment=self.environment,
            cgo=self.cgo,
            hostname=self.hostname,
        )


def machine_of(environment: Mapping[str, str], *, cgo: bool, system: Path = Path("/")) -> Machine:
    """This machine; `system` is where its /etc lies."""
    return Machine(
        resolv_conf=_text(system / "etc/resolv.conf"),
        hosts=_text(system / "etc/hosts"),
        nsswitch=_text(system / "etc/nsswitch.conf"),
        environment=environment,
        cgo=cgo,
        hostname=socket.gethostname() if system == Path("/") else "",
    )


def _text(path: Path) -> str | None:
    try:
        return os.fsdecode(path.read_bytes())
    except OSError:
        return None
