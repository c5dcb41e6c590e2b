"""What is kept of a log's commands is bounded, and what decides is among it."""

from gomend.causes import Code, Subject
from gomend.explain.statements import Role, Statement
from gomend.explain.steps import MOST_DONE, MOST_FAULTS, MOST_STEPS, MOST_TRIES, MOST_WARNINGS, Steps


def said(role: Role, number: int, text: str = "go: x") -> Statement:
    url = f"https://h.example/m{number}/@v/list"
    return Statement(role, Code.PROXY_NOT_FOUND, (number, number), f"{text} {number}", subject=Subject(url=url))


def test_one_command_keeps_a_bounded_number_of_each_kind() -> None:
    steps = Steps()
    for number in range(10_000):
        for role in (Role.TRY, Role.WARNING):
            steps.add("", said(role, number))
        steps.add("", said(Role.DONE, number, "# get"))
    for number in range(10_000):
        steps.add("", said(Role.FAULT, number))
    (step,) = steps.all()
    assert (len(step.faults), len(step.tries)) == (MOST_FAULTS, MOST_TRIES)
    assert (len(step.warnings), len(step.done)) == (MOST_WARNINGS, MOST_DONE)
    assert step.faults[0].lines == (0, 0)


def test_requests_that_are_not_kept_are_counted() -> None:
    steps = Steps()
    for number in range(10_000):
        steps.add("", said(Role.TRY, number))
    (step,) = steps.all()
    assert len(step.tries) + step.counts[Code.PROXY_NOT_FOUND] == 10_000


def test_many_commands_are_kept_in_bounds_and_failed_ones_longer() -> None:
    steps = Steps()
    steps.command("", "go mod download")
    steps.add("", said(Role.FAULT, 1))
    for number in range(10_000):
        steps.command("", f"echo {number}")
        steps.add("", said(Role.PROGRESS, number))
    kept = steps.all()
    assert len(kept) <= MOST_STEPS + 1
    assert kept[0].command == "go mod download"
    assert sum(step.counts[Code.PROXY_NOT_FOUND] for step in kept) == 10_000


def test_many_channels_are_kept_in_bounds() -> None:
    steps = Steps()
    for number in range(10_000):
        steps.add(f"service-{number}", said(Role.FAULT, number))
    assert len(steps.open) <= MOST_WARNINGS
    assert len(steps.all()) <= MOST_STEPS + MOST_WARNINGS


def test_go_at_work_after_an_error_is_another_command() -> None:
    steps = Steps()
    steps.add("", said(Role.FAULT, 1))
    steps.add("", said(Role.PROGRESS, 2))
    assert [(len(step.faults), step.counts[Code.PROXY_NOT_FOUND]) for step in steps.all()] == [(1, 0), (0, 1)]
