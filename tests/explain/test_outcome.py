"""The outcome decides: what failed, what was mended, what only follows, what hides."""

import pytest

from gomend.causes import Certainty, Code, Outcome, Verdict
from gomend.explain import explain

BASE = "https://proxy.example/a.io/b/@v/v1.0.0"
DNS = f'go: a.io/b@v1.0.0: Get "{BASE}.mod": dial tcp: lookup proxy.example on 10.0.0.2:53: no such host\n'
MISSING = f"# get {BASE}.info: 404 Not Found (0.010s)\n"
GITHUB = (
    "go: a.io/b@v1.0.0: invalid version: git ls-remote -q origin in /c: exit status 128:\n"
    "\tfatal: could not read Username for 'https://github.com': terminal prompts disabled\n"
)


def verdict(log: str, status: int | None = None) -> Verdict:
    return explain([log.encode()], exit_status=status)


def roots(log: str, status: int | None = None) -> list[Code]:
    return [root.code for root in verdict(log, status).roots]


def test_a_404_that_a_later_source_answered_is_harmless() -> None:
    found = verdict(MISSING + "# get https://second.example/a.io/b/@v/v1.0.0.info: 200 OK (0.1s)\n", 0)
    assert found.outcome is Outcome.OK
    assert found.roots == ()
    assert found.harmless == {Code.PROXY_NOT_FOUND: 1, Code.PROGRESS_DOWNLOAD: 1}


def test_the_same_404_at_the_end_is_the_root() -> None:
    found = verdict(MISSING + f"go: a.io/b@v1.0.0: reading {BASE}.info: 404 Not Found\n", 1)
    assert [root.code for root in found.roots] == [Code.PROXY_NOT_FOUND]
    assert found.roots[0].certainty is Certainty.CERTAIN
    assert found.harmless == {}


def test_a_command_that_failed_without_a_word_leaves_its_tries_as_likely() -> None:
    found = verdict(f'# get {BASE}.zip: Get "{BASE}.zip": dial tcp 1.2.3.4:443: i/o timeout\n', 1)
    assert [(root.code, root.certainty) for root in found.roots] == [(Code.NET_CONNECT_TIMEOUT, Certainty.LIKELY)]


@pytest.mark.parametrize(
    "consequence",
    [
        "go: a.io/app imports\n\tc.io/d: cannot find module providing package c.io/d\n",
        "main.go:4:2: no required module provides package c.io/d; to add it:\n\tgo get c.io/d\n",
        "go: a.io/b@v1.0.0: missing go.sum entry for go.mod file; to add it:\n\tgo mod download a.io/b\n",
        "# a.io/app\n./x.go:3:4: undefined: b.B\n",
        "make: *** [Makefile:3: build] Error 1\n",
        "exit status 1\n",
        "go: the flux capacitor failed\n",
    ],
)
def test_consequences_are_left_out_wherever_they_stand(consequence: str) -> None:
    assert roots(DNS + consequence, 1) == [Code.DNS_NXDOMAIN]
    assert roots(consequence + DNS, 1) == [Code.DNS_NXDOMAIN]


def test_a_failed_look_up_explains_a_toolchain_that_is_not_available() -> None:
    log = (
        "# get https://proxy.example/golang.org/toolchain/@v/v0.0.1-go1.99.0.linux-amd64.zip: "
        'Get "https://proxy.example/golang.org/toolchain/@v/v0.0.1-go1.99.0.linux-amd64.zip": '
        "dial tcp: lookup proxy.example: no such host\n"
        "go: download go1.99.0 for linux/amd64: toolchain not available\n"
    )
    assert roots(log, 1) == [Code.DNS_NXDOMAIN]
    assert roots(log.splitlines()[-1], 1) == [Code.TOOLCHAIN_UNAVAILABLE]


def test_a_time_out_that_direct_hides_is_likely() -> None:
    hidden = f'# get {BASE}.info: Get "{BASE}.info": dial tcp 1.2.3.4:443: i/o timeout\n'
    found = verdict(hidden + GITHUB, 1)
    assert [(root.code, root.certainty) for root in found.roots] == [
        (Code.NET_CONNECT_TIMEOUT, Certainty.LIKELY),
        (Code.AUTH_CREDENTIALS, Certainty.LIKELY),
    ]


def test_a_revision_that_the_repository_does_not_have_hides_nothing() -> None:
    hidden = f'# get {BASE}.info: Get "{BASE}.info": dial tcp 1.2.3.4:443: i/o timeout\n'
    assert roots(hidden + "go: a.io/b@v1.0.0: invalid version: unknown revision v1.0.0\n", 1) == [
        Code.VCS_UNKNOWN_REVISION
    ]


def test_a_log_of_progress_alone_is_undetermined() -> None:
    log = "go: downloading a.io/b v1.0.0\n" * 3
    assert verdict(log).outcome is Outcome.UNDETERMINED
    assert verdict(log, 0).outcome is Outcome.OK
    assert verdict(log, 1).outcome is Outcome.FAILED


def test_an_empty_log_is_judged_by_its_status_alone() -> None:
    assert verdict("").outcome is Outcome.UNDETERMINED
    assert verdict("", 0).outcome is Outcome.OK
    assert roots("", 1) == [Code.UNKNOWN]


@pytest.mark.parametrize(
    "end",
    [
        "go: added a.io/b v1.0.0\n",
        "all modules verified\n",
        "ok  \ta.io/app\t0.1s\n",
        "go: no module dependencies to download\n",
    ],
)
def test_words_that_go_prints_last_tell_of_success(end: str) -> None:
    assert verdict("go: downloading a.io/b v1.0.0\n" + end).outcome is Outcome.OK


def test_a_try_that_a_later_one_mends_is_harmless() -> None:
    found = verdict(DNS + "retrying\ngo: downloading a.io/b v1.0.0\nok  \ta.io/app\t0.1s\n")
    assert (found.outcome, found.roots) == (Outcome.OK, ())
    assert found.harmless[Code.DNS_NXDOMAIN] == 1


def test_a_try_that_fails_again_is_not_mended() -> None:
    found = verdict(DNS + "retrying\ngo: downloading c.io/d v1.0.0\n" + DNS)
    assert (found.outcome, [root.code for root in found.roots]) == (Outcome.FAILED, [Code.DNS_NXDOMAIN])
    assert found.roots[0].lines == (4, 4)


def test_a_status_of_zero_makes_all_harmless_but_warnings_stay() -> None:
    found = verdict(DNS + "go: warning: a.io/c@v1.0.0: retracted by module author\n", 0)
    assert (found.outcome, found.roots) == (Outcome.OK, ())
    assert [warning.code for warning in found.warnings] == [Code.MODULE_RETRACTED]
    assert found.warnings[0].subject.module == "a.io/c"


def test_the_same_fault_of_many_modules_is_one_root() -> None:
    many = "".join(DNS.replace("a.io/b", f"a.io/b{number}") for number in range(50))
    (root,) = verdict(many, 1).roots
    assert root.lines == (1, 1)
    assert root.evidence[0].text == "50 lines say so"


def test_two_independent_faults_are_two_roots() -> None:
    log = (
        f"go: c.io/d@v1.0.0: reading {BASE.replace('a.io/b', 'c.io/d')}.mod: 404 Not Found\n"
        "go: e.io/f@v1.0.0: module e.io/f@v1.0.0 requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)\n"
    )
    assert roots(log, 1) == [Code.PROXY_NOT_FOUND, Code.TOOLCHAIN_TOO_OLD]


def test_what_tests_print_does_not_hide_that_they_failed() -> None:
    log = "2026/01/01 dial tcp 127.0.0.1:5432: connect: connection refused\n--- FAIL: TestStore "
    "(0.1s)\nFAIL\ta.io/app\t0.2s\n"
    assert roots(log, 1) == [Code.BUILD_COMPILE]


def test_the_words_of_an_unknown_program_count_where_nobody_else_speaks() -> None:
    found = verdict("deploy: could not reach registry: dial tcp: lookup registry.example: no such host\n", 1)
    assert [(root.code, root.certainty) for root in found.roots] == [(Code.DNS_NXDOMAIN, Certainty.UNSURE)]
    assert verdict("people write: dial tcp: lookup registry.example: no such host\n").outcome is Outcome.UNDETERMINED


def test_an_unknown_reason_keeps_its_line_whole() -> None:
    (root,) = verdict("hello\nthe flux capacitor gave up\n", 3).roots
    assert (root.code, root.text, root.lines) == (Code.UNKNOWN, "the flux capacitor gave up", (2, 2))
