"""URLs: parsed, refused and printed as Go's net/url does."""

from gomod_text import some

from gomend.gomod.weburl import URLError, parse_url

URLS = [
    "", "*", "foo", "https://a.b", "https://a.b/", "https://a.b/c?q", "https://a.b/c?", "https://a.b/c#f",
    "https://u:p@a.b/",
    "https://u@a.b/c", "https://u:@a.b", "https://u:p%40q@a.b", "https://u p@a.b", "ftp://x", "HTTP://A.b/C",
    "http:/host/x",
    "http:x", "file:///x", "file://h/x", "file:x", "file:///x?y", "file://u@/x", "http://[bad",
    "http://[::1]:80/", "http://[::1",
    "http://[1.2.3.4]/", "http://[x]/", "http://[fe80::1%25en0]/", "http://[fe80::1%en0]/", "http://[::1]x",
    "http://a:b/", "http://a:1:2/",
    "https://C:\\x", "'http://a'", "://x", "a:b", "1a:b", "a%zz", "a%2", "https://a%41/", "https://a%e4/",
    "https://a b/", "https://a.b/x y",
    "https://a.b/%7Ex", "https://a.b/%2f", "https://a.b/a;b,c", "https://a.b/é", "https://é.b/",
    "https://a.b/\udcff", "https://a.b/%",
    "https://a.b/#%", "https://a.b/#a b", "//a.b/c", "///a", "/a", "./a:b", "x:", "https://a<b>/",
    "https://a.b/[x]", "https://a.b/!x",
    "http://\x7f/", "http://a\n", "https://a@b@c/", "https://a.b/a?b#c?d", "https://a.b?", "https:///x",
    "https://:80/", "https://a:/",
    "http://[::1::2]", "http://[1:2]", "http://[::12345]", "http://[1:2:3:4:5:6:7:8:9]", "http://[::1.2.3]",
    "http://[1.2.3.4:x]",
    "http://[:1]", "http://[1:]", "http://[1:2:3:4:5:6:7::8]", "http://[::1.2.3.400]", "http://[g::]",
    "http://[%25x]", "http://[::%25]",
    "ssh://git@h:22:33/x", "mailto:a@b", "https://a.b/../c", "https://a.b/*", "https://[::1.02.3.4]",
    "https://[1:2:3:4:5:6:7:1.2.3.4]",
    "https://a.b/%41", "https://a.b/'x'", "https://a.b/x|y", "http://[1::2::3]", "http://[1.2..3:]",
    "http://[1:2:3:4:5:6:7:8x]",
]  # fmt: skip
ALL = [
    *URLS,
    *some(
        ["http", "https", "file", ":", "/", "//", "a.b", "@", "[", "]", "%", "%41", "?", "#", "é", " ", "1", ":"], 6000
    ),
]


def ours(url):
    try:
        found = parse_url(url)
    except URLError as error:
        return ["error", str(error)]
    return ["ok", found.scheme, found.host, found.path, found.escaped_path, found.redacted(), str(found)]


def test_every_url_is_read_and_printed_as_go_does(oracle):
    for url, wanted in zip(ALL, oracle(("url", url) for url in ALL), strict=True):
        assert ours(url) == wanted, url
