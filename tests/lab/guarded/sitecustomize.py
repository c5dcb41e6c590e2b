"""On the path of a Python program that a test starts: keeps it on loopback. Loaded by Python itself (site)."""

from tests.lab.loopback import keep_in

keep_in()
