"""The certificate that a server shows: read from its two files, judged, and known until another one fits."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from gomend.telemetry.logs import Log

DAY = 86_400.0  # seconds
_WARNED_FROM = 14  # days before the end
_CURVES = ("secp256r1", "secp384r1")


class CertificateError(Exception):
    """A certificate and a key that a server cannot show; `words` say why, `path` is the file that is at fault."""

    def __init__(self, path: str, words: str) -> None:
        super().__init__(f"{path}: {words}")
        self.path = path
        self.words = words


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, the chain behind it and its key, as PEM. `ends` is the first second at which it is not valid."""

    chain: bytes = field(repr=False)  # which holds the key, too, where both are one file
    key: bytes = field(repr=False)
    serial: str  # as openssl prints it, in hexadecimal digits
    ends: float

    def days(self, now: float) -> float:
        """How many days are left at `now`, in seconds since 1970; less than 0 when it has ended."""
        return (self.ends - now) / DAY


def read_identity(certificate: str, key: str) -> Identity:
    """What these files hold.

    Raises CertificateError where it is unreadable, or the key is not the certificate's, or of a kind that granian's TLS
    (rustls with ring) cannot sign with.
    """
    chain, secret = _content(certificate), _content(key)
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
        its = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(certificate, "this is no certificate in PEM form") from error
    try:
        own = load_pem_private_key(secret, None).public_key()
    except TypeError as error:
        raise CertificateError(key, "the key is locked with a password") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(key, "this is no private key in PEM form") from error
    if own.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != its:
        raise CertificateError(key, "the key does not belong to the certificate")
    if not (_is_on_a_curve(own) or isinstance(own, rsa.RSAPublicKey | ed25519.Ed25519PublicKey)):
        raise CertificateError(key, "this kind of key is not known to the server: RSA, P-256, P-384 and Ed25519 are")
    number = leaf.serial_number
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big").hex().upper()
    return Identity(chain, secret, digits, leaf.not_valid_after_utc.timestamp())


def _is_on_a_curve(key: object) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CertificateError(path, error.strerror or str(error)) from error


class CertificateFiles:
    """Watches a certificate and its key, two files that are replaced one after the other.

    `now` gives the seconds since 1970. Raises CertificateError where what is there at the start cannot be used.
    """

    def __init__(self, certificate: str, key: str, log: Log, now: Callable[[], float]) -> None:
        self._paths = (certificate, key)
        self._log = log
        self._now = now
        self._judged = self._last = self._state()
        self._warned = 0.0
        self.shown = read_identity(certificate, key)

    def is_to_judge(self) -> bool:
        """Whether the files have become others, and stayed so since the last call; or an end is near and was not told
        for a day. For one who asks every second, from any thread.
        """
        before, self._last = self._last, self._state()
        return (self._last == before and self._last != self._judged) or self._is_to_warn()

    def judge(self) -> Identity | None:
        """What the files hold if it is new and can be shown. Where it cannot, or ends soon, the log says so."""
        if self._is_to_warn():
            self._warn()
        state = self._state()
        if state == self._judged:
            return None
        self._judged = state
        try:
            found = read_identity(*self._paths)
        except CertificateError as error:
            self._log.warning("certificate_passed_over", path=error.path, error=error.words)
            return None
        return found if found != self.shown else None

    def show(self, identity: Identity) -> None:
        """This is what clients see from now on."""
        self.shown = identity
        self._warned = 0.0
        ends = datetime.fromtimestamp(identity.ends, UTC).isoformat()
        self._log.info("certificate", serial=identity.serial, ends=ends, days=int(identity.days(self._now())))
        if self._is_to_warn():
            self._warn()

    def pass_over(self, words: str) -> None:
        """What `judge` gave could not be shown after all."""
        self._log.warning("certificate_passed_over", path=self._paths[0], error=words)

    def _is_to_warn(self) -> bool:
        now = self._now()
        return self.shown.days(now) < _WARNED_FROM and abs(now - self._warned) >= DAY

    def _warn(self) -> None:
        now = self._now()
        self._warned = now
        days = self.shown.days(now)
        words = f"the certificate ends in {days:.1f} days" if days > 0 else "the certificate has ended"
        self._log.warning("certificate_ends", path=self._paths[0], days=round(days, 1), error=words)

    def _state(self) -> list[tuple[int, int] | None]:
        return [_state_of(path) for path in self._paths]


def _state_of(path: str) -> tuple[int, int] | None:
    try:
        there = os.stat(path)  # noqa: PTH116  (nothing but the numbers is wanted)
    except OSError:
        return None
    return there.st_mtime_ns, there.st_ino
