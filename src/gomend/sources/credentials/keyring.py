"""Which headers belong to which addresses. Pure. Source: cmd/go/internal/auth (auth.go) of Go 1.26."""

Headers = tuple[tuple[str, str], ...]


class Keyring:
    """Headers by address without scheme: those of the longest prefix, by whole path elements, count."""

    def __init__(self) -> None:
        self._headers: dict[str, Headers] = {}

    def store(self, prefix: str, headers: Headers) -> None:
        """Keep headers for all below `prefix`; none: forget what was kept."""
        prefix = prefix.removeprefix("https://").removesuffix("/")
        if headers:
            self._headers[prefix] = headers
        else:
            self._headers.pop(prefix, None)

    def headers_for(self, url: str) -> Headers:
        """What goes with a request to an https URL; a user in it is part of the address."""
        prefix = url.removeprefix("https://").removesuffix("/")
        while prefix not in self._headers:
            prefix, slash, _ = prefix.rpartition("/")
            if not slash:
                return ()
        return self._headers[prefix]
