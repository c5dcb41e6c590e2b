"""Which repository a module comes from, by its path or by the pages that tell it."""

import asyncio

import pytest

from gomend.causes import Code
from gomend.sources.direct.discovery import Discovery, Root, Rules
from gomend.sources.direct.pages import Page
from gomend.sources.direct.repository import DirectError


def tag(content: str) -> str:
    return f'<html><head><meta name="go-import" content="{content}"></head></html>'


class Web:
    """Pages by URL; other hosts do not answer."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def page(self, url: str) -> Page:
        self.asked.append(url)
        if url not in self.pages:
            raise DirectError(f'Get "{url}": connection refused', code=Code.NET_CONNECT_REFUSED)
        return self.pages[url]

    async def status(self, url: str) -> int | None:
        return self.pages[url].status if url in self.pages else None


NONE = Rules()


def found(web: Web, module: str, rules: Rules = NONE, answering: str = "") -> Root:
    async def answers(vcs: str, url: str) -> bool:
        return bool(answering) and url.startswith(answering)

    return asyncio.run(Discovery(web, rules, answers).root(module))


def refused(web: Web, module: str, rules: Rules = NONE) -> DirectError:
    with pytest.raises(DirectError) as error:
        found(web, module, rules)
    return error.value


PAGE = "https://go.example/m?go-get=1"


def test_the_page_of_the_path_tells_the_repository() -> None:
    web = Web({PAGE: Page(200, "OK", tag("go.example/m git https://git.example/m.git sub"))})
    assert found(web, "go.example/m") == Root("go.example/m", "git", "https://git.example/m.git", "sub")


def test_a_page_with_another_status_counts_as_well() -> None:
    web = Web({PAGE: Page(404, "Not Found", tag("go.example/m git https://git.example/m"))})
    assert found(web, "go.example/m").url == "https://git.example/m"


def test_the_root_must_agree() -> None:
    told = tag("go.example git https://git.example/all")
    web = Web({PAGE: Page(200, "OK", told), "https://go.example/?go-get=1": Page(200, "OK", told)})
    assert found(web, "go.example/m") == Root("go.example", "git", "https://git.example/all")
    web.pages["https://go.example/?go-get=1"] = Page(200, "OK", tag("go.example git https://evil.example"))
    error = refused(web, "go.example/m")
    assert (error.code, error.is_missing) == (Code.VCS_NO_GO_IMPORT, True)
    assert "disagree about go-import for go.example" in error.words


@pytest.mark.parametrize(
    ("page", "code", "is_missing", "words"),
    [
        (Page(200, "OK", "<html>hi</html>"), Code.VCS_NO_GO_IMPORT, True, "no go-import meta tags"),
        (Page(404, "Not Found", "gone"), Code.VCS_NO_GO_IMPORT, True, "404 Not Found"),
        (Page(401, "Unauthorized", "who?"), Code.PROXY_UNAUTHORIZED, False, "401 Unauthorized"),
        (Page(503, "Later", "busy"), Code.PROXY_SERVER_ERROR, False, "503 Later"),
        (Page(200, "OK", tag("go.example/m git git.example/m")), Code.VCS_NO_GO_IMPORT, True, "no scheme"),
        (Page(200, "OK", tag("go.example/m cvs https://git.example/m")), Code.VCS_NO_GO_IMPORT, True, "unknown vcs"),
        (Page(200, "OK", tag("go.example/m svn https://git.example/m")), Code.VCS_DISALLOWED, False, "GOVCS disallows"),
    ],
)
def test_a_page_that_leads_nowhere_says_why(page: Page, code: Code, is_missing: bool, words: str) -> None:
    error = refused(Web({PAGE: page}), "go.example/m")
    assert (error.code, error.is_missing) == (code, is_missing)
    assert words in error.words


def test_a_host_that_does_not_answer_is_no_missing_module() -> None:
    web = Web({})
    error = refused(web, "go.example/m")
    assert (error.code, error.is_missing, web.asked) == (Code.NET_CONNECT_REFUSED, False, [PAGE])


def test_plain_http_is_asked_only_where_goinsecure_says_so() -> None:
    web = Web({"http://go.example/m?go-get=1": Page(200, "OK", tag("go.example/m git https://git.example/m"))})
    assert found(web, "go.example/m", Rules(goinsecure="go.example")).url == "https://git.example/m"
    assert not refused(web, "go.example/m", Rules(goinsecure="other.example")).is_missing


def test_a_known_host_needs_no_page() -> None:
    web = Web({})
    assert found(web, "github.com/a/b/v2") == Root("github.com/a/b", "git", "https://github.com/a/b")
    assert refused(web, "github.com/a").is_missing
    assert web.asked == []


def test_a_path_with_git_in_it_is_tried_by_secure_schemes() -> None:
    assert found(Web({}), "git.example/a.git", answering="ssh://").url == "ssh://git.example/a"
    assert found(Web({}), "git.example/a.git", answering="https://").url == "https://git.example/a"
    assert refused(Web({}), "git.example/a.git").words == "no secure protocol found for repository"


def test_govcs_decides_which_tools_may_fetch() -> None:
    web = Web({PAGE: Page(200, "OK", tag("go.example/m svn https://svn.example/m"))})
    assert found(web, "go.example/m", Rules(goprivate="go.example")).vcs == "svn"
    assert refused(web, "github.com/a/b", Rules(govcs="public:off")).code is Code.VCS_DISALLOWED
    assert refused(web, "github.com/a/b", Rules(govcs="nonsense")).code is Code.VCS_DISALLOWED
