"""Git repositories of the lab's modules; git's own rules lead there, over files, from the hosts that it would ask."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.lab.modules import Module

_ME = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")


def repositories(folder: Path, modules: Iterable[Module]) -> dict[str, str]:
    """One repository a module `HOST/OWNER/NAME`, its version a tag. Returns the variables with which git finds them.

    A host's other repositories do not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "gitconfig"
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    hosts = set()
    for module in modules:
        place = folder / module.path
        place.mkdir(parents=True)
        for name, content in module.content.items():
            (place / name).write_bytes(content)
        for words in (["init", "-q"], ["add", "-A"], [*_ME, "commit", "-qm", "all"], ["tag", module.version]):
            subprocess.run(["git", *words], cwd=place, env=environment, check=True, capture_output=True)
        hosts.add(module.path.partition("/")[0])
    rules = [f'[url "file://{folder}/{host}/"]\n\tinsteadOf = https://{host}/\n' for host in sorted(hosts)]
    config.write_text("".join(rules))
    return {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}
