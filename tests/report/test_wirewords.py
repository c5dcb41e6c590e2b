"""What gomend says of a failed request is said in the reader's language; what others said stays as it was said."""

import itertools

import pytest

from gomend.net import faults
from gomend.net.exchange import Phases
from gomend.report.wirewords import spoken
from gomend.texts import table

TIMES = {"dns_start", "connect_start", "tls_start", "sent", "first_byte"}
OWN = [
    *(words for _, words in faults._BY_ERRNO.values()),
    *(words for _, words in faults._BY_EAI.values()),
    *(words for _, words in faults._BY_VERIFY_CODE.values()),
    *(
        faults.timeout_in_words(Phases(0.0, **dict.fromkeys(names, 1.0)))[1]
        for size in range(4)
        for names in itertools.combinations(TIMES, size)
    ),
]


@pytest.mark.parametrize("words", sorted(set(OWN)))
def test_every_word_for_a_fault_on_the_wire_has_its_chinese(words: str) -> None:
    assert spoken(words, "en") == words
    assert spoken(words, "zh").isascii() is False


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("no such host", "没有这个主机名"),
        ("connection refused, 127.0.0.1:443", "连接被拒绝，127.0.0.1:443"),
        ("dial tcp: lookup proxy.corp.example: no such host", "解析 proxy.corp.example：没有这个主机名"),
        ("dial tcp [::1]:443: connect: connection refused, [::1]:443", "连接 [::1]:443：连接被拒绝，[::1]:443"),
        ("proxyconnect tcp: connection refused", "连接转发代理：连接被拒绝"),
        ("the forward proxy answered 502 Bad Gateway", "转发代理回答 502 Bad Gateway"),
        ("TLS handshake failed (no protocols available)", "TLS 握手失败（no protocols available）"),
        ("first record does not look like a TLS handshake", "对方的第一条记录不像 TLS 握手"),
        ("a.example:8443: connection reset by peer", "a.example:8443：连接被对方重置"),
        ("example.com/b@v1.2.0: 200, and what came is no zip", "example.com/b@v1.2.0：状态 200，但收到的不是 zip 文件"),
        ("waiting for: first byte, 127.0.0.1:8443; ended by gomend after nothing moved",
         "正在等待：首字节，127.0.0.1:8443；因长时间毫无进展，由 gomend 结束"),
    ],
)  # fmt: skip
def test_sentences_within_sentences(words: str, shown: str) -> None:
    assert spoken(words, "zh") == shown


def _filled(template: str) -> str:
    return template.format_map(
        {"words": "connection refused", "took": "12 ms", "seconds": "1.2", "tries": 3, "url": "https://a.example/x"}
        | {"place": "[::1]:53", "name": "a.example", "issuer": "Corp CA", "line": 2, "proxy": "http://p.example:3128"}
        | {"owner": 0, "user": 1000, "free": "2.1 GB", "inodes": "–"}
        | {"version": "gomend 1.2.3", "state": "ready", "code": "net.reset"}
    )


@pytest.mark.parametrize("part", ["seen/seen", "dns/said", "probe/said"])
def test_evidence_of_gomends_own_is_kept_in_english_and_shown_in_chinese(part: str) -> None:
    file, name = part.split("/")
    for key, template in table("en", file)[name].items():
        words = _filled(template)
        assert spoken(words, "zh") == _filled(table("zh", file)[name][key]).replace("connection refused", "连接被拒绝")


@pytest.mark.parametrize(
    "words", ["fatal: could not read Username for 'https://a.example'", "https://x: 404 Not Found (3 ms)"]
)
def test_around_words_of_others_nothing_is_changed(words: str) -> None:
    assert spoken(words, "zh") == words


@pytest.mark.parametrize("words", ["403", "502 Bad Gateway", "unknown revision v9", "a.example: 404", "EOF", ""])
def test_what_a_server_or_go_said_stays(words: str) -> None:
    assert spoken(words, "zh") == words
