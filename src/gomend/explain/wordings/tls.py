"""How a TLS handshake that fails is worded: by Go's crypto/x509, OpenSSL, GnuTLS, schannel, Node, Python."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.TLS_EXPIRED,
        "certificate has expired",
        "x509: certificate has expired or is not yet valid: current time 2026-01-02T00:00:00Z is after "
        "2025-12-31T23:59:59Z",
        "crypto/x509, OpenSSL",
    ),
    Wording(Code.TLS_EXPIRED, "certificate is not yet valid", "certificate is not yet valid", "OpenSSL"),
    Wording(Code.TLS_EXPIRED, "CERT_HAS_EXPIRED", "code CERT_HAS_EXPIRED", "Node"),
    Wording(Code.TLS_EXPIRED, "CERT_NOT_YET_VALID", "code CERT_NOT_YET_VALID", "Node"),
    Wording(
        Code.TLS_EXPIRED,
        "CERT_E_EXPIRED",
        "schannel: next InitializeSecurityContext failed: CERT_E_EXPIRED",
        "schannel",
    ),
    Wording(
        Code.TLS_EXPIRED,
        "expired",
        "server certificate verification failed. CAfile: none CRLfile: none; The certificate chain uses expired "
        "certificate.",
        "GnuTLS; macOS in x509",
        re.compile(
            r"(?:uses|The) (?:certificate chain )?expired|certificate is expired|SSL certificate[^\n]{0,80} expired"
        ),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "certificate is valid for",
        "x509: certificate is valid for *.example.org, not proxy.golang.org",
        "crypto/x509: HostnameError",
        re.compile(r"certificate is valid for(?: [^\n]{1,2000}(?:, not |none matched )(?P<host>[\w.:-]{1,255})|\s|$)"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "certificate error: certificate is for",
        "abort: hg.example.com certificate error: certificate is for *.example.net, example.net",
        "Mercurial up to 4.2",
        re.compile(r"(?P<host>[\w.:-]{1,255}) certificate error: certificate is for"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "is not valid for any names",
        "x509: certificate is not valid for any names, but wanted to match proxy.golang.org",
        "crypto/x509: HostnameError",
        re.compile(r"wanted to match (?P<host>[\w.:-]{1,255})"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "contain any IP SANs",
        "x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
        "crypto/x509: HostnameError",
        re.compile(r"certificate for (?P<host>[\w.:]{1,255}) because"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "legacy Common Name",
        "x509: certificate relies on legacy Common Name field, use SANs instead",
        "crypto/x509: HostnameError",
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "matches target host name",
        "SSL: no alternative certificate subject name matches target host name 'git.example.com'",
        "curl with OpenSSL",
        re.compile(r"target (?:host name|hostname) '(?P<host>[^']{1,255})'"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "does not match target host name",
        "SSL: certificate subject name 'a.example' does not match target host name 'git.example.com'",
        "curl with OpenSSL, GnuTLS",
        re.compile(r"does not match target host ?name '?(?P<host>[\w.-]{1,255})"),
    ),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH,
        "ostname",
        "certificate verify failed: Hostname mismatch, certificate is not valid for 'pypi.org'.",
        "Python, Node, curl",
        re.compile(
            r"Hostname mismatch|IP address mismatch|Hostname/IP does not match certificate"
            r"|target hostname '(?P<host>[\w.-]{1,255})'"
        ),
    ),
    Wording(Code.TLS_HOSTNAME_MISMATCH, "ERR_TLS_CERT_ALTNAME_INVALID", "code ERR_TLS_CERT_ALTNAME_INVALID", "Node"),
    Wording(
        Code.TLS_HOSTNAME_MISMATCH, "SEC_E_WRONG_PRINCIPAL", "schannel: SEC_E_WRONG_PRINCIPAL (0x80090322)", "schannel"
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "signed by unknown authority",
        "x509: certificate signed by unknown authority",
        "crypto/x509: UnknownAuthorityError",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "certificate is not trusted",
        "x509: “git.example.com” certificate is not trusted",
        "crypto/x509 on macOS",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "x509: ",
        "x509: certificate is not authorized to sign other certificates",
        "crypto/x509: other chain faults, missing root pool, macOS policies",
        re.compile(
            r"x509: (?:certificate is not authorized|a root or intermediate|too many intermediates"
            r"|certificate specifies an"
            r"|issuer |failed to load system roots|system root|cannot verify signature|unhandled critical"
            r"|invalid signature"
            r"|negative serial|[^\n]{0,120}certificate is not (?:standards|permitted))"
        ),
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "SSL certificate problem",
        "SSL certificate problem: unable to get local issuer certificate",
        "curl with OpenSSL; expiry and names are told apart above",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "issuer certificate",
        "certificate verify failed: unable to get local issuer certificate (_ssl.c:1000)",
        "OpenSSL, Node, Python",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "self",
        "certificate verify failed: self-signed certificate in certificate chain",
        "OpenSSL, Node, Python",
        re.compile(r"self[- ]signed certificate|SELF_SIGNED_CERT"),
    ),
    Wording(Code.TLS_UNKNOWN_AUTHORITY, "UNABLE_TO_", "code UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "Node"),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "unable to verify the first certificate",
        "unable to verify the first certificate",
        "Node",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "server certificate verification failed",
        "server certificate verification failed. CAfile: none CRLfile: none",
        "git with GnuTLS",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY, "SEC_E_UNTRUSTED_ROOT", "schannel: SEC_E_UNTRUSTED_ROOT (0x80090325)", "schannel"
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "CERT_TRUST",
        "schannel: CertGetCertificateChain trust error CERT_TRUST_IS_UNTRUSTED_ROOT",
        "schannel",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "setting certificate",
        "error setting certificate verify locations: CAfile: /etc/ssl/certs/ca-certificates.crt",
        "curl: no usable bundle of roots",
        re.compile(r"error setting certificate (?:verify locations|file)"),
    ),
    Wording(Code.TLS_UNKNOWN_AUTHORITY, "CERTIFICATE_VERIFY_FAILED", "[SSL: CERTIFICATE_VERIFY_FAILED]", "Python"),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "failed to verify certificate",
        "tls: failed to verify certificate: SecPolicyCreateSSL error: 0",
        "crypto/tls since Go 1.20",
    ),
    Wording(
        Code.TLS_UNKNOWN_AUTHORITY,
        "CRYPT_E_",
        "schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012)",
        "schannel",
    ),
    Wording(Code.TLS_HANDSHAKE, "TLS handshake timeout", "net/http: TLS handshake timeout", "Go net/http"),
    Wording(
        Code.TLS_HANDSHAKE,
        "server gave HTTP response to HTTPS client",
        "http: server gave HTTP response to HTTPS client",
        "Go net/http",
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "does not look like a TLS handshake",
        "tls: first record does not look like a TLS handshake",
        "crypto/tls",
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "tls: ",
        "remote error: tls: handshake failure",
        "crypto/tls",
        re.compile(
            r"(?:remote|local) error: tls: |tls: (?:no |server|invalid|unexpected|unsupported|oversized|protocol|bad"
            r"|handshake"
            r"|failed to parse|received|internal|client|peer|downgrade|unknown|either|DialWithDialer)"
        ),
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "SSL_ERROR_SYSCALL",
        "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to github.com:443",
        "curl",
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "SSL_connect",
        "OpenSSL SSL_connect: Connection reset by peer in connection to github.com:443",
        "curl with OpenSSL: before the handshake was done",
        re.compile(r"SSL_connect: [^\n]{0,100}(?: in connection to (?P<host>[\w.-]{1,255}))?"),
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "andshake",
        "gnutls_handshake() failed: The TLS connection was non-properly terminated.",
        "GnuTLS, OpenSSL, LibreSSL, Python",
        re.compile(
            r"gnutls_handshake\(\) failed|handshake failure|sslv3 alert|tlsv1 alert|handshake timed out"
            r"|SSL[/ ]?TLS handshake|TLS handshake"
        ),
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        "SSL",
        "error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
        "OpenSSL, Python",
        re.compile(
            r"wrong version number|WRONG_VERSION_NUMBER|unsupported protocol|SSLEOFError|UNEXPECTED_EOF|EPROTO"
            r"|packet length too long"
        ),
    ),
    Wording(Code.TLS_HANDSHAKE, "ERR_SSL_", "code ERR_SSL_WRONG_VERSION_NUMBER", "Node"),
    Wording(Code.TLS_HANDSHAKE, "alert protocol version", "tlsv1 alert protocol version", "OpenSSL"),
    Wording(
        Code.TLS_HANDSHAKE,
        "schannel: ",
        "schannel: failed to receive handshake, SSL/TLS connection failed",
        "curl with schannel",
        re.compile(
            r"schannel: (?:failed to receive handshake|next InitializeSecurityContext failed|AcquireCredentialsHandle)"
        ),
    ),
    Wording(
        Code.TLS_HANDSHAKE,
        " routines:",
        "error:0B06A041:x509 certificate routines:build_chain:malloc failure",
        "OpenSSL: any other error of its own",
        re.compile(r"error:[0-9A-Fa-f]{8}:[\w ]{1,40} routines:"),
    ),
)
