"""The credentials that GOAUTH's value stands for, with what they need of the world."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from gomend.net.client import Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.sources.credentials.access import Credentials, Surroundings
from gomend.sources.credentials.goauth import GoAuthError, Method, parse_goauth
from gomend.sources.credentials.keyring import Headers


def credentials_of(goauth: str, environment: Mapping[str, str], folder: str, client: Client) -> Credentials:
    """The credentials of GOAUTH, its helpers run with `environment` in `folder`; none where go refuses its value."""
    return Credentials(methods_of(goauth), Surroundings(environment, folder, _header_request(client)))


def methods_of(goauth: str) -> Sequence[Method]:
    """What GOAUTH names, the strongest first; nothing where go refuses the value."""
    try:
        return parse_goauth(goauth, lambda path: Path(path).is_dir())
    except GoAuthError:  # go says so itself where an https source is asked
        return ()


def _header_request(client: Client) -> Callable[[str, Headers], Awaitable[int | None]]:
    async def head(url: str, secrets: Headers) -> int | None:
        try:
            async with client.get(Ask(url, secrets=secrets, method="HEAD"), Limits()) as answer:
                return answer.status
        except WireError:
            return None

    return head
