"""The store that a setting names."""

from pathlib import Path

from gomend.storage.base import TENANTS, Store, StoreError
from gomend.storage.disk import DiskStore


def is_bucket(where: str) -> bool:
    """Whether a setting names a bucket by URL, and no folder."""
    return "://" in where and not where.startswith("file://")


def place_of_tenant(where: str, name: str) -> str:
    """Where the files of a tenant are, by where the server's are: a store by itself, in the same folder or bucket."""
    return f"{where.rstrip('/')}/{TENANTS}{name}"


def open_store(where: str, *, marks_every: float = 0) -> Store:
    """A folder, `file://` or not, else a bucket by URL. `marks_every` is DiskStore's. Raises StoreError."""
    if not is_bucket(where):
        return DiskStore(Path(where.removeprefix("file://")).absolute(), marks_every=marks_every)
    try:
        from gomend.storage.objects import ObjectStore  # noqa: PLC0415  (only where there is a bucket)
    except ImportError as error:
        raise StoreError("a bucket needs the package obstore") from error
    return ObjectStore(where)
