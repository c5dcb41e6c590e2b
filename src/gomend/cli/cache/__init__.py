"""`gomend cache`: the module cache looked after."""

from gomend.cli.command import make_group

command = make_group("cache", ("check", "repair", "size", "clean"))
