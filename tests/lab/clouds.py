"""A stand-in for Google Cloud Storage and Azure Blob Storage: as much of their protocols as a store of files speaks.

It is no proof of how the providers behave, only that what is asked of them is asked in their terms: an object is
created with their own precondition, in one piece or in parts, listed with their own XML. Sources: the XML API
reference of Cloud Storage; the REST reference of Blob Storage (Put Blob, Put Block, Put Block List, List Blobs).
"""

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Cloud(ThreadingHTTPServer):
    """Keeps objects in memory; `is_azure` says whose terms it speaks. Conditions are decided one at a time."""

    daemon_threads = True

    def __init__(self, *, is_azure: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.is_azure = is_azure
        self.objects: dict[str, tuple[bytes, float]] = {}
        self.parts: dict[tuple[str, str], dict[str, bytes]] = {}
        self.turn = threading.Lock()


@contextlib.contextmanager
def cloud(*, is_azure: bool) -> Iterator[Cloud]:
    """A stand-in that runs until the block ends; its `server_address` is the place."""
    server = Cloud(is_azure=is_azure)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Cloud

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def __getattr__(self, name: str) -> Callable[[], None]:
        """What the base class calls for each method."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._answered

    def _answered(self) -> None:
        split = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = split.path.removeprefix("/")
        key = unquote(path.partition("/")[2].partition("/")[2] if self.server.is_azure else path.partition("/")[2])
        with self.server.turn:
            match self.command:
                case "GET" if not key or query.get("comp") == "list":
                    self._list(query.get("prefix", ""))
                case "GET" | "HEAD":
                    self._read(key)
                case "POST" if query.get("comp") == "batch":
                    self._delete_all(body.decode())
                case "DELETE":
                    self._answer(202 if self.server.objects.pop(key, None) else 404)
                case _:
                    self._write(key, query, body)

    def _write(self, key: str, query: dict[str, str], body: bytes) -> None:
        upload = query.get("uploadId", "")
        if self.command == "POST" and "uploads" in query:
            number = len(self.server.parts)
            body = b"<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u%d</UploadId>" % number
            self._answer(200, body + b"</InitiateMultipartUploadResult>")
        elif query.get("comp") == "block" or "partNumber" in query:
            name = query.get("blockid") or query["partNumber"]
            self.server.parts.setdefault((key, upload), {})[name] = body
            self._answer(201 if self.server.is_azure else 200, etag=_tag(body))
        elif not self._may_create(key):
            error = b"<Error><Code>BlobAlreadyExists</Code></Error>"
            self._answer(*((409, error) if self.server.is_azure else (412, b"")))
        elif query.get("comp") == "blocklist" or upload:
            parts = self.server.parts.pop((key, upload))
            names = re.findall(r"<(?:Latest|Uncommitted|PartNumber)>([^<]*)<", body.decode())
            self._keep(key, b"".join(parts[name] for name in names))
        else:
            self._keep(key, body)

    def _may_create(self, key: str) -> bool:
        only_new = self.headers.get("If-None-Match") == "*" or self.headers.get("x-goog-if-generation-match") == "0"
        return not only_new or key not in self.server.objects

    def _keep(self, key: str, content: bytes) -> None:
        self.server.objects[key] = content, time.time()
        done = b'<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
        self._answer(201 if self.server.is_azure else 200, done if self.command == "POST" else b"", etag=_tag(content))

    def _read(self, key: str) -> None:
        if key not in self.server.objects:
            self._answer(404)
            return
        content, when = self.server.objects[key]
        tag = _tag(content)
        if self.headers.get("If-Match", tag) != tag:
            self._answer(412)
            return
        facts = {"etag": tag, "last-modified": formatdate(when, usegmt=True)}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("x-ms-range") or self.headers.get("Range") or "")
        if asked is None:
            self._answer(200, content, **facts)
            return
        part = content[int(asked[1]) : int(asked[2]) + 1]
        place = f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(content)}"
        self._answer(206, part, **facts, **{"content-range": place})

    def _delete_all(self, batch: str) -> None:
        """Azure's Blob Batch: a request in each part of the body."""
        told = ""
        for number, path in enumerate(re.findall(r"^DELETE (\S+) HTTP", batch, re.MULTILINE)):
            key = unquote(path.split("/", 3)[3].partition("?")[0])
            status = "202 Accepted" if self.server.objects.pop(key, None) else "404 Not Found"
            told += f"--end\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\nHTTP/1.1 {status}\r\n\r\n"
        self._answer(202, f"{told}--end--\r\n".encode(), **{"content-type": "multipart/mixed; boundary=end"})

    def _list(self, prefix: str) -> None:
        rows = ""
        for key, (content, when) in sorted(self.server.objects.items()):
            if not key.startswith(prefix):
                continue
            name, size, tag = escape(key), len(content), escape(_tag(content))
            if self.server.is_azure:
                date = formatdate(when, usegmt=True)
                rows += f"<Blob><Name>{name}</Name><Properties><Last-Modified>{date}</Last-Modified><Etag>{tag}</Etag>"
                rows += f"<Content-Length>{size}</Content-Length><Content-Type>a/b</Content-Type></Properties></Blob>"
            else:
                date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))
                rows += f"<Contents><Key>{name}</Key><LastModified>{date}</LastModified>"
                rows += f"<ETag>{tag}</ETag><Size>{size}</Size></Contents>"
        whole = (
            f"<EnumerationResults><Blobs>{rows}</Blobs><NextMarker/></EnumerationResults>"
            if self.server.is_azure
            else f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        )
        self._answer(200, whole.encode(), **{"content-type": "application/xml"})

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'
