"""Enters the namespaces and makes the cases there."""

import os
import sys

os.execvp(
    "unshare",
    [
        "unshare",
        "-n",
        "-m",
        "--pid",
        "--fork",
        "--mount-proc",
        "--kill-child",
        sys.executable,
        "-m",
        "tests.lab.local.town",
        *sys.argv[1:],
    ],
)
