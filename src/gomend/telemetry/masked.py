"""Secrets out of what is written line by line."""

from functools import lru_cache

from gomend.masking import mask

masked_text = lru_cache(4096)(mask)
"""As `mask`: the same words come again and again, and to look through them costs most of a line."""
