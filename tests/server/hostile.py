"""Requests that are none, lie about their length or name another host, and paths that lead elsewhere."""

from tests.lab.modules import Module

SMALL = Module("example.com/small", "v1.0.0")
PATH = "/example.com/small/@v/v1.0.0.mod"
GET, HOST = f"GET {PATH} HTTP/1.1\r\n".encode(), b"Host: localhost\r\n"
WELL = GET + HOST + b"\r\n"
SECOND = b"GET /-/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
HIDDEN = b"GET /example.com/hidden/@v/list HTTP/1.1\r\nHost: localhost\r\n\r\n"

REQUESTS: dict[str, tuple[bytes, list[int], bool]] = {
    "no Host": (GET + b"\r\n", [400], False),
    "two Hosts, the last one right": (GET + b"Host: evil.example\r\n" + HOST + b"\r\n", [400], False),
    "two Hosts, the first one right": (GET + HOST + b"Host: evil.example\r\n\r\n", [400], False),
    "another Host, as after DNS rebinding": (GET + b"Host: evil.example\r\n\r\n", [421], True),
    "a Host that begins as ours": (GET + b"Host: localhost.evil.example\r\n\r\n", [421], True),
    "a Host with a user before it": (GET + b"Host: localhost@evil.example\r\n\r\n", [421], True),
    "an address as one number for a Host": (GET + b"Host: 2130706433\r\n\r\n", [421], True),
    "another Host by HTTP/1.0": (f"GET {PATH} HTTP/1.0\r\n".encode() + b"Host: evil.example\r\n\r\n", [421], False),
    "another host in the target and in Host": (
        f"GET http://evil.example{PATH} HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode(), [421], True),
    "no Host by HTTP/1.0, which has none": (f"GET {PATH} HTTP/1.0\r\n\r\n".encode(), [200], False),
    "Content-Length and Transfer-Encoding": (
        GET + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN, [400], False),
    "two Content-Lengths": (GET + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", [400], False),
    "a list of Content-Lengths": (GET + HOST + b"Content-Length: 5, 6\r\n\r\nabcdef", [400], False),
    "a negative Content-Length": (GET + HOST + b"Content-Length: -1\r\n\r\n", [400], False),
    "a Content-Length with a sign": (GET + HOST + b"Content-Length: +5\r\n\r\nabcde", [400], False),
    "a request in the body": (GET + HOST + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN, [200], False),
    "a request in a chunked body": (
        GET + HOST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(HIDDEN) + HIDDEN + b"\r\n0\r\n\r\n",
        [200], False),
    "an unknown Transfer-Encoding": (
        GET + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN, [200], False),
    "a blank before the colon": (GET + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN, [400], False),
    "two Transfer-Encodings": (
        GET + HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", [200], False),
    "a chunk whose size is none": (
        GET + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + HIDDEN, [200], False),
    "a folded header": (GET + HOST + b"X-A: b\r\n c\r\n\r\n", [400], False),
    "lines that end without a carriage return": ((GET + HOST + b"\r\n").replace(b"\r\n", b"\n"), [400], False),
    "a carriage return in a header": (GET + HOST + b"X-A: b\rc\r\n\r\n", [400], False),
    "a NUL in a header": (GET + HOST + b"X-A: b\0c\r\n\r\n", [400], False),
    "a blank in a header's name": (GET + HOST + b"X A: b\r\n\r\n", [400], False),
    "a header of 600 kB": (GET + HOST + b"X: " + b"y" * 600_000 + b"\r\n\r\n", [431], False),
    "10,000 headers": (GET + HOST + b"".join(b"X%d: y\r\n" % n for n in range(10_000)) + b"\r\n", [431], False),
    "a version of HTTP that is none": (f"GET {PATH} HTTP/9.9\r\n".encode() + HOST + b"\r\n", [505], False),
    "HTTP/0.9": (f"GET {PATH}\r\n".encode(), [400], False),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, [400], False),
    "100 NULs": (b"\0" * 100, [400], False),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", [405], True),
    "TRACE": (f"TRACE {PATH} HTTP/1.1\r\n".encode() + HOST + b"\r\n", [405], True),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", [405], True),
    "a method in lower case": (f"get {PATH} HTTP/1.1\r\n".encode() + HOST + b"\r\n", [405], True),
    "a method of 5,000 letters": (b"A" * 5000 + f" {PATH} HTTP/1.1\r\n".encode() + HOST + b"\r\n", [400], False),
    "a POST that expects 100 and has a body": (
        f"POST {PATH} HTTP/1.1\r\n".encode() + HOST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde",
        [405], False),
    "a PUT of 300 kB": (
        f"PUT {PATH} HTTP/1.1\r\n".encode() + HOST + b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000, [405], False),
    "an upgrade to WebSocket": (
        GET + HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", [200], True),
    "a thousand ranges": (
        GET + HOST + b"Range: bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(1000)) + b"\r\n\r\n", [200], True),
    "three requests at once": (WELL * 3, [200, 200, 200], True),
    "good and bad ones at once": (
        WELL + b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n" + WELL + b"PUT / HTTP/1.1\r\n" + HOST + b"\r\n",
        [200, 404, 200, 405], True),
    "a target with a blank": (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", [400], False),
    "a target with a NUL": (b"GET /a\0b HTTP/1.1\r\n" + HOST + b"\r\n", [400], False),
    "a target that is not UTF-8": (b"GET /\xff\xfe/@v/list HTTP/1.1\r\n" + HOST + b"\r\n", [404], True),
    "a target of 10 kB": (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", [414], True),
    "a target of 100 kB": (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", [431], False),
    "a target of 200 kB": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", [431], False),
    "a target that is a host": (b"GET evil.example:80 HTTP/1.1\r\n" + HOST + b"\r\n", [404], True),
}  # fmt: skip
"""What is sent, the statuses of its answers, and whether the next request on the connection is answered, without TLS:
one that is no clean request, or has a body, ends it.
"""

PATHS = {
    "/../../../../etc/passwd": 404,
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd": 404,
    "/%252e%252e/%252e%252e/etc/passwd": 404,
    "/example.com/../../etc/passwd/@v/list": 404,
    "/example.com/..%2f..%2f/@v/list": 404,
    "/example.com/%2e%2e/@v/list": 404,
    "/example.com/a/@v/%2e%2e%2f%2e%2e%2fx.info": 404,
    "/example.com/a/@v/..%2f..%2f..%2fpasswd.info": 404,
    "/example.com/!.!./@v/list": 404,
    "/example.com/a!/@v/list": 404,
    "/example.com/!!a/@v/list": 404,
    "/example.com/!A/@v/list": 404,
    "/example.com/A/@v/list": 404,
    "/example.com/a%00b/@v/list": 404,
    "/example.com/a/@v/v1.0.0%00.info": 404,
    "/example.com/a/@v/v1.0.0%0a.info": 404,
    "/example.com/a%5c..%5cb/@v/list": 404,
    "/example.com//a/@v/list": 404,
    "/example.com/a./@v/list": 404,
    "/example.com/con/@v/list": 404,
    "/.gomend/tmp/@v/list": 404,
    "/.gomend/sumdb/sum.example.org/latest": 404,
    "/example.com/small/@v/v1.0.mod": 404,
    "/github.com/@v/list": 404,
    "/github.com/owner/@v/list": 404,
    "/nodot/@v/list": 404,
    "/sumdb/sum.example.org/tile/8/0/../../../x": 404,
    "/sumdb/sum.example.org/tile/8/0/x99/000": 404,
    "/sumdb/sum.example.org/tile/9/0/000": 404,
    "/sumdb/sum.example.org/lookup/../x@v1.0.0": 404,
    "/sumdb/../latest": 404,
    "/cached-only/../../etc/passwd": 404,
    "/-/nothing": 404,
    "/-/../example.com/small/@v/list": 404,
    "/": 404,
}
