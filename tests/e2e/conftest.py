"""What these tests have: a machine to plant faults in."""

from tests.e2e.mendbench import bench  # noqa: F401 - a fixture
