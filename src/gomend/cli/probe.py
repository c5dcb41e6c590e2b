"""`gomend probe URL…|MODULE`: a URL looked at closely, or a module's own endpoints."""

import os
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import click

from gomend.causes import Finding, Severity
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.looking import fixed, look
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice, write
from gomend.diagnose.names.looking import Names
from gomend.diagnose.probing.judging import judge
from gomend.diagnose.probing.probe import LIMITS, Probed, Prober, Wish
from gomend.diagnose.probing.spread import spread
from gomend.diagnose.probing.targets import endpoints
from gomend.diagnose.world import World
from gomend.gomod.endpoint import corrected
from gomend.gomod.goenv import GoEnv
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.gomod.proxylist import ProxyListError
from gomend.net.timing import Limits
from gomend.report.parts import findings, fix_parts
from gomend.report.probe import probe_report
from gomend.report.probed import probed_url
from gomend.settings.load import Loaded
from gomend.texts import text

_CHECK = "probe"
_CLEAR = "\r\x1b[K"
_PAUSE = 1.0  # seconds between two requests that are watched


def _probe(
    context: click.Context,
    words: tuple[str, ...],
    *,
    times: int,
    request: str,
    header: tuple[str, ...],
    resolve: tuple[str, ...],
    http1: bool,
    http2: bool,
    connect_timeout: float | None,
    max_time: float,
    retry: int,
    watch: bool,
) -> int:
    loaded, voice = in_force(context)
    if http1 and http2:
        raise click.UsageError(_said(voice, "both"), context)
    pattern = Wish(
        url="",
        method=request.upper(),
        headers=tuple(_header(one, context, voice) for one in header),
        times=times,
        resolve=dict(_resolved(one, context, voice) for one in resolve),
        http="1" if http1 else "2" if http2 else "",
        limits=_limits(connect_timeout, max_time),
        seconds=max_time,
        retry=retry,
    )
    if watch:
        return _watch(context, words[0], pattern, loaded, voice)
    world, seen = look(loaded, voice, lambda world: _seen(context, world, words, pattern, voice))
    found: list[Finding] = []
    for one in seen:
        found += (each for each in judge(one, _CHECK, world.say, world.now()) if each not in found)
    found.sort(key=lambda one: one.severity is not Severity.FATAL)
    problems = any(one.severity is Severity.FATAL for one in found)
    right = next((right for one in seen if (right := corrected(one.wish.url)) is not None), None)
    step = f"gomend probe {right.url}" if right else f"gomend explain {found[0].code}" if found else ""
    document = probe_report(
        (probed_url(one, world.now()) for one in seen),
        findings(found),
        fix_parts(fixed(found, world), voice.lang),
        problems=problems,
        step=step,
    )
    hand_out(document, loaded, voice)
    return exits.PROBLEM if problems else exits.FINE


async def _seen(
    context: click.Context, world: World, words: Sequence[str], pattern: Wish, voice: Voice
) -> list[Probed]:
    prober = Prober(world, Names(world))
    urls = [url for word in words for url in _urls(word, world.settings, context, voice)]
    return [await prober.probe(_wish(url, pattern)) for url in urls]


def _urls(word: str, settings: GoEnv, context: click.Context, voice: Voice) -> list[str]:
    """The URL, that of a host alone, or those of a module's endpoints."""
    if "://" in word:
        parts = urlsplit(word)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.UsageError(_said(voice, "url", written=word), context)
        return [word]
    if "/" not in word and "@" not in word:
        return [f"https://{word}/"]
    module, _, version = word.partition("@")
    try:
        urls = list(endpoints(module, "" if version == "latest" else version, settings))
    except (InvalidPathError, InvalidVersionError, ProxyListError) as error:
        raise click.UsageError(f"{_said(voice, 'url', written=word)} ({error})", context) from error
    if not urls:
        raise click.UsageError(_said(voice, "nowhere", module=module), context)
    return urls


def _wish(url: str, pattern: Wish) -> Wish:
    return Wish(
        url=url,
        method=pattern.method,
        headers=pattern.headers,
        times=pattern.times,
        resolve=pattern.resolve,
        http=pattern.http,
        limits=pattern.limits,
        seconds=pattern.seconds,
        retry=pattern.retry,
    )


def _limits(connect: float | None, whole: float) -> Limits:
    step = connect if connect is not None else LIMITS.connect
    return Limits(connect=step, tls=step, first_byte=min(whole, LIMITS.first_byte), stall=min(whole, LIMITS.stall))


def _header(written: str, context: click.Context, voice: Voice) -> tuple[str, str]:
    name, colon, value = written.partition(":")
    if not colon or not name.strip() or not name.isascii() or not written.isprintable():
        raise click.UsageError(_said(voice, "header", written=written), context)
    return name.strip(), value.strip()


def _resolved(written: str, context: click.Context, voice: Voice) -> tuple[tuple[str, int], str]:
    host, _, rest = written.partition(":")
    port, _, address = rest.partition(":")
    if not (host and port.isdigit() and address):
        raise click.UsageError(_said(voice, "resolve", written=written), context)
    return (host.lower(), int(port)), address.strip("[]")


def _watch(context: click.Context, word: str, pattern: Wish, loaded: Loaded, voice: Voice) -> int:
    """A line that is rewritten after each request; on no terminal one line a request."""
    values: list[float] = []
    failed = 0

    async def once(world: World) -> Probed:
        url = _urls(word, world.settings, context, voice)[0]
        return await Prober(world).probe(_wish(url, pattern))

    ends = os.isatty(2)
    try:
        while True:
            _, seen = look(loaded, voice, once)
            last = seen.main.seconds if seen.main is not None else 0.0
            if seen.code is None:
                values.append(last)
            else:
                failed += 1
            found = spread(values)
            shown = (
                [f"{value * 1000:.0f} ms" for value in (found.least, found.median, found.p95)] if found else ["–"] * 3
            )
            line = text(
                voice.lang,
                "probe.watch/line",
                count=len(values) + failed,
                last=f"{last * 1000:.0f} ms" if seen.code is None else seen.code.value,
                least=shown[0],
                median=shown[1],
                p95=shown[2],
                failed=failed,
            )
            write(2, f"{_CLEAR if ends else ''}{line}{'' if ends else chr(10)}")
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        write(2, "\n" if ends else "")
        return exits.PROBLEM if failed else exits.FINE


def _said(voice: Voice, key: str, **params: object) -> str:
    return text(voice.lang, f"probe.error/{key}", **params)


def _help(name: str) -> str:
    return text(current_voice().lang, f"probe.option/{name}")


command = make(
    "probe",
    _probe,
    [
        click.Argument(["words"], nargs=-1, required=True, metavar="URL|MODULE..."),
        click.Option(
            ["-n", "--times", "times"], type=click.IntRange(1, 1000), default=1, metavar="N", help=_help("times")
        ),
        click.Option(["-X", "--request", "request"], default="GET", metavar="METHOD", help=_help("request")),
        click.Option(["-H", "--header", "header"], multiple=True, metavar="HEADER", help=_help("header")),
        click.Option(["--resolve"], multiple=True, metavar="HOST:PORT:ADDRESS", help=_help("resolve")),
        click.Option(["--http1"], is_flag=True, help=_help("http1")),
        click.Option(["--http2"], is_flag=True, help=_help("http2")),
        click.Option(
            ["--connect-timeout"], type=click.FloatRange(0.1, 600), metavar="SECONDS", help=_help("connect_timeout")
        ),
        click.Option(
            ["--max-time"], type=click.FloatRange(0.1, 3600), default=60.0, metavar="SECONDS", help=_help("max_time")
        ),
        click.Option(["--retry"], type=click.IntRange(0, 100), default=0, metavar="N", help=_help("retry")),
        click.Option(["--watch"], is_flag=True, help=_help("watch")),
    ],
)
