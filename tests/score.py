"""How good `explain` is on the corpus, in figures: `python -m tests.score [--cases]`. Exit 1 below the bars."""

import sys
from collections import Counter

from tests.explain.corpus import cases, differences, first_root_named

LEAST_ROOTS_NAMED = 0.98


def main(arguments: list[str]) -> int:
    all_cases = cases()
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    whole = called_ok = alarmed = 0
    certainties: Counter[tuple[str, bool]] = Counter()
    for case in all_cases:
        verdict = case.verdict()
        code = case.name.partition("/")[0]
        total[code] += 1
        named = first_root_named(case, verdict)
        right[code] += named
        told = differences(case, verdict)
        whole += not told
        outcome = verdict.outcome.value
        called_ok += case.expected["outcome"] == "failed" and outcome == "ok"
        alarmed += case.expected["outcome"] != "failed" and outcome == "failed"
        if verdict.roots:
            certainties[verdict.roots[0].certainty.value, named] += 1
        if told and "--cases" in arguments:
            print(f"{case.name}: {'; '.join(told)}")
    if not all_cases:
        print("no cases")
        return 1
    for code in sorted(total):
        print(f"{code:32} {right[code]:4} of {total[code]:4}")
    share = sum(right.values()) / len(all_cases)
    print(f"\n{len(all_cases)} logs, {len(total)} codes")
    print(f"root named first        {sum(right.values())} ({share:.1%})")
    print(f"whole verdict as wanted {whole} ({whole / len(all_cases):.1%})")
    print(f"failed logs called ok   {called_ok}")
    print(f"harmless logs alarmed   {alarmed}")
    for certainty in ("certain", "likely", "unsure"):
        good, bad = certainties[certainty, True], certainties[certainty, False]
        if good + bad:
            print(f"said {certainty:8}           {good + bad}, right {good / (good + bad):.1%}")
    return 0 if share >= LEAST_ROOTS_NAMED and not called_ok and not alarmed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
