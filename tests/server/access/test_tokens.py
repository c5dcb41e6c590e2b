"""Tokens: only who holds one is its holder, and it is good for what it was made for."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gomend.masking import mask
from gomend.server.access.keeper import Keeper, UnknownTokenError
from gomend.server.access.tokenfile import TokenFile, TokenFileError
from gomend.server.access.tokens import Grant, Right, id_of, is_of, new_token, shown_in

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def basic(password: str, user: str = "any") -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def test_only_the_token_itself_is_the_token() -> None:
    shown, kept = new_token("ci", [Grant(Right.READ)], NOW)
    other, _ = new_token("ci", [Grant(Right.READ)], NOW)
    assert is_of(shown, kept)
    assert not is_of(other, kept)
    assert not is_of(shown[:-1] + ("a" if shown[-1] != "a" else "b"), kept)
    assert not is_of("", kept)
    assert id_of(shown) == kept.id


def test_what_is_kept_does_not_hold_the_secret_and_logs_do_not_either(tmp_path: Path) -> None:
    shown, kept = new_token("ci", [Grant(Right.READ)], NOW)
    file = TokenFile(tmp_path / "tokens.json")
    file.change(lambda _: (kept,))
    secret = shown.rpartition("_")[2]
    assert secret.encode() not in file.path.read_bytes()
    assert secret not in repr(kept)
    assert secret not in mask(f"GET /x token={shown}, {shown}")


@pytest.mark.parametrize(
    ("grants", "right", "module", "may"),
    [
        ([Grant(Right.READ, "a.example/*")], Right.READ, "a.example/x/y", True),
        ([Grant(Right.READ, "a.example/*")], Right.READ, "b.example/x", False),
        ([Grant(Right.READ, "a.example/*")], Right.FETCH, "a.example/x", False),
        ([Grant(Right.FETCH, "a.example/*")], Right.READ, "a.example/x", True),
        ([Grant(Right.READ)], Right.READ, "a.example", True),
        ([Grant(Right.FETCH)], Right.ADMIN, "", False),
        ([Grant(Right.ADMIN)], Right.ADMIN, "", True),
        ([Grant(Right.ADMIN)], Right.READ, "a.example", False),
        ([], Right.READ, "a.example", False),
    ],
)
def test_a_token_gives_the_rights_it_was_made_with(grants: list[Grant], right: Right, module: str, may: bool) -> None:
    _, token = new_token("x", grants, NOW)
    assert token.may(right, module) is may


def test_a_token_is_shown_as_bearer_or_as_a_password() -> None:
    assert shown_in({}) is None
    assert shown_in({"authorization": "Bearer abc"}) == "abc"
    assert shown_in(basic("abc")) == "abc"
    assert shown_in(basic("a:b")) == "a:b"
    assert [shown_in({"authorization": odd}) for odd in ("Basic ???", "Digest x", "Basic /w==", "Bearer")] == [""] * 4


def keeper(tmp_path: Path, *tokens: object, now: list[datetime] | None = None) -> tuple[Keeper, TokenFile]:
    file = TokenFile(tmp_path / "tokens.json")
    file.change(lambda _: tokens)  # type: ignore[arg-type, return-value]
    return Keeper(file, lambda: (now or [NOW])[0]), file


def test_the_holder_of_a_request_is_found(tmp_path: Path) -> None:
    shown, token = new_token("ci", [Grant(Right.READ)], NOW)
    one, file = keeper(tmp_path, token)
    assert asyncio.run(one.holder({})) is None
    assert asyncio.run(one.holder({"authorization": f"Bearer {shown}"})) == token
    assert asyncio.run(one.holder(basic(shown))) == token
    one.note_uses()
    assert file.last_uses() == {token.id: NOW}
    file.note_uses({token.id: NOW})
    file.note_uses({token.id: NOW - timedelta(days=1), "ffffffff": NOW})
    assert file.last_uses() == {token.id: NOW}


def test_a_token_that_was_good_a_moment_ago_is_looked_at_again(tmp_path: Path) -> None:
    now = [NOW]
    shown, token = new_token("ci", [Grant(Right.READ)], NOW, NOW + timedelta(days=1))
    one, file = keeper(tmp_path, token, now=now)
    held = asyncio.run(one.holder(basic(shown)))
    assert held is not None and one.is_still_good(held)
    now[0] = NOW + timedelta(days=1)
    assert not one.is_still_good(held)
    now[0] = NOW + timedelta(hours=1)
    assert one.is_still_good(held)
    one.note_uses()
    assert file.last_uses() == {token.id: now[0]}
    file.change(lambda _: ())
    assert not one.is_still_good(held)


def test_a_use_that_could_not_be_noted_is_noted_the_next_time(tmp_path: Path) -> None:
    shown, token = new_token("ci", [Grant(Right.READ)], NOW)
    one, file = keeper(tmp_path, token)
    asyncio.run(one.holder(basic(shown)))
    in_the_way = tmp_path / ".tokens.json.uses.tmp"
    in_the_way.mkdir()
    with pytest.raises(OSError, match="directory"):
        one.note_uses()
    in_the_way.rmdir()
    assert file.last_uses() == {}
    one.note_uses()
    assert file.last_uses() == {token.id: NOW}


def test_a_token_may_be_good_for_some_tenants_alone() -> None:
    grants = [Grant(Right.FETCH), Grant(Right.ADMIN)]
    _, token = new_token("ci", grants, NOW, tenants=("a", "b"))
    for tenant, is_good in (("a", True), ("b", True), ("c", False), ("", False)):
        assert token.is_for(tenant) is token.may(Right.READ, "x.example", tenant) is is_good
        assert token.may(Right.ADMIN, tenant=tenant) is is_good
    _, token = new_token("ci", grants, NOW)
    assert token.is_for("a") and token.is_for("") and token.may(Right.ADMIN, tenant="a")


def test_a_wrong_expired_or_revoked_token_is_refused(tmp_path: Path) -> None:
    now = [NOW]
    shown, token = new_token("ci", [Grant(Right.READ)], NOW, NOW + timedelta(days=1))
    one, file = keeper(tmp_path, token, now=now)
    assert asyncio.run(one.holder(basic(shown))) == token
    for wrong in (basic("nonsense"), basic(shown[:-1]), {"authorization": "Digest x"}, basic("")):
        with pytest.raises(UnknownTokenError):
            asyncio.run(one.holder(wrong))
    now[0] = NOW + timedelta(days=1)
    with pytest.raises(UnknownTokenError):
        asyncio.run(one.holder(basic(shown)))
    now[0] = NOW
    file.change(lambda _: ())
    with pytest.raises(UnknownTokenError):
        asyncio.run(one.holder(basic(shown)))


def test_another_secret_with_a_known_id_is_refused_even_after_the_right_one(tmp_path: Path) -> None:
    shown, token = new_token("ci", [Grant(Right.READ)], NOW)
    forged = shown[: -len(shown.rpartition("_")[2])] + "a" * 52
    one, _ = keeper(tmp_path, token)
    asyncio.run(one.holder(basic(shown)))
    with pytest.raises(UnknownTokenError):
        asyncio.run(one.holder(basic(forged)))


def test_the_file_is_its_owners_alone_and_a_broken_one_is_said(tmp_path: Path) -> None:
    _, token = new_token("ci", [Grant(Right.READ)], NOW)
    file = TokenFile(tmp_path / "deep" / "tokens.json")
    assert file.tokens() == ()
    file.change(lambda tokens: (*tokens, token))
    assert (file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert TokenFile(file.path).tokens() == (token,)
    file.path.write_text('{"tokens": 3}')
    with pytest.raises(TokenFileError, match=r"tokens\.json"):
        TokenFile(file.path).tokens()
