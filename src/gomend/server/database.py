"""The checksum database as a server hands it on: proved first, like everything else."""

from gomend.causes import Code
from gomend.gomod.note import MalformedNoteError
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.tlog import parse_tile
from gomend.server.conditions import validators_of
from gomend.server.hot import HeaderList, Ready
from gomend.server.house import House
from gomend.server.refusals import Refusal, refusal_of
from gomend.server.sending import caching
from gomend.sources.refused import CheckError

_TEXT: HeaderList = ((b"content-type", b"text/plain; charset=utf-8"),)
_BYTES: HeaderList = ((b"content-type", b"application/octet-stream"),)


async def of_database(house: House, asked: Asked, *, is_anybodys: bool) -> Ready | Refusal:
    """The answer to a request for a file of a checksum database, which everybody may have or not."""
    subject = f"{asked.module}@{asked.version}" if asked.module else asked.sumdb
    if asked.sumdb not in house.databases:
        return Refusal(404, f"not found: this server does not ask the checksum database {asked.sumdb}")
    if asked.kind is Kind.SUMDB_LOOKUP and house.is_exempt(asked.module):
        code = Code.CHECKSUM_SUMDB_NOT_FOUND  # as the database itself would say of a private module
        words = "private here (GONOSUMDB), so the database is not asked; set GOPRIVATE or GONOSUMDB for it, too"
        return Refusal(404, f"not found: {code}: {subject}: {words}", code)
    try:
        body = await _content(house, asked)
    except CheckError as error:
        if error.code is Code.CHECKSUM_SUMDB_NOT_FOUND:
            return Refusal(404, f"not found: {error.code}: {subject}: {error.words}", error.code)
        return refusal_of(error, subject)
    stays = asked.kind in (Kind.SUMDB_LOOKUP, Kind.SUMDB_TILE)
    kind = _BYTES if asked.kind is Kind.SUMDB_TILE else _TEXT
    headers = (*kind, caching(stays=stays, is_anybodys=is_anybodys))
    return Ready("sumdb", len(body), headers, validators_of(body), body)


async def _content(house: House, asked: Asked) -> bytes:
    database, ops = house.databases[asked.sumdb]
    if asked.kind is Kind.SUMDB_SUPPORTED:
        return b""
    with ops.faults():
        if asked.kind is Kind.SUMDB_LOOKUP:
            return (await database.lookup(asked.module, asked.version)).message
        if asked.kind is Kind.SUMDB_TILE:
            return await database.tile(parse_tile(asked.tile))
        note = await ops.read_remote("latest")
        if not note:
            raise MalformedNoteError
        await database.merge(note)
        return note
