"""URLs of the protocol that people get wrong are answered with the right one, and right ones are left alone."""

import pytest

from gomend.gomod.endpoint import Mistake, corrected
from gomend.gomod.protocol import parse_path

BASE = "https://goproxy.cn/github.com/pkg/errors"


@pytest.mark.parametrize(
    ("url", "right", "mistake"),
    [
        (f"{BASE}/@v/latest", f"{BASE}/@latest", Mistake.LATEST),
        (f"{BASE}/@v/latest.info", f"{BASE}/@latest", Mistake.LATEST),
        (f"{BASE}/@latest.info", f"{BASE}/@latest", Mistake.LATEST),
        (f"{BASE}/@v/v0.9.1", f"{BASE}/@v/v0.9.1.info", Mistake.EXTENSION),
        (f"{BASE}/@v/", f"{BASE}/@v/list", Mistake.LIST),
        (f"{BASE}/@list", f"{BASE}/@v/list", Mistake.LIST),
        (f"{BASE}/@v/list/", f"{BASE}/@v/list", Mistake.SLASH),
        (
            "https://goproxy.cn/github.com/Azure/x/@v/latest?a=b#c",
            "https://goproxy.cn/github.com/!azure/x/@latest?a=b",
            Mistake.LATEST,
        ),
        (
            "https://p.example/x/github.com/Azure/x/@v/v1.0.0-RC1.mod",
            "https://p.example/x/github.com/!azure/x/@v/v1.0.0-!r!c1.mod",
            Mistake.UPPER_CASE,
        ),
    ],
)
def test_a_wrong_one_is_put_right(url: str, right: str, mistake: Mistake) -> None:
    found = corrected(url)
    assert found is not None
    assert (found.url, found.mistake) == (right, mistake)
    assert corrected(right) is None
    assert parse_path(
        right.partition("?")[0].partition("example/x/")[2] or right.partition("goproxy.cn/")[2].partition("?")[0]
    )


@pytest.mark.parametrize(
    "url",
    [f"{BASE}/@v/list", f"{BASE}/@latest", f"{BASE}/@v/v0.9.1.zip", "https://goproxy.cn/", "https://example.com/Page"],
)
def test_a_right_one_is_left_alone(url: str) -> None:
    assert corrected(url) is None
