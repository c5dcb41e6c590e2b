"""What a Go program says of its own making. Source: runtime/debug (BuildInfo): lines `build<tab>KEY=value`."""

import mmap

_CGO = b"build\tCGO_ENABLED="


def is_built_with_cgo(program: str) -> bool:
    """Whether the Go program at this path can use the C library. False where it does not say, or cannot be read."""
    try:
        with open(program, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.find(_CGO)
            return at >= 0 and data[at + len(_CGO) : at + len(_CGO) + 1] == b"1"
    except (OSError, ValueError):
        return False
