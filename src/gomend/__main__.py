"""`python -m gomend`."""

from gomend.cli.main import run

run()
