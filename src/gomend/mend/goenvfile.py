"""go's own settings file (GOENV), one key at a time. Source: cmd/go/internal/envcmd (env.go: updateEnvFile).

gomend lets `go env -w` itself write; this only puts back one key where others have changed since.
"""

from collections.abc import Mapping

from gomend.gomod.goenv import parse_user_file


def values(data: bytes) -> Mapping[str, str]:
    """The keys that the file sets."""
    return parse_user_file(data)


def put(data: bytes, key: str, value: str | None) -> bytes:
    """The file with `key` set to `value`, where it stands; at the end where it did not; None removes it.

    The other lines stay as they are, comments, line ends and a missing last line end included.
    """
    begins = f"{key}=".encode()
    lines = _lines(data)
    at = [number for number, line in enumerate(lines) if line.startswith(begins)]
    for number in reversed(at if value is None else at[:-1]):  # the last one counts
        del lines[number]
    if value is None:
        return b"".join(lines)
    said = begins + value.encode("utf-8", "surrogateescape")
    if at:
        number = at[-1] - (len(at) - 1)
        lines[number] = said + (b"\n" if lines[number].endswith(b"\n") else b"")
    else:
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines.append(said + b"\n")
    return b"".join(lines)


def _lines(data: bytes) -> list[bytes]:
    """Lines as go splits them: at line feeds alone. A carriage return belongs to the value."""
    pieces = data.split(b"\n")
    return [*(piece + b"\n" for piece in pieces[:-1]), *([pieces[-1]] if pieces[-1] else [])]
