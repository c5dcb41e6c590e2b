"""What a server tells of itself, below `/-/`."""

from collections.abc import Callable
from urllib.parse import unquote

from gomend import __version__
from gomend.gomod.path import InvalidEscapeError, InvalidPathError, unescape_path
from gomend.server.admission import Admission
from gomend.server.colleagues import Colleagues
from gomend.server.conditions import validators_of
from gomend.server.hot import Ready
from gomend.server.house import House
from gomend.server.readiness import Readiness
from gomend.server.refusals import Refusal
from gomend.server.routes import ModuleRoute, Own, route
from gomend.server.visit import Visit
from gomend.telemetry.metrics import CONTENT_TYPE, Metrics


class Pages:
    """Answers for a House. `is_stopping` says whether it ends; `colleagues` are the other workers, if there are any."""

    def __init__(
        self,
        house: House,
        metrics: Metrics,
        admission: Admission,
        is_stopping: Callable[[], bool],
        *,
        colleagues: Colleagues | None,
        readiness: Readiness,
    ) -> None:
        self._house = house
        self._metrics = metrics
        self._admission = admission
        self._is_stopping = is_stopping
        self._colleagues = colleagues
        self._readiness = readiness

    async def answer(self, visit: Visit, page: Own, rest: str) -> Ready | Refusal:
        """A page; `rest` is the path below it."""
        match page:
            case Own.HEALTHY:
                return Refusal(200, "ok")
            case Own.READY:
                return await self._ready()
            case Own.VERSION:
                return Refusal(200, f"gomend {__version__}")
            case Own.METRICS:
                body = self._metrics.text() if self._colleagues is None else await self._colleagues.text()
                headers = ((b"content-type", CONTENT_TYPE.encode()), (b"cache-control", b"no-store"))
                return Ready("own", len(body), headers, validators_of(body), body)
            case Own.PURGE:
                return await self._purge(visit, rest)

    async def _ready(self) -> Refusal:
        if self._is_stopping():
            return Refusal(503, "stopping")
        reasons = await self._readiness.reasons()
        return Refusal(503 if reasons else 200, "\n".join(reasons) or "ready")

    async def _purge(self, visit: Visit, rest: str) -> Refusal:
        if visit.method != "POST":
            return Refusal(405, "purge wants POST", None, {"Allow": "POST"})
        refusal = self._admission.admin(visit.holder)
        if refusal is not None:
            return refusal
        found = route(f"/{rest}".encode())
        if isinstance(found, ModuleRoute):
            known = await self._house.files.forget(found.path)
        else:
            try:
                module = unescape_path(unquote(rest))
            except (InvalidPathError, InvalidEscapeError):
                words = "not found: purge wants a module, or the path of a list, @latest or .info"
                return Refusal(404, words)
            known = await self._house.files.forget_module(module)
        return Refusal(200, "forgotten" if known else "there was nothing to forget")
