"""The public proxies known: every address is one that go takes, and is found again from an entry of GOPROXY."""

from datetime import date

import pytest

from gomend.gomod.proxylist import parse_proxy_list
from gomend.gomod.publicproxies import known_as, open_hosts, public_proxies


def test_every_entry_holds_the_words_that_its_fields_may_hold() -> None:
    for one in public_proxies():
        assert one.status in ("open", "closed")
        assert one.sumdb in ("yes", "no", "unknown")
        assert one.region in ("world", "china", "china_and_world", "not_china")
        assert date.fromisoformat(one.checked)
        assert (one.sumdb_reported in ("yes", "no")) == bool(one.reported_on)
        assert not one.sumdb_reported or one.sumdb == "unknown"
        assert all(page.startswith("https://") for page in one.sources)
        assert one.operator
        (entry,) = parse_proxy_list(one.url)
        assert (entry.url, entry.parsed.scheme) == (one.url, "https")


def test_names_and_addresses_are_there_once_and_the_closed_ones_come_last() -> None:
    found = public_proxies()
    assert len({one.name for one in found}) == len({one.url for one in found}) == len(found)
    assert [one.is_open for one in found] == sorted((one.is_open for one in found), reverse=True)
    assert {one.host for one in found if not one.is_open}.isdisjoint(open_hosts())


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://goproxy.cn", "goproxy.cn"),
        ("https://GOPROXY.cn:443/", "goproxy.cn"),
        ("https://mirrors.aliyun.com/goproxy/", "aliyun"),
        ("https://gocenter.io", "gocenter"),
    ],
)
def test_an_entry_is_known_however_it_is_written(url: str, name: str) -> None:
    found = known_as(url)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("url", ["https://goproxy.cn.evil.example", "https://mirrors.aliyun.com/pypi", "https://[bad"])
def test_what_only_looks_like_one_is_none(url: str) -> None:
    assert known_as(url) is None
