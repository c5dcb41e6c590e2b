"""The hosts file: gomend's own block in it, one host a line. All else in the file stays as it is, byte for byte. Pure.

A value is `ADDRESS SINCE UNTIL PORT`: times as in RFC 3339, UTC; the port is the one whose certificate was seen.
"""

import re
from collections.abc import Mapping
from typing import Final

BEGIN: Final = b"# gomend: begin (pinned names; `gomend dns unpin HOST` takes one out)"
END: Final = b"# gomend: end"

_PIN = re.compile(rb"(\S+)[ \t]+(\S+)[ \t]+# gomend: since (\S+) until (\S+) port (\d{1,5})\s*\Z")


def values(data: bytes) -> Mapping[str, str]:
    """The pinned hosts in gomend's block."""
    found: dict[str, str] = {}
    for line in _split(data)[1]:
        if pin := _PIN.match(line):
            address, host, since, until, port = (word.decode("utf-8", "replace") for word in pin.groups())
            found[host] = f"{address} {since} {until} {port}"
    return found


def put(data: bytes, host: str, value: str | None) -> bytes:
    """The file with `host` pinned as `value` says; None takes it out, and the block with the last one."""
    pins = {**values(data)}
    if value == pins.get(host):
        return data
    if value is None:
        pins.pop(host, None)
    else:
        pins[host] = value
    before, block, after = _split(data)
    ending = b"\r\n" if b"\r\n" in before + after else b"\n"
    if not pins:
        return before + b"".join(line for line in block[1:-1] if not _PIN.match(line)) + after
    if not block and before and not before.endswith(b"\n"):
        before += ending
    lines = [BEGIN, *(_line(name, said) for name, said in pins.items()), END]
    foreign = b"".join(line for line in block[1:-1] if not _PIN.match(line))  # somebody wrote it there
    return before + foreign + b"".join(line + ending for line in lines) + after


def _line(host: str, value: str) -> bytes:
    address, since, until, port = value.split(" ")
    return f"{address} {host} # gomend: since {since} until {until} port {port}".encode()


def _split(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the block, the block's lines, what stands after; a block without an end is none."""
    lines = data.splitlines(keepends=True)
    bare = [line.strip() for line in lines]
    if END not in bare:
        return data, [], b""
    end = bare.index(END)
    if BEGIN not in bare[:end]:
        return data, [], b""
    begin = end - 1 - bare[:end][::-1].index(BEGIN)
    return b"".join(lines[:begin]), lines[begin : end + 1], b"".join(lines[end + 1 :])
