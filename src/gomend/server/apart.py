"""What a tenant has by itself, and nothing of the server's own: files, and what its sources are asked with. Pure."""

import os
from collections.abc import Mapping

import msgspec

from gomend.server.told import Told
from gomend.storage.opening import place_of_tenant

# git's and ssh's ways to credentials of the user that the server runs as. ssh looks for its files at the user's home
# whatever HOME says, so it is told to use none: it then reaches what anybody may reach.
_OF_THE_USER = frozenset(
    {
        "GIT_ASKPASS", "GIT_CONFIG_PARAMETERS", "GIT_SSH",
        "SSH_ASKPASS", "SSH_AUTH_SOCK", "XDG_CONFIG_HOME",
    }
)  # fmt: skip
_NONE_OF_THEM = {
    "HOME": os.devnull,  # where none is named, libcurl (netrc) asks the system for the user's
    "NETRC": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "HGRCPATH": "",
    "GIT_SSH_COMMAND": "ssh -F none -o IdentityFile=none -o IdentityAgent=none -o BatchMode=yes -o ConnectTimeout=10",
}


def tenant_of(server: Told, name: str, own: Told) -> Told:
    """What a tenant is told, by what its `own` settings say over those of the server."""
    return msgspec.structs.replace(
        own,
        tenant=name,
        instance=f"{name}-{server.instance}",
        store=place_of_tenant(server.store, name),
        rules=(*server.rules, *own.rules),
        go={**own.go, "GOAUTH": "off"},
        environment=without_credentials(own.environment),
    )


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which neither a request, nor git, nor ssh finds credentials of the server's own user."""
    kept = {name: value for name, value in environment.items() if name not in _OF_THE_USER}
    return kept | _NONE_OF_THEM
