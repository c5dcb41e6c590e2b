"""Words that an attacker would put into a log, and documents full of them."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from gomend.causes import Code
from gomend.report import model
from gomend.report.model import Cause, Evidence, Exchanges, Explanation, Fix, RunReport, VerdictPart

# The same examples on every machine, however slow. No shrinking: a document is so large that it would take minutes.
steady = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

SECRET = "ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
MARKUP = (
    "<script>document.title='owned'</script>", "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>', "' onmouseover='alert(1)", "<iframe src=https://evil.example></iframe>", "<!-- ", "-->",
    "]]>", "<![CDATA[", "&lt;b&gt;", "&#x0;", "&amp", "<?xml version='1.0'?>",
    "![x](https://evil.example/p.png)", "[click](javascript:alert(1))", "<https://evil.example>", "www.evil.example",
    "`", "```", "```\n# owned\n", "~~~", "| a | b |\n|---|---|", "# owned", "> owned", "- [ ] owned", "1. x", "***",
    "\\", "@everyone", "---", "===", "    owned", "[x]: https://evil.example",
)  # fmt: skip
COMMANDS = (
    "\n::error title=owned::x", "::set-output name=a::b", "##[error]owned", "%0A::error::owned",
    "\r\n::stop-commands::x",
    "{module}", "{0}", "{", "}", "%s", "$(reboot)", "`reboot`", "&&", "||",
)  # fmt: skip
CONTROLS = (
    "\x1b[31mred", "\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\x00", "\x08\x08", "\u202eevil", "\u2028", "\ufeff",
    "\ufffe", "\ud800", "\n", "\t", " ", "",
)  # fmt: skip
SECRETS = (f" {SECRET} ", f" https://me:{SECRET}@h.example/ ", f" Authorization: Bearer {SECRET} ")
ATTACKS = (*MARKUP, *COMMANDS, *CONTROLS, *SECRETS, "失败", "🙂", "a" * 300)


def masked(said: str) -> str:
    return said.replace(SECRET, "***")


words = st.lists(
    st.one_of(st.sampled_from(ATTACKS), st.text(st.characters(exclude_categories=()), max_size=12)), max_size=4
).map("".join)
_codes = st.sampled_from([code.value for code in Code])
_lines = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))
_evidence = st.builds(Evidence, source=st.sampled_from(["output", "exchange", "probe", "settings"]), text=words)
causes = st.builds(
    Cause,
    code=_codes,
    certainty=st.sampled_from(["certain", "likely", "unsure"]),
    module=words,
    version=words,
    host=words,
    url=words,
    file=words,
    lines=_lines,
    text=words,
    evidence=st.lists(_evidence, max_size=5).map(tuple),
)
_fixes = st.builds(
    Fix,
    id=st.integers(1, 9),
    level=st.sampled_from(["safe", "careful", "manual"]),
    title=words.map(masked),  # gomend's own sentence: what a log puts into it was masked when it was made
    commands=st.lists(words, max_size=3).map(tuple),
)
_verdict: dict[str, Any] = {
    "outcome": st.sampled_from(["ok", "failed", "undetermined"]),
    "roots": st.lists(causes, max_size=4).map(tuple),
    "warnings": st.lists(causes, max_size=4).map(tuple),
    "harmless": st.dictionaries(_codes, st.integers(1, 99), max_size=5),
    "fixes": st.lists(_fixes, max_size=4).map(tuple),
}
explanations = st.builds(Explanation, schema=st.just("gomend.explanation/1"), input=words, **_verdict)
reports = st.builds(
    RunReport,
    schema=st.just("gomend.report/1"),
    run=words,
    command=st.lists(words, max_size=4).map(tuple),
    exit=st.integers(0, 255),
    started=words,
    seconds=st.floats(0, 1e6),
    relay=st.booleans(),
    verdict=st.builds(VerdictPart, **_verdict),
    exchanges=st.builds(Exchanges, count=st.integers(0, 99), rescued=st.integers(0, 3)),
)
documents = st.one_of(explanations, reports)
languages = st.sampled_from(["en", "zh"])


def report_of_attacks() -> RunReport:
    """One report that holds every attack in every place."""
    everything = " ".join(ATTACKS)
    causes = tuple(
        Cause(
            code="unknown",
            certainty="unsure",
            module=attack,
            version=attack,
            host=attack,
            url=attack,
            file=attack,
            lines=(1, 2),
            text=attack,
            evidence=(Evidence("probe", attack), Evidence("settings", f"GOPROXY={attack}")),
        )
        for attack in (*ATTACKS, everything)
    )
    fixes = tuple(Fix(1, "careful", masked(attack), (attack,)) for attack in ATTACKS)
    return RunReport(
        schema="gomend.report/1",
        run=everything,
        command=("sh", "-c", everything),
        exit=1,
        started=everything,
        seconds=1.5,
        relay=False,
        verdict=VerdictPart("failed", causes, causes[:3], {"progress.download": 3}, fixes),
        exchanges=Exchanges(count=1, bytes=2, attempts=3, rescued=1, ahead=model.Ahead(2, 1)),
    )
