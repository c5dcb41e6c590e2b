"""Logs of git, npm, pip, curl, wget, apt, apk: lines in, statements out."""

from gomend.explain.otherlogs.clientlog import ClientLog
from gomend.explain.otherlogs.git import classify_git, looks_like_git

__all__ = ["ClientLog", "classify_git", "looks_like_git"]
