"""`gomend cache size`: what the module cache takes up, by module and by age."""

import time

import click

from gomend.cli import exits
from gomend.cli.cache.ground import cache_folder
from gomend.cli.command import in_force, make
from gomend.cli.output import hand_out
from gomend.modcache.sizes import measure
from gomend.report.cachesize import cache_size


def _size(context: click.Context) -> int:
    loaded, voice = in_force(context)
    cache, _ = cache_folder(loaded, voice)
    hand_out(cache_size(str(cache), measure(cache), time.time()), loaded, voice)
    return exits.FINE


command = make("size", _size, group="cache")
