"""No address of the door is seen, however the stream is cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gomend.relay.addresses import Restorer
from gomend.relay.tunneladdress import TunnelAddress

SHOWN = {0: "https://goproxy.corp.example", 1: "https://user:xxxxx@b.example/x"}
LINE = b'go: m@v1: Get "http://127.0.0.1:4711/s3cr3t/0/m/@v/v1.info": EOF\n# get http://127.0.0.1:4711/s3cr3t/1/m\n'
TRUE = b'go: m@v1: Get "https://goproxy.corp.example/m/@v/v1.info": EOF\n# get https://user:xxxxx@b.example/x/m\n'


def restorer() -> Restorer:
    return Restorer(4711, "s3cr3t", SHOWN)


@given(st.lists(st.integers(0, len(LINE)), max_size=12))
def test_addresses_are_put_back_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    filter_ = restorer()
    places = [0, *sorted(cuts), len(LINE)]
    pieces = [filter_.restore(LINE[a:b]) for a, b in pairwise(places)]
    assert b"".join([*pieces, filter_.flush()]) == TRUE


def test_escaped_addresses_are_put_back_escaped() -> None:
    filter_ = restorer()
    assert (
        filter_.restore(b"?u=http%3A%2F%2F127.0.0.1%3A4711%2Fs3cr3t%2F0%2Fm&")
        == b"?u=https%3A%2F%2Fgoproxy.corp.example%2Fm&"
    )


TUNNEL = TunnelAddress(4712, "0123abcd", {"HTTPS_PROXY": "http://u:pw@proxy.corp.example:3128"})
SEEN = (
    b"proxyconnect tcp: dial tcp 127.0.0.1:4712: connect: refused; Failed to connect to 127.0.0.1 port 4712 after 0 ms"
    b" env https_proxy == 'http://gomend:0123abcd@127.0.0.1:4712' http://gomend:xxxxx@127.0.0.1:4712/ 127.0.0.1:47120"
    b" Proxy-Authorization: Basic Z29tZW5kOjAxMjNhYmNk http://127.0.0.1:4711/s3cr3t/0/m 0123abcd"
)
WANTED = (
    b"proxyconnect tcp: dial tcp proxy.corp.example:3128: connect: refused; Failed to connect to proxy.corp.example"
    b" port 3128 after 0 ms env https_proxy == 'http://u:xxxxx@proxy.corp.example:3128'"
    b" http://u:xxxxx@proxy.corp.example:3128/ 127.0.0.1:47120 Proxy-Authorization: Basic ***"
    b" https://goproxy.corp.example/m ***"
)


@given(st.lists(st.integers(0, len(SEEN)), max_size=12))
def test_the_tunnel_is_shown_as_the_users_own_proxy(cuts: list[int]) -> None:
    filter_ = Restorer(4711, "s3cr3t", SHOWN, TUNNEL.shown())
    places = [0, *sorted(cuts), len(SEEN)]
    pieces = [filter_.restore(SEEN[a:b]) for a, b in pairwise(places)]
    assert b"".join([*pieces, filter_.flush()]) == WANTED


def test_without_a_proxy_of_the_users_only_gomend_is_named() -> None:
    filter_ = Restorer(4711, "s3cr3t", SHOWN, TunnelAddress(4712, "0123abcd", {}).shown())
    assert filter_.restore(SEEN) + filter_.flush() == (
        b"proxyconnect tcp: dial tcp gomend: connect: refused; Failed to connect to gomend port 0 after 0 ms"
        b" env https_proxy == 'http://gomend' http://gomend/ 127.0.0.1:47120"
        b" Proxy-Authorization: Basic *** https://goproxy.corp.example/m ***"
    )


@given(st.binary(max_size=64).filter(lambda data: b"127.0.0.1" not in data))
def test_other_bytes_pass_unchanged(data: bytes) -> None:
    filter_ = restorer()
    assert filter_.restore(data) + filter_.flush() == data


def test_a_prompt_that_ends_like_an_address_is_held_back_until_the_stream_rests() -> None:
    filter_ = restorer()
    assert filter_.restore(b"Password for 'h") == b"Password for '"
    assert filter_.holds
    assert (filter_.flush(), filter_.holds) == (b"h", False)
