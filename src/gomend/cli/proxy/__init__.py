"""`gomend proxy`: the module proxies that go asks."""

from gomend.cli.command import make_group

command = make_group("proxy", ("list", "test", "route", "use", "save"))
