"""Modules from their own repositories, fetched as go does with `direct`."""
