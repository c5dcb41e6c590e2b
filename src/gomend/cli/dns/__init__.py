"""`gomend dns`: how names become addresses here."""

from gomend.cli.command import make_group

command = make_group("dns", ("check", "pin", "unpin", "pins", "flush"))
