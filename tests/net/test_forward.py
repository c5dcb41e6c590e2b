"""Which forward proxy is asked: the same answers as Go's net/http."""

import json
import random
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gomend.gomod.weburl import parse_url
from gomend.net.forward import CGIError, ForwardProxies, ForwardProxy

PROXIES = (
    "http://proxy.corp.example:3128",
    "https://proxy.corp.example",
    "proxy.corp.example:3128",
    "proxy.corp.example",
    "socks5://127.0.0.1:1080",
    "socks5h://socks.example",
    "socks4://old.example:1080",
    "http://user:p%40ss@proxy.corp.example:8080",
    "http://user@[::1]:8080/path?x=1",
    "//proxy.example:1",
    "http://[bad",
    "::",
    "http:proxy:3128",
    "user:pw@proxy.example:99",
    "http://proxy .example",
    "http://中文.example:3128",
    "%zz",
    "http://",
    "1.2.3.4",
    "::1",
    " http://proxy.example",
)
ENTRIES = (
    "*", "example.com", ".example.com", "*.example.com", "example.com:443", ".example.com:80", "EXAMPLE.com", "com",
    "10.0.0.0/8", "10.1.2.3", "10.1.2.3:443", "10.1.2.3:", "192.168.0.0/33", "10.0.0.0/08", "010.1.2.3", "10.1.2.3/x",
    "::1", "[fd00::1]", "[fd00::1]:443", "fd00::/8", "fd00::1%eth0", "::ffff:10.1.2.3", "::ffff:10.0.0.0/104",
    "::ffff:10.0.0.0/90", "::/0", "0.0.0.0/0", ":443", ":", "[", "[]:80", "a:b:c", "localhost", "*.", ".", "*com", "",
    "bücher.example", ".bücher.example", "xn--bcher-kva.example", "\u3000example.com\u00a0", "\texample.com ", "*.*",
    "sub.example.com", "http://example.com", "example.com/", "example.com.", "127.0.0.1", "[fd00::1", "x]:80",
    "[[::1]]:80",
)  # fmt: skip
URLS = (
    "https://example.com/", "http://example.com/", "https://sub.example.com:8443/", "http://sub.example.com:80/x",
    "https://EXAMPLE.COM/", "https://notexample.com/", "https://example.com./", "https://10.1.2.3/", "http://10.1.2.3:8080/",
    "https://10.1.2.3:443/", "https://[fd00::1]/", "https://[fd00::1]:8443/", "http://[fd00::1%25eth0]/",
    "https://[::ffff:10.1.2.3]/", "https://192.168.0.1/", "http://localhost/", "http://localhost:8080/", "https://LOCALHOST/",
    "https://localhost./", "http://127.0.0.1/", "http://127.8.9.1:81/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://bücher.example/", "https://www.bücher.example/", "https://xn--bcher-kva.example/", "http://0.0.0.0/",
    "https://example.com:/", "https://user:pw@example.com/", "http://010.1.2.3/", "https://com/", "https://169.254.169.254/",
)  # fmt: skip


def ours(environment: Mapping[str, str], urls: Sequence[str]) -> list[str]:
    proxies = ForwardProxies(environment)
    found = []
    for url in urls:
        try:
            proxy = proxies.for_url(url)
        except CGIError as error:
            found.append(f"error: {error}")
        else:
            found.append("direct" if proxy is None else str(proxy.url))
    return found


def by_go(oracle: Path, environment: Mapping[str, str]) -> list[str]:
    asked = subprocess.run(
        [oracle, "proxies"], input=json.dumps(URLS), env=environment, check=True, capture_output=True, text=True
    )
    answers: list[str] = json.loads(asked.stdout)
    return answers


def environments() -> list[dict[str, str]]:
    """Each proxy value and each NO_PROXY entry once, then a few hundred mixtures."""
    chance = random.Random(7)
    made: list[dict[str, str]] = [{"HTTP_PROXY": value, "https_proxy": value} for value in PROXIES]
    made += [{"HTTP_PROXY": "p:1", "HTTPS_PROXY": "p:2", "no_proxy": entry} for entry in ENTRIES]
    made += [
        {
            "HTTP_PROXY": "p:1",
            "http_proxy": "q:1",
            "https_proxy": "p:2",
            "ALL_PROXY": "socks5://x",
            "REQUEST_METHOD": "GET",
        },
        {"all_proxy": "socks5://x:1"},
        {"HTTP_PROXY": "", "http_proxy": "q:1", "NO_PROXY": "", "no_proxy": "example.com"},
    ]
    for _ in range(150):
        names = {
            chance.choice(("HTTP_PROXY", "http_proxy")): chance.choice(PROXIES),
            chance.choice(("HTTPS_PROXY", "https_proxy")): chance.choice(PROXIES),
            chance.choice(("NO_PROXY", "no_proxy")): ",".join(chance.choices(ENTRIES[1:], k=chance.randrange(1, 5))),
        }
        made.append(names)
    return made


def test_every_url_goes_where_go_sends_it(oracle: Path) -> None:
    different = [
        (environment, url, mine, gos)
        for environment in environments()
        for url, mine, gos in zip(URLS, ours(environment, URLS), by_go(oracle, environment), strict=True)
        if mine != gos
    ]
    assert different == []


@pytest.mark.parametrize(
    ("url", "host", "port", "socks", "authorization"),
    [
        ("http://proxy.example", "proxy.example", 80, False, None),
        ("https://[fd00::1]", "fd00::1", 443, False, None),
        ("socks5h://u:p@s.example", "s.example", 1080, True, "Basic dTpw"),
        ("http://%E4%B8%AD:p%40@p:3128", "p", 3128, False, "Basic 5LitOnBA"),
        ("http://u@p", "p", 80, False, "Basic dTo="),
    ],
)
def test_a_proxy_is_taken_apart(url: str, host: str, port: int, socks: bool, authorization: str | None) -> None:
    proxy = ForwardProxy(parse_url(url))
    assert (proxy.host, proxy.port, proxy.is_socks, proxy.authorization) == (host, port, socks, authorization)


def test_a_password_is_not_shown() -> None:
    assert ForwardProxy(parse_url("http://u:s3cret@p:1")).shown == "http://u:xxxxx@p:1"
