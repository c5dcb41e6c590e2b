"""`gomend deps --why M` and `--tree`: who asks for what, as screens."""

from gomend.report.clean import one_line
from gomend.report.deps import DependencyEntry, Deps, has_trouble, newest_cell, notes
from gomend.report.ending import marked
from gomend.report.layout import Screen, columns
from gomend.texts import text

_VERSION_COLUMNS = 12
_NAMED = 6  # of those who want a version


def why_screen(document: Deps, module: str, lang: str, screen: Screen) -> str:
    """The chain that leads to a module, who wants which version of it, and what is known of it."""
    one = next(entry for entry in document.modules if entry.module == module)
    role = text(lang, f"deps.role/{one.role}")
    lines = screen.block("", f"{one.module} {one.version} · {role}", label_width=0, style="bold")
    for depth, name in enumerate(one.path):
        lines.append(screen.spell(f"{'  ' * depth}{'└ ' if depth else ''}{one_line(name.replace('@', ' '))}"))
    lines += _wanted(one, lang, screen)
    for said in notes(one, lang, document.local_go):
        lines += marked("✗" if has_trouble(one) else "·", said, screen)
    lines += _facts(one, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _wanted(one: DependencyEntry, lang: str, screen: Screen) -> list[str]:
    if not one.wanted:
        return []
    lines = [text(lang, "deps.why/wanted")]
    # The one selected first: it is what the others give way to.
    for entry in sorted(one.wanted, key=lambda entry: (entry.version != one.version, -len(entry.by))):
        by = ", ".join(name.replace("@", " ") for name in entry.by[:_NAMED])
        more = len(entry.by) - _NAMED
        by += text(lang, "cache.check/and_more", count=more) if more > 0 else ""
        label = f"  {one_line(entry.version)}"
        if columns(label) >= _VERSION_COLUMNS:
            lines.append(label)
            label = ""
        lines += screen.block(label, one_line(by), label_width=_VERSION_COLUMNS)
    return lines


def _facts(one: DependencyEntry, lang: str, screen: Screen) -> list[str]:
    newest = newest_cell(one)
    said = []
    if newest not in "=?":
        said.append(text(lang, f"deps.why/newest_{one.newest_told}", version=newest))
    elif newest == "?":
        said.append(text(lang, "deps.why/newest_unknown"))
    if one.unknown:
        said.append(text(lang, "deps.why/unknown", reason=one_line(one.unknown)))
    if one.source:
        said.append(text(lang, "deps.why/source", host=one.source))
    if one.licence:
        said.append(text(lang, "deps.why/licence", file=one.licence))
    elif one.licence is not None:
        said.append(text(lang, "deps.why/no_licence"))
    return [line for words in said for line in marked("·", words, screen)]


def tree_screen(document: Deps, lang: str, screen: Screen) -> str:  # noqa: ARG001 - as every screen
    """The requirements below the main modules, by the versions selected; what was shown before is not opened again."""
    by_name = {one.module: one for one in document.modules}
    lines: list[str] = []
    seen: set[str] = set()

    def below(names: list[str], lead: str) -> None:
        for at, name in enumerate(names):
            last = at == len(names) - 1
            entry = by_name[name]
            again = name in seen and bool(entry.requires)
            lines.append(f"{lead}{'└ ' if last else '├ '}{name} {entry.version}{' …' if again else ''}")
            if name not in seen:
                seen.add(name)
                below(sorted(entry.requires), lead + ("  " if last else "│ "))

    for main in document.mains:
        lines.append(main)
        below(sorted(one.module for one in document.modules if one.path[:1] == (main,) and one.role == "direct"), "")
    table = str.maketrans({"├": "|", "└": "`", "│": "|"})
    return "".join(f"{screen.spell(line if screen.unicode else line.translate(table))}\n" for line in lines)
