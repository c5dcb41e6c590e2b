"""Where a server that others use can be sent: in an internet of its own, whose names lie."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.site import namespace_command, namespaces_allowed

from gomend.server.permitted import filter_of

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.netns
def test_beyond_loopback_nobody_can_send_it_to_an_address_that_is_not_public() -> None:
    if not namespaces_allowed():
        pytest.skip("this machine does not let us make namespaces")
    ran = subprocess.run(
        [*namespace_command(), sys.executable, "-m", "tests.server.lying"],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    beyond, named = document["beyond"], document["named"]
    assert document["canaries"] and set(document["canaries"].values()) == {0}
    served = {trick for trick, (status, _) in beyond.items() if status == 200}
    assert served == {"public", "private"}, beyond
    rebound = {trick for trick in beyond if "rebound" in trick}
    for trick in rebound:  # each was dialled where it was when it was judged: at the public host, of another name
        assert beyond[trick][1].startswith("tls.hostname_mismatch:"), beyond[trick]
    other = {trick: answer for trick, answer in beyond.items() if trick not in served | rebound}
    for trick, (status, text) in other.items():
        assert (status, text.partition(":")[0]) == (403, "vcs.disallowed"), (trick, text)
    assert {trick: status for trick, (status, _) in named.items()} == {"public": 200, "internal": 200, "private": 200}


@pytest.mark.parametrize(
    ("allow_hosts", "goprivate", "host", "named"),
    [
        ("git.corp.example", "", "git.corp.example", True),
        ("git.corp.example", "", "GIT.corp.example.", True),
        ("git.corp.example", "", "x.git.corp.example", False),
        ("a.example, *.intra.example", "", "b.intra.example", True),
        ("", "*.corp.example,git.example/team/*", "git.example", True),
        ("", "*.corp.example,git.example/team/*", "code.corp.example", True),
        ("", "*", "metadata.google.internal", False),
        ("*", "", "anything.example", True),
        ("", "", "", False),
        ("169.254.169.254", "", "169.254.169.254", True),
    ],
)
def test_hosts_are_named_by_the_option_and_by_private_patterns(
    allow_hosts: str, goprivate: str, host: str, named: bool
) -> None:
    assert filter_of(allow_hosts, goprivate).allows(host, "10.0.0.1") is named
