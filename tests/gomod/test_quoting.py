"""Go's string literals."""

from gomod_text import some

from gomend.gomod.quoting import SyntaxRefusalError, quote, unquote

TEXTS = [
    "",
    "a",
    '"',
    "'",
    "\\",
    "\n\t\x00\x7f\x80",
    "é日\U0001f600",
    "\udcff\udc80",
    "\u200b\ufeff\u2028",
    "\U000e0001",
    "\ufffd",
]


def test_a_text_is_quoted_as_go_quotes_it(oracle):
    texts = [*TEXTS, *some("aé\n\"'\\\x01\u200b\udcfe\U0001f600", 400)]
    assert [[quote(text)] for text in texts] == oracle(("quote", text) for text in texts)


def test_a_literal_is_unquoted_as_go_does(oracle):
    literals = [quote(text) for text in TEXTS]
    literals += [
        '"' + text + '"'
        for text in some(
            ["\\", "x41", "u00e9", "U0001f600", "ud800", "377", "400", "n", "'", '"', "é", "\udcff", "\n"],
            2000,
            longest=5,
        )
    ]
    for literal, wanted in zip(literals, oracle(("unquote", literal) for literal in literals), strict=True):
        try:
            got = ["ok", unquote(literal)]
        except SyntaxRefusalError as error:
            got = ["error", str(error)]
        assert got == wanted, literal
