"""What a word names, and what stands between sources."""

import pytest

from gomend.gomod.proxylist import ProxyListError
from gomend.gomod.proxynames import ClosedProxyError, UnknownProxyError, list_of, public_in


@pytest.mark.parametrize(
    ("words", "fallback", "expected"),
    [
        ("official", "", "https://proxy.golang.org|direct"),
        ("goproxy.cn", "", "https://goproxy.cn|direct"),
        ("aliyun", ",", "https://mirrors.aliyun.com/goproxy,direct"),
        ("off", "", "off"),
        ("direct", "", "direct"),
        ("https://goproxy.corp.example", "", "https://goproxy.corp.example"),
        ("goproxy.corp.example:8443/x", "", "https://goproxy.corp.example:8443/x"),
        (
            "https://goproxy.corp.example goproxy.cn",
            "",
            "https://goproxy.corp.example,https://goproxy.cn|direct",
        ),
        ("goproxy.cn official direct", ",", "https://goproxy.cn,https://proxy.golang.org,direct"),
        ("https://a.example off", "|", "https://a.example|off"),
        ("file:///srv/proxy", "", "file:///srv/proxy"),
        ("https://a.example|https://b.example", "", "https://a.example|https://b.example"),
    ],
)
def test_a_list_of_what_the_words_name(words: str, fallback: str, expected: str) -> None:
    assert list_of(words.split(), fallback) == expected


def test_what_is_no_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownProxyError) as caught:
        list_of(["nope"])
    assert "goproxy.cn" in caught.value.known
    with pytest.raises(ClosedProxyError):
        list_of(["gocenter"])
    with pytest.raises(ClosedProxyError):
        list_of(["https://gocenter.io"])
    with pytest.raises(ProxyListError):
        list_of(["ftp://a.example", "direct"])


def test_the_public_ones_in_a_list() -> None:
    assert public_in("https://a.example,https://goproxy.cn|direct") == ("goproxy.cn",)
