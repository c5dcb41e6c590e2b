"""Each option's value in force, and what is refused."""

from pathlib import Path

import pytest

from gomend.settings.load import load
from gomend.settings.schema import OPTIONS, Origin, Project
from gomend.settings.trouble import SettingError
from gomend.texts import text


class Place:
    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.project = root / "project"
        (self.home / ".config" / "gomend").mkdir(parents=True)
        (self.project / "deep" / "er").mkdir(parents=True)
        (self.project / "go.mod").write_text("module example.com/m\n")
        self.environment = {"HOME": str(self.home)}

    def user(self, words: str) -> Path:
        path = self.home / ".config" / "gomend" / "config.toml"
        path.write_text(words)
        return path

    def own(self, words: str, folder: str = ".") -> Path:
        path = self.project / folder / ".gomend.toml"
        path.write_text(words)
        return path

    def load(self, flags=(), folder: str = "deep/er", **variables: str):
        return load(dict(flags), {**self.environment, **variables}, str(self.project / folder))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_flag_before_environment_before_project_before_user_before_default(place: Place):
    def color(**more):
        value = place.load(**more).values["color"]
        return value.value, value.origin, value.place

    assert color() == ("auto", Origin.DEFAULT, "")
    user = place.user('color = "never"')
    assert color() == ("never", Origin.USER, str(user))
    project = place.own('color = "always"')
    assert color() == ("always", Origin.PROJECT, str(project))
    assert color(GOMEND_COLOR="never") == ("never", Origin.ENVIRONMENT, "GOMEND_COLOR")
    assert color(flags={"color": "auto"}, GOMEND_COLOR="never") == ("auto", Origin.FLAG, "")


def test_an_empty_variable_counts_as_unset(place: Place):
    assert place.load(GOMEND_COLOR="").values["color"].origin is Origin.DEFAULT


@pytest.mark.parametrize("word", ["0", "off", "false", "no", "OFF", "No"])
def test_all_words_for_off_switch_off(place: Place, word: str):
    assert place.load(GOMEND_RECORD=word).switch("record") is False
    assert place.load(GOMEND_VERBOSE=word).switch("verbose") is False


def test_a_project_is_where_go_mod_is_and_the_nearest_file_counts(place: Place):
    place.own('lang = "zh"', folder="deep")  # no go.mod beside it
    assert place.load().text("lang") == ""
    (place.project / "deep" / "go.work").write_text("go 1.21\n")
    place.own('lang = "en"')
    assert place.load().text("lang") == "zh"


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.project is Project.NOTHING])
def test_a_project_may_not_name_programs_addresses_or_places(place: Place, name: str):
    default = OPTIONS[name].default
    words = "false" if isinstance(default, bool) else '"/tmp/evil"'
    path = place.own(f"{name} = {words}")
    with pytest.raises(SettingError) as refused:
        place.load()
    assert (refused.value.reason, refused.value.name, refused.value.place) == ("not_in_project", name, str(path))


def test_the_options_that_a_project_may_set_are_display_alone():
    allowed = {name for name, option in OPTIONS.items() if option.project is Project.SET}
    assert allowed == {"format", "lang", "color", "quiet", "verbose"}


def test_a_project_may_lower_a_limit_and_not_raise_it(place: Place):
    place.user("records = 20")
    place.own("records = 10")
    assert place.load().number("records") == 10
    place.own("records = 21")
    with pytest.raises(SettingError) as refused:
        place.load()
    assert (refused.value.reason, refused.value.allowed) == ("looser", "20")


@pytest.mark.parametrize(
    ("words", "reason", "name", "nearest"),
    [
        ('colour = "never"', "unknown", "colour", "color"),
        ("zzz = 1", "unknown", "zzz", ""),
        ("[color]\nx = 1", "value", "color", ""),
        ('color = "blue"', "value", "color", ""),
        ("color = 1", "value", "color", ""),
        ("records = -1", "value", "records", ""),
        ("records = true", "value", "records", ""),
        ('quiet = "maybe"', "value", "quiet", ""),
        ("color = ", "syntax", "", ""),
        ("# " + "x" * 70_000, "unreadable", "", ""),
    ],
)
def test_what_is_not_taken_is_refused_with_its_facts(place: Place, words: str, reason: str, name: str, nearest: str):
    path = place.user(words)
    with pytest.raises(SettingError) as refused:
        place.load()
    error = refused.value
    assert (error.reason, error.name, error.nearest, error.place) == (reason, name, nearest, str(path))


def test_a_variable_with_a_bad_value_is_refused_by_its_name(place: Place):
    with pytest.raises(SettingError) as refused:
        place.load(GOMEND_FORMAT="xml")
    assert (refused.value.place, refused.value.value) == ("GOMEND_FORMAT", "xml")


def test_variables_that_no_option_is_called_after_are_told(place: Place):
    assert place.load(GOMEND_LNAG="zh", GOMEND_PYTHON="python3").unknown_variables == ("GOMEND_LNAG",)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_option_and_every_reason_has_its_text(lang: str):
    for name in OPTIONS:
        assert text(lang, f"cli.option/{name}")
    for reason in ("unknown", "value", "not_in_project", "looser", "syntax", "unreadable"):
        assert text(lang, f"cli.setting/{reason}", place="p", name="n", value="v", allowed="a")
