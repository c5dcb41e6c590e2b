"""All that a check may look at, passed in: settings, folders, the network, programs, time, and a voice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gomend.diagnose.programs import Programs
from gomend.gocmd.buildinfo import is_built_with_cgo
from gomend.gocmd.gosettings import module_cache
from gomend.gocmd.mainfiles import MainFiles
from gomend.gomod.goenv import GoEnv
from gomend.gomod.gomodfile import GoMod, ModFileErrors, parse_gomod
from gomend.net.dns.machine import Machine, machine_of
from gomend.net.dns.server import Server, server_of
from gomend.net.exchange import Exchange
from gomend.net.forward import ForwardProxies

if TYPE_CHECKING:
    from ssl import SSLContext

    from gomend.net.client import Client
    from gomend.sources.credentials.access import Credentials


# Cloudflare by HTTPS, Google by plain DNS, Alibaba by HTTPS: one at least can be reached nearly everywhere.
PUBLIC_RESOLVERS = tuple(map(server_of, ("https://1.1.1.1/dns-query", "udp://8.8.8.8", "https://223.5.5.5/dns-query")))
# The same by every way there is: who answers in their place on one way seldom does on all.
ALL_PUBLIC_RESOLVERS = (*PUBLIC_RESOLVERS, *map(server_of, ("tcp://8.8.8.8", "tls://1.1.1.1")))


class Say(Protocol):
    """The text for a key of the catalogs, in the user's language."""

    def __call__(self, key: str, /, **params: object) -> str:
        """Raises KeyError for a key or placeholder that is not there."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a check waits for each step of a request, in seconds."""

    connect: float = 3
    tls: float = 3
    first_byte: float = 4
    stall: float = 2  # without a byte in an answer that had begun


@dataclass(frozen=True)
class World:
    """One machine, seen from one folder."""

    environment: Mapping[str, str]
    settings: GoEnv
    go: str  # the path of the go command; "" where there is none
    main: MainFiles
    say: Say
    clock: Callable[[], float]  # seconds, for durations
    now: Callable[[], datetime]
    run: Programs
    module: str = ""  # what the user asked about
    version: str = ""
    patience: Patience = Patience()
    system: Path = Path("/")  # where /etc, /proc and the like lie
    resolver_port: int = 53
    public_resolvers: tuple[Server, ...] = PUBLIC_RESOLVERS  # asked about public names, to compare
    exchanges: list[Exchange] = field(default_factory=list)  # every request that was made

    @cached_property
    def forward(self) -> ForwardProxies:
        """The forward proxies that the environment names."""
        return ForwardProxies(self.environment)

    @cached_property
    def client(self) -> "Client":
        """Makes requests as go would: its roots, its forward proxies. Loaded with the first request."""
        from gomend.net.client import Client  # noqa: PLC0415 - costs more than all that comes before
        from gomend.net.roots import client_context  # noqa: PLC0415

        return Client(
            tls=client_context(self.environment),
            clock=self.clock,
            record=self.exchanges.append,
            proxy_for=self.forward.for_url,
        )

    @cached_property
    def credentials(self) -> "Credentials":
        """What netrc, git and GOAUTH's commands have for https sources; a helper gets three seconds, asks nobody."""
        from gomend.sources.credentials.access import Credentials, Surroundings  # noqa: PLC0415 - as above
        from gomend.sources.credentials.opening import methods_of  # noqa: PLC0415

        async def head(_: str, __: tuple[tuple[str, str], ...]) -> int | None:
            return None  # whether git's helper keeps a credential is the user's own runs to decide

        methods = methods_of(self.settings.get("GOAUTH"))
        return Credentials(methods, Surroundings(self.environment, self.main.folder, head, seconds=3))

    @cached_property
    def tls(self) -> "SSLContext":
        """What go judges servers with, and what it offers to speak: HTTP/2, else HTTP/1.1."""
        from gomend.net.roots import client_context  # noqa: PLC0415

        made = client_context(self.environment)
        made.set_alpn_protocols(["h2", "http/1.1"])
        return made

    @cached_property
    def machine(self) -> Machine:
        """What this machine says about names."""
        cgo = bool(self.go) and is_built_with_cgo(self.go)
        return replace(machine_of(self.environment, cgo=cgo, system=self.system), port=self.resolver_port)

    async def close(self) -> None:
        """Ends all connections."""
        if "credentials" in self.__dict__:
            await self.credentials.close()
        if "client" in self.__dict__:
            await self.client.close()

    @cached_property
    def gomod(self) -> GoMod | None:
        """The go.mod in force; None where there is none or it cannot be read."""
        try:
            return parse_gomod(Path(self.main.gomod).read_bytes()) if self.main.gomod else None
        except (OSError, ModFileErrors):
            return None

    @cached_property
    def module_cache(self) -> Path | None:
        """GOMODCACHE in force; None where nothing names it."""
        named = module_cache(self.settings)
        return Path(named) if named else None
