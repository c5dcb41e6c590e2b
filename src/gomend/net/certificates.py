"""What a server's certificates say, and why go would not take them: read, never trusted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from gomend.causes import Code


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. `subject` and `issuer` are what people call them, `names` the subjectAltNames."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    since: datetime
    until: datetime
    is_self_issued: bool

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires; negative where it has."""
        return (self.until - now).days


def certificate(der: bytes) -> Certificate:
    """The certificate in these bytes. Raises ValueError."""
    from cryptography import x509  # noqa: PLC0415 - only for who looks at certificates

    parsed = x509.load_der_x509_certificate(der)
    try:
        alternatives = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = (
            *alternatives.get_values_for_type(x509.DNSName),
            *(str(one) for one in alternatives.get_values_for_type(x509.IPAddress)),
        )
    except x509.ExtensionNotFound:
        names = ()
    return Certificate(
        subject=_called(parsed.subject),
        issuer=_called(parsed.issuer),
        names=tuple(names),
        since=parsed.not_valid_before_utc,
        until=parsed.not_valid_after_utc,
        is_self_issued=parsed.subject == parsed.issuer,
    )


def _called(name: object) -> str:
    """`Organization (Common Name)`, or what there is of it."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    if not isinstance(name, x509.Name):
        return ""
    said = [
        str(found[0].value)
        for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        if (found := name.get_attributes_for_oid(oid))
    ]
    if not said:
        return name.rfc4514_string()
    return said[0] if len(said) == 1 or said[0] == said[1] else f"{said[0]} ({said[1]})"


def chain_of(ders: Sequence[bytes]) -> tuple[Certificate, ...]:
    """The certificates that can be read, the server's own first."""
    found = []
    for der in ders:
        try:
            found.append(certificate(der))
        except ValueError:
            continue
    return tuple(found)


def fits(one: Certificate, name: str) -> bool:
    """Whether the certificate is for this host name or address. Source: crypto/x509 (verify.go: VerifyHostname)."""
    bare = name.strip("[]").rstrip(".").lower()
    try:
        address = ip_address(bare)
    except ValueError:
        return any(_matches(pattern.lower().rstrip("."), bare) for pattern in one.names)
    return any(_is_same(address, other) for other in one.names)


def _is_same(address: object, other: str) -> bool:
    try:
        return ip_address(other) == address
    except ValueError:
        return False


def _matches(pattern: str, name: str) -> bool:
    first, dot, rest = pattern.partition(".")
    if first == "*" and dot:
        return name.partition(".")[2] == rest and bool(name.partition(".")[0])
    return pattern == name


def verdict_of_go(chain: Sequence[Certificate], name: str, now: datetime) -> tuple[Code, str] | None:
    """Why go does not take a chain that does not verify, in go's order: time, name, authority; None for no chain.

    Source: crypto/x509 (verify.go: Verify, isValid; HostnameError.Error).
    """
    if not chain:
        return None
    leaf = chain[0]
    if not leaf.since <= now <= leaf.until:
        when = "before" if now < leaf.since else "after"
        bound = leaf.since if now < leaf.since else leaf.until
        return Code.TLS_EXPIRED, (
            f"x509: certificate has expired or is not yet valid: current time {_iso(now)} is {when} {_iso(bound)}"
        )
    if not fits(leaf, name):
        valid = ", ".join(leaf.names) or "no name"
        return Code.TLS_HOSTNAME_MISMATCH, f"x509: certificate is valid for {valid}, not {name}"
    return Code.TLS_UNKNOWN_AUTHORITY, "x509: certificate signed by unknown authority"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
