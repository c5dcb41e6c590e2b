"""What `go work edit` is told for a go.work that does not fit."""

import pytest

from gomend.mend.workspace import DROP, JOIN, RAISE, Used, flags_for

API, WEB, GONE = Used("./api", "1.21"), Used("./web", "1.23.1"), Used("./gone", None)


@pytest.mark.parametrize(
    ("key", "go", "used", "here", "flags"),
    [
        (JOIN, "1.21", [API], Used("../lib", "1.20"), ["-use=../lib"]),
        (JOIN, "1.21", [API], WEB, ["-use=./web", "-go=1.23.1"]),
        (JOIN, "1.21", [API], API, []),
        (DROP, "1.21", [API, GONE], None, ["-dropuse=./gone"]),
        (RAISE, "1.21rc1", [API, WEB, GONE], None, ["-go=1.23.1"]),
        (RAISE, "1.24", [API, WEB], None, []),
    ],
)
def test_only_what_does_not_fit_is_changed(
    key: str, go: str, used: list[Used], here: Used | None, flags: list[str]
) -> None:
    assert flags_for(key, go, used, here) == flags
