"""gomend finds out why a Go module download is red, mends it, and keeps it from happening again."""

__version__ = "0.1.0"
