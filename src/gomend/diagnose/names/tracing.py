"""A public name followed from the root servers down, each server asked what it knows by itself (RFC 1034 §5.3.3)."""

from collections.abc import Sequence

from gomend.diagnose.names.looking import Names
from gomend.net.dns.reply import Reply
from gomend.net.dns.server import Server

# Three of the thirteen: https://www.iana.org/domains/root/servers (a, b and c.root-servers.net).
ROOTS = tuple(Server(address, 53) for address in ("198.41.0.4", "170.247.170.2", "192.33.4.12"))
_DEEPEST = 12
_MOST_SERVERS = 3  # of one zone that are tried


async def trace(names: Names, host: str, roots: Sequence[Server] = ROOTS) -> list[Reply]:
    """The replies on the way; the last is the answer, or where the way ends.

    A name server whose address does not stand in the referral is looked up as go would.
    """
    steps: list[Reply] = []
    servers = list(roots)
    port = roots[0].port
    for _ in range(_DEEPEST):
        reply: Reply | None = None
        for server in servers[:_MOST_SERVERS]:
            reply = await names.refer(server, host)
            if reply.is_answer:
                break
        if reply is None:
            break
        steps.append(reply)
        if not reply.is_answer or reply.addresses or reply.aliases or not reply.authority:
            break
        servers = [
            Server(address, port) for name, address in reply.glue if name in reply.authority and ":" not in address
        ]
        if not servers:
            looked = await names.look_up(reply.authority[0])
            servers = [Server(address, port) for address in looked.addresses if ":" not in address]
    return steps
