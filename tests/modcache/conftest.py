"""What these tests have: a module cache as go leaves it."""

from tests.lab.modcache import place, template  # noqa: F401 - fixtures
