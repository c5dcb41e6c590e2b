"""A host with a port, as it stands in a URL."""


def host_and_port(place: str) -> tuple[str, int]:
    """The host without brackets and the port, 0 where none is written or it is none. `place` has no user."""
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port or not (port.isascii() and port.isdigit()):
        host, port = place, ""
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    number = int(port) if port else 0
    return host.lower(), number if number < 1 << 16 else 0
