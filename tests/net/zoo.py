"""Certificates that are right or wrong in one way each, with the roots that a client has."""

import datetime
import ipaddress
import ssl
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

DAY = datetime.timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def p256() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class Plan:
    """What to put into a certificate. `names` None: no subjectAltName at all; `ca` None: no basicConstraints."""

    name: str = "leaf"
    names: Sequence[str] | None = ("localhost",)
    ca: bool | None = False
    path_length: int | None = None
    since: datetime.timedelta = -10 * DAY
    until: datetime.timedelta = 100 * DAY
    key: Callable[[], Key] = p256
    digest: Callable[[], hashes.HashAlgorithm] = hashes.SHA256
    usages: Sequence[ObjectIdentifier] = ()
    key_usage: x509.KeyUsage | None = None
    permitted: Sequence[str] = ()
    excluded: Sequence[str] = ()
    constraints_critical: bool = True
    more: Sequence[tuple[x509.ExtensionType, bool]] = ()
    serial: int | None = None
    authority_key: bool = False


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])


def _alternative(name: str) -> x509.GeneralName:
    if name.startswith("ip:"):
        return x509.IPAddress(ipaddress.ip_address(name[3:]))
    if name.startswith("mail:"):
        return x509.RFC822Name(name[5:])
    return x509.DNSName(name)


def make(plan: Plan, issuer: Made | None = None) -> Made:
    """A certificate, signed by `issuer` or by itself."""
    now = datetime.datetime.now(datetime.UTC)
    key = plan.key()
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(plan.name))
        .issuer_name(issuer.certificate.subject if issuer else _name(plan.name))
        .public_key(key.public_key())
        .serial_number(plan.serial or x509.random_serial_number())
        .not_valid_before(now + plan.since)
        .not_valid_after(now + plan.until)
    )
    if plan.names is not None:
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in plan.names])
        builder = builder.add_extension(alternatives, critical=not plan.name)
    if plan.ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(plan.ca, plan.path_length), critical=True)
    if plan.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(plan.usages), critical=False)
    if plan.key_usage is not None:
        builder = builder.add_extension(plan.key_usage, critical=True)
    if plan.permitted or plan.excluded:
        permitted = [x509.DNSName(name) for name in plan.permitted] or None
        excluded = [x509.DNSName(name) for name in plan.excluded] or None
        builder = builder.add_extension(x509.NameConstraints(permitted, excluded), critical=plan.constraints_critical)
    for extension, critical in plan.more:
        builder = builder.add_extension(extension, critical=critical)
    if plan.authority_key:
        public = (issuer.key if issuer else key).public_key()
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return Made(builder.sign(signer, None), key)
    if plan.digest in _WEAK:
        assert isinstance(signer, rsa.RSAPrivateKey)
        return Made(_weakly_signed(builder.sign(signer, hashes.SHA256()), signer, plan.digest), key)
    return Made(builder.sign(signer, plan.digest()), key)


_WITH_RSA = bytes.fromhex("06092a864886f70d0101")  # RFC 8017, appendix C: pkcs-1; the last byte says which digest
_WEAK = {hashes.SHA1: b"\x05", hashes.MD5: b"\x04"}


def _weakly_signed(
    strong: x509.Certificate, signer: rsa.RSAPrivateKey, digest: Callable[[], hashes.HashAlgorithm]
) -> x509.Certificate:
    """The same certificate with a signature that no library makes any more."""

    def renamed(der: bytes) -> bytes:
        return der.replace(_WITH_RSA + b"\x0b", _WITH_RSA + _WEAK[digest])

    signature = signer.sign(renamed(strong.tbs_certificate_bytes), padding.PKCS1v15(), digest())
    der = renamed(strong.public_bytes(serialization.Encoding.DER))
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


@dataclass(frozen=True)
class Case:
    """What a server shows and what a client trusts. `host` is how the client names the server."""

    leaf: Made
    sent: Sequence[Made]
    roots: Sequence[Made]
    host: str = "localhost"
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    ciphers: str = "ALL:@SECLEVEL=0"

    def server(self) -> ssl.SSLContext:
        """The server's context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(self.ciphers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that TLS 1.0 and 1.1 are of old is the point
            context.minimum_version, context.maximum_version = self.versions
        key = self.leaf.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "chain.pem")
            file.write_bytes(key + b"".join(made.pem for made in (self.leaf, *self.sent)))
            context.load_cert_chain(file)
        return context


ROOT = Plan("root", None, ca=True)
MIDDLE = Plan("middle", None, ca=True)


def chain(
    leaf: Plan | None = None,
    *,
    root: Plan = ROOT,
    middle: Plan | None = None,
    sends_middle: bool = True,
    trusts: str = "root",
    **more: object,
) -> Case:
    """A leaf below a root, or below an intermediate; `trusts` names which of them is in the client's roots."""
    top = make(root)
    between = make(middle, top) if middle else None
    bottom = make(leaf or Plan(), between or top)
    known = {"root": [top], "middle": [between or top], "leaf": [bottom], "both": [top, between or top], "none": []}
    sent = [between] if between and sends_middle else []
    return Case(bottom, sent, known[trusts], **more)  # type: ignore[arg-type]


def _alone(plan: Plan, **more: object) -> Case:
    made = make(plan)
    return Case(made, [], [made], **more)  # type: ignore[arg-type]


def _rsa(size: int) -> Callable[[], Key]:
    return lambda: rsa.generate_private_key(65537, size)


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    names += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
SERVER, CLIENT, ANY = (
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
)
_1_0, _1_1, _1_2, _1_3 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def _root_sent_along() -> Case:
    made = chain()
    return Case(made.leaf, made.roots, made.roots)


def _old(certificate: Made) -> Made:
    """The same as version 1 of X.509, which has no extensions. Signed by itself, with RSA."""
    assert isinstance(certificate.key, rsa.RSAPrivateKey)
    fields = _content(certificate.certificate.tbs_certificate_bytes).removeprefix(bytes.fromhex("a003020102"))
    tbs = _sequence(fields)
    signature = certificate.key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    bits = b"\x03" + _length(len(signature) + 1) + b"\x00" + signature
    whole = _sequence(tbs + _sequence(_WITH_RSA + b"\x0b\x05\x00") + bits)
    return Made(x509.load_der_x509_certificate(whole), certificate.key)


def _length(size: int) -> bytes:
    if size < 128:
        return bytes([size])
    return bytes([0x82]) + size.to_bytes(2, "big") if size > 255 else bytes([0x81, size])


def _sequence(content: bytes) -> bytes:
    return b"\x30" + _length(len(content)) + content


def _content(der: bytes) -> bytes:
    return der[2 + (der[1] & 0x7F) :] if der[1] & 0x80 else der[2:]


def _old_root(*, above: bool) -> Case:
    root = _old(make(Plan("root", None, ca=None, key=_rsa(2048))))
    between = make(MIDDLE, root)
    return Case(make(Plan(), between), [between], [root]) if above else Case(make(Plan(), root), [], [root])


RSA_ROOT = Plan("root", None, ca=True, key=_rsa(2048))

ZOO: dict[str, Callable[[], Case]] = {
    "good": chain,
    "good-below-an-intermediate": lambda: chain(middle=MIDDLE),
    "expired": lambda: chain(Plan(until=-1 * DAY)),
    "not-yet-valid": lambda: chain(Plan(since=1 * DAY)),
    "root-expired": lambda: chain(root=Plan("root", None, ca=True, until=-1 * DAY)),
    "root-not-yet-valid": lambda: chain(root=Plan("root", None, ca=True, since=1 * DAY)),
    "intermediate-expired": lambda: chain(middle=Plan("middle", None, ca=True, until=-1 * DAY)),
    "intermediate-expired-but-trusted": lambda: chain(
        middle=Plan("middle", None, ca=True, until=-1 * DAY), trusts="middle"
    ),
    "wrong-name": lambda: chain(Plan(names=["other.example"])),
    "common-name-only": lambda: chain(Plan("localhost", None)),
    "common-name-beside-another-name": lambda: chain(Plan("localhost", ["other.example"])),
    "no-names-at-all": lambda: chain(Plan("", None)),
    "empty-subject": lambda: chain(Plan("")),
    "upper-case-name": lambda: chain(Plan(names=["LOCALHOST"])),
    "name-with-a-dot-at-its-end": lambda: chain(Plan(names=["localhost."])),
    "name-among-odd-ones": lambda: chain(Plan(names=["a_b.example", "*.*.example", "-x", "localhost"])),
    "wildcard-for-one-label": lambda: chain(Plan(names=["*"])),
    "wildcard-within-a-label": lambda: chain(Plan(names=["local*"])),
    "address": lambda: chain(Plan(names=["ip:127.0.0.1"]), host="127.0.0.1"),
    "address-written-as-a-name": lambda: chain(Plan(names=["127.0.0.1"]), host="127.0.0.1"),
    "address-in-the-common-name": lambda: chain(Plan("127.0.0.1", None), host="127.0.0.1"),
    "address-but-asked-by-name": lambda: chain(Plan(names=["ip:127.0.0.1"])),
    "name-but-asked-by-address": lambda: chain(host="127.0.0.1"),
    "another-address": lambda: chain(Plan(names=["ip:127.0.0.2"]), host="127.0.0.1"),
    "unknown-authority": lambda: chain(trusts="none"),
    "intermediate-missing": lambda: chain(middle=MIDDLE, sends_middle=False),
    "intermediate-missing-but-trusted": lambda: chain(middle=MIDDLE, sends_middle=False, trusts="middle"),
    "intermediate-missing-both-trusted": lambda: chain(middle=MIDDLE, sends_middle=False, trusts="both"),
    "intermediate-in-place-of-the-root": lambda: chain(middle=MIDDLE, trusts="middle"),
    "leaf-trusted": lambda: chain(trusts="leaf"),
    "leaf-trusted-and-expired": lambda: chain(Plan(until=-1 * DAY), trusts="leaf"),
    "leaf-trusted-for-clients": lambda: chain(Plan(usages=[CLIENT]), trusts="leaf"),
    "self-signed": lambda: _alone(Plan()),
    "self-signed-authority": lambda: _alone(Plan(ca=True)),
    "self-signed-without-constraints": lambda: _alone(Plan(ca=None)),
    "self-signed-wrong-name": lambda: _alone(Plan(names=["other.example"])),
    "self-signed-common-name-only": lambda: _alone(Plan("localhost", None)),
    "root-sent-along": _root_sent_along,
    "authority-without-constraints": lambda: chain(root=Plan("root", None, ca=None)),
    "authority-that-is-none": lambda: chain(root=Plan("root", None, ca=False)),
    "intermediate-without-constraints": lambda: chain(middle=Plan("middle", None, ca=None)),
    "intermediate-that-is-none": lambda: chain(middle=Plan("middle", None, ca=False)),
    "version-1-root": lambda: _old_root(above=False),
    "version-1-root-above-an-intermediate": lambda: _old_root(above=True),
    "path-too-long": lambda: chain(root=Plan("root", None, ca=True, path_length=0), middle=MIDDLE),
    "authority-that-may-not-sign": lambda: chain(
        root=Plan("root", None, ca=True, key_usage=_usage(digital_signature=True))
    ),
    "intermediate-that-may-not-sign": lambda: chain(
        middle=Plan("middle", None, ca=True, key_usage=_usage(digital_signature=True))
    ),
    "leaf-that-may-only-sign-certificates": lambda: chain(Plan(key_usage=_usage(key_cert_sign=True))),
    "leaf-that-may-encipher-only": lambda: chain(Plan(key_usage=_usage(key_encipherment=True))),
    "for-servers": lambda: chain(Plan(usages=[SERVER])),
    "for-clients": lambda: chain(Plan(usages=[CLIENT])),
    "for-anything": lambda: chain(Plan(usages=[ANY])),
    "for-a-private-purpose": lambda: chain(Plan(usages=[ObjectIdentifier("1.2.3.4")])),
    "authority-for-clients": lambda: chain(root=Plan("root", None, ca=True, usages=[CLIENT])),
    "intermediate-for-clients": lambda: chain(middle=Plan("middle", None, ca=True, usages=[CLIENT])),
    "names-permitted": lambda: chain(root=Plan("root", None, ca=True, permitted=["localhost"])),
    "names-not-permitted": lambda: chain(root=Plan("root", None, ca=True, permitted=["corp.example"])),
    "names-excluded": lambda: chain(root=Plan("root", None, ca=True, excluded=["localhost"])),
    "names-not-permitted-by-the-intermediate": lambda: chain(
        middle=Plan("middle", None, ca=True, permitted=["corp.example"])
    ),
    "unknown-extension": lambda: chain(Plan(more=[(UNKNOWN, False)])),
    "unknown-critical-extension": lambda: chain(Plan(more=[(UNKNOWN, True)])),
    "unknown-critical-extension-of-the-root": lambda: chain(root=Plan("root", None, ca=True, more=[(UNKNOWN, True)])),
    "unknown-critical-extension-of-the-intermediate": lambda: chain(
        middle=Plan("middle", None, ca=True, more=[(UNKNOWN, True)])
    ),
    "no-key-identifiers": lambda: chain(middle=MIDDLE),
    "key-identifiers": lambda: chain(Plan(authority_key=True)),
    "rsa-1024": lambda: chain(Plan(key=_rsa(1024))),
    "rsa-2048": lambda: chain(Plan(key=_rsa(2048))),
    "rsa-1024-root": lambda: chain(root=Plan("root", None, ca=True, key=_rsa(1024))),
    "rsa-1024-intermediate": lambda: chain(middle=Plan("middle", None, ca=True, key=_rsa(1024))),
    "sha1": lambda: chain(Plan(digest=hashes.SHA1), root=RSA_ROOT),
    "sha1-intermediate": lambda: chain(middle=Plan("middle", None, ca=True, digest=hashes.SHA1), root=RSA_ROOT),
    "sha1-root": lambda: chain(root=Plan("root", None, ca=True, key=_rsa(2048), digest=hashes.SHA1)),
    "sha1-leaf-trusted": lambda: chain(Plan(digest=hashes.SHA1), root=RSA_ROOT, trusts="leaf"),
    "sha1-self-signed": lambda: _alone(Plan(key=_rsa(2048), digest=hashes.SHA1)),
    "md5": lambda: chain(Plan(digest=hashes.MD5), root=RSA_ROOT),
    "md5-root": lambda: chain(root=Plan("root", None, ca=True, key=_rsa(2048), digest=hashes.MD5)),
    "sha224": lambda: chain(Plan(digest=hashes.SHA224)),
    "sha512": lambda: chain(Plan(digest=hashes.SHA512)),
    "p224": lambda: chain(Plan(key=lambda: ec.generate_private_key(ec.SECP224R1()))),
    "p384": lambda: chain(Plan(key=lambda: ec.generate_private_key(ec.SECP384R1()))),
    "p521": lambda: chain(Plan(key=lambda: ec.generate_private_key(ec.SECP521R1()))),
    "secp256k1": lambda: chain(Plan(key=lambda: ec.generate_private_key(ec.SECP256K1()))),
    "p224-root": lambda: chain(root=Plan("root", None, ca=True, key=lambda: ec.generate_private_key(ec.SECP224R1()))),
    "ed25519": lambda: chain(Plan(key=ed25519.Ed25519PrivateKey.generate)),
    "ed25519-root": lambda: chain(root=Plan("root", None, ca=True, key=ed25519.Ed25519PrivateKey.generate)),
    "tls-1.0": lambda: chain(versions=(_1_0, _1_0)),
    "tls-1.1": lambda: chain(versions=(_1_0, _1_1)),
    "tls-1.2": lambda: chain(versions=(_1_2, _1_2)),
    "tls-1.3": lambda: chain(versions=(_1_3, _1_3)),
    "tls-1.2-rsa-key-exchange": lambda: chain(
        Plan(key=_rsa(2048)), versions=(_1_2, _1_2), ciphers="AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0"
    ),
    "tls-1.2-cbc": lambda: chain(versions=(_1_2, _1_2), ciphers="ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
    "tls-1.2-cbc-sha384": lambda: chain(versions=(_1_2, _1_2), ciphers="ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"),
    "tls-1.2-dhe": lambda: chain(
        Plan(key=_rsa(2048)), versions=(_1_2, _1_2), ciphers="DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"
    ),
    "tls-1.2-anonymous": lambda: chain(versions=(_1_2, _1_2), ciphers="AECDH-AES128-SHA:@SECLEVEL=0"),
    "tls-1.2-null": lambda: chain(versions=(_1_2, _1_2), ciphers="ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"),
}
