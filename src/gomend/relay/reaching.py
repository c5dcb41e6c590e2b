"""Requests and connections with the standard library alone, for when the door has failed.

It shares with the door the rules that must not break: which roots are trusted, which forward proxy is used, where a
redirect may lead, what belongs to whom.
"""

import http.client
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from urllib.parse import urlsplit

from gomend.net.forward import ForwardProxies, ForwardProxy, basic_authorization
from gomend.net.redirects import MOST, STATUSES, Hop, following, too_many
from gomend.net.roots import client_context
from gomend.sources.credentials.keyring import Keyring
from gomend.sources.credentials.netrc import netrc_file, parse_netrc
from gomend.sources.entry import HttpEntry

SECONDS = 300.0  # without a byte: as long as the door itself would wait at the most
_MOST_OF_A_HEAD = 1 << 16


class Reach:
    """Makes requests and connections with go's `environment` and GOAUTH, of which it knows netrc alone."""

    def __init__(self, environment: Mapping[str, str], goauth: str) -> None:
        self._environment = environment
        self._reads_netrc = "netrc" in (method.strip() for method in goauth.split(";"))
        self._proxies = ForwardProxies(environment)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return client_context(self._environment)

    @cached_property
    def _keyring(self) -> Keyring:
        found = Keyring()
        file = netrc_file(self._environment, sys.platform) if self._reads_netrc else None
        with suppress(OSError):
            for entry in reversed(parse_netrc(file.read_text("utf-8", "surrogateescape") if file else "")):
                found.store(entry.machine, (("Authorization", basic_authorization(entry.login, entry.password)),))
        return found

    def proxy_of_tunnels(self, *, secure: bool) -> ForwardProxy | None:
        """The user's own proxy for what arrives at the tunnel."""
        return self._proxies.https if secure else self._proxies.http

    def get(self, entry: HttpEntry, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """The answer of an entry, redirects followed. Raises OSError, HTTPException, WireError and CGIError."""
        first = hop = Hop(entry.url(path), entry.user, entry.password)
        for _ in range(MOST):
            answer = self._one(hop, headers)
            target = answer.headers.get("Location")
            if answer.status not in STATUSES or not target:
                return answer
            answer.close()
            hop = following(first, hop, target)
        raise too_many()

    def _one(self, hop: Hop, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        parts = urlsplit(hop.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        proxy = self._proxies.for_url(hop.url)
        target = hop.url.removeprefix(f"{parts.scheme}://{parts.netloc}") or "/"
        sent = {"Host": parts.netloc, **headers, "Connection": "close"}
        if secure:
            line = self._secured(self.reached(host, port) if proxy is None else self.through(proxy, host, port), host)
            sent |= self._keyring.headers_for(hop.url) if hop.secrets_go_along else ()
            if hop.authorization is not None:
                sent["Authorization"] = hop.authorization
        elif proxy is None:
            line = self.reached(host, port)
        elif proxy.is_socks:
            line = self.through(proxy, host, port)
        else:
            line, target = self.to_proxy(proxy), hop.url
            if proxy.authorization is not None:
                sent["Proxy-Authorization"] = proxy.authorization
        connection = http.client.HTTPConnection(host, port)
        connection.sock = line
        try:
            connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            return connection.getresponse()
        finally:
            line.close()  # the answer has a hold of its own on it

    def _secured(self, line: socket.socket, host: str) -> socket.socket:
        try:
            if isinstance(line, ssl.SSLSocket):
                raise OSError("TLS through a proxy that speaks TLS itself is not carried here")
            return self._tls.wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise

    def reached(self, host: str, port: int) -> socket.socket:
        """A connection to a host itself. Raises OSError."""
        return socket.create_connection((host, port), SECONDS)

    def to_proxy(self, proxy: ForwardProxy) -> socket.socket:
        """A connection to an HTTP proxy itself. Raises OSError."""
        line = self.reached(proxy.host, proxy.port)
        return self._secured(line, proxy.host) if proxy.is_tls else line

    def through(self, proxy: ForwardProxy, host: str, port: int) -> socket.socket:
        """A connection to a host through a proxy. Raises OSError."""
        if proxy.is_socks:
            from python_socks import ProxyError, ProxyType  # noqa: PLC0415  (few have one)
            from python_socks.sync import Proxy  # noqa: PLC0415

            user = proxy.url.user
            password = None if user is None else proxy.url.password or ""
            socks = Proxy(ProxyType.SOCKS5, proxy.host, proxy.port, user, password, rdns=True)
            try:
                return socks.connect(host, port, timeout=SECONDS)
            except ProxyError as error:
                raise OSError(f"socks connect: {error}") from error
        line = self.to_proxy(proxy)
        head = f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        if proxy.authorization is not None:
            head += f"Proxy-Authorization: {proxy.authorization}\r\n"
        try:
            line.sendall(head.encode("latin-1", "replace") + b"\r\n")
            answer = _head_of(line)
            if answer.split(b" ", 2)[1:2] != [b"200"]:
                raise OSError(f"the forward proxy answered {answer.partition(b' ')[2][:60].decode('latin-1')}")
        except BaseException:
            line.close()
            raise
        return line


def _head_of(line: socket.socket) -> bytes:
    """All up to the end of a head, and not a byte more: what follows is not this protocol's. Raises OSError."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = line.recv(1)
        if not byte or len(head) > _MOST_OF_A_HEAD:
            raise OSError("unexpected EOF")
        head += byte
    return head
