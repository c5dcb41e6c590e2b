"""Fixes as plans: what changes from what to what, written down before it is done, so that it can be taken back."""
