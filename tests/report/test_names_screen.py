"""The screen of `gomend dns check`."""

import pytest
from tests.report.looked import names

from gomend.report import render
from gomend.report.layout import columns


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
    shown = render(names(), lang=lang, unicode=False)
    assert all(columns(line) <= 80 for line in shown.splitlines())
    assert not {"✓", "✗", "–"} & set(shown)
