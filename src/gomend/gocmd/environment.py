"""go's settings in force, as go itself tells them."""

import json
import subprocess
from collections.abc import Mapping

_SECONDS = 5.0


def effective(go: str, environment: Mapping[str, str], folder: str = ".") -> dict[str, str]:
    """`go env` for work in `folder`: name → value. Empty when go does not tell within 5 s; never asks the network.

    GOTOOLCHAIN is told as `environment` has it, though it is kept from acting here.
    """
    asked = {**environment, "GOTOOLCHAIN": "local"}
    try:
        ran = subprocess.run(
            [go, "env", "-json"],
            cwd=folder,
            env=asked,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        told = json.loads(ran.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    values = {str(name): str(value) for name, value in told.items()}
    if environment.get("GOTOOLCHAIN"):
        values["GOTOOLCHAIN"] = environment["GOTOOLCHAIN"]
    else:
        values.pop("GOTOOLCHAIN", None)
    return values
