"""Keeps a Python process on this machine's loopback: any other connection, datagram or look-up raises."""

import ipaddress
import sys

_BLOCKED_EVENTS = {"socket.connect", "socket.sendto", "socket.bind"}


class OutsideLoopbackError(RuntimeError):
    """A test tried to reach something that is not this machine's loopback."""


def _is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback


def _guard(event: str, args: tuple[object, ...]) -> None:
    if event in _BLOCKED_EVENTS:
        address = args[1]
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise OutsideLoopbackError(f"{event} {address!r}")
    elif event == "socket.getaddrinfo" and args[0] and not _is_loopback(str(args[0])):
        raise OutsideLoopbackError(f"{event} {args[0]!r}")


def keep_in() -> None:
    """From now on, in this process, for good."""
    sys.addaudithook(_guard)
