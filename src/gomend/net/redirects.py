"""Where a redirect leads, and which of a request's secrets go along. Pure.

Source: net/http (client.go: Client.do, shouldCopyHeaderOnRedirect) and cmd/go/internal/web (http.go: checkRedirect) of
Go 1.26. Stricter than Go in one point: every header of a credential is kept back, not only Authorization.
"""

from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from gomend.causes import Code
from gomend.gomod.quoting import quote
from gomend.gomod.weburl import URLError, WebURL, parse_url
from gomend.net.faults import WireError
from gomend.net.forward import basic_authorization

MOST = 10
STATUSES = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way. `url` has no user; `user` and `password` are those that its URL carries."""

    url: str
    user: str | None = None
    password: str | None = None
    secrets_go_along: bool = True

    @property
    def authorization(self) -> str | None:
        """What the URL's own user and password become, where they may be sent: over https only."""
        if self.user is None or not self.url.startswith("https:"):
            return None
        return basic_authorization(self.user, self.password or "")


def following(first: Hop, hop: Hop, location: str) -> Hop:
    """The request that `location`, the answer to `hop`, asks for; `first` is the one that all began with.

    A user of the URL goes along with a relative location only, as in Go. Raises WireError where go gives up.
    """
    try:
        named = parse_url(location)
        target = parse_url(urljoin(hop.url, location.partition("#")[0]))
    except (URLError, ValueError) as error:
        words = f"failed to parse Location header {quote(location)}: {error}"
        raise WireError(Code.PROXY_BAD_RESPONSE, words, connecting=False) from error
    shown = WebURL.redacted(target)
    if first.url.startswith("https:") and target.scheme != "https":
        words = f"redirected from secure URL {hop.url} to insecure URL {shown}"
        raise WireError(Code.PROXY_BAD_RESPONSE, words, connecting=False)
    if target.scheme not in ("http", "https") or not target.host:
        raise WireError(Code.PROXY_BAD_RESPONSE, f"unsupported protocol scheme in {shown}", connecting=False)
    user, password = (named.user, named.password) if named.host else (hop.user, hop.password)
    url = str(replace(target, user=None, password=None))
    return Hop(url, user, password, hop.secrets_go_along and _is_same_or_below(_host(url), _host(first.url)))


def too_many() -> WireError:
    """The fault of a chain that does not end."""
    return WireError(Code.PROXY_BAD_RESPONSE, f"stopped after {MOST} redirects", connecting=False)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _is_same_or_below(host: str, parent: str) -> bool:
    return host == parent or (":" not in host and bool(parent) and host.endswith("." + parent))
