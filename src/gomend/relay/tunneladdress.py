"""Where the run's own HTTP proxy listens: what go is told, and what takes its place in what go prints. Pure."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded only where a proxy is named: this runs before every command
    from gomend.net.forward import ForwardProxies, ForwardProxy

USER = "gomend"
_NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
_NOBODY = "gomend"  # stands for the tunnel where the user has no proxy of their own


@dataclass(frozen=True, slots=True)
class TunnelAddress:
    """The proxy on a port of loopback, with its password. `environment` is go's own."""

    port: int
    secret: str
    environment: Mapping[str, str]

    @property
    def authorization(self) -> bytes:
        """The one value of Proxy-Authorization that is let in."""
        return b"Basic " + b64encode(f"{USER}:{self.secret}".encode())

    def variables(self) -> dict[str, str]:
        """The environment variables for go.

        Both spellings, since go and git prefer different ones. NO_PROXY stays the user's: what it excludes is asked
        without a proxy, as ever. The proxy for http is replaced where there is one, and only in the spelling it has.
        """
        address = f"http://{USER}:{self.secret}@127.0.0.1:{self.port}"
        told = {"HTTPS_PROXY": address, "https_proxy": address}
        own = self._own()
        if own is not None and own.http is not None:
            told |= {name: address for name in ("HTTP_PROXY", "http_proxy") if self.environment.get(name)}
        return told

    def _own(self) -> "ForwardProxies | None":
        if not any(self.environment.get(name) for name in _NAMES):
            return None
        from gomend.net.forward import ForwardProxies  # noqa: PLC0415

        return ForwardProxies(self.environment)

    def shown(self) -> dict[bytes, bytes]:
        """What must not be seen, and what is shown for it: the user's own proxy."""
        proxies = self._own()
        own = None if proxies is None else proxies.https or proxies.http
        url = own.shown if own else f"http://{_NOBODY}"
        host, port = (own.host, own.port) if own else (_NOBODY, 0)
        place = _place(own)
        here = f"127.0.0.1:{self.port}"
        texts = {
            **{f"http://{USER}:{secret}@{here}": url for secret in (self.secret, "xxxxx", "***")},
            f"http://{here}": url,
            here: place,
            f"127.0.0.1 port {self.port}": f"{host} port {port}",
            f"127.0.0.1 (127.0.0.1) port {self.port}": f"{host} port {port}",
            self.secret: "***",
            self.authorization.decode(): "Basic ***",
        }
        return {text.encode(): shown.encode() for text, shown in texts.items()}


def _place(own: "ForwardProxy | None") -> str:
    if own is None:
        return _NOBODY
    return f"[{own.host}]:{own.port}" if ":" in own.host else f"{own.host}:{own.port}"
