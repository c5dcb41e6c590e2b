"""The requests of a run drawn against one time axis, for a terminal."""

from collections.abc import Sequence
from math import ceil

from gomend.report import phrases
from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad
from gomend.texts import text
from gomend.trace.hints import Hint, hints
from gomend.trace.model import Request, Trace
from gomend.trace.naming import named
from gomend.trace.timeline import PHASES, came_later, costs, spans

_CELLS = {"dns": "·", "connect": "-", "tls": "=", "wait": "░", "transfer": "█"}
_ASCII_CELLS = {"dns": ".", "connect": "-", "tls": "=", "wait": ":", "transfer": "#"}
_WIDEST_SOURCE = 18
_SHORTEST_LABEL = 14
_NARROWEST_BAR = 23
_HINTS = 3


def waterfall(trace: Trace, shown: Sequence[Request], lang: str, screen: Screen) -> str:
    """The screen of one run: what it was, one line a request, what cost the time, what that tells, what to do next.

    `shown` are some of the trace's requests, in the order they began.
    """
    cells = _CELLS if screen.unicode else _ASCII_CELLS
    legend = "  ".join(f"{text(lang, f'trace.phase/{name}')} {cells[name]}" for name in PHASES)
    lines = [" " * max(0, screen.width - columns(legend)) + legend, *_facts(trace, shown, lang, screen)]
    if shown:
        lines += _rows(trace, shown, lang, screen, cells)
        lines.append(screen.spell(_costs(shown, lang)))
        for hint in hints(shown)[:_HINTS]:
            label = screen.symbol("!") + " "
            words = one_line(hint_words(hint, lang))
            first, *rest = screen.block("", words, label_width=2)
            lines += [label + first.lstrip(), *rest]
    next_label = text(lang, "screens.verdict/next")
    lines.append(f"{pad(next_label, max(6, columns(next_label) + 2))}gomend trace {trace.run} --html trace.html")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _facts(trace: Trace, shown: Sequence[Request], lang: str, screen: Screen) -> list[str]:
    facts = text(
        lang,
        "trace.run/facts",
        run=trace.run,
        command=one_line(" ".join(trace.command)),
        requests=_count(len(trace.requests), lang),
        size=size(sum(one.bytes for one in trace.requests)),
        seconds=phrases.seconds(trace.seconds),
    )
    if len(shown) != len(trace.requests):
        facts += text(lang, "trace.run/shown", shown=len(shown), count=len(trace.requests))
    return screen.block("", facts, label_width=0)


def _count(requests: int, lang: str) -> str:
    return text(lang, "trace.run/request") if requests == 1 else text(lang, "trace.run/requests", count=requests)


def label_of(request: Request) -> str:
    """What was asked: `golang.org/x/net v0.30.0 .zip`, `lookup/golang.org/x/net`, a path."""
    name = named(request.url, request.purpose)
    if not request.module:
        return one_line(name.file) or request.purpose
    if request.purpose == "sumdb":
        return one_line(f"{name.file}/{request.module} {request.version}")
    return one_line(" ".join(filter(None, (request.module, request.version, name.file))))


def _shortened(label: str, width: int, screen: Screen) -> str:
    """The label padded to a column's width, with a blank at its end."""
    fitted = _fitted(label, width - 1)
    return pad(fitted if screen.unicode else fitted.replace("…", "~"), width)


def _fitted(label: str, width: int) -> str:
    """The label in so many columns: a path loses its first elements, then its end."""
    head, slash, rest = label.partition("/")
    while columns(label) > width and slash and "/" in label.split(" ", 1)[0] and not head.startswith("lookup"):
        label = rest
        head, slash, rest = label.partition("/")
    if columns(label) <= width:
        return label
    front, _, tail = label.rpartition(" ")  # which file it is stands last
    keep = width - columns(tail) - 2
    return f"{_cut(front, keep)}… {tail}" if front and keep > 3 else f"{_cut(label, width - 1)}…"


def _cut(words: str, width: int) -> str:
    while columns(words) > width:
        words = words[:-1]
    return words


def _rows(trace: Trace, shown: Sequence[Request], lang: str, screen: Screen, cells: dict[str, str]) -> list[str]:
    labels = [label_of(one) for one in shown]
    sources = [one_line(one.host) for one in shown]
    head = {key: text(lang, f"trace.column/{key}") for key in ("source", "status", "request", "seconds")}
    number_width = len(str(len(shown))) + 1
    source_width = min(max(map(columns, [*sources, head["source"]])), _WIDEST_SOURCE) + 1
    status_width = max(columns(head["status"]), 6) + 1
    room = screen.width - number_width - source_width - status_width - 6
    longest = max(map(columns, [*labels, head["request"]]))
    label_width = min(longest, max(_SHORTEST_LABEL, room * 54 // 100, room - _NARROWEST_BAR)) + 1
    bar_width = max(8, room - label_width)
    begin, end = axis(shown)
    places = 2 if end - begin > 1 else 3
    left, right = f"{begin:g}s", f"{end:g}s"
    ends = left + right.rjust(bar_width - len(left))
    lines = [
        " " * number_width
        + pad(head["source"], source_width)
        + pad(head["status"], status_width)
        + pad(head["request"], label_width)
        + ends
        + head["seconds"].rjust(6 - columns(head["seconds"]) + len(head["seconds"]))
    ]
    saved = {id(trace.requests[at]) for at in came_later(trace.requests)}
    for number, (one, label, source) in enumerate(zip(shown, labels, sources, strict=True), start=1):
        lines.append(
            f"{str(number).rjust(number_width - 1)} "
            + _shortened(source, source_width, screen)
            + _status(one, screen, fatal=bool(trace.exit) and id(one) not in saved, width=status_width)
            + _shortened(label, label_width, screen)
            + bar(one, begin, end, bar_width, cells)
            + f"{one.seconds:6.{places}f}"
        )
    return lines


def _status(request: Request, screen: Screen, *, fatal: bool, width: int) -> str:
    status = str(request.status) if request.status else screen.spell("–  ")
    sign = ""
    if request.failed:
        sign = "✗" if fatal else "!"
    elif request.status in (404, 410):
        sign = "·"
    return f"{status} {screen.symbol(sign) if sign else ' '}{' ' * max(0, width - len(status) - 2)}"


def axis(shown: Sequence[Request]) -> tuple[float, float]:
    """From where to where the axis goes: from the run's start, unless half of it would be empty."""
    first, last = min(one.start for one in shown), max(one.end for one in shown)
    begin = int(first) if first > last / 2 else 0
    end = ceil(last * 10) / 10
    return float(begin), max(end, begin + 0.1)


def bar(request: Request, begin: float, end: float, width: int, cells: dict[str, str]) -> str:
    """One request in `width` columns between two moments. A phase that happened is seen, wherever there is room."""
    scale = width / (end - begin)
    drawn = [" "] * width
    parts = [(name, (start - begin) * scale, (stop - begin) * scale) for name, start, stop in spans(request)]
    for at in range(width):
        overlaps = [(min(stop, at + 1) - max(start, at), name) for name, start, stop in parts]
        longest, name = max(overlaps, default=(0.0, ""))
        if longest > 0.25:
            drawn[at] = cells[name]
    for name, start, _ in parts:
        at = min(width - 1, max(0, int(start)))
        if drawn[at] == " " and cells[name] not in drawn:
            drawn[at] = cells[name]
    return "".join(drawn)


def cost_shares(shown: Sequence[Request], lang: str) -> dict[str, str]:
    """What each phase cost of all the time of these requests, in words, the dearest first; tiny shares are left out."""
    sums = costs(shown)
    total = sum(sums.values())
    return {
        name: text(
            lang, "trace.cost/share", phase=text(lang, f"trace.phase/{name}"), percent=f"{100 * value / total:.0f}"
        )
        for name, value in sums.items()
        if value >= total / 200
    }


def _costs(shown: Sequence[Request], lang: str) -> str:
    total = sum(costs(shown).values())
    shares = "  ".join(cost_shares(shown, lang).values())
    of = text(lang, "trace.cost/of", seconds=f"{total:.{1 if total >= 1 else 3}f}")
    return f"{shares}{'     ' if shares else ''}{of}"


def hint_words(hint: Hint, lang: str) -> str:
    """One hint as a sentence, with how sure it is."""
    numbers = text(lang, "trace.hint/and").join(map(str, hint.numbers[:4]))
    if len(hint.numbers) > 4:
        numbers += text(lang, "trace.hint/more", count=len(hint.numbers) - 4)
    seconds = hint.params["seconds"]
    said = text(lang, f"trace.hint/{hint.key}", **{**hint.params, "seconds": f"{seconds:.2f}"})
    return text(
        lang,
        "trace.hint/line",
        numbers=numbers,
        said=said,
        certainty=text(lang, f"screens.certainty/{hint.certainty}"),
    )
