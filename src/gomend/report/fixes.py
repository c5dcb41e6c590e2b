"""The screens of `gomend fix` and `gomend undo`."""

from gomend.masking import MASK
from gomend.mend.plans import Act
from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen, columns, pad
from gomend.report.plans import FixList, Mended, MendList, PlanPart, UndoneMend
from gomend.report.runs import when
from gomend.texts import text

_MOST_NAMES = 3


def fixes_screen(document: FixList, lang: str, screen: Screen) -> str:
    """The run, then each plan; last of all what to do now."""
    lines = marked("✓" if document.outcome == "ok" else "!", _about_run(document, lang), screen)
    for plan in document.plans:
        lines += plan_lines(plan, lang, screen)
    if not document.plans:
        lines += marked("✓", text(lang, "mend.list/nothing"), screen)
        return "".join(f"{line}\n" for line in lines)
    lines += screen.block("", text(lang, "mend.list/unchanged"), label_width=0)
    lines += next_line(_next(document), lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _about_run(document: FixList, lang: str) -> str:
    name = phrases.command_name(document.command)
    kind = text(lang, f"mend.kind/{document.kind}", run=document.run, command=name)
    return text(lang, "mend.list/of", kind=kind, ago=ago(document.age, lang))


def ago(seconds: float, lang: str) -> str:
    """How long ago, in the largest unit that is not nothing."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return text(lang, f"mend.ago/{unit}", count=int(seconds // size))
    return text(lang, "mend.ago/seconds", count=int(seconds))


def _next(document: FixList) -> str:
    for plan in document.plans:
        if plan.act != Act.NONE:
            return f"gomend fix {plan.id}"
    for plan in document.plans:
        if plan.commands and not any(MASK in one for one in plan.commands):
            return " && ".join(one_line(one) for one in plan.commands)
    return f"gomend fix {document.plans[0].id}"


def plan_lines(plan: PlanPart, lang: str, screen: Screen) -> list[str]:
    """A plan: its number, level and title, what changes, who would see which names, how to do it by hand."""
    front = f"{plan.id} {pad(text(lang, f'screens.level/{plan.level}'), 8)} "
    indent = columns(front)
    lines = screen.block(front, one_line(plan.title), label_width=indent)
    words = {key: text(lang, f"mend.label/{key}") for key in ("tells", "away", "by", "again", "hidden")}
    label = indent + max(9, *(columns(one) + 2 for one in (*words.values(), *(one.name for one in plan.changes))))

    def row(name: str, content: str, *, whole: bool = False) -> None:
        lines.extend(screen.block(" " * indent + name, content, label_width=label, whole=whole))

    for one in plan.changes:
        after = one.after or text(lang, "mend.list/default")
        row(one.name, one.before or text(lang, "mend.list/unset"), whole=True)
        row(pad("", label - indent - 3) + screen.spell("->"), after, whole=True)
    if plan.of_run:
        row(words["hidden"], text(lang, "mend.list/of_run"))
    for name in plan.shadowed:
        row(words["hidden"], text(lang, "mend.list/hidden", name=name))
    if plan.tells:
        row(words["tells"], _told(plan, lang))
    if plan.bytes:
        row(words["again"], text(lang, "mend.list/bytes", size=f"{plan.bytes / 1e6:.1f}"))
    for command in plan.commands[:3]:
        row(words["by"], one_line(command), whole=True)
        words["by"] = ""
    return lines


def _told(plan: PlanPart, lang: str) -> str:
    to = ", ".join(text(lang, "mend.list/own_hosts") if one == "direct" else one for one in plan.tells)
    if not plan.names:
        return text(lang, "mend.list/tells_unknown", to=to)
    shown = ", ".join(plan.names[:_MOST_NAMES])
    if len(plan.names) > _MOST_NAMES:
        shown += " " + text(lang, "screens.verdict/more", count=len(plan.names) - _MOST_NAMES)
    return text(lang, "mend.list/tells", to=to, names=shown)


def mended_screen(document: Mended, lang: str, screen: Screen) -> str:
    """Whether the command works now; how to take the change back."""
    name = phrases.command_name(document.command)
    sign = {"mended": "✓", "not_mended": "✗"}.get(document.outcome, "!")
    lines: list[str] = []
    if document.shell and document.outcome == "mended":
        key = "mend.done/of_run" if document.of_run else "mend.done/in_shell"
        lines += marked("!", text(lang, key, command=name), screen)
        for line in document.shell[:-1]:
            lines += screen.block("  ", one_line(line), label_width=2, whole=True)
        return "".join(f"{line}\n" for line in [*lines, *next_line(document.shell[-1], lang, screen)])
    looked = "_look" if document.command[:1] == ("gomend",) and document.outcome != "not_seen" else ""
    lines += marked(sign, text(lang, f"mend.done/{document.outcome}{looked}", command=name), screen)
    undo = [f"gomend undo {one}" for one in reversed(document.entries)]
    if document.outcome == "mended":
        label = text(lang, "mend.label/undo")
        for command in undo:
            lines += screen.block(f"  {label}", command, label_width=columns(label) + 4, whole=True)
    elif undo:
        lines += next_line(" && ".join(undo), lang, screen)
    elif document.outcome == "not_seen":
        lines += next_line(one_line(f"gomend {' '.join(document.command)}"), lang, screen)
    else:
        lines += next_line("gomend fix", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def mends_screen(document: MendList, lang: str, screen: Screen) -> str:
    """Every change with its state, the newest first; the last line takes the newest back."""
    if not document.mends:
        return "".join(f"{line}\n" for line in marked("✓", text(lang, "mend.undo/none"), screen))
    lines: list[str] = []
    for one in document.mends:
        state = text(lang, f"mend.state/{one.state}")
        lines.append(screen.spell(f"{one.id}  {when(one.started)}  {state}  {one_line(' '.join(one.command))}"))
        for what in one.what:
            lines += screen.block("      ", one_line(what), label_width=6, whole=True)
    standing = next((one for one in document.mends if one.state in ("applied", "stuck")), None)
    if standing is not None:
        lines += next_line(f"gomend undo {standing.id}", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def undone_screen(document: UndoneMend, lang: str, screen: Screen) -> str:
    """What is as it was."""
    key = "mend.undo/whole" if document.whole else "mend.undo/own"
    lines = marked("✓", text(lang, key, id=document.mend.id, command=" ".join(document.mend.command)), screen)
    for what in document.mend.what:
        lines += screen.block("  ", one_line(what), label_width=2, whole=True)
    return "".join(f"{line}\n" for line in lines)
