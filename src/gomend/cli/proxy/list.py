"""`gomend proxy list`: the sources in force, and the public proxies known."""

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.output import hand_out
from gomend.gomod.proxylist import ProxyListError, parse_proxy_list
from gomend.gomod.publicproxies import public_proxies
from gomend.report.proxies import proxy_list
from gomend.texts import text


def _list(context: click.Context) -> int:
    loaded, voice = in_force(context)
    goproxy = settings_of_go(loaded).setting("GOPROXY")
    try:
        chain = parse_proxy_list(goproxy.value)
    except ProxyListError as error:
        voice.line(text(voice.lang, "proxy.error/goproxy", reason=str(error)))
        chain = ()
    hand_out(proxy_list(goproxy, chain, public_proxies()), loaded, voice)
    return exits.FINE


command = make("list", _list, group="proxy")
