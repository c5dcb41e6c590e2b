"""go through a server whose source is `direct`, against go alone: real repositories over https and ssh."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.site import namespace_command, namespaces_allowed
from tests.server.fromgit import QUESTIONS

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.netns
def test_go_gets_the_same_through_it_as_from_the_repositories(go: Path) -> None:
    if not namespaces_allowed():
        pytest.skip("this machine does not let us make namespaces")
    ran = subprocess.run(
        [*namespace_command(), sys.executable, "-m", "tests.server.fromgit", str(go)],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    plain, through, again = (document[name]["answers"] for name in ("plain", "through", "again"))
    assert set(plain) == set(QUESTIONS)
    for question, answer in plain.items():
        assert answer["Sum"], answer
        assert through[question] == again[question] == answer
    assert document["again asked"] == []  # what was asked a moment ago is known
    status, text, told_elsewhere = document["away"]  # where a host redirects to another, its token does not go along
    assert status == 404 and "could not read Username for 'https://elsewhere.example'" in text
    assert told_elsewhere == [["/token.git/info/refs", ""]]
    assert len(document["leaks"]) == 15 and 200 not in document["leaks"].values(), document["leaks"]
    assert document["shown to leaks"] == []
    status, text = document["refused token"]
    assert (status, text.partition(":")[0]) == (502, "auth.credentials")
    assert "the credentials for token.example expired at 2020-01-01T00:00:00Z" in text
    status, text = document["refused ssh"]
    assert (status, text.partition(":")[0]) == (502, "auth.ssh") and "Host key verification failed" in text
    assert document["by environment"] == 200
    assert "git-upload-pack '/ssh.git'" in document["ssh"]
