# ruff: noqa: E501
"""The long harmless parts of CI logs, made up in the shape of the real ones, the same each time."""

import random

from tests.lab.wrappers import Run

_WORDS = [
    "lib",
    "core",
    "data",
    "utils-js",
    "parse",
    "stream",
    "core-js",
    "glob",
    "chalk",
    "yargs",
    "semver",
    "minimist",
    "ansi",
    "color",
    "debug",
    "ms",
    "util",
    "array-flat",
    "buffer",
]
_DEBIAN = [
    "libc6-dev",
    "gcc-12",
    "libssl3",
    "zlib1g",
    "libpq-dev",
    "perl-base",
    "libgnutls30",
    "openssl",
    "ca-certificates",
    "libcurl4",
    "libssh2-1",
    "liberror-perl",
    "git-man",
]
_ALARMS = [
    'dial tcp 10.0.0.7:443: connect: connection refused', "x509: certificate signed by unknown authority", "context deadline exceeded", "404 Not Found", "fatal: repository not found",
    'Get "https://api.example.com/v1/items": net/http: TLS handshake timeout', "verifying token: checksum mismatch", "no space left on device", "permission denied", "lookup db.internal: no such host",
]  # fmt: skip


def apt(lines: int = 60) -> Run:
    """`apt-get install`, as chatty as it is."""
    rng = random.Random(lines)
    text = [
        "Reading package lists...",
        "Building dependency tree...",
        "Reading state information...",
        "The following NEW packages will be installed:",
    ]
    for n in range(lines):
        name = rng.choice(_DEBIAN)
        text += [
            f"Get:{n + 1} http://deb.debian.org/debian bookworm/main amd64 {name} amd64 2.{n}-1+b{n % 3} [{rng.randrange(9, 4000)} kB]",
            f"Selecting previously unselected package {name}.",
            f"Preparing to unpack .../{n:03d}-{name}_2.{n}-1_amd64.deb ...",
            f"Unpacking {name} (2.{n}-1) ...",
            f"Setting up {name} (2.{n}-1) ...",
        ]
    text += [
        "debconf: delaying package configuration, since apt-utils is not installed",
        "Processing triggers for libc-bin (2.36-9) ...",
    ]
    return Run("sudo apt-get update && sudo apt-get install -y libpq-dev", "".join(line + "\n" for line in text), 0)


def npm(lines: int = 40) -> Run:
    """`npm ci` with its warnings."""
    rng = random.Random(lines)
    text = []
    for n in range(lines):
        name = f"{rng.choice(_WORDS)}-{rng.choice(_WORDS)}"
        text.append(
            rng.choice(
                [
                    f"npm warn deprecated {name}@{n}.0.1: this package is no longer maintained, connection errors will not be fixed",
                    f"npm http fetch GET 200 https://registry.npmjs.org/{name} {n + 21}ms (cache miss)",
                    f"npm warn EBADENGINE   package: '{name}@{n}.2.0',",
                    f"npm http fetch GET 304 https://registry.npmjs.org/{name}/-/{name}-{n}.2.0.tgz {n}ms (cache revalidated)",
                ]
            )
        )
    text += [
        f"added {lines * 3} packages, and audited {lines * 3 + 1} packages in 14s",
        "",
        "12 vulnerabilities (4 moderate, 8 high)",
        "",
        "Run `npm audit` for details.",
    ]
    return Run("npm ci --loglevel http", "".join(line + "\n" for line in text), 0)


def tests(lines: int = 200) -> Run:
    """`go test -v` of a plain suite."""
    text = []
    for n in range(lines):
        text += [f"=== RUN   TestItem{n}", f"--- PASS: TestItem{n} (0.{n % 10}0s)"]
    return Run(
        "go test -v ./internal/...",
        "".join(line + "\n" for line in [*text, "PASS", "ok  \texample.com/shop/internal/items\t4.211s"]),
        0,
    )


def alarming_tests(lines: int = 100) -> Run:
    """`go test -v` of a suite that tests how errors are handled."""
    text = []
    for n in range(lines):
        alarm = _ALARMS[n % len(_ALARMS)]
        name = ("TestTimeout", "TestUnauthorized", "TestConnectionRefused", "TestRetryOn502", "TestCorruptZip")[
            n % 5
        ] + str(n)
        text += [
            f"=== RUN   {name}",
            f"2026/03/12 09:41:0{n % 10} ERROR client: {alarm}"
            if n % 2
            else f"    client_test.go:{n + 20}: want error, got: {alarm}",
            f"--- PASS: {name} (0.0{n % 10}s)",
        ]
    return Run(
        "go test -v ./client/...",
        "".join(line + "\n" for line in [*text, "PASS", "ok  \texample.com/shop/client\t0.911s"]),
        0,
    )


def downloads(lines: int = 100) -> Run:
    """The progress lines of a large module graph."""
    text = [f"go: downloading github.com/acme/part{n:03d} v1.{n}.{n % 7}" for n in range(lines)]
    return Run("go mod tidy", "".join(line + "\n" for line in text), 0)
