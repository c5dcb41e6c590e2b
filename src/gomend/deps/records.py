"""Which host served a module version, by the records that gomend keeps of its runs."""

from collections.abc import Mapping

from gomend.gocmd.recorded import recorded
from gomend.trace.recorder import unpacked

_RUNS = 20  # the newest


def served_by(environment: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """(module, version) → the host whose zip came last."""
    found: dict[tuple[str, str], str] = {}
    for one in recorded(environment)[:_RUNS]:
        if one.trace is None:
            continue
        try:
            trace = unpacked(one.trace.read_bytes())
        except (OSError, ValueError):
            continue
        for request in trace.requests:
            if request.purpose == "zip" and request.status == 200 and not request.code:
                found.setdefault((request.module, request.version), request.host)
    return found
