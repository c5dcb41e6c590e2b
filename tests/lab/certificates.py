"""A certificate authority of the lab's own, with certificates that are right or wrong in one way."""

import datetime
import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

import trustme

DAY = datetime.timedelta(days=1)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Authority:
    """A CA. `pem` is what a client must trust."""

    ca: trustme.CA

    @classmethod
    def new(cls, organization: str = "Corp Example Root CA") -> "Authority":
        """A fresh CA of this name."""
        return cls(trustme.CA(organization_name=organization, organization_unit_name="IT Security"))

    @property
    def pem(self) -> bytes:
        """The CA's certificate."""
        return self.ca.cert_pem.bytes()

    def write(self, path: Path) -> Path:
        """Writes `pem` to a file, for SSL_CERT_FILE."""
        path.write_bytes(self.pem)
        return path

    def server(
        self, *names: str, expired: bool = False, early: bool = False, common_name: str | None = None
    ) -> ssl.SSLContext:
        """A server's TLS context with a certificate for `names`; `expired`, or `early`: not yet valid."""
        times: dict[str, datetime.datetime] = {}
        if expired:
            times = {"not_before": _now() - 400 * DAY, "not_after": _now() - 35 * DAY}
        elif early:
            times = {"not_before": _now() + 20 * DAY, "not_after": _now() + 385 * DAY}
        leaf = self.ca.issue_cert(*names, common_name=common_name, **times)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context

    def old_server(self, *names: str) -> ssl.SSLContext:
        """A server that speaks TLS 1.0 and 1.1 only."""
        context = self.server(*names)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    def asking_server(self, *names: str) -> ssl.SSLContext:
        """A server that demands a client certificate."""
        context = self.server(*names)
        context.verify_mode = ssl.CERT_REQUIRED
        self.ca.configure_trust(context)
        return context
