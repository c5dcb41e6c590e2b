"""gomend finds out why a Go module download is red, mends it, and keeps it from happening again.

As a library, loaded on first use (`import gomend` alone costs next to nothing):

- `gomend.explain_text(log, command=None, exit_status=None)` gives the `Verdict` on a log, text or bytes;
- `gomend.parse_proxy_list(goproxy, gonoproxy="")` reads a GOPROXY list as go does and gives its entries, or raises
  `gomend.ProxyListError` with go's own words.
"""

TYPE_CHECKING = False  # typing would double what `import gomend` costs
if TYPE_CHECKING:
    from gomend.causes import Verdict
    from gomend.explain.explainer import explain_text
    from gomend.gomod.proxylist import ProxyListError, parse_proxy_list

__version__ = "0.1.0"
__all__ = ["ProxyListError", "Verdict", "__version__", "explain_text", "parse_proxy_list"]

_HOMES = {
    "ProxyListError": "gomend.gomod.proxylist",
    "Verdict": "gomend.causes",
    "explain_text": "gomend.explain.explainer",
    "parse_proxy_list": "gomend.gomod.proxylist",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415  loaded on first use

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
