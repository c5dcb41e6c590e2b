"""GOVCS: go's own errors and decisions."""

import os
import re
import subprocess

import pytest

from gomend.gomod.vcspolicy import DEFAULT_RULES, GOVCSError, parse_govcs, vcs_allowed

BAD = ["x", ",", "a:git,", ":git", "a:", "./x:git", "..:git", "a:git,a:hg", "a:git|", "public:git,public:hg"]


@pytest.mark.parametrize("govcs", BAD)
def test_go_refuses_with_the_same_words(go, govcs, tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "GOENV": "off", "GOSUMDB": "off",
        "GOTOOLCHAIN": "local", "GOVCS": govcs,
        "GOPROXY": "direct", "GOTELEMETRY": "off", "GIT_ALLOW_PROTOCOL": "none", "GO111MODULE": "on",
    }  # fmt: skip
    command = [go, "list", "-m", "github.com/u/r@v1.0.0"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True).stderr
    with pytest.raises(GOVCSError, match=f"^{re.escape(printed.strip().rpartition('r@v1.0.0: ')[2])}$"):
        parse_govcs(govcs)


def test_the_first_rule_that_matches_decides():
    rules = parse_govcs(" github.com:git , evil.example:off,private:hg|git, public:off")
    assert [rule.pattern for rule in rules] == ["github.com", "evil.example", "private", "public", "private", "public"]
    assert vcs_allowed(rules, "github.com/u/r", "git", private=False)
    assert not vcs_allowed(rules, "github.com/u/r", "hg", private=True)
    assert not vcs_allowed(rules, "evil.example/x", "git", private=True)
    assert vcs_allowed(rules, "corp.example/x", "hg", private=True)
    assert not vcs_allowed(rules, "other.example/x", "git", private=False)


def test_the_default_allows_everything_private_and_git_and_hg():
    assert parse_govcs(" ") == DEFAULT_RULES
    assert vcs_allowed(DEFAULT_RULES, "a.b", "svn", private=True)
    assert [tool for tool in ("git", "hg", "svn") if vcs_allowed(DEFAULT_RULES, "a.b", tool, private=False)] == [
        "git",
        "hg",
    ]
