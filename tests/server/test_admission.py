"""Who may have what from `gomend serve`."""

import base64
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PROGRAM, Lab, Served, free_port, lab, serving

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token
from gomend.server.admission import read_policy
from gomend.server.plan import ServeError

PUBLIC = Module("example.com/public", "v1.0.0")
SECOND = Module("example.com/public", "v1.1.0")
OTHER = Module("example.com/other", "v1.0.0")
PRIVATE = Module("corp.example/secret", "v1.0.0")
NOW = datetime.now(UTC)
HOLDERS = {
    "all": ([Grant(Right.FETCH)], None),
    "public": ([Grant(Right.FETCH, "example.com/public")], None),
    "reader": ([Grant(Right.READ)], None),
    "old": ([Grant(Right.FETCH)], NOW - timedelta(days=1)),
}


@dataclass
class Place:
    """A server with tokens, its source, and what each holder shows."""

    server: Served
    source: Lab
    shown: dict[str, str]
    file: TokenFile

    def ask(self, path: str, who: str = "") -> int:
        """The status that a holder gets."""
        headers = {"authorization": f"Bearer {self.shown[who]}"} if who else {}
        return self.server.get(path, **headers).status


def tokens(file: TokenFile) -> dict[str, str]:
    made = {name: new_token(name, grants, NOW, expires) for name, (grants, expires) in HOLDERS.items()}
    file.change(lambda _: tuple(token for _, token in made.values()))
    return {name: shown for name, (shown, _) in made.items()}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("admission")
    source = lab([PUBLIC, SECOND, OTHER])
    file = TokenFile(folder / "tokens.json")
    shown = tokens(file)
    with (
        Upstream(source) as upstream,
        serving(folder, upstream.url, "--tokens", str(file.path), gosumdb=source.sums.key) as server,
    ):
        yield Place(server, source, shown, file)


PATH = "/example.com/public/@v/v1.0.0.mod"


def test_without_a_good_token_there_is_nothing(place: Place) -> None:
    refused = place.server.get(PATH)
    assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="gomend"')
    assert refused.text.startswith("proxy.unauthorized: this server wants a token")
    assert refused.headers["x-gomend-code"] == "proxy.unauthorized"
    assert place.ask(PATH, "old") == 401
    assert place.server.get(PATH, authorization="Bearer gomend_00000000_x").status == 401
    assert place.server.get("/sumdb/sum.example.org/supported").status == 401
    assert place.server.get("/-/healthz").status == 200


def test_a_token_gives_what_it_was_made_for(place: Place) -> None:
    assert place.ask("/example.com/other/@v/v1.0.0.mod", "reader") == 404  # not in the store, and it may not fetch
    assert place.source.count("/example.com/other/@v/v1.0.0.mod") == 0
    for _ in range(2):
        assert place.ask(PATH, "public") == 200
        assert place.ask("/example.com/other/@v/v1.0.0.mod", "public") == 403
        assert place.ask("/example.com/other/@v/v1.0.0.mod", "all") == 200
    assert place.ask(PATH) == 401  # also what is at hand
    place.server.keep(PATH)
    assert place.ask("/sumdb/sum.example.org/supported", "public") == 200
    basic = base64.b64encode(f"anybody:{place.shown['all']}".encode()).decode()
    assert place.server.get(PATH, authorization=f"Basic {basic}").status == 200
    assert place.server.has_logged('"who":"public"')


def test_who_may_not_have_a_file_learns_nothing_of_it_by_other_questions(place: Place) -> None:
    shown = {"authorization": f"Bearer {place.shown['all']}"}
    place.server.get(PATH, **shown)
    place.server.await_stored(PATH)
    tag = place.server.get(PATH, **shown).headers["etag"]
    assert place.server.get(PATH, if_none_match=tag, **shown).status == 304
    for headers in ({"if_none_match": tag}, {"range": "bytes=0-3"}, {"disable_module_fetch": "true"}):
        for who in ({}, {"authorization": f"Bearer {place.shown['old']}"}):
            refused = place.server.get(PATH, **headers, **who)
            assert (refused.status, "etag" in refused.headers) == (401, False)
    for path in (PATH, f"/cached-only{PATH}", "/example.com/never/@v/list", "/example.com/public/@latest"):
        assert {place.server.get(path, method).status for method in ("GET", "HEAD")} == {401}
    plain = place.server.get("/example.com/other/@v/v1.0.0.mod", authorization=f"Bearer {place.shown['public']}")
    never = place.server.get("/example.com/never/@v/v1.0.0.mod", authorization=f"Bearer {place.shown['public']}")
    assert plain.status == never.status == 403 and plain.text.replace("other", "never") == never.text


def test_only_an_admin_changes_the_server(place: Place) -> None:
    assert place.server.get("/-/purge/example.com/public/@v/list", "POST").status == 401
    shown = place.shown["all"]
    got = place.server.get("/-/purge/example.com/public/@v/list", "POST", authorization=f"Bearer {shown}")
    assert got.status == 403


def test_a_revoked_token_counts_no_more(place: Place) -> None:
    shown, token = new_token("short", [Grant(Right.FETCH)], NOW)
    place.file.change(lambda kept: (*kept, token))
    assert place.server.get(PATH, authorization=f"Bearer {shown}").status == 200
    place.file.change(lambda kept: tuple(one for one in kept if one.name != "short"))
    assert place.server.get(PATH, authorization=f"Bearer {shown}").status == 401


RULES = """
[[rule]]
action = "deny"
pattern = "example.com/other"
reason = "see advisory 12"

[[rule]]
action = "hide"
pattern = "example.com/public"
versions = ">=v1.1.0"
"""


def test_rules_refuse_with_the_reason_and_hide_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    source = lab([PUBLIC, SECOND, OTHER])
    with (
        Upstream(source) as upstream,
        serving(tmp_path, upstream.url, "--rules", str(tmp_path / "rules.toml"), gosumdb=source.sums.key) as server,
    ):
        denied = server.get("/example.com/other/@v/v1.0.0.mod")
        assert (denied.status, "see advisory 12" in denied.text) == (403, True)
        assert denied.text.startswith("proxy.unauthorized: example.com/other@v1.0.0 is not handed out here")
        for _ in range(2):
            assert server.get("/example.com/public/@v/v1.1.0.mod").status == 404
            assert server.get("/example.com/public/@v/list").body == b"v1.0.0\n"
            assert server.get(PATH).status == 200
        assert not [path for path in source.asked if "other" in path or "v1.1.0" in path]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("action = 'perhaps'\npattern = 'x'", "rules.toml:5: action: "),
        ("action = 'deny'\npatern = 'x'", "rules.toml:5: Object contains unknown field `patern`"),
        ("action = 'deny'\npattern = 'x'\nversions = 'banana'", "rules.toml:5: rule 2: versions 'banana'"),
    ],
)
def test_a_wrong_rule_is_named_by_its_line(tmp_path: Path, rule: str, said: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(f"[[rule]]\naction = 'allow'\npattern = 'y'\n\n[[rule]]\n{rule}\n")
    with pytest.raises(ServeError) as refused:
        read_policy([file])
    assert said in f"{refused.value.facts['value']}: {refused.value.facts['words']}"


def test_a_shared_cache_before_it_keeps_what_is_everybodys_alone(place: Place, tmp_path: Path) -> None:
    shown = place.shown["all"]
    for path, said in (
        (PATH, "private, max-age=31536000, immutable"),
        ("/example.com/public/@v/list", "private, max-age=0, must-revalidate"),
    ):
        place.server.get(path, authorization=f"Bearer {shown}")
        place.server.await_stored(path)
        assert place.server.get(path, authorization=f"Bearer {shown}").headers["cache-control"] == said
    got = place.server.get("/sumdb/sum.example.org/supported", authorization=f"Bearer {shown}")
    assert got.headers["cache-control"] == "private, max-age=0, must-revalidate"
    with (
        Upstream(place.source) as upstream,
        serving(tmp_path, upstream.url, "--open", "--listen", f"0.0.0.0:{(port := free_port())}", port=port) as server,
    ):
        server.keep(PATH)
        assert server.get(PATH).headers["cache-control"] == "public, max-age=31536000, immutable"


def test_one_client_does_not_take_all(tmp_path: Path) -> None:
    source = lab([PUBLIC])
    with (
        Upstream(source) as upstream,
        serving(tmp_path, upstream.url, "--rate", "5", gosumdb=source.sums.key) as server,
    ):
        answers = [server.get(PATH) for _ in range(7)]
        assert {answer.status for answer in answers[:5]} == {200}
        assert answers[-1].status == 429 and int(answers[-1].headers["retry-after"]) >= 1
        assert answers[-1].text.startswith("proxy.rate_limited: too many requests")
        # A load balancer that looks after it, from one address, is no client.
        assert {server.get(f"/-/{page}").status for page in ("healthz", "readyz") for _ in range(7)} == {200}


def test_beyond_loopback_it_wants_tokens_or_the_word_open(tmp_path: Path) -> None:
    words = [*PROGRAM, "--check", "--listen", f"0.0.0.0:{free_port()}", "--store", str(tmp_path / "store")]
    environment = dict(os.environ) | {"XDG_CONFIG_HOME": str(tmp_path)}

    def check(*more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*words, *more], env=environment, check=False, capture_output=True, text=True, timeout=60)

    assert check().returncode == 2
    assert check("--open").returncode == 0
    tokens(TokenFile(tmp_path / "gomend/tokens.json"))
    told = check()
    assert told.returncode == 0 and "over https alone" in told.stderr
    (tmp_path / "rules.toml").write_text("[[rule]]\naction = 'perhaps'\npattern = 'x'\n")
    assert check("--rules", str(tmp_path / "rules.toml")).returncode == 2
    assert check("--certificate", str(tmp_path / "none")).returncode == 2


def test_when_a_token_was_used_is_known_afterwards(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    shown = tokens(file)
    source = lab([PUBLIC])
    with (
        Upstream(source) as upstream,
        serving(tmp_path, upstream.url, "--tokens", str(file.path), gosumdb=source.sums.key) as server,
    ):
        assert server.get(PATH, authorization=f"Bearer {shown['public']}").status == 200
        assert server.get(PATH, authorization=f"Bearer {shown['old']}").status == 401
    used = file.last_uses()
    assert [token.name for token in file.tokens() if token.id in used] == ["public"]


def test_real_go_shows_its_token_from_netrc_over_tls(go: Path, tmp_path: Path) -> None:
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    leaf.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "leaf.pem"))
    file = TokenFile(tmp_path / "tokens.json")
    shown = tokens(file)
    source = lab([PUBLIC])
    pem = str(tmp_path / "leaf.pem")
    options = ("--tokens", str(file.path), "--certificate", pem, "--key", pem)
    with Upstream(source) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=source.sums.key) as server:
        address = f"127.0.0.1:{server.port}"
        environment = dict(os.environ) | {
            "GOPROXY": f"https://{address}",
            "GOSUMDB": source.sums.key,
            "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
            "NETRC": str(tmp_path / "netrc"),
            "GOMODCACHE": str(tmp_path / "cache"),
        }

        def download() -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                [go, "mod", "download", "example.com/public@v1.0.0"],
                cwd=tmp_path,
                env=environment,
                check=False,
                capture_output=True,
                text=True,
            )

        refused = download()
        assert "401 Unauthorized" in refused.stderr and "netrc" in refused.stderr, refused.stderr
        (tmp_path / "netrc").write_text(f"machine {address} login any password {shown['all']}\n")
        ran = download()
        assert ran.returncode == 0, ran.stderr
