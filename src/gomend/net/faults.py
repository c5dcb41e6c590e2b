"""Foreign errors, translated once, where they enter: what failed on the wire, as a code and in go's kind of words."""

import errno
import socket
import ssl

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.net.exchange import Phases


class WireError(GomendError):
    """A request did not come to an answer, or its body did not come to its end.

    `code` says why, `words` says it the way go would, `before_answer` whether any byte of the answer had arrived,
    `connecting` whether it failed before a request could be sent (DNS, connect, TLS), `final` that asking again changes
    nothing, whatever the code.
    """

    def __init__(
        self, code: Code, words: str, *, connecting: bool, before_answer: bool = True, final: bool = False
    ) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.connecting = connecting
        self.before_answer = before_answer
        self.final = final

    @property
    def is_silence(self) -> bool:
        """Whether the request was sent and no answer began in time."""
        return self.code is Code.NET_RESPONSE_TIMEOUT and self.before_answer


class AddressRefusedError(OSError):
    """An address is not connected to, since it is not public and nobody named its host. Its words tell no address."""

    def __init__(self, host: str) -> None:
        super().__init__(errno.EACCES, f"{host} is not at a public address: this server does not connect to it")
        self.words = str(self.strerror)


class Http2Error(GomendError):
    """A stream or a connection of HTTP/2 ended against the rules, or by the server's word; told in net/http's words."""


class MalformedError(GomendError):
    """What came is no HTTP answer."""


class RequestError(GomendError):
    """The request cannot be sent as it is."""


class LostError(GomendError):
    """The connection ended before the answer did; its cause says why, where that is known."""


class ProxyRefusedError(GomendError):
    """The forward proxy answered `status` and `words` to a CONNECT."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"the forward proxy answered {status} {words}")
        self.status = status


PAGE_TYPES = ("text/html", "application/xhtml+xml")


def no_zip_in_words(content_type: str) -> str:
    """What came in the place of a module's zip with status 200."""
    is_page = content_type.lower().startswith(PAGE_TYPES)
    return page_in_words(content_type) if is_page else "200, and what came is no zip"


def page_in_words(content_type: str) -> str:
    """A web page that came with status 200 where another file was asked for: most often a login page of the network."""
    return f"200 with a web page ({content_type}) where a module file belongs"


_BY_ERRNO = {
    errno.ECONNREFUSED: (Code.NET_CONNECT_REFUSED, "connection refused"),
    errno.ECONNRESET: (Code.NET_RESET, "connection reset by peer"),
    errno.EPIPE: (Code.NET_RESET, "broken pipe"),
    errno.ETIMEDOUT: (Code.NET_CONNECT_TIMEOUT, "connection timed out"),
    errno.ENETUNREACH: (Code.NET_UNREACHABLE, "network is unreachable"),
    errno.EHOSTUNREACH: (Code.NET_UNREACHABLE, "no route to host"),
    errno.EADDRNOTAVAIL: (Code.NET_UNREACHABLE, "cannot assign requested address"),
}
_BY_EAI = {
    socket.EAI_NONAME: (Code.DNS_NXDOMAIN, "no such host"),
    socket.EAI_NODATA: (Code.DNS_NXDOMAIN, "no such host"),
    socket.EAI_AGAIN: (Code.DNS_TIMEOUT, "the resolver did not answer"),
    socket.EAI_FAIL: (Code.DNS_SERVER_FAILURE, "server misbehaving"),
}
# X509_V_ERR_…: openssl/x509_vfy.h
_BY_VERIFY_CODE = {
    9: (Code.TLS_EXPIRED, "certificate is not yet valid"),
    10: (Code.TLS_EXPIRED, "certificate has expired"),
    62: (Code.TLS_HOSTNAME_MISMATCH, "certificate is not valid for this name"),
    64: (Code.TLS_HOSTNAME_MISMATCH, "certificate is not valid for this address"),
}


def in_words(error: BaseException) -> tuple[Code, str]:
    """The cause code and the words for an error of a socket, a resolver or TLS; looks along the chain of causes."""
    seen: BaseException | None = error
    while seen is not None:
        within = getattr(seen, "certificate_error", None) or getattr(seen, "os_error", None)
        if within is not None and within is not seen:  # aiohttp's own classes carry the error that says why
            seen = within
            continue
        if isinstance(seen, ssl.SSLError):
            return _tls_in_words(seen)
        if isinstance(seen, AddressRefusedError):
            return Code.VCS_DISALLOWED, seen.words
        if isinstance(seen, Http2Error | MalformedError):
            return _http_in_words(seen)
        if isinstance(seen, socket.gaierror):
            return _BY_EAI.get(seen.errno or 0, (Code.DNS_SERVER_FAILURE, "server misbehaving"))
        if isinstance(seen, OSError) and seen.errno in _BY_ERRNO:
            return _BY_ERRNO[seen.errno]
        seen = seen.__cause__ or seen.__context__
    return Code.NET_RESET, "unexpected EOF"


def _http_in_words(error: Http2Error | MalformedError) -> tuple[Code, str]:
    if isinstance(error, Http2Error):
        return Code.NET_HTTP2, str(error)
    return Code.PROXY_BAD_RESPONSE, f"malformed HTTP response ({error})"


def _tls_in_words(error: ssl.SSLError) -> tuple[Code, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = (Code.TLS_UNKNOWN_AUTHORITY, f"certificate signed by unknown authority ({error.verify_message})")
        return _BY_VERIFY_CODE.get(error.verify_code, unknown)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Code.NET_RESET, "unexpected EOF"
    if error.reason == "WRONG_VERSION_NUMBER":  # OpenSSL's word for bytes that are no record of TLS; these are go's
        return Code.TLS_HANDSHAKE, "first record does not look like a TLS handshake"
    return Code.TLS_HANDSHAKE, f"TLS handshake failed ({(error.reason or str(error)).lower().replace('_', ' ')})"


def timeout_in_words(phases: Phases) -> tuple[Code, str]:
    """What a time limit ran out on, from the steps that a request had come to."""
    if phases.sent is not None or phases.first_byte is not None:
        return Code.NET_RESPONSE_TIMEOUT, "no answer in time" if phases.first_byte is None else "the answer stalled"
    if phases.tls_start is not None:
        return Code.TLS_HANDSHAKE, "TLS handshake timeout"
    if phases.connect_start is not None:
        return Code.NET_CONNECT_TIMEOUT, "i/o timeout while connecting"
    if phases.dns_start is not None and phases.dns_end is None:
        return Code.DNS_TIMEOUT, "the resolver did not answer in time"
    return Code.NET_CONNECT_TIMEOUT, "i/o timeout"
