"""Speed and memory of `explain` on a noisy CI log: makes one, reads it, prints the figures.

Usage: python bench/explain.py [MEGABYTES] [--reader]   (--reader: only from bytes to logical lines)
"""

import argparse
import random
import resource
import time
from collections.abc import Iterable, Iterator

from gomend.explain import explain
from gomend.explain.reader import read_lines

WORDS = ["cache", "config", "engine", "graph", "kernel", "layer", "model", "object", "parser", "queue", "server"]
# How often a form occurs among a hundred lines, and the form.
FORMS = {
    "#{d} {s} Get:{n} http://deb.debian.org/debian bookworm/main amd64 lib{a}-{b}{n} amd64 {d}.{d}-1 [{n} kB]": 15,
    "#{d} {s} Unpacking lib{a}-{b}:amd64 ({d}.{d}-1) ...": 10,
    "=== RUN   Test{a}{b}/{c}_{n}": 10,
    "    --- PASS: Test{a}{b}/{c}_{n} ({s}s)": 10,
    "ok  \tgithub.com/corp/{a}/{b}/{c}\t{s}s": 3,
    "  [{n}/1000] Compiling {a}-{b} v0.{n}.1 (/builds/corp/{a}/{c})": 10,
    "{n} silly placeDep ROOT {a}-{b}@{d}.{d}.0 OK for: app@1.0.0 want: ^{d}.0.0": 10,
    "Receiving objects:  {d}% ({n}/1000), {n}.00 KiB | {n} KiB/s": 6,
    "\x1b[32m✓\x1b[0m {a} {b} {c} \x1b[2m({n} ms)\x1b[0m": 6,
    'level=info msg="{a} {b}" component={c} duration={n}ms': 6,
    "{a}/{b}/{c}_{n}.pb.go: generated": 2,
    "go: downloading github.com/corp/{a}-{b} v1.{n}.0": 2,
    "{a}: {b} {c} {n}/1000 done, cache hit ratio 0.{n}, elapsed {s}s, next step in queue": 10,
}


def _noise(rng: random.Random) -> str:
    """One line as a CI job prints them by the thousand."""
    [form] = rng.choices([*FORMS], weights=[*FORMS.values()])
    a, b, c = rng.choices(WORDS, k=3)
    n = rng.randrange(1000)
    return form.format(a=a, b=b, c=c, n=n, d=n % 20, s=f"{n / 10:.1f}")


FAILURE = (
    "go: github.com/corp/lost@v1.2.3: reading "
    "https://goproxy.corp.example/github.com/corp/lost/@v/v1.2.3.mod: 502 Bad Gateway\n"
    "##[error]Process completed with exit code 1.\n"
)


def noisy_log(megabytes: int) -> Iterator[bytes]:
    """The bytes of a log with time stamps, in pieces of 64 KiB and more; it ends in a failure."""
    rng = random.Random(7)
    lines = [f"2026-11-22T10:{i // 60 % 60:02d}:{i % 60:02d}.1234567Z {_noise(rng)}\n" for i in range(50_000)]
    made = 0
    while made < megabytes << 20:
        piece = "".join(rng.choices(lines, k=1000)).encode()
        made += len(piece)
        yield piece
    yield "".join(f"2026-11-22T11:00:00.1234567Z {line}\n" for line in FAILURE.splitlines()).encode()


def _whole(chunks: Iterable[bytes]) -> str:
    verdict = explain(chunks)
    return f"{verdict.outcome} {[str(cause.code) for cause in verdict.roots]}"


def _lines(chunks: Iterable[bytes]) -> str:
    return f"{sum(1 for _ in read_lines(chunks))} lines handed over"


def main() -> None:
    """Prints megabytes per second (processor time and wall clock) and the highest memory use."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("megabytes", type=int, nargs="?", default=100)
    arguments.add_argument("--reader", action="store_true")
    given = arguments.parse_args()
    act = _lines if given.reader else _whole
    act([b"warm\n"])
    making = time.process_time()
    size = sum(map(len, noisy_log(given.megabytes))) / 1e6
    making = time.process_time() - making
    wall, cpu = time.perf_counter(), time.process_time()
    said = act(noisy_log(given.megabytes))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{said}\n{size:.0f} MB: {size / cpu:.1f} MB/s of processor time, {size / wall:.1f} "
        f"MB/s with making it, {peak:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
