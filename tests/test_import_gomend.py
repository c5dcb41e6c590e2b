"""`import gomend`: a small surface, loaded on first use."""

import subprocess
import sys

import pytest

import gomend


def test_a_log_is_explained() -> None:
    verdict = gomend.explain_text("go: module lookup disabled by GOPROXY=off\n", command=["go", "build"], exit_status=1)
    assert (verdict.outcome, [root.code for root in verdict.roots]) == ("failed", ["proxy.off"])
    assert gomend.explain_text(b"go: module lookup disabled by GOPROXY=off\n") == gomend.explain_text(
        "go: module lookup disabled by GOPROXY=off\n"
    )


def test_a_goproxy_list_is_read() -> None:
    assert [entry.url for entry in gomend.parse_proxy_list("a.example|direct")] == ["https://a.example", "direct"]
    with pytest.raises(gomend.ProxyListError, match="contains no entries"):
        gomend.parse_proxy_list(",")


def test_the_import_alone_loads_nothing_else() -> None:
    script = "import sys, gomend; print([name for name in sys.modules if name.startswith('gomend.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    with pytest.raises(AttributeError):
        _ = gomend.nothing
