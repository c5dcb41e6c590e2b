"""`gomend dns check HOST…`: every resolver's answer side by side, what go will get, and what is wrong."""

from collections.abc import Sequence
from dataclasses import replace

import click

from gomend.causes import Finding, Severity
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.looking import fixed, host_of, look
from gomend.cli.output import hand_out
from gomend.diagnose.names.judging import judge
from gomend.diagnose.names.looking import Names, Seen
from gomend.diagnose.names.tracing import trace
from gomend.diagnose.world import ALL_PUBLIC_RESOLVERS, World
from gomend.net.dns.server import ResolverAddressError, Server, server_of
from gomend.report.nameline import name_line
from gomend.report.names import name_report
from gomend.report.parts import findings, fix_parts
from gomend.texts import text

_CHECK = "dns"


def _check(
    context: click.Context, hosts: tuple[str, ...], *, resolver: tuple[str, ...], timeout: float, traced: bool
) -> int:
    loaded, voice = in_force(context)
    try:
        named = [server_of(one) for one in resolver]
    except ResolverAddressError as error:
        raise click.UsageError(text(voice.lang, "dns.error/resolver", written=error.written), context) from error
    names = [host_of(one) for one in hosts]
    for written, name in zip(hosts, names, strict=True):
        if not name:
            raise click.UsageError(text(voice.lang, "dns.error/host", written=written), context)
    world, seen = look(loaded, voice, lambda world: _seen(world, names, named, timeout, traced=traced))
    found: list[Finding] = []
    for one in seen:
        found += (finding for finding in judge(one, world.machine, _CHECK, world.say) if not _known(finding, found))
    found.sort(key=lambda one: one.severity is not Severity.FATAL)
    problems = any(one.severity is Severity.FATAL for one in found)
    fixes = fixed(found, world)
    document = name_report(
        (name_line(one, world.machine, world.say) for one in seen),
        findings(found),
        fix_parts(fixes, voice.lang),
        problems=problems,
        step=f"gomend explain {found[0].code}" if found else "",
    )
    hand_out(document, loaded, voice)
    return exits.PROBLEM if problems else exits.FINE


async def _seen(
    world: World, names: Sequence[str], named: Sequence[Server], seconds: float, *, traced: bool
) -> list[Seen]:
    world = replace(world, public_resolvers=ALL_PUBLIC_RESOLVERS)
    asking = Names(world, seconds=seconds)
    found = []
    try:
        for name in names:
            seen = await asking.see(name, named)
            if traced and seen.privacy is None:
                seen = replace(seen, steps=tuple(await trace(asking, name)))
            found.append(seen)
    finally:
        await world.close()
    return found


def _known(finding: Finding, found: Sequence[Finding]) -> bool:
    """Whether the same was found with another name: a dead resolver is dead for all."""
    return any(
        one.code is finding.code and one.subject == finding.subject and one.text == finding.text for one in found
    )


command = make(
    "check",
    _check,
    [
        click.Argument(["hosts"], nargs=-1, required=True, metavar="HOST..."),
        click.Option(
            ["--resolver"],
            multiple=True,
            metavar="ADDRESS",
            help=text(current_voice().lang, "dns.option/resolver"),
        ),
        click.Option(
            ["--timeout"],
            type=click.FloatRange(0.1, 60),
            default=2.0,
            metavar="SECONDS",
            help=text(current_voice().lang, "dns.option/timeout"),
        ),
        click.Option(["--trace", "traced"], is_flag=True, help=text(current_voice().lang, "dns.option/trace")),
    ],
    group="dns",
)
