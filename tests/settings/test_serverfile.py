"""The server's own settings file: what it may hold, what wins, and what is refused where."""

from pathlib import Path

import pytest

from gomend.settings.load import Loaded, load
from gomend.settings.schema import OPTIONS, Origin
from gomend.settings.serverfile import OF_TENANTS, with_server_file
from gomend.settings.trouble import SettingError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "serve.toml"


def loaded(file: Path, *, flags: "dict[str, object] | None" = None, user: str = "", **variables: str) -> Loaded:
    home = file.parent / "home"
    (home / ".config/gomend").mkdir(parents=True, exist_ok=True)
    (home / ".config/gomend/config.toml").write_text(user)
    environment = {"HOME": str(home), "GOMEND_SERVE_CONFIG": str(file), **variables}
    return with_server_file(load(flags or {}, environment, None))


def test_flag_before_environment_before_the_servers_file_before_the_users_own(file: Path) -> None:
    file.write_text("# ours\ntimeout = 7\n")

    def timeout(**more: object) -> tuple[object, Origin, str]:
        value = loaded(file, **more).values["serve_timeout"]  # type: ignore[arg-type]  # (flags and variables alike)
        return value.value, value.origin, value.place

    assert timeout(user="serve_timeout = 5") == (7, Origin.SERVER, f"{file}:2")
    assert timeout(GOMEND_SERVE_TIMEOUT="8") == (8, Origin.ENVIRONMENT, "GOMEND_SERVE_TIMEOUT")
    assert timeout(flags={"serve_timeout": "9"}, GOMEND_SERVE_TIMEOUT="8")[:2] == (9, Origin.FLAG)
    file.write_text("")
    assert timeout(user="serve_timeout = 5")[:2] == (5, Origin.USER)


def test_a_list_may_be_an_array_and_a_relative_path_is_one_from_the_files_folder(file: Path) -> None:
    file.write_text('upstream = ["https://a", "direct"]\nstore = "kept"\nrules = "/etc/rules.toml"\n')
    found = loaded(file)
    assert found.text("serve_upstream") == "https://a,direct"
    assert found.text("serve_store") == str(file.parent / "kept")
    assert found.text("serve_rules") == "/etc/rules.toml"
    file.write_text('store = "s3://modules/cache"')
    assert loaded(file).text("serve_store") == "s3://modules/cache"


@pytest.mark.parametrize(
    ("words", "line", "reason", "name", "nearest"),
    [
        ("log = 'all'\ntimout = 3", 2, "unknown", "timout", "timeout"),
        ("[upstreams]\nx = 1", 1, "unknown", "upstreams", "upstream"),
        ("\n\n'serve_timeout' = 3", 3, "unknown", "serve_timeout", "timeout"),
        ("config = 'other.toml'", 1, "unknown", "config", ""),
        ("timeout = 0", 1, "value", "timeout", ""),
        ("x = [1]\n", 1, "unknown", "x", ""),
        ("upstream = [1]", 1, "value", "upstream", ""),
        ("log = 'some'", 1, "value", "log", ""),
        ("open = 'maybe'", 1, "value", "open", ""),
        ("workers = true", 1, "value", "workers", ""),
    ],
)
def test_what_is_not_taken_is_refused_with_its_line(
    file: Path, words: str, line: int, reason: str, name: str, nearest: str
) -> None:
    file.write_text(words)
    with pytest.raises(SettingError) as caught:
        loaded(file)
    error = caught.value
    assert (error.place, error.reason, error.name, error.nearest) == (f"{file}:{line}", reason, name, nearest)


def test_a_file_that_cannot_be_read_or_is_no_toml_is_refused(file: Path) -> None:
    with pytest.raises(SettingError, match="unreadable"):
        loaded(file)
    file.write_text("a = = 1")
    with pytest.raises(SettingError) as caught:
        loaded(file)
    assert caught.value.reason == "syntax" and "line 1" in caught.value.value


TENANTS = """
upstream = "https://a.example"
goprivate = "a.example"
gonosumdb = "b.example"
credentials = "ours.toml"
rules = "ours.rules"
rate = 5

[tenants.one]
goprivate = ["c.example", "d.example"]
credentials = "one.toml"

[tenants.two]
gonoproxy = "none"
rate = 9
"""


def test_a_tenant_has_what_the_server_has_but_for_secrets_rules_and_what_its_own_private_names_stand_for(
    file: Path,
) -> None:
    file.write_text(TENANTS)
    found = loaded(file, GOMEND_SERVE_RATE="7", GOMEND_SERVE_UPSTREAM="https://e.example")
    one, two = (found.tenants[name] for name in ("one", "two"))
    assert (found.number("serve_rate"), one.number("serve_rate"), two.number("serve_rate")) == (7, 7, 9)
    assert one.text("serve_upstream") == two.text("serve_upstream") == "https://e.example"
    names = ("serve_goprivate", "serve_gonoproxy", "serve_gonosumdb")
    assert [one.text(name) for name in names] == ["c.example,d.example"] * 3
    assert [two.text(name) for name in names] == ["a.example", "none", "b.example"]
    assert (one.text("serve_credentials"), two.text("serve_credentials")) == (str(file.parent / "one.toml"), "")
    assert [each.text("serve_rules") for each in (found, one, two)] == [str(file.parent / "ours.rules"), "", ""]
    assert found.text("serve_credentials") == str(file.parent / "ours.toml")


def test_each_option_is_the_servers_or_may_be_a_tenants() -> None:
    of_server = {
        "config", "listen", "socket_mode", "store", "store_cache", "store_cache_size", "grace", "workers", "tokens",
        "otlp", "sampling", "certificate", "key", "audit", "log",
    }  # fmt: skip
    every = {name.removeprefix("serve_") for name in OPTIONS if name.startswith("serve_")}
    assert of_server | set(OF_TENANTS) == every and not of_server & set(OF_TENANTS)
