"""`gomend token`: what clients show to `gomend serve`."""

from gomend.cli.command import make_group

command = make_group("token", ("create", "list", "revoke"))
