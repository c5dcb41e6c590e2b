"""Module proxies measured: which serve what, how fast, with the same bytes or not; which order suits this machine."""
