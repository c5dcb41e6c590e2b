"""A checksum database with a key of its own: signed notes, a transparency tree and its tiles, made in Python."""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.lab.modules import Module, escape

_HEIGHT = 8


def _leaf(record: bytes) -> bytes:
    return hashlib.sha256(b"\0" + record).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return _node(_root(hashes[:split]), _root(hashes[split:]))


class SumDb:
    """A checksum database that knows these modules.

    `key` goes into GOSUMDB. `file(path)` answers `/supported`, `/lookup/…`, `/tile/…` and `/latest`; None: not found.
    The attributes `sign` (False: the signature is spoilt) and `wrong` (module path → go.sum lines to record instead)
    plant faults; `seed` makes another key or another tree under the same name. `early` records of other modules
    go before.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        *,
        name: str = "sum.golang.org",
        seed: str = "lab",
        wrong: dict[str, tuple[str, str]] | None = None,
        salt: str = "",
        sign: bool = True,
        early: int = 3,
    ) -> None:
        self.name, self.sign = name, sign
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        public = b"\1" + self._private.public_key().public_bytes_raw()
        self._hash = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        self.key = f"{name}+{self._hash.hex()}+{base64.b64encode(public).decode()}"
        self._records: list[bytes] = []
        self._ids: dict[str, int] = {}
        for number in range(early):
            self._records.append(f"example.com/early{salt} v1.0.{number} h1:{'A' * 43}=\n".encode())
        for module in modules:
            self._ids[f"{escape(module.path)}@{escape(module.version)}"] = len(self._records)
            lines = (wrong or {}).get(module.path, module.sum_lines)
            self._records.append("".join(f"{line}\n" for line in lines).encode())
        self._hashes = [_leaf(record) for record in self._records]

    @cached_property
    def _whole(self) -> bytes:
        return _root(self._hashes)

    def note(self) -> bytes:
        """The signed tree head."""
        root = base64.b64encode(self._whole).decode()
        text = f"go.sum database tree\n{len(self._hashes)}\n{root}\n"
        signature = self._private.sign(text.encode() if self.sign else b"another text")
        signed = base64.b64encode(self._hash + signature).decode()
        return f"{text}\n— {self.name} {signed}\n".encode()

    def file(self, path: str) -> bytes | None:
        """The content of a path below the database's base URL; None: not found."""
        if path == "/supported":
            return b""
        if path == "/latest":
            return self.note()
        if path.startswith("/lookup/"):
            number = self._ids.get(path.removeprefix("/lookup/"))
            if number is None:
                return None
            return f"{number}\n".encode() + self._records[number] + b"\n" + self.note()
        found = re.fullmatch(r"/tile/8/(\d+)/((?:x\d{3}/)*\d{3})(?:\.p/(\d+))?", path)
        return (
            self._tile(int(found[1]), int(found[2].replace("x", "").replace("/", "")), int(found[3] or 256))
            if found
            else None
        )

    def _tile(self, level: int, number: int, width: int) -> bytes | None:
        span = 1 << (_HEIGHT * level)
        starts = range(number * 256 * span, (number * 256 + width) * span, span)
        if starts[-1] + span > len(self._hashes):
            return None
        return b"".join(_root(self._hashes[start : start + span]) for start in starts)

    def proxied(self, path: str) -> bytes | None:
        """The same below a module proxy, where paths begin with `/sumdb/NAME`."""
        below = f"/sumdb/{self.name}"
        return self.file(path.removeprefix(below)) if path.startswith(below) else None
