"""Resolvers on loopback for a world: those of its resolv.conf, and one that stands for the public ones."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.diagnose.worlds import world
from tests.lab.dns import Resolver

from gomend.diagnose.world import Patience, World
from gomend.net.dns.server import Server


@dataclass
class Place:
    """The world, and the resolvers as they were asked."""

    world: World
    system: list[Resolver]
    public: Resolver


@contextlib.contextmanager
def place(
    folder: Path,
    *tables: Mapping[str, str] | None,
    public: Mapping[str, str] | None = None,
    conf: str = "",
    hosts: str = "127.0.0.1 localhost\n",
    tcp: bool = False,
    patience: Patience | None = None,
    **variables: str,
) -> Iterator[Place]:
    """One resolver a table, in the order of resolv.conf; None for a closed port. `conf` holds further lines of it."""
    with contextlib.ExitStack() as stack:
        outside = stack.enter_context(Resolver(public or {}, ("127.0.53.99", 0)))
        system, lines = [], []
        for number, table in enumerate(tables, start=1):
            address = f"127.0.53.{number}"
            lines.append(f"nameserver {address}\n")
            if table is not None:
                system.append(stack.enter_context(Resolver(table, (address, outside.port), tcp=tcp)))
        etc = folder / "system" / "etc"
        etc.mkdir(parents=True)
        (etc / "resolv.conf").write_text("".join(lines) + conf)
        (etc / "hosts").write_text(hosts)
        (etc / "nsswitch.conf").write_text("hosts: files dns\n")
        made = world(
            folder,
            variables,
            system=folder / "system",
            resolver_port=outside.port,
            public_resolvers=(Server(outside.host, outside.port),),
            patience=patience or Patience(),
        )
        yield Place(made, system, outside)
