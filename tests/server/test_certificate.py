"""Two files that hold a certificate and its key: when they are looked at, and what is said of them."""

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from tests.server.overtls import Identity, self_signed, with_key_of

from gomend.server.certificate import DAY, CertificateError, CertificateFiles, read_identity

NOW = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)


class Said:
    """A log that keeps what it is told."""

    tells_all = True

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    warning = info


class Place:
    """Files, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.identity = Identity(folder)
        self.identity.renew(NOW + datetime.timedelta(days=30))
        self.now = NOW.timestamp()
        self.log = Said()
        pem = str(self.identity.pem)
        self.files = CertificateFiles(pem, pem, self.log, lambda: self.now)

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.log.lines]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_files_are_judged_once_they_have_stayed_the_same_for_two_looks(place: Place) -> None:
    assert not place.files.is_to_judge()
    place.identity.renew()
    assert not place.files.is_to_judge()  # the other file may be about to change, too
    assert place.files.is_to_judge()
    new = place.files.judge()
    assert new is not None and new != place.files.shown
    place.files.show(new)
    assert place.files.shown == new and place.events == ["certificate"]
    assert not place.files.is_to_judge() and place.files.judge() is None


def test_files_that_were_touched_and_hold_the_same_are_nothing_new(place: Place) -> None:
    os.utime(place.identity.pem, (1, 1))
    assert place.files.judge() is None and not place.events


def test_what_cannot_be_shown_is_told_once_for_each_change(place: Place) -> None:
    shown = place.files.shown
    for number in (1, 2):
        place.identity.put(b"none\n")
        for _ in range(3):
            assert place.files.judge() is None
        assert place.events == ["certificate_passed_over"] * number
    assert place.files.shown == shown


def test_an_end_that_is_near_is_told_once_a_day_from_14_days_before(place: Place) -> None:
    warned = []
    for hour in range(31 * 24):
        place.now = NOW.timestamp() + hour * 3600
        if place.files.is_to_judge():
            assert place.files.judge() is None
        warned.append(place.events.count("certificate_ends"))
    assert warned[16 * 24] == 0 and warned[16 * 24 + 1] == 1
    assert warned[-1] == 15
    assert place.log.lines[-1][1]["error"] == "the certificate has ended"


def test_one_that_ends_soon_is_told_as_soon_as_it_is_in_use(place: Place) -> None:
    place.identity.renew(NOW + datetime.timedelta(days=3))
    new = place.files.judge()
    assert new is not None and new.days(place.now) == 3 and new.ends - place.now == 3 * DAY
    place.files.show(new)
    assert place.events == ["certificate", "certificate_ends"]


def test_the_key_is_in_no_text(place: Place) -> None:
    assert "PRIVATE" not in repr(place.files.shown)


def locked(pem: bytes) -> bytes:
    """A certificate, its key locked with a password."""
    key = load_pem_private_key(pem, None)
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    return pem[pem.index(b"-----BEGIN CERTIFICATE") :] + kept


WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no certificate": (lambda _: b"no certificate\n", "this is no certificate in PEM form"),
    "no key": (lambda pem: pem[pem.index(b"-----BEGIN CERTIFICATE") :], "this is no private key in PEM form"),
    "the key of another one": (with_key_of, "the key does not belong to the certificate"),
    "a key that is locked": (locked, "the key is locked with a password"),
    "a key of a kind that is not known": (
        lambda _: self_signed(ec.generate_private_key(ec.SECP521R1())), "this kind of key is not known"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_file_is_said(place: Place, what: str) -> None:
    make, words = WRONG[what]
    place.identity.put(make(place.identity.pem.read_bytes()))
    assert place.files.judge() is None
    assert place.log.lines[-1][1]["error"].startswith(words)
    assert place.log.lines[-1][1]["path"] == str(place.identity.pem)


def test_a_file_that_is_not_there_is_named(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CertificateError) as refused:
        read_identity(str(place.identity.pem), str(tmp_path / "none"))
    assert (refused.value.path, refused.value.words) == (str(tmp_path / "none"), "No such file or directory")
