"""Before a wrapped command: pins in the hosts file that have expired are taken out, or it is said how to."""

import sys
import time
from contextlib import suppress

from gomend.cli.mending import RefusedError
from gomend.cli.saying import voice as voice_in_force
from gomend.mend.pins import hosts_file, pins_in


def expire_in_system() -> None:
    """Nothing in here keeps the command from running."""
    hosts = hosts_file({}, sys.platform)
    with suppress(OSError, RefusedError):
        if any(pin.until <= time.time() for pin in pins_in(hosts.read_bytes(), system=True)):
            from gomend.cli.dns.pinning import expire, own_file  # noqa: PLC0415 - loads what looks at networks

            voice = voice_in_force()
            expire(own_file(voice), hosts, voice)
