"""How go words a GOPROXY list that is wrong, and answers of a module proxy that are not the protocol's."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(Code.PROXY_OFF, "disabled by GOPROXY=off", "module lookup disabled by GOPROXY=off", "modfetch/repo.go"),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "GOPROXY list is not the empty string",
        "GOPROXY list is not the empty string, but contains no entries",
        "modfetch/proxy.go",
    ),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "invalid proxy URL",
        "invalid proxy URL missing scheme: goproxy",
        "modfetch/proxy.go; with scheme: (must be https, http, file)",
    ),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "file:// proxy URL",
        "invalid file:// proxy URL with non-path elements: file://host/dir",
        "modfetch/proxy.go",
    ),
    Wording(Code.PROXY_MISCONFIGURED, "no Host in request URL", "http: no Host in request URL", "net/http"),
    Wording(Code.PROXY_MISCONFIGURED, "unsupported protocol scheme", 'unsupported protocol scheme ""', "net/http"),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "refusing to pass credentials",
        "refusing to pass credentials to insecure URL: http://user:xxxxx@proxy.example",
        "web/http.go",
        re.compile(r"insecure URL: (?P<url>[^\s]{1,2000})"),
    ),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "parse ",
        "parse \"'https://proxy.golang.org'\": first path segment in URL cannot contain colon",
        "net/url",
        re.compile(
            r"parse \"?[^\n]{1,2000}: (?:first path segment in URL|missing '\]' in host|invalid port"
            r"|invalid character \"[^\n]{1,20} in host"
            r"|missing protocol scheme|invalid URL escape|net/url: invalid)"
        ),
    ),
    Wording(
        Code.PROXY_MISCONFIGURED,
        "invalid GOPROXY",
        "invalid GOPROXY setting: GOPROXY list is empty",
        "modfetch/proxy.go up to Go 1.14",
        re.compile(r"invalid (?:\$)?GOPROXY"),
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "invalid response from proxy",
        "invalid response from proxy \"https://proxy.example\": invalid character '<' looking for beginning of value",
        "modfetch/proxy.go",
        re.compile(r"invalid response from proxy \"?(?P<url>[^\s\"]{1,2000})"),
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "proxy returned info for version",
        "proxy returned info for version v1.5.1 instead of requested version",
        "modfetch/proxy.go",
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "looking for beginning of value",
        "invalid character '<' looking for beginning of value",
        "encoding/json through modfetch/proxy.go",
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "unexpected end of JSON input",
        "unexpected end of JSON input",
        "encoding/json through modfetch/proxy.go",
    ),
    Wording(Code.PROXY_BAD_RESPONSE, "zip file too large", "downloaded zip file too large", "modfetch/proxy.go"),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "zip for ",
        "zip for rsc.io/quote@v1.5.2 has unexpected file quote/go.mod",
        "modfetch/fetch.go",
        re.compile(r"zip for (?P<module>[^\s@]{1,500})@(?P<version>[^\s]{1,200}) has unexpected file"),
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "missing module line",
        "parsing go.mod: missing module line",
        "modload/modfile.go: an HTML page or an empty answer instead of the .mod file",
    ),
    Wording(Code.PROXY_BAD_RESPONSE, "stopped after 10 redirects", "stopped after 10 redirects", "web/http.go"),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "not a valid zip file",
        "zip: not a valid zip file",
        "archive/zip: what the proxy served, or a damaged file of the cache",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "unzip ",
        "unzip /root/go/pkg/mod/cache/download/a/@v/v1.zip: a@v1/x: malformed file path",
        "x/mod/zip",
        re.compile(
            r"unzip [^\n]{1,2000}(?:malformed file path|case-insensitive file name collision|too large"
            r"|not in module root|does not have prefix"
            r"|multiple entries|is larger than declared|is both a file|names? must be|invalid file name|not a "
            r"regular file)"
        ),
    ),
    Wording(Code.PROXY_BAD_RESPONSE, "zip: ", "zip: checksum error", "archive/zip", certainty=Certainty.LIKELY),
    Wording(
        Code.PROXY_BAD_RESPONSE, "flate: corrupt input", "flate: corrupt input before offset 1234", "compress/flate"
    ),
    Wording(Code.PROXY_BAD_RESPONSE, "gzip: invalid header", "gzip: invalid header", "compress/gzip through net/http"),
    Wording(
        Code.PROXY_BAD_RESPONSE,
        "malformed HTTP",
        'net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"',
        "net/http",
    ),
)
