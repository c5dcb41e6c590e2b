"""gomend finds out why a Go module download is red, mends it, and keeps it from happening again.

As a library: `gomend.parse_proxy_list(goproxy, gonoproxy="")` reads a GOPROXY list as go does and gives its entries, or
raises `gomend.ProxyListError` with go's own words. Both load on first use: `import gomend` alone costs next to nothing.
"""

TYPE_CHECKING = False  # typing would double what `import gomend` costs
if TYPE_CHECKING:
    from gomend.gomod.proxylist import ProxyListError, parse_proxy_list

__version__ = "0.1.0"
__all__ = ["ProxyListError", "__version__", "parse_proxy_list"]


def __getattr__(name: str) -> object:
    if name in ("ProxyListError", "parse_proxy_list"):
        from gomend.gomod import proxylist  # noqa: PLC0415  loaded on first use

        return getattr(proxylist, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
