"""What sources do wrong, and what a client must be told then: the rows of test_faults."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from itertools import count

from tests.lab import upstream as acts
from tests.lab.modules import Module
from tests.lab.upstream import Act

BIG = 900_000  # bytes that come in several pieces
LOGIN = "<html><title>Log in</title></html>"
KINDS = ("list", "@latest", "main.info", ".info", ".mod", ".zip")
TIMEOUT = ("--timeout", "6")  # seconds: more than a busy machine makes anybody wait
_numbers = count()

Making = Callable[[Module], Act]


class Place(Enum):
    """Where the source that fails stands in the list. The other one is healthy, or fails as the row says."""

    ALONE = "The only source"
    FIRST = "The first source of `A,B`; B is well"
    FIRST_PIPE = "The first source of `A|B`; B is well"
    LAST = "The last source of `A,B`; A answers 404"
    LAST_PIPE = "The last source of `A|B`; A answers 500"


@dataclass(frozen=True)
class Row:
    """A fault, what is asked meanwhile, and what the client is told.

    `status` 200 with a `code` of "" is the right file; status 0: the download is cut.
    """

    what: str
    asked: str  # one of KINDS
    act: Making
    status: int
    code: str = ""
    place: Place = Place.ALONE
    big: bool = False
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def id(self) -> str:
        """For pytest."""
        return f"{self.place.name.lower()}-{self.asked.strip('.')}-{self.what.replace(' ', '-').replace('`', '')}"

    @property
    def module(self) -> Module:
        """A module of this row alone, made anew each time."""
        files = {"x.go": "package x\n"} | ({"data.bin": os.urandom(BIG).hex()} if self.big else {})
        return Module(f"fault.example/m{self.number}", "v1.0.0", files=files)

    @property
    def path(self) -> str:
        """What is asked."""
        front = f"/fault.example/m{self.number}"
        if self.asked == "@latest":
            return f"{front}/@latest"
        return f"{front}/@v/" + (f"v1.0.0{self.asked}" if self.asked.startswith(".") else self.asked)

    @property
    def told(self) -> str:
        """For the page."""
        if self.status == 0:
            return "a download that is cut"
        return f"{self.status} `{self.code}`" if self.code else "200, the right file"


def right(module: Module, asked: str) -> bytes:
    """The file that was asked for."""
    return {"list": b"v1.0.0\n", ".mod": module.go_mod, ".zip": module.zip}.get(asked, module.info)


def status(number: int, **headers: str) -> Making:
    """An answer with this status."""
    return lambda _: acts.status(number, "words of the source", **headers)


def always(act: Act) -> Making:
    """The same for every module."""
    return lambda _: act


def _other_bytes(module: Module) -> Act:
    return acts.body(Module(module.path, module.version, files={"x.go": "package evil\n"}).zip)


def _other_bytes_at_the_end(module: Module) -> Act:
    """A whole zip of the same size, another file in it."""
    files = {name: text.decode() for name, text in module.content.items() if name != "go.mod"}
    files["data.bin"] = files["data.bin"][:-1] + ("0" if files["data.bin"][-1] != "0" else "1")
    return acts.body(Module(module.path, module.version, files=files).zip)


def _zip_of_another(module: Module) -> Act:
    return acts.body(Module("fault.example/another", module.version).zip)


def _zip_bomb(module: Module) -> Act:
    """32 MB that claim to be 10 bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{module.path}@{module.version}/zeros", b"\0" * (32 << 20))
    data = out.getvalue()
    return acts.body(data.replace((32 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")))


def _claimed_length(length: int) -> Act:
    return lambda exchange, content: (exchange.send(200, content or b"", length=length), exchange.end())[1]


@cache
def _bomb() -> bytes:
    return gzip.compress(b"\n" * (65 << 20), 1)


def _in_gzip(most: int | None = None) -> Act:
    """65 MB of nothing as gzip, or its beginning."""
    return lambda exchange, _: exchange.send(200, _bomb()[:most], content_encoding="gzip")


def _encoded(name: str) -> Act:
    return lambda exchange, content: exchange.send(200, content or b"", content_encoding=name)


def _body(text: str) -> Making:
    return lambda _: acts.body(text.encode())


_PLAIN: list[tuple[str, Making, int, str]] = [
    ("answers 404", status(404), 404, "proxy.not_found"),
    ("answers 410", status(410), 404, "proxy.not_found"),
    ("answers 401", status(401), 502, "proxy.unauthorized"),
    ("answers 403", status(403), 403, "proxy.unauthorized"),
    ("answers 429", status(429, retry_after="77"), 502, "proxy.rate_limited"),
    ("answers 500", status(500), 502, "proxy.server_error"),
    ("answers 502", status(502), 502, "proxy.server_error"),
    ("answers 503", status(503), 502, "proxy.server_error"),
    ("answers 418", status(418), 502, "proxy.bad_response"),
    ("answers 204", status(204), 502, "proxy.bad_response"),
    ("resets the connection", always(acts.reset), 502, "net.reset"),
    ("ends the connection", always(acts.hang_up), 502, "net.reset"),
    ("does not speak HTTP", always(acts.garbage), 502, "proxy.bad_response"),
    ("never answers", always(acts.silent), 504, "net.response_timeout"),
    ("stalls after the headers", always(acts.stalled()), 504, "net.response_timeout"),
    ("ends in the middle", always(acts.truncated(0.3)), 502, "net.reset"),
    ("resets in the middle", always(acts.truncated(0.3, reset=True)), 502, "net.reset"),
    ("sends a login page", always(acts.page(LOGIN)), 502, "proxy.bad_response"),
    ("redirects to itself", always(acts.redirect("{path}")), 502, "proxy.bad_response"),
    ("ends within a chunk", always(acts.chunked(0.3)), 502, "net.reset"),
    ("sends a chunk of no size", always(acts.chunked(0.3, b"no number\r\n")), 502, "proxy.bad_response"),
    ("encodes it as was not asked", always(_encoded("br")), 502, "proxy.bad_response"),
]
_ONE_KIND = [
    Row("trickles, a byte now and then", kind, always(acts.slow(200, 1.5)), 504, "net.response_timeout")
    for kind in KINDS
    if kind != ".zip"
] + [
    Row("trickles, some bytes now and then", ".zip", always(acts.slow(20, 0.4)), 200),
    *(
        Row("says gzip, and it is none", kind, always(_encoded("gzip")), 502, "proxy.bad_response")
        for kind in ("list", ".info", ".mod", ".zip")
    ),
    *(
        Row("sends a gzip that ends too early", kind, always(_in_gzip(500)), 502, "proxy.bad_response")
        for kind in ("list", ".mod")
    ),
    *(
        Row("sends a gzip of 65 MB of nothing", kind, always(_in_gzip()), 502, "proxy.bad_response")
        for kind in ("list", "@latest", ".mod")
    ),
    Row("sends more than 1 MB", ".info", always(acts.body(b" " * ((1 << 20) + 1))), 502, "proxy.bad_response"),
    Row("sends more than 16 MB", ".mod", always(acts.body(b"/" * ((16 << 20) + 1))), 502, "proxy.bad_response"),
    Row("announces more than 500 MB", ".zip", always(_claimed_length(600 << 20)), 502, "proxy.bad_response"),
    Row("sends a zip with other bytes", ".zip", _other_bytes, 502, "checksum.sumdb_mismatch"),
    Row("sends another module's zip", ".zip", _zip_of_another, 502, "checksum.sumdb_mismatch"),
    Row("sends another go.mod", ".mod", _body("module evil\n"), 502, "checksum.sumdb_mismatch"),
    Row("sends a zip bomb", ".zip", _zip_bomb, 502, "proxy.bad_response"),
    Row("sends the beginning of a zip as the whole", ".zip", _body("PK\3\4 and no more"), 502, "proxy.bad_response"),
    Row("sends nothing", ".zip", _body(""), 502, "proxy.bad_response"),
    Row("sends nothing", ".info", _body(""), 502, "proxy.bad_response"),
    Row("sends nothing", ".mod", _body(""), 502, "checksum.sumdb_mismatch"),
    Row("sends another version's", ".info", _body('{"Version":"v1.0.1"}'), 502, "proxy.bad_response"),
    Row("names no version", ".info", _body('{"Name":"v1.0.0"}'), 502, "proxy.bad_response"),
    Row("names no version", "main.info", _body('{"Name":"v1.0.0"}'), 502, "proxy.bad_response"),
    Row("sends JSON that is no object", ".info", _body('["v1.0.0"]'), 502, "proxy.bad_response"),
    Row("names an impossible version", "@latest", _body('{"Version":"v2.0.0"}'), 502, "proxy.bad_response"),
    Row("names an impossible version", "main.info", _body('{"Version":"v2.0.0"}'), 502, "proxy.bad_response"),
    Row("names a version that is a branch", "main.info", _body('{"Version":"main"}'), 502, "proxy.bad_response"),
    Row("ends a large one in the middle", ".zip", always(acts.truncated(0.7)), 0, big=True),
    Row("resets in the middle of a large one", ".zip", always(acts.truncated(0.7, reset=True)), 0, big=True),
    Row("stalls in the middle of a large one", ".zip", always(acts.stalled(0.7)), 0, big=True),
    Row("ends a large one within a chunk", ".zip", always(acts.chunked(0.7)), 0, big=True),
    Row("sends other bytes at the end of a large one", ".zip", _other_bytes_at_the_end, 0, big=True),
]
_BY_NAME = {what: (act, code) for what, act, _, code in _PLAIN}


def _placed(place: Place, what: str, asked: str, status: int, code: str = "") -> Row:
    return Row(what, asked, _BY_NAME[what][0], status, code, place)


_IN_LISTS = [
    # 404 and 410 lead on, whatever stands between.
    *(_placed(Place.FIRST, "answers 404", kind, 200) for kind in KINDS),
    _placed(Place.FIRST, "answers 410", ".info", 200),
    # Everything else is the last word before a comma …
    _placed(Place.FIRST, "answers 401", ".mod", 502, "proxy.unauthorized"),
    _placed(Place.FIRST, "answers 403", ".zip", 403, "proxy.unauthorized"),
    _placed(Place.FIRST, "answers 429", "@latest", 502, "proxy.rate_limited"),
    _placed(Place.FIRST, "answers 500", "list", 502, "proxy.server_error"),
    _placed(Place.FIRST, "answers 503", "main.info", 502, "proxy.server_error"),
    _placed(Place.FIRST, "resets the connection", ".info", 502, "net.reset"),
    _placed(Place.FIRST, "never answers", ".zip", 504, "net.response_timeout"),
    _placed(Place.FIRST, "sends a login page", ".info", 502, "proxy.bad_response"),
    _placed(Place.FIRST, "ends in the middle", ".mod", 502, "net.reset"),
    Row("sends another version's", ".info", _body('{"Version":"v9.0.1"}'), 502, "proxy.bad_response", Place.FIRST),
    Row("sends a zip with other bytes", ".zip", _other_bytes, 502, "checksum.sumdb_mismatch", Place.FIRST),
    # … and leads on before a bar,
    *(
        _placed(Place.FIRST_PIPE, what, kind, 200)
        for what, kind in (
            ("answers 404", ".zip"),
            ("answers 401", ".mod"),
            ("answers 403", ".zip"),
            ("answers 429", "@latest"),
            ("answers 500", "list"),
            ("answers 503", "main.info"),
            ("resets the connection", ".info"),
            ("does not speak HTTP", ".mod"),
            ("never answers", ".zip"),
            ("stalls after the headers", "list"),
            ("sends a login page", ".info"),
            ("ends in the middle", ".mod"),
            ("redirects to itself", ".zip"),
            ("sends a chunk of no size", "list"),
            ("encodes it as was not asked", "@latest"),
        )
    ),
    Row("sends another version's", ".info", _body('{"Version":"v9.0.1"}'), 200, "", Place.FIRST_PIPE),
    Row("sends nothing", ".zip", _body(""), 200, "", Place.FIRST_PIPE),
    # but never for a wrong checksum, nor for a file whose beginning was passed on.
    Row("sends a zip with other bytes", ".zip", _other_bytes, 502, "checksum.sumdb_mismatch", Place.FIRST_PIPE),
    Row("ends a large one in the middle", ".zip", always(acts.truncated(0.7)), 0, "", Place.FIRST_PIPE, big=True),
    *(
        _placed(Place.LAST, what, kind, status, _BY_NAME[what][1])
        for what, kind, status in (
            ("answers 404", "list", 404),
            ("answers 403", ".mod", 403),
            ("answers 500", ".info", 502),
            ("resets the connection", ".zip", 502),
            ("never answers", "@latest", 504),
            ("sends a login page", "main.info", 502),
        )
    ),
    # Of two errors the last is told; an error goes before "not found".
    *(
        _placed(Place.LAST_PIPE, what, kind, status, code)
        for what, kind, status, code in (
            ("answers 404", ".info", 502, "proxy.server_error"),
            ("answers 403", ".zip", 403, "proxy.unauthorized"),
            ("resets the connection", "list", 502, "net.reset"),
            ("never answers", ".mod", 504, "net.response_timeout"),
        )
    ),
]
ROWS = [*(Row(what, kind, *rest) for what, *rest in _PLAIN for kind in KINDS), *_ONE_KIND, *_IN_LISTS]  # type: ignore[arg-type]  # mypy cannot spread
