"""Signed notes: the form in which a checksum database signs its tree. Ed25519 only, as go.

Source: golang.org/x/mod/sumdb/note (note.go).
"""

import binascii
import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gomend.gomod.proxylist import SPACES
from gomend.gomod.refusal import GoRefusalError

if TYPE_CHECKING:  # loaded with the first signature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519 = 1
_MOST_SIGNATURES = 100
_MARK = "— "
_KEY_HASH = re.compile(r"[0-9a-fA-F]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class VerifierKeyError(GoRefusalError):
    """A verifier key (`name+hash+base64`) that go does not take. `str()` is go's text."""


class NoteError(GoRefusalError):
    """A note that may not be believed. `str()` is go's text."""


class MalformedNoteError(NoteError):
    """Not a signed note at all."""

    def __init__(self) -> None:
        super().__init__("malformed note")


class UnverifiedNoteError(NoteError):
    """No signature on the note is by the key that is known."""

    def __init__(self) -> None:
        super().__init__("note has no verifiable signatures")


class InvalidSignatureError(NoteError):
    """A signature claims to be by the known key `name+key_hash`, and is not."""

    def __init__(self, name: str, key_hash: int) -> None:
        super().__init__(f"invalid signature for key {name}+{key_hash:08x}")
        self.name = name
        self.key_hash = key_hash


@dataclass(frozen=True)
class Verifier:
    """A public key under the name of its owner."""

    name: str
    key_hash: int
    public: bytes = field(repr=False)  # 32 bytes

    @cached_property
    def _key(self) -> "Ed25519PublicKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  (13 ms)

        return Ed25519PublicKey.from_public_bytes(self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's, over these bytes."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (as above)

        try:
            self._key.verify(signature, text)
        except InvalidSignature:
            return False
        return True


def key_hash_of(name: str, key: bytes) -> int:
    """The 32 bits that name a key: of SHA-256 over the name, a newline and the key with its algorithm's byte."""
    return int.from_bytes(hashlib.sha256(name.encode() + b"\n" + key).digest()[:4], "big")


def parse_verifier(key: str) -> Verifier:
    """The verifier that `name+hash+base64` stands for. Raises VerifierKeyError."""
    name, _, rest = key.partition("+")
    key_hash, _, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not _KEY_HASH.fullmatch(key_hash) or not data or not _is_name(name):
        raise VerifierKeyError("malformed verifier id")
    if int(key_hash, 16) != key_hash_of(name, data):
        raise VerifierKeyError("invalid verifier hash")
    if data[0] != _ED25519:
        raise VerifierKeyError("unknown verifier algorithm")
    if len(data) != 33:
        raise VerifierKeyError("malformed verifier id")
    return Verifier(name, int(key_hash, 16), data[1:])


def open_note(message: bytes, verifier: Verifier) -> bytes:
    """The text of a note that `verifier` has signed, its last newline included. Raises NoteError.

    Signatures by others are passed over, as go does; one that claims to be by `verifier` has to be right.
    """
    try:
        words = message.decode()
    except UnicodeDecodeError:
        raise MalformedNoteError from None
    text, blank, signatures = words.rpartition("\n\n")
    if _CONTROL.search(words) or not blank or not signatures.endswith("\n"):
        raise MalformedNoteError
    signed = f"{text}\n".encode()
    verified = False
    for count, line in enumerate(signatures.removesuffix("\n").split("\n"), 1):
        name, key_hash, signature = _signature(line)
        if count > _MOST_SIGNATURES:
            raise MalformedNoteError
        if verified or (name, key_hash) != (verifier.name, verifier.key_hash):
            continue
        if not verifier.verifies(signed, signature):
            raise InvalidSignatureError(name, key_hash)
        verified = True
    if not verified:
        raise UnverifiedNoteError
    return signed


def _signature(line: str) -> tuple[str, int, bytes]:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    data = _decoded(encoded)
    if not line.startswith(_MARK) or not _is_name(name) or len(data) < 5:
        raise MalformedNoteError
    return name, int.from_bytes(data[:4], "big"), data[4:]


def _decoded(encoded: str) -> bytes:
    """Empty where it is no base64."""
    try:
        return b64decode(encoded, validate=True) if len(encoded) % 4 == 0 else b""  # Python takes a `=` too many
    except (binascii.Error, ValueError):
        return b""


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char in SPACES for char in name)
