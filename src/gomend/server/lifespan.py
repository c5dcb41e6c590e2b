"""What a worker serves, and when it is made and closed."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from gomend.server.app import Receive
from gomend.server.connection import Answerer
from gomend.server.sending import Send

Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class Server(Answerer, Protocol):
    """An App, or several as one."""

    async def close(self, seconds: float | None = None) -> None:
        """As of App."""


def with_lifespan(make: Callable[[], Awaitable[Server]]) -> Application:
    """The application that makes its Server when the process starts and closes it when it stops."""
    app: Server | None = None

    async def lifespan(receive: Receive, send: Send) -> None:
        nonlocal app
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                app = await make()
                await send({"type": "lifespan.startup.complete"})
            else:
                if app is not None:
                    await app.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] == "http" and app is not None:
            await app(scope, receive, send)

    return application
