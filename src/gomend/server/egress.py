"""The one way out for git, hg and ssh where others choose the host: proxies on loopback that a filter stands before.

They look names up by themselves, so to check an address before they run would not bind them to it. They are
told to go through here instead: the address that passes the filter is the one that is connected to.
"""

import asyncio
import os
import shlex
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.net.dial import Dialer
from gomend.net.exchange import Exchange
from gomend.net.forward import ForwardProxies, ForwardProxy
from gomend.relay.tunnel import Tunnel
from gomend.relay.tunneladdress import USER, TunnelAddress
from gomend.server import sshline
from gomend.sources.direct.way import Fault
from gomend.sources.policy import Budget, Policy
from gomend.sources.retrying import World

_REMEMBERED = 1000  # connections, the newest
_SCHEMES = ("https", "http", "ssh", "git+ssh", "ssh+git")  # others do not go through a proxy
_PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


class Egress:
    """Made inside a running event loop; `dialer` has the filter. `record` is handed each connection when it starts."""

    def __init__(
        self, dialer: Dialer, environment: Mapping[str, str], policy: Policy, world: World,
        record: Callable[[Exchange], None],
    ) -> None:  # fmt: skip
        self._record = record
        self._clock = world.clock
        self._recent: deque[Exchange] = deque(maxlen=_REMEMBERED)

        def way(through: Callable[[str], ForwardProxy | None]) -> tuple[TunnelAddress, Tunnel, socket.socket]:
            waiting = socket.create_server(("127.0.0.1", 0))
            address = TunnelAddress(waiting.getsockname()[1], os.urandom(16).hex(), {})
            budget = Budget(policy)
            return address, Tunnel(
                address.authorization, dialer, through, True, policy, budget, world, self._note
            ), waiting  # fmt: skip

        self._web, self._for_git, git_waits = way(ForwardProxies(environment).for_url)
        self._ssh, self._for_ssh, ssh_waits = way(lambda _: None)  # ssh knows no forward proxies
        self._opening = asyncio.gather(self._for_git.open(git_waits), self._for_ssh.open(ssh_waits))

    async def close(self) -> None:
        """End all connections."""
        await self._opening
        await self._for_git.close()
        await self._for_ssh.close()

    @property
    def settings(self) -> dict[str, str]:
        """Configuration of git: its proxy."""
        return {
            "http.proxy": f"http://{USER}:{self._web.secret}@127.0.0.1:{self._web.port}",
            "http.proxyAuthMethod": "basic",
        }

    def variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        """What is git's environment instead of this one. ssh keeps its command, and gets a ProxyCommand that no
        configuration beats.
        """
        kept = {name: value for name, value in environment.items() if name.lower() not in _PROXY_VARIABLES}
        own = kept.get("GIT_SSH_COMMAND") or shlex.quote(kept.get("GIT_SSH", ""))
        if own == "''":
            own = "ssh -o BatchMode=yes -o ConnectTimeout=10"
        line = f"ProxyCommand={shlex.join([sys.executable, '-I', '-S', str(Path(sshline.__file__))])} %h %p"
        return {
            **kept,
            "GIT_SSH_COMMAND": f"{own} -o {shlex.quote(line)}",
            sshline.VARIABLE: f"{self._ssh.port}:{self._ssh.secret}",
        }

    def settings_of_hg(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Configuration of hg: nothing goes past its proxy, which it would else do for this machine; how it calls
        ssh, and whom it trusts.
        """
        own = environment.get("SSL_CERT_FILE", "")
        roots = {"web.cacerts": own} if own else {}
        return {"http_proxy.always": "True", "ui.ssh": self.variables(environment)["GIT_SSH_COMMAND"], **roots}

    def of_hg(self, environment: Mapping[str, str]) -> dict[str, str]:
        """As `variables`, for hg, with its proxy. No configuration is read that could name another one."""
        return {
            **self.variables(environment),
            "http_proxy": f"http://{USER}:{self._web.secret}@127.0.0.1:{self._web.port}",
            "HGRCPATH": "",
        }

    def refused(self, url: str) -> Fault | None:
        """As of Way."""
        scheme = urlsplit(url).scheme.lower()
        if scheme in _SCHEMES:
            return None
        return Fault(Code.VCS_DISALLOWED, f"{scheme}:// is not spoken for others: this server uses https and ssh")

    def begun(self) -> float:
        """As of Way."""
        return self._clock()

    def fault(self, url: str, since: float) -> Fault | None:
        """As of Way."""
        failed = [one for one in self._recent if one.code is not None and one.phases.start >= since]
        host = urlsplit(url).hostname
        of_host = [one for one in failed if urlsplit(one.url).hostname == host]
        places = {urlsplit(one.url).netloc for one in failed}
        decisive = of_host or (failed if len(places) == 1 else [])  # else a redirect's
        if not decisive or decisive[-1].code is None:
            return None
        return Fault(decisive[-1].code, decisive[-1].fault)

    def _note(self, exchange: Exchange) -> None:
        self._recent.append(exchange)
        self._record(exchange)
