"""What a server's audit tells of a request. Pure but for what it writes to."""

from gomend.causes import Code
from gomend.server.visit import Visit
from gomend.sources.verified import Failure
from gomend.telemetry.audit import AuditFile

_REFUSED = frozenset({401, 403, 421, 429})
_OTHER_BYTES = frozenset({Code.CHECKSUM_SUMDB_MISMATCH, Code.CHECKSUM_SUMDB_UNTRUSTED})


def verdict_of(visit: Visit, *, is_cut: bool) -> str:
    """What a request came to, in one word."""
    if visit.code in _OTHER_BYTES:
        return "mismatch"
    if is_cut:
        return "cut"
    if visit.is_denied or visit.status in _REFUSED:
        return "refused"
    if visit.status in (404, 410):
        return "not_found"
    if visit.status >= 500:
        return "failed"
    return "changed" if visit.method == "POST" else "served"


def audit_visit(audit: AuditFile, visit: Visit, *, is_cut: bool) -> None:
    """A line about a request, unless somebody only looked at how the server is."""
    if visit.kind == "own" and visit.method != "POST":
        return
    module, _, version = visit.subject.partition("@")
    facts = {
        "who": visit.holder.name if visit.holder is not None else "",
        "client": visit.client,
        "module": module,
        "version": version,
        "kind": visit.kind,
        "code": visit.code,
    }
    audit.write(
        verdict_of(visit, is_cut=is_cut),
        request=visit.id,
        **{name: value for name, value in facts.items() if value},
        method=visit.method,
        path=visit.path.decode("latin-1")[:512],
        status=visit.status,
        bytes=visit.size,
    )


def audit_failure(audit: AuditFile, failure: Failure) -> None:
    """A line about a file that did not pass its check, whoever asked for it."""
    audit.write(
        "mismatch" if failure.code in _OTHER_BYTES else "unverified",
        module=failure.module,
        version=failure.version,
        kind=failure.kind.value,
        code=str(failure.code),
        error=failure.words,
    )
