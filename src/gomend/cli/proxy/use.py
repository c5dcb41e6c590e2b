"""`gomend proxy use NAME|URL…`: go's settings changed to a named set, or printed for a shell or a project."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.looking import look
from gomend.cli.mending import RefusedError, faults_told, go_path, journal, required
from gomend.cli.output import deliver, hand_out
from gomend.cli.proxy.naming import said, values_named
from gomend.cli.saying import Voice, write
from gomend.cli.showing import screen
from gomend.diagnose.proxies.measuring import measure_known
from gomend.diagnose.proxies.recommending import recommended
from gomend.gocmd import gitplaces
from gomend.gocmd.workfolder import module_root
from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.ownnames import Guess, guesses
from gomend.gomod.private import faults, matches
from gomend.gomod.proxylist import ProxyListError
from gomend.gomod.proxynames import ANY, MISSING, public_in
from gomend.mend import goenv, profiles
from gomend.mend.plans import changes_of
from gomend.mend.profiles import PREVIOUS, Values
from gomend.mend.shelllines import lines_for, project_snippets, shell_of
from gomend.report.layout import wrap
from gomend.report.plans import ChangePart
from gomend.report.proxyuse import ProxyUse
from gomend.settings.load import Loaded
from gomend.texts import text

_FALLBACKS = {"any": ANY, "missing": MISSING}
_MOST_SEEN = 60


def _use(
    context: click.Context, words: tuple[str, ...], *, fallback: str, target: str, printed: bool, private: str | None
) -> int:
    loaded, voice = in_force(context)
    try:
        settings = settings_of_go(loaded)
        values = values_named(words, _FALLBACKS.get(fallback, ""), voice, lambda: _fastest(loaded, voice))
        _explain_separators(values.get("GOPROXY"), loaded, voice)
        values |= _private(values, settings, private, loaded, voice)
        if printed:
            deliver("".join(f"{line}\n" for line in lines_for(shell_of(os.environ), values)), loaded)
            return exits.FINE
        if target == "project":
            deliver(_snippets(values, voice), loaded)
            return exits.FINE
        return _store(" ".join(words), values, settings, loaded, voice)
    except RefusedError as refused:
        return refused.status


def _fastest(loaded: Loaded, voice: Voice) -> str:
    """The public proxies that suit this machine, measured now with a module that everybody knows."""
    _, (_, found) = look(loaded, voice, measure_known)
    best = recommended(found)
    if best is None:
        said(voice, "error/no_fastest")
        raise RefusedError(exits.UNDETERMINED)
    return best.goproxy


def _explain_separators(goproxy: str | None, loaded: Loaded, voice: Voice) -> None:
    """What `,` and `|` mean, where the list has them."""
    for sign, key in ((ANY, "use/meaning_any"), (MISSING, "use/meaning_missing")):
        if sign in (goproxy or ""):
            _say(text(voice.lang, f"proxyuse.{key}"), loaded)


def _say(words: str, loaded: Loaded) -> None:
    """Writes a sentence to standard error, wrapped."""
    here = screen(2, loaded, os.environ)
    write(2, "".join(f"{line}\n" for line in wrap(here.spell(words), here.prose)))


def _private(values: Values, settings: GoEnv, given: str | None, loaded: Loaded, voice: Voice) -> Values:
    """GOPRIVATE to store beside, confirmed by the user, where a public source comes new. Raises RefusedError."""
    old = values.get("GOPRIVATE") or settings.get("GOPRIVATE")
    if given is not None:
        return _with_patterns(old, "" if given == "none" else given, voice)
    if not _comes_new(values.get("GOPROXY"), settings.get("GOPROXY")):
        return {}
    covered = values.get("GONOPROXY") or settings.get("GONOPROXY") or old
    found = [one for one in _guesses() if not matches(covered, one.pattern)]
    if not found:
        return {}
    patterns = ",".join(one.pattern for one in found)
    _say(text(voice.lang, "proxyuse.use/private"), loaded)
    for one in found:
        write(2, f"  {text(voice.lang, 'proxyuse.use/private_row', pattern=one.pattern, seen=one.seen[:_MOST_SEEN])}\n")
    if sys.stdin is None or not sys.stdin.isatty() or not os.isatty(2):
        said(voice, "use/private_needed", patterns=patterns)
        raise RefusedError(exits.USAGE)
    write(2, f"{text(voice.lang, 'proxyuse.use/private_ask')} ")
    answer = sys.stdin.readline().strip()
    return _with_patterns(old, "" if answer == "none" else answer or patterns, voice)


def _with_patterns(old: str, added: str, voice: Voice) -> Values:
    if not added:
        return {}
    if bad := faults(added):
        said(voice, "use/private_bad", pattern=bad[0][0])
        raise RefusedError(exits.USAGE)
    return {"GOPRIVATE": f"{old},{added}" if old else added}


def _comes_new(goproxy: str | None, before: str) -> bool:
    """Whether a public proxy is asked that is not asked today."""
    if not goproxy:
        return False
    try:
        asked = set(public_in(before))
    except ProxyListError:  # go refuses what is in force, and asks nobody
        asked = set()
    return bool(set(public_in(goproxy)) - asked)


def _guesses() -> list[Guess]:
    here = Path.cwd()
    root = Path(module_root(str(here), os.environ))
    main, modules = required(root)
    return guesses(modules, main, gitplaces.remotes(here, os.environ), gitplaces.rewritten(here, os.environ))


def _snippets(values: Values, voice: Voice) -> str:
    parts = [
        f"{text(voice.lang, 'proxyuse.use/for_file', file=file)}\n{words}"
        for file, words in project_snippets(values).items()
    ]
    return "\n".join(parts)


def _store(name: str, values: Values, settings: GoEnv, loaded: Loaded, voice: Voice) -> int:
    go = go_path(loaded, voice)
    place = profiles.place_of(os.environ)
    if place is None:
        said(voice, "error/no_place")
        return exits.USAGE
    shadowed = tuple(key for key, value in values.items() if os.environ.get(key, "") not in ("", value))
    for key in shadowed:  # before anything is stored: it will not show
        _say(text(voice.lang, "mend.list/hidden", name=key), loaded)
    before = {key: _stored(settings, key) for key in values}
    made = journal(voice)
    with faults_told(voice):
        steps = goenv.steps(go, os.environ, values)
        entry = ""
        changes = changes_of(values, {key: value or "" for key, value in before.items()})
        if steps:
            entry = made.apply(
                [*steps, *profiles.steps(place, {PREVIOUS: before})],
                command=["gomend", "proxy", "use", *_words(name)],
                what=[f"{one.name}: {one.before} -> {one.after}" for one in changes],
            ).id
    parts = tuple(ChangePart(one.name, one.before, one.after) for one in changes)
    hand_out(ProxyUse("gomend.proxy_use/1", name, parts, entry, shadowed), loaded, voice)
    return exits.FINE


def _words(name: str) -> Sequence[str]:
    return name.split(" ")


def _stored(settings: GoEnv, name: str) -> str | None:
    """What go's own file holds, whatever hides it."""
    setting = settings.setting(name)
    standing = [(setting.origin, setting.value), *setting.hidden]
    return next((value for origin, value in standing if origin is Origin.USER_FILE), None)


def _help(name: str) -> str:
    return text(current_voice().lang, f"proxyuse.option/{name}")


command = make(
    "use",
    _use,
    [
        click.Argument(["words"], nargs=-1, required=True, metavar="NAME|URL..."),
        click.Option(
            ["--fallback"],
            type=click.Choice(["any", "missing"]),
            default=None,
            metavar="any|missing",
            help=_help("fallback"),
        ),
        click.Option(
            ["--for", "target"],
            type=click.Choice(["user", "project"]),
            default="user",
            metavar="user|project",
            help=_help("for"),
        ),
        click.Option(["--print", "printed"], is_flag=True, help=_help("print")),
        click.Option(["--private"], default=None, metavar="PATTERNS", help=_help("private")),
    ],
    group="proxy",
)
