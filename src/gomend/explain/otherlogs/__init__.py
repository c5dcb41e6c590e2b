"""Logs of git, npm, pip, curl, wget and docker build in which a download failed: lines in, events out."""

from gomend.explain.otherlogs.git import classify_git, looks_like_git

__all__ = ["classify_git", "looks_like_git"]
