"""Signed notes: opened as golang.org/x/mod/sumdb/note opens them."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lab.sumdb import SumDb

from gomend.gomod.gosumdb import KNOWN_KEYS
from gomend.gomod.note import (
    InvalidSignatureError,
    MalformedNoteError,
    NoteError,
    UnverifiedNoteError,
    VerifierKeyError,
    open_note,
    parse_verifier,
)

LAB = SumDb((), name="sum.example.org")
NOTE = LAB.note()
TEXT, _, SIGNATURES = NOTE.partition(b"\n\n")
MARK = "—".encode()


def key_of(name, data):
    digest = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{digest}+{base64.b64encode(data).decode()}"


KEYS = (
    LAB.key,
    KNOWN_KEYS["sum.golang.org"],
    LAB.key.upper(),
    LAB.key + "=",
    LAB.key[:-4],
    LAB.key.replace("sum.", "sun."),
    key_of("", b"\1" + b"k" * 32),
    key_of("two words", b"\1" + b"k" * 32),
    key_of("n", b"\2" + b"k" * 32),
    key_of("n", b"\1" + b"k" * 31),
    key_of("n", b""),
    "n+0000000g+AQ==",
    "n",
    "",
)


def test_verifier_keys_are_taken_and_refused_as_go_does(oracle):
    for key, (kind, *told) in zip(KEYS, oracle(("verifier", key) for key in KEYS), strict=True):
        if kind == "ok":
            found = parse_verifier(key)
            assert [found.name, str(found.key_hash)] == told
        else:
            with pytest.raises(VerifierKeyError, match=f"^{told[0]}$"):
                parse_verifier(key)


def altered():
    other = SumDb((), name="sum.example.org", seed="another")
    signature = SIGNATURES.rstrip(b"\n")
    unknown = other.note().partition(b"\n\n")[2]
    return (
        NOTE,
        TEXT + b"\n\n" + unknown + SIGNATURES,
        TEXT + b"\n\n" + SIGNATURES + unknown,
        TEXT + b"\n\n" + SIGNATURES + SIGNATURES,
        TEXT + b"\n\n" + unknown,
        TEXT + b"\n\n" + unknown * 100 + SIGNATURES,
        TEXT + b"\n\n" + unknown * 99 + SIGNATURES,
        TEXT + b"\n\n" + signature,
        TEXT + b"\n" + SIGNATURES,
        TEXT + b"x\n\n" + SIGNATURES,
        b"more\n\n" + NOTE,
        TEXT + b"\n\n" + SIGNATURES + b"\n",
        TEXT.replace(b" ", b"\t") + b"\n\n" + SIGNATURES,
        TEXT + b"\xff\n\n" + SIGNATURES,
        TEXT + b"\n\n- " + SIGNATURES[len(MARK) + 1 :],
        TEXT + b"\n\n" + MARK + b" sum.example.org AAAA\n",
        TEXT + b"\n\n" + MARK + b" sum.example.org ???\n",
        TEXT + b"\n\n" + MARK + b"  AAAAAAAA\n",
        TEXT + b"\n\n",
        b"\n\n",
        b"",
    )


def latin(data):
    return data.decode("utf-8", "surrogateescape")


def test_notes_are_opened_and_refused_as_go_does(oracle):
    verifier = parse_verifier(LAB.key)
    answers = oracle(("open_note", LAB.key, latin(note)) for note in altered())
    for note, (kind, told) in zip(altered(), answers, strict=True):
        if kind == "ok":
            assert latin(open_note(note, verifier)) == told
        else:
            with pytest.raises(NoteError) as caught:
                open_note(note, verifier)
            assert str(caught.value) == told


def test_a_wrong_signature_is_told_from_an_unknown_one():
    verifier = parse_verifier(LAB.key)
    with pytest.raises(InvalidSignatureError) as caught:
        open_note(SumDb((), name="sum.example.org", sign=False).note(), verifier)
    assert (caught.value.name, caught.value.key_hash) == ("sum.example.org", verifier.key_hash)
    with pytest.raises(UnverifiedNoteError):
        open_note(SumDb((), name="sum.example.org", seed="another").note(), verifier)


@given(st.data())
def test_no_byte_of_a_note_can_be_changed(data):
    at = data.draw(st.integers(0, len(NOTE) - 2))
    changed = bytearray(NOTE)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = open_note(bytes(changed), parse_verifier(LAB.key))
    except NoteError:
        return
    assert opened == TEXT + b"\n"  # only unused bits of the base64's end


@given(st.binary(max_size=200))
def test_any_bytes_are_a_malformed_note(data):
    with pytest.raises(MalformedNoteError):
        open_note(data, parse_verifier(LAB.key))
