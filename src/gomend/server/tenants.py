"""One server for several teams: each has an application of its own, found by the first element of a request's path."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from gomend.server.app import App
from gomend.server.hot import Hot, Quick


class Tenants:
    """Hands each request to the application of the tenant whose name its path begins with, byte by byte, else to
    `root`. Answers at hand are all in one table, by whole paths, so the quick way is that of a server without tenants.
    """

    def __init__(self, root: App, tenants: Mapping[str, App], hot: Hot) -> None:
        self._root = root
        self._hot = hot
        self._apps = {name.encode(): app for name, app in tenants.items()}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One HTTP request."""
        await self._app_of(scope.get("raw_path") or scope["path"].encode())(scope, receive, send)

    def quick(self, head: bytes, client: str) -> Quick | None:
        """As of App."""
        found = self._hot.quick(head)
        return found if found is None or self._app_of(found.path).admission.lets_pass(found.holder, client) else None

    def was_quick(self, quick: Quick, client: str, began: float) -> None:
        """As of App."""
        self._app_of(quick.path).was_quick(quick, client, began)

    def malformed(self, client: str, status: int) -> None:
        """As of App."""
        self._root.malformed(client, status)

    async def close(self, seconds: float | None = None) -> None:
        """As of App."""
        began = monotonic()
        await asyncio.gather(*(app.close(seconds) for app in self._apps.values()))
        await self._root.close(None if seconds is None else seconds - (monotonic() - began))

    def _app_of(self, path: bytes) -> App:
        return self._apps.get(path[1:].partition(b"/")[0], self._root)
