"""The screens of the commands that look."""

import pytest
from tests.report.looked import names, probe, proxies

from gomend.report import render
from gomend.report.layout import columns


def test_a_probe_shows_every_address_with_its_phases() -> None:
    assert render(probe()).splitlines() == [
        "https://goproxy.cn/x",
        "✓ 200 OK, 57 B in 210 ms, HTTP/1.1",
        "  address        dns  connect    tls   wait  transfer",
        "  198.51.100.7  2 ms    12 ms  25 ms  31 ms      1 ms  ✓ 200",
        "  2001:db8::7   2 ms        –      –      –         –  ✗ dial tcp: i/o timeout",
        "  TLS        TLSv1.3 · h2 · goproxy.cn, 34 days left",
        "  issued by  Google (WR2)",
        "  HTTP/2     200 · 190 ms",
        "  headers    age: 12",
        "  begins     v0.8.0 v0.8.1",
        "  clock      +5 s against this machine's",
        "  10 times   min 31 ms · median 33 ms · p95 60 ms · 1 failed █▃_▂___▂",
        "  -> https://b.example/x (10 ms)",
        "! The 2nd resolver is dead: when an earlier one is slow, lookups wait 5 s for it",
        "  dns.timeout, certain · 192.0.2.54: no answer, 3 of 3 · /etc/resolv.conf line 2",
        "next  gomend explain dns.timeout",
    ]


def test_a_chain_shows_each_source_and_plain_sentences() -> None:
    assert render(proxies()).splitlines() == [
        "golang.org/x/net v0.30.0",
        "   source            then       .info  .mod  .zip  sumdb    p50",
        "1  goproxy.cn        404, 410   ok     ok    ok    yes    48 ms  ✓ go uses this",
        "2  proxy.golang.org  any error  –      –     –     –          –  ✗ unreachable",
        "3  direct            –          –      –     –     –          –  · git, not",
        "                                                                 measured",
        "   .zip  1 2.4 MB/s",
        "✓ Works today: 1 serves it",
        "! The 2nd resolver is dead: when an earlier one is slow, lookups wait 5 s for it",
        "  dns.timeout, certain · 192.0.2.54: no answer, 3 of 3 · /etc/resolv.conf line 2",
        "next  gomend explain dns.timeout",
    ]


def test_it_is_a_table_by_resolver_with_the_finding_and_what_to_do_below() -> None:
    assert render(names()).splitlines() == [
        "proxy.corp.example",
        "  resolver      over  answer           time",
        *["  192.0.2.53    UDP   198.51.100.7     2 ms  ✓ 1st in resolv.conf, go's one"] * 2,
        "  192.0.2.54    UDP   –             2000 ms  ✗ 2nd: no answer, 3 of 3",
        "  1.1.1.1       DoH                          · not asked: an internal name",
        "  go (pure Go)  –     198.51.100.7     2 ms  ✓ gets",
        "· a note",
        "! The 2nd resolver is dead: when an earlier one is slow, lookups wait 5 s for it",
        "  dns.timeout, certain · 192.0.2.54: no answer, 3 of 3 · /etc/resolv.conf line 2",
        "next  gomend explain dns.timeout",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_fits_a_terminal_and_ascii(lang: str) -> None:
    for document in (names(), probe(), proxies()):
        shown = render(document, lang=lang, unicode=False)
        assert all(columns(line) <= 80 for line in shown.splitlines())
        assert not {"✓", "✗", "–", "█"} & set(shown)
