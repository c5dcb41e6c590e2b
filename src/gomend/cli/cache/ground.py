"""What the commands of `gomend cache` work on: the module cache, versions named, hashes recorded."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from gomend.cli.inforce import settings_of_go
from gomend.cli.saying import Voice
from gomend.gocmd import toolchain
from gomend.gocmd.gosettings import go_settings, goroot, module_cache
from gomend.gocmd.inherited import environment
from gomend.gocmd.program import CannotRunError, NotFoundError, find_go
from gomend.gomod.goenv import GoEnv
from gomend.gomod.gosum import MalformedGoSumError
from gomend.gomod.gosumdb import KNOWN_KEYS, GoSumdbError, parse_gosumdb
from gomend.gomod.note import Verifier, parse_verifier
from gomend.gomod.path import check_module_path, escape_version
from gomend.gomod.refusal import GoRefusalError
from gomend.modcache.projects import sums_of_project
from gomend.modcache.recorded import Recorded, from_files, sums_below
from gomend.modcache.toolchains import in_use
from gomend.settings.load import Loaded
from gomend.texts import text


def cache_folder(loaded: Loaded, voice: Voice) -> tuple[Path, GoEnv]:
    """The module cache of the go in force, and that go's settings. Raises click.UsageError."""
    settings = settings_of_go(loaded)
    named = module_cache(settings)
    if not os.path.isabs(named):  # noqa: PTH117 - a text from the settings
        raise click.UsageError(text(voice.lang, "cache.error/no_cache"))
    return Path(named), settings


def verifiers(settings: GoEnv) -> dict[str, Verifier]:
    """The keys of the checksum databases that are known: go's own, and the one that GOSUMDB names."""
    found = {name: parse_verifier(key) for name, key in KNOWN_KEYS.items()}
    try:
        database = parse_gosumdb(settings.get("GOSUMDB"))
    except GoSumdbError:  # go's own matter, which a doctor tells
        database = None
    return found | ({database.name: database.verifier} if database is not None else {})


def toolchains_in_use(cache: Path, go: str, told: Mapping[str, str]) -> set[str]:
    """The versions of golang.org/toolchain that are in use: by `go` itself, here, or by a program that runs."""
    settings = go_settings(go, told)
    root = goroot(go, told)
    mod = toolchain.deciding_file(".", settings.get("GOWORK"))
    return in_use(cache, root, [toolchain.wanted(toolchain.local_toolchain(root), settings.get("GOTOOLCHAIN"), mod)])


def versions_named(words: Iterable[str], voice: Voice) -> list[tuple[str, str]]:
    """(module, version) of each `MODULE@VERSION`. Raises click.UsageError."""
    found = []
    for word in words:
        module, at, version = word.partition("@")
        try:
            check_module_path(module)
            escape_version(version)
        except GoRefusalError:
            at = ""
        if not at or not version:
            raise click.UsageError(text(voice.lang, "cache.error/not_a_version", word=word))
        found.append((module, version))
    return found


def recorded_here(settings: GoEnv, voice: Voice, *, every: bool) -> Recorded:
    """The hashes in the go.sum files of the project here, or with `every` in all below. Raises click.UsageError."""
    here = Path.cwd()
    try:
        files = list(sums_below(here)) if every else sums_of_project(here, settings.get("GOWORK"))
    except OSError as error:
        raise unreadable(error, voice) from error
    return recorded_in(files, voice)


def recorded_in(files: Iterable[Path], voice: Voice) -> Recorded:
    """The hashes in these go.sum files. Raises click.UsageError for one that cannot be read."""
    try:
        return from_files(files)
    except MalformedGoSumError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise unreadable(error, voice) from error


def unreadable(error: OSError, voice: Voice) -> click.UsageError:
    """What to raise for a file of the project's that cannot be read."""
    reason = error.strerror or str(error)
    return click.UsageError(text(voice.lang, "cache.error/gosum", path=error.filename, reason=reason))


def go_at_hand(loaded: Loaded, voice: Voice) -> str:
    """The path of the go command. Raises click.UsageError where there is none."""
    told = environment()
    try:
        return find_go({**told, "GOMEND_GO": loaded.text("go")} if loaded.text("go") else told)
    except (NotFoundError, CannotRunError) as error:
        raise click.UsageError(voice.text("run/no_go")) from error
