"""What a module's author says of its versions: the go.mod of the newest one (https://go.dev/ref/mod#go-mod-file-retract)."""

from collections.abc import Iterator
from contextlib import suppress

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.asking import ask
from gomend.diagnose.chain import Chain
from gomend.diagnose.findings import output, warning
from gomend.diagnose.world import World
from gomend.gomod.gomodfile import GoMod, ModFileErrors, parse_gomod
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.version import canonical, compare, sort_versions
from gomend.masking import mask


async def newest_gomod(world: World, chain: Chain) -> GoMod | None:
    """From the source that go comes to for a list of versions: two questions there. None where none tells."""
    entry, listed = None, None
    for at in chain.urls():
        if chain.may_be_told(Kind.LIST, at):
            entry, listed = chain.entries[at], await ask(world, chain.entries[at], Asked(Kind.LIST, chain.module))
            chain.replies[at, Kind.LIST] = listed
    if entry is None or listed is None:
        return None
    versions = [words[0] for line in listed.body.decode("utf-8", "replace").splitlines() if (words := line.split())]
    released = sort_versions(one for one in versions if canonical(one) == one)
    if listed.code is not None or not released:
        return None
    newest = next((one for one in reversed(released) if "-" not in one), released[-1])
    mod = await ask(world, entry, Asked(Kind.MOD, chain.module, newest))
    if mod.code is None:
        with suppress(ModFileErrors):
            return parse_gomod(mod.body)
    return None


def withdrawn(world: World, check: str, module: str, version: str, newest: GoMod) -> Iterator[Finding]:
    """Retracted, or the whole module called deprecated."""
    subject = Subject(module, version)
    for one in newest.retract:
        if compare(one.low, version) <= 0 <= compare(one.high, version):
            text = world.say("doctor.version/retracted", module=module, version=version)
            words = output(f"retract: {mask(one.rationale) or '–'}")
            yield warning(check, Code.MODULE_RETRACTED, text, words, subject=subject)
            break
    if newest.deprecated:
        text = world.say("doctor.version/deprecated", module=module)
        words = output(f"{module} is deprecated: {mask(newest.deprecated)}")
        yield warning(check, Code.MODULE_RETRACTED, text, words, subject=subject)
