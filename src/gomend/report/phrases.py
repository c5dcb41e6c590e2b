"""The sentences that every way of showing a verdict shares, made from a cleaned document."""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from string import Formatter

from gomend.masking import MASK
from gomend.mend.ability import changes_something
from gomend.report.clean import one_line
from gomend.report.model import Cause, Explanation, Finding, Fix, RunReport, VerdictPart
from gomend.report.wirewords import spoken
from gomend.texts import text

_SETTING = re.compile(r"([A-Z][A-Z0-9_]{1,24})=(.*)", re.DOTALL)
_REPEATED = re.compile(r"(\d+) lines say so\Z")  # as explain counts lines that say the same
_ATTEMPTS = re.compile(r"(.*) \((?:(\d+) attempts in )?(\d+\.\d) s\)\Z", re.DOTALL)  # as the relay tells them
_GO = re.compile(r"go(?:\d[\w.]*)?(?:\.exe)?\Z")
_TWO_WORDS = {"mod", "work", "tool"}
_OWN = ("probe", "settings")  # sources whose words may be gomend's own
_LONGEST_COMMAND = 40
_TROUBLE = re.compile(
    r"(?i)fatal|error|denied|refused|fail|not found|no such|time(d )?out|could ?n.t|could not|cannot|can't|unable|"
    r"invalid|expired|x509|certificate|mismatch|disallow|missing|full|unknown|h1:|read-only|not |"
    r"致命|错误|失败|无法|拒绝|不|超时"
)
_AROUND = re.compile(
    r"exit status \d+:$|^SECURITY ERROR|This download does NOT|The bits may have|attacker may have|"
    r"import path was entered|[Ff]or more information|private repository, see|correct access rights|"
    r"^and the repository exists|^(fatal: )?Could not read from remote repository|"
    r"npm error (A complete log|errno)|^To add an exception"
)
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def is_go(command: Sequence[str]) -> bool:
    """Whether the command is a go command itself, not something that runs one."""
    return bool(command) and bool(_GO.match(_base(command[0])))


def _base(program: str) -> str:
    return PurePath(program.replace("\\", "/")).name


def command_name(command: Sequence[str]) -> str:
    """What to call a command in a sentence: `go mod download`, else the command line, shortened."""
    if not is_go(command):
        whole = one_line(shlex.join((_base(command[0]), *command[1:]))) if command else "go"
        return whole if len(whole) <= _LONGEST_COMMAND else whole[: _LONGEST_COMMAND - 1] + "…"
    words = iter(command[1:])
    verbs = [_base(command[0]).removesuffix(".exe")]
    for word in words:
        if word in ("-C", "--C"):
            next(words, "")
        elif not word.startswith("-"):
            verbs.append(one_line(word))
            if word not in _TWO_WORDS or len(verbs) > 2:
                break
    return " ".join(verbs[:3])


def headline(cause: Cause, lang: str) -> str:
    """The fault in one sentence, naming what is known of its subject."""
    names = {name: one_line(getattr(cause, name)) for name in ("module", "version", "host", "url", "file")}
    template = text(lang, f"codes.{cause.code}/headline")
    needed = [name for _, name, _, _ in Formatter().parse(template) if name]
    if all(names[name] for name in needed):
        return template.format_map(names)
    return text(lang, f"codes.{cause.code}/headline_bare")


def subject(cause: Cause | Finding) -> str:
    """What the cause is about, in the most telling words there are; "" when nothing is known."""
    if cause.module:
        return one_line(f"{cause.module}@{cause.version}" if cause.version else cause.module)
    return one_line(cause.host or cause.file or cause.url)


def code_line(cause: Cause | Finding, lang: str) -> str:
    """Code, certainty and subject on one line."""
    said = text(
        lang, "screens.verdict/certain", code=cause.code, certainty=text(lang, f"screens.certainty/{cause.certainty}")
    )
    about = subject(cause)
    return f"{said} · {about}" if about else said


def evidence(cause: Cause, lang: str, *, go: bool) -> list[tuple[str, str]]:
    """What the cause rests on, as (source, words); the output's own words first, line by line as they were written."""
    rows: list[tuple[str, str]] = []
    whole = one_line(cause.text)
    words = _without_subject(_trimmed(cause.text), cause)
    line = cause.lines[0]
    if line:
        place = text(lang, "screens.source/output_go" if go else "screens.source/output", line=line)
    else:  # no line of any output: gomend's own, of a request
        words, place = spoken(words, lang), text(lang, "screens.source/exchange")
    if words:
        rows.append((place, words))
    for one in cause.evidence:
        said = _trimmed(one.text)
        flat = one_line(said)
        if not said or (one.source == "output" and words and (flat in whole or whole in flat)):
            continue
        if repeated := _REPEATED.match(said):
            said = text(lang, "screens.source/repeated", count=repeated[1])
        if one.source == "exchange" and (tried := _ATTEMPTS.match(said)):
            what, count, took = tried.groups()
            key = "screens.source/attempts" if count else "screens.source/attempt"
            said = text(lang, key, what=spoken(what, lang), count=count, seconds=took)
        elif one.source == "exchange":
            said = spoken(said, lang)
        elif one.source in _OWN:
            said = _lines_spoken(said, lang)
        setting = _SETTING.match(said) if one.source == "settings" else None
        if setting:
            rows.append((setting[1], setting[2]))
        else:
            rows.append(
                (text(lang, f"screens.source/{'output_plain' if one.source == 'output' else one.source}"), said)
            )
    return rows


def facts(finding: Finding, lang: str) -> list[tuple[str, str]]:
    """What a finding rests on, as (source, words): a setting under its own name."""
    rows = []
    for one in finding.evidence:
        said = _trimmed(one.text)
        setting = _SETTING.match(said) if one.source == "settings" else None
        if setting:
            rows.append((setting[1], setting[2]))
        elif said:
            key = "output_plain" if one.source == "output" else one.source
            said = _lines_spoken(said, lang) if one.source in _OWN else said
            rows.append((text(lang, f"screens.source/{key}"), said))
    return rows


def _lines_spoken(words: str, lang: str) -> str:
    return "\n".join(spoken(line, lang) for line in words.split("\n"))


def _trimmed(words: str) -> str:
    return "\n".join(filter(None, map(one_line, words.split("\n"))))


def telling(words: str) -> list[str]:
    """Of the lines of a long message those that say what is wrong; all where that cannot be seen.

    go quotes what git and others wrote whole: the command before it and the advice after it are left out.
    """
    lines = words.split("\n")
    kept = [line for line in lines if _TROUBLE.search(line) and not _AROUND.search(line)]
    return kept or lines


def _without_subject(words: str, cause: Cause) -> str:
    """go's line without the subject it begins with: the line above the evidence names that already."""
    rest = words.removeprefix("go: ")
    if cause.module and cause.version:
        rest = rest.removeprefix(f"{cause.module}@{cause.version}: ")
    return rest or words


def harmless(counts: Mapping[str, int], rescued: int, lang: str) -> list[str]:
    """What the harmless lines are, the most frequent first."""
    phrases = []
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        try:
            phrases.append(text(lang, f"screens.harmless/{code}", count=count))
        except KeyError:
            phrases.append(text(lang, "screens.harmless/other", count=count, code=code))
    if rescued:
        phrases.append(rescue(rescued, lang))
    return phrases


def rescue(count: int, lang: str) -> str:
    """How many downloads a retry saved."""
    return (
        text(lang, "screens.verdict/rescued_one") if count == 1 else text(lang, "screens.verdict/rescued", count=count)
    )


def first_step(fixes: Sequence[Fix], *, recorded: bool) -> Fix | None:
    """The first fix that may be offered as the command to run next; None where there is none.

    `recorded`: the document is kept, so that `gomend fix` finds it.
    """
    return next((fix for fix in fixes if step_of(fix, recorded=recorded)), None)


def step_of(fix: Fix, *, recorded: bool) -> str:
    """The command that does the fix: `gomend fix N` where gomend does more than run it again, else the fix as it is."""
    if recorded and fix.level != "manual" and changes_something(fix.key, fix.params):
        return f"gomend fix {fix.id}"
    return runnable(fix)


def runnable(fix: Fix) -> str:
    """The fix as one command line to copy; "" where it is no command, not safe, or holds a secret that is masked."""
    if fix.level != "safe" or not fix.commands or any(MASK in one for one in fix.commands):
        return ""
    return " && ".join(one_line(one) for one in fix.commands)


def next_step(document: Explanation | RunReport, lang: str, *, here: bool = False) -> str:
    """What to do now: a command where there is one to offer, else where to read on.

    `here`: it is read where the run is recorded, so that `gomend fix` finds it; a page that is sent on is not.
    """
    verdict = verdict_of(document)
    if verdict.outcome == "undetermined" and isinstance(document, Explanation):
        return text(lang, "screens.verdict/run_again")
    recorded = here and is_recorded(document)
    step = first_step(verdict.fixes, recorded=recorded)
    return step_of(step, recorded=recorded) if step else read_on(document)


def is_recorded(document: Explanation | RunReport) -> bool:
    """Whether `gomend fix` will find the document."""
    return isinstance(document, RunReport) and document.recorded


def read_on(document: Explanation | RunReport) -> str:
    """The command that shows the page of the first cause; "" where there is nothing to read on."""
    verdict = verdict_of(document)
    causes = verdict.roots or verdict.warnings
    if causes or verdict.outcome == "failed":
        return f"gomend explain {causes[0].code if causes else 'unknown'}"
    return ""


def verdict_of(document: Explanation | RunReport) -> VerdictPart | Explanation:
    """The part of a document that holds outcome, roots, warnings, harmless and fixes."""
    return document.verdict if isinstance(document, RunReport) else document


def name_of(document: Explanation | RunReport, lang: str) -> str:
    """What the document is about: the command, or the input."""
    if isinstance(document, RunReport):
        return command_name(document.command)
    return text(lang, "screens.explanation/standard_input") if document.input == "-" else one_line(document.input)


def seconds(value: float) -> str:
    """A duration in seconds, with a decimal where it matters."""
    return f"{max(value, 0.1):.1f}" if value < 100 else f"{value:.0f}"


def first_line(document: Explanation | RunReport, lang: str) -> str:
    """What it came to, in one sentence."""
    return _BETWEEN_CHINESE.sub("", _first_line(document, lang))


def _first_line(document: Explanation | RunReport, lang: str) -> str:
    verdict, name = verdict_of(document), name_of(document, lang)
    run = isinstance(document, RunReport)
    if verdict.outcome == "failed":
        if verdict.roots:
            said = headline(verdict.roots[0], lang)
            return (
                text(lang, "screens.verdict/failed", command=name, headline=said)
                if run
                else text(lang, "screens.explanation/failed", input=name, headline=said)
            )
        if isinstance(document, RunReport):
            return text(lang, "screens.verdict/failed_unnamed", command=name, exit=document.exit)
        return text(lang, "screens.explanation/failed_unnamed", input=name)
    if verdict.outcome == "undetermined":
        return (
            text(lang, "screens.verdict/undetermined", command=name)
            if run
            else text(lang, "screens.explanation/undetermined", input=name)
        )
    if isinstance(document, RunReport):
        return text(lang, "screens.verdict/succeeded", command=name, seconds=seconds(document.seconds))
    return text(lang, "screens.explanation/ok", input=name)
