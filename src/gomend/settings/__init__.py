"""gomend's own options: each once, with its value in force and where that comes from."""
