"""`gomend store`: the files that `gomend serve` keeps."""

from gomend.cli.command import make_group

command = make_group("store", ("import", "warm", "check", "stats", "gc", "export", "purge"))
