"""A repository's shape: what `git fast-import` reads to make it, and what is asked of it."""

from dataclasses import dataclass, field

LINK, SUBMODULE, PROGRAM = "120000", "160000", "100755"
BEGIN = 1_700_000_000  # seconds since 1970; each commit is a day later


@dataclass(frozen=True)
class Change:
    """One commit: files by path (None removes one; a pair gives its mode first), and the tags on it.

    It stands on `branch`; the first one there comes after the commit with the number `after`, if that is given.
    """

    files: dict[str, str | tuple[str, str] | None]
    tags: tuple[str, ...] = ()
    annotated: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    branch: str = "main"
    after: int | None = None


@dataclass(frozen=True)
class Shape:
    """A repository at `github.com/shape/<name>`, and what is asked of it as `<path below it>@<version>`.

    In a question `{2}` is the time and the hash of the commit with that number, as pseudo-versions have them, `{#2}`
    the hash alone. `finish` is run by a shell in the bare repository.
    """

    changes: tuple[Change, ...]
    asked: tuple[str, ...]
    branches: dict[str, int] = field(default_factory=dict)  # name to the number of the commit
    hashes: str = "sha1"
    finish: str = ""


def mod(path: str, rest: str = "go 1.19\n") -> str:
    """A go.mod."""
    return f"module github.com/shape/{path}\n\n{rest}"


def go(name: str = "p") -> str:
    """A Go file."""
    return f"package {name}\n"


_SIGNED = "t\n-----BEGIN PGP SIGNATURE-----\n\niHUEABYIAB0WIQ\n-----END PGP SIGNATURE-----\n"


def stream(shape: Shape) -> bytes:
    """For `git fast-import`; the commit with the number 0 has the mark 1."""
    out = bytearray()
    for number, change in enumerate(shape.changes):
        when = f"dev <dev@example.com> {BEGIN + 86_400 * number} +0100"
        out += f"commit refs/heads/{change.branch}\nmark :{number + 1}\ncommitter {when}\ndata 1\nx\n".encode()
        out += f"from :{change.after + 1}\n".encode() if change.after is not None else b""
        for path, content in change.files.items():
            quoted = f'"{path}"' if " " in path else path
            if content is None:
                out += f"D {quoted}\n".encode("utf-8", "surrogateescape")
                continue
            mode, data = content if isinstance(content, tuple) else ("100644", content)
            raw = data.encode()
            if mode == SUBMODULE:
                out += f"M {mode} {raw.decode()} {quoted}\n".encode()
            else:
                out += f"M {mode} inline {quoted}\ndata {len(raw)}\n".encode("utf-8", "surrogateescape") + raw + b"\n"
        for tag in change.tags:
            out += f"reset refs/tags/{tag}\nfrom :{number + 1}\n\n".encode()
        for tag in change.annotated:
            out += f"tag {tag}\nfrom :{number + 1}\ntagger {when}\ndata 1\nt\n".encode()
        for tag in change.signed:
            out += f"tag {tag}\nfrom :{number + 1}\ntagger {when}\ndata {len(_SIGNED)}\n{_SIGNED}".encode()
    for branch, number in shape.branches.items():
        out += f"reset refs/heads/{branch}\nfrom :{number + 1}\n\n".encode()
    return bytes(out)
