"""`gomend proxy test [MODULE[@VERSION]]`: each source of GOPROXY asked for every file, or the public ones compared."""

from dataclasses import replace

import click

from gomend.causes import Severity
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.looking import fixed, look
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.diagnose.asking import WELL_KNOWN
from gomend.diagnose.chain import Chain
from gomend.diagnose.proxies.judging import judge, sentences
from gomend.diagnose.proxies.measured import Measured
from gomend.diagnose.proxies.measuring import PATIENCE, measure_chain, measure_known
from gomend.diagnose.proxies.recommending import recommended
from gomend.diagnose.subject import about
from gomend.diagnose.world import World
from gomend.gomod.path import InvalidPathError, InvalidVersionError, check_module_path
from gomend.gomod.proxylist import ProxyEntry, ProxyListError, parse_proxy_list
from gomend.gomod.publicproxies import public_proxies
from gomend.gomod.version import check
from gomend.report.measured import source_alone, source_in_chain
from gomend.report.parts import findings, fix_parts
from gomend.report.proxytest import Conclusion, ProxyTest, proxy_test
from gomend.settings.load import Loaded
from gomend.texts import text

_CHECK = "proxy"


def _test(context: click.Context, subject: str, *, proxy: str | None, times: int, every: bool, recommend: bool) -> int:
    loaded, voice = in_force(context)
    module, _, version = subject.partition("@")
    try:
        if module:
            check_module_path(module)
        if version:
            check(module, version)
    except (InvalidPathError, InvalidVersionError) as error:
        raise click.UsageError(_said(voice, "module", written=subject, reason=str(error)), context) from error
    if every or recommend:
        document = _public(loaded, voice, times, (module, version), context, recommend=recommend)
        hand_out(document, loaded, voice)
        return exits.FINE if document.recommended else exits.PROBLEM

    async def measured(world: World) -> tuple[Chain, list[Measured], str]:
        world = replace(world, module=module, version=version, patience=PATIENCE)
        found = about(world)
        if not found.version:
            raise click.UsageError(_said(voice, "version", module=module), context)
        named = (found.module, found.version) != WELL_KNOWN
        entries = _entries(world, proxy, context, voice)
        try:
            chain, seen = await measure_chain(world, entries, found.module, found.version, times, named=named)
        finally:
            await world.close()
        return chain, seen, found.version

    world, (chain, seen, asked_for) = look(loaded, voice, measured)
    found = list(judge(chain, seen, _CHECK, world.say))
    problems = any(one.severity is Severity.FATAL for one in found)
    document = proxy_test(
        module=chain.module,
        version=asked_for,
        sources=[
            source_in_chain(chain, at, one, world.say)
            for at, one in enumerate(seen)
            if one.entry.written or one.is_asked
        ],
        conclusions=[Conclusion(one.sign, one.text) for one in sentences(chain, seen, world.say)],
        recommended="",
        found=findings(found),
        fixes=fix_parts(fixed(found, world), voice.lang),
        problems=problems,
        step=_step(found[0].code.value, chain, asked_for) if found else "",
    )
    hand_out(document, loaded, voice)
    return exits.PROBLEM if problems else exits.FINE


def _step(code: str, chain: Chain, version: str) -> str:
    if code == "checksum.sumdb_mismatch":
        return f"gomend doctor {chain.module}@{version}"
    return f"gomend explain {code}"


def _entries(world: World, proxy: str | None, context: click.Context, voice: Voice) -> tuple[ProxyEntry, ...]:
    goproxy = proxy if proxy is not None else world.settings.get("GOPROXY")
    try:
        return parse_proxy_list(goproxy, world.settings.get("GONOPROXY"))
    except ProxyListError as error:
        raise click.UsageError(_said(voice, "goproxy", reason=str(error)), context) from error


def _public(
    loaded: Loaded, voice: Voice, times: int, subject: tuple[str, str], context: click.Context, *, recommend: bool
) -> ProxyTest:
    async def measured(world: World) -> tuple[tuple[str, str], list[Measured]]:
        if not subject[0]:
            return await measure_known(world, times)
        found = about(replace(world, module=subject[0], version=subject[1]))
        if not found.version:
            raise click.UsageError(_said(voice, "version", module=found.module), context)
        return await measure_known(world, times, (found.module, found.version))

    world, (told, seen) = look(loaded, voice, measured)
    best = recommended(seen)
    names = {one.url: one.name for one in public_proxies()}
    if best is None:
        conclusions = [Conclusion("✗", world.say("proxytest.says/none"))]
    else:
        order = " > ".join(names[one.entry.url] for one in best.order)
        conclusions = [Conclusion("✓", world.say("proxytest.says/best", order=order))] if recommend else []
    if subject[0] and told[0] != subject[0]:
        conclusions.insert(0, Conclusion("·", world.say("proxytest.says/unconfirmed", module=subject[0])))
    chosen = " ".join(names[one.entry.url] for one in best.chosen) if best else ""
    return proxy_test(
        module=told[0],
        version=told[1],
        sources=[source_alone(place, one, world.say) for place, one in enumerate(seen, start=1)],
        conclusions=conclusions,
        recommended=best.goproxy if best else "",
        found=(),
        fixes=(),
        problems=best is None,
        step=f"gomend proxy use {chosen}" if best else "gomend doctor",
    )


def _said(voice: Voice, key: str, **params: object) -> str:
    return text(voice.lang, f"proxytest.error/{key}", **params)


def _help(name: str) -> str:
    return text(current_voice().lang, f"proxytest.option/{name}")


command = make(
    "test",
    _test,
    [
        click.Argument(["subject"], required=False, default="", metavar="[MODULE[@VERSION]]"),
        click.Option(["--proxy"], metavar="LIST", help=_help("proxy")),
        click.Option(["-n", "--times"], type=click.IntRange(1, 100), default=3, metavar="N", help=_help("times")),
        click.Option(["--all", "every"], is_flag=True, help=_help("all")),
        click.Option(["--recommend"], is_flag=True, help=_help("recommend")),
    ],
    group="proxy",
)
