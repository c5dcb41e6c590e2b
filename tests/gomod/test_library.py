"""What `import gomend` offers of this part."""

import subprocess
import sys

import pytest

import gomend


def test_a_proxy_list_is_read_through_the_library():
    assert [entry.url for entry in gomend.parse_proxy_list("goproxy.cn,direct")] == ["https://goproxy.cn", "direct"]
    with pytest.raises(gomend.ProxyListError, match="missing scheme: foo"):
        gomend.parse_proxy_list("foo")
    with pytest.raises(AttributeError):
        gomend.nothing_of_this_name  # noqa: B018


def test_importing_gomend_alone_loads_none_of_its_parts():
    code = "import sys, gomend; print([name for name in sys.modules if name.startswith('gomend.')])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
