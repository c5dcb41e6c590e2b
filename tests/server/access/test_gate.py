"""What a request may have, by who asks, by rules, and how often."""

from datetime import UTC, datetime

import pytest

from gomend.server.access.gate import Gate, Permit, Refusal
from gomend.server.access.rates import Rates
from gomend.server.access.rules import Action, Objection, Rule, RuleError, policy, shown
from gomend.server.access.tokens import Grant, Right, Token, new_token

PRIVATE = "corp.example"
NOBODY = policy([])


def token(*grants: Grant) -> Token:
    return new_token("ci", grants, datetime(2026, 1, 1, tzinfo=UTC))[1]


READER = token(Grant(Right.READ))
PUBLIC = token(Grant(Right.FETCH, "github.com/*"))
TEAM = token(Grant(Right.FETCH, "corp.example/team"))


def status(answer: Permit | Refusal) -> int | str:
    return answer.status if isinstance(answer, Refusal) else "fetch" if answer.may_fetch else "read"


@pytest.mark.parametrize(
    ("holder", "module", "answer"),
    [
        (None, "github.com/a/b", "fetch"),
        (None, "corp.example/team/x", 401),
        (READER, "github.com/a/b", "read"),
        (READER, "corp.example/team/x", "read"),
        (PUBLIC, "github.com/a/b", "fetch"),
        (PUBLIC, "golang.org/x/net", "fetch"),
        (PUBLIC, "corp.example/team/x", 403),
        (TEAM, "corp.example/team/x", "fetch"),
        (TEAM, "corp.example/other", 403),
    ],
)
def test_private_modules_go_to_those_who_may(holder: Token | None, module: str, answer: int | str) -> None:
    assert status(Gate(NOBODY, PRIVATE, has_tokens=True).module(holder, module)) == answer


def test_without_open_rights_everybody_needs_a_token() -> None:
    gate = Gate(NOBODY, PRIVATE, open_to_all=(), has_tokens=True)
    assert [status(gate.module(who, "github.com/a/b")) for who in (None, PUBLIC, TEAM)] == [401, "fetch", 403]
    gate = Gate(NOBODY, PRIVATE, open_to_all=(Grant(Right.READ, "golang.org/x"),), has_tokens=True)
    assert [status(gate.module(None, module)) for module in ("golang.org/x/net", "github.com/a")] == ["read", 401]


def test_a_server_without_tokens_is_its_users_own() -> None:
    assert status(Gate(NOBODY, PRIVATE).module(None, "corp.example/x")) == "fetch"


def test_calls_that_change_the_server_want_an_admin() -> None:
    gate = Gate(NOBODY)
    assert [status(gate.admin(who)) for who in (None, PUBLIC, token(Grant(Right.ADMIN)))] == [
        401, 403, "fetch",
    ]  # fmt: skip


def test_a_rule_is_not_told_to_whoever_may_not_know_the_module() -> None:
    rules = policy([Rule(Action.DENY, "corp.example/x", reason="we left it")])
    gate = Gate(rules, PRIVATE, has_tokens=True)
    assert status(gate.module(None, "corp.example/x")) == 401
    refused = gate.module(token(Grant(Right.READ)), "corp.example/x", "v1.0.0")
    assert refused == Refusal(403, "corp.example/x@v1.0.0 is not handed out here: we left it")


RULES = [
    Rule(Action.ALLOW, "github.com/evil/but-this"),
    Rule(Action.DENY, "github.com/evil", reason="they were taken over"),
    Rule(Action.HIDE, "github.com/a/b", ">=v1.2.0 <v1.3.0"),
    Rule(Action.DENY, "github.com/a/b", "v1.5.0"),
]


@pytest.mark.parametrize(
    ("module", "version", "objection"),
    [
        ("github.com/evil/x", "", Objection("they were taken over")),
        ("github.com/evil/x", "v1.0.0", Objection("they were taken over")),
        ("github.com/evil/but-this/v2", "v2.0.0", None),
        ("github.com/a/b", "", None),
        ("github.com/a/b", "v1.1.9", None),
        ("github.com/a/b", "v1.2.0", Objection("a rule about github.com/a/b >=v1.2.0 <v1.3.0", hidden=True)),
        ("github.com/a/b", "v1.3.0-rc.1", Objection("a rule about github.com/a/b >=v1.2.0 <v1.3.0", hidden=True)),
        ("github.com/a/b", "v1.3.0", None),
        ("github.com/a/b", "v1.5.0", Objection("a rule about github.com/a/b v1.5.0")),
        ("github.com/a/b", "main", None),
    ],
)
def test_the_first_rule_about_a_version_decides(module: str, version: str, objection: Objection | None) -> None:
    assert policy(RULES)(module, version) == objection


def test_what_no_rule_allows_may_be_denied_altogether() -> None:
    listed = policy([Rule(Action.ALLOW, "github.com/a"), Rule(Action.DENY, "*", reason="not on our list")])
    assert listed("github.com/a/b", "v1.0.0") is listed("github.com/a", "") is None
    assert listed("github.com/ab", "v1.0.0") == listed("golang.org/x/net", "") == Objection("not on our list")


@pytest.mark.parametrize(
    ("version", "is_denied"),
    [
        ("v2.0.0+incompatible", True),
        ("v2.0.1-0.20240101000000-abcdefabcdef", True),
        ("v2.0.0-rc.1", False),
        ("v1.9.9", False),
        ("v2", False),
    ],
)
def test_a_range_is_by_the_order_of_versions(version: str, is_denied: bool) -> None:
    rules = policy([Rule(Action.DENY, "github.com/a/b", ">=v2.0.0")])
    assert (rules("github.com/a/b", version) is not None) is is_denied


def test_hidden_versions_are_left_out_of_lists_and_denied_ones_are_not() -> None:
    versions = ["v1.1.0", "v1.2.0", "v1.2.9", "v1.4.0", "v1.5.0"]
    assert shown(policy(RULES), "github.com/a/b", versions) == ["v1.1.0", "v1.4.0", "v1.5.0"]
    assert status(Gate(policy(RULES)).module(None, "github.com/a/b", "v1.2.0")) == 404


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(Action.DENY, ""), "pattern"),
        (Rule(Action.DENY, "a.example, b.example"), "pattern"),
        (Rule(Action.DENY, "a.example/["), "pattern"),
        (Rule(Action.DENY, "a.example", "1.2.0"), "versions"),
        (Rule(Action.DENY, "a.example", "!=v1.2.0"), "versions"),
        (Rule(Action.DENY, "a.example", "> v1.2.0"), "versions"),
    ],
)
def test_a_rule_that_cannot_mean_what_it_says_is_refused(rule: Rule, field: str) -> None:
    with pytest.raises(RuleError) as error:
        policy([Rule(Action.ALLOW, "x.example"), rule])
    assert (error.value.number, error.value.field) == (2, field)


def test_a_client_has_its_burst_and_then_its_rate() -> None:
    rates = Rates(per_second=0.5, burst=3)
    assert [rates.wait("a", now=0) for _ in range(4)] == [0, 0, 0, 2]
    assert rates.wait("b", now=0) == 0
    assert [rates.wait("a", now=1), rates.wait("a", now=2), rates.wait("a", now=2)] == [1, 0, 2]
    assert [rates.wait("a", now=1000) for _ in range(4)] == [0, 0, 0, 2]


def test_a_rule_about_versions_says_nothing_about_a_question_that_names_none() -> None:
    rules = policy([Rule(Action.DENY, "example.com/old", "<v1.4.2")])
    assert rules("example.com/old", "v1.4.1") is not None
    assert rules("example.com/old", "") is None and rules("example.com/old", "master") is None
