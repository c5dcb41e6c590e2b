"""Lines of go come together to statements."""

from gomend.causes import Code
from gomend.explain.golog import MOST_LINES, GoLog
from gomend.explain.lines import Line
from gomend.explain.statements import Role, Speaker, Statement


def read(log: str) -> list[Statement]:
    reader = GoLog()
    found = []
    for number, text in enumerate(log.splitlines(), 1):
        found += list(reader.feed(Line(number, number, text)))
    return found + list(reader.finish())


def codes(log: str) -> list[tuple[Role, Code]]:
    return [(statement.role, statement.code) for statement in read(log)]


def test_an_error_has_the_lines_that_belong_to_it() -> None:
    (statement,) = read(
        "go: a.io/b@v1.0.0: invalid version: git ls-remote -q origin in /c: exit status 128:\n"
        "\tremote: Repository not found.\n"
        "\tfatal: repository 'https://a.io/b/' not found\n"
        "Confirm the import path was entered correctly.\n"
        "If this is a private repository, see https://go.dev/doc/faq#git_https for additional information.\n"
        "\n"
        "done"
    )
    assert (statement.code, statement.lines) == (Code.VCS_NOT_FOUND, (1, 5))


def test_tabs_that_a_paste_lost_do_not_tear_a_git_block() -> None:
    (statement,) = read(
        "go: a.io/b@v1.0.0: git fetch -f origin in /c: exit status 128:\n"
        "fatal: unable to access 'https://a.io/b/': Could not resolve host: a.io\n"
    )
    assert (statement.code, statement.lines) == (Code.DNS_NXDOMAIN, (1, 2))


def test_a_security_error_is_one_statement() -> None:
    (statement,) = read(
        "verifying a.io/b@v1.0.0: checksum mismatch\n"
        "\tdownloaded: h1:a=\n\tgo.sum:     h1:b=\n\nSECURITY ERROR\n"
        "This download does NOT match an earlier download recorded in go.sum.\n"
        "The bits may have been replaced on the origin server, or an attacker may\n"
        "have intercepted the download attempt.\n\nFor more information, see 'go help module-auth'.\n"
    )
    assert (statement.code, statement.lines) == (Code.CHECKSUM_GOSUM_MISMATCH, (1, 10))
    assert (statement.subject.module, statement.subject.version) == ("a.io/b", "v1.0.0")


def test_a_server_may_quote_lines_of_go() -> None:
    (statement,) = read(
        "go: a.io/b@v1.0.0: reading https://athens.example/a.io/b/@v/v1.0.0.info: 500 Internal Server Error\n"
        "\tserver response:\n\tgo: a.io/b@v1.0.0: invalid version: git fetch: exit status 128:\n\t\tfatal: denied\n"
    )
    assert (statement.code, statement.lines) == (Code.PROXY_SERVER_ERROR, (1, 4))


def test_requests_are_told_apart_by_their_answer() -> None:
    base = "# get https://proxy.example/a.io/b/@v/v1.0.0.info"
    assert codes(f"{base}\n{base}: 404 Not Found (0.01s)\n{base}: 200 OK (0.1s)\n") == [
        (Role.TRY, Code.PROXY_NOT_FOUND),
        (Role.DONE, Code.PROGRESS_DOWNLOAD),
    ]
    (failed,) = read(f'{base}: Get "{base[6:]}": dial tcp 1.2.3.4:443: i/o timeout\n')
    assert (failed.role, failed.code) == (Role.TRY, Code.NET_CONNECT_TIMEOUT)


def test_notices_are_no_errors() -> None:
    assert codes(
        "go: downloading a.io/error v1.0.0\n"
        "go: finding module for package a.io/b\n"
        "go: found a.io/b in a.io/b v1.0.0\n"
        "go: a.io/b@v1.0.0 requires go >= 1.30; switching to go1.30.1\n"
        "go: upgraded a.io/b v1.0.0 => v1.1.0\n"
        "go: warning: a.io/b@v1.0.0: retracted by module author: broken\n"
        "go: module a.io/c is deprecated: use a.io/d\n"
    ) == [
        *[(Role.PROGRESS, Code.PROGRESS_DOWNLOAD)] * 5,
        *[(Role.WARNING, Code.MODULE_RETRACTED)] * 2,
    ]


def test_a_cache_that_cannot_be_written_lets_go_go_on() -> None:
    assert codes("go: writing go.mod cache: mkdir /go/pkg/mod/cache: read-only file system\n") == [
        (Role.TRY, Code.DISK_PERMISSION)
    ]


def test_the_compiler_and_an_import_both_name_a_position() -> None:
    statements = read(
        "# a.io/app\n./x.go:2:14: undefined: foo\n"
        "main.go:4:2: no required module provides package a.io/b; to add it:\n\tgo get a.io/b\n"
    )
    assert [(said.speaker, said.code) for said in statements] == [
        (Speaker.TOOLS, Code.BUILD_COMPILE),
        (Speaker.GO, Code.MODULE_PACKAGE_MISSING),
    ]


def test_what_a_test_logs_is_not_gos_own_trouble() -> None:
    statements = read(
        "    dial_test.go:33: dial tcp 127.0.0.1:5432: connect: connection refused\n--- FAIL: TestDial (0.01s)\n"
    )
    assert {(said.speaker, said.code) for said in statements} == {(Speaker.TOOLS, Code.BUILD_COMPILE)}


def test_a_linker_speaks_under_the_name_of_its_package() -> None:
    assert codes("# a.io/app\nmain.main: relocation target main.f not defined\n") == [(Role.FAULT, Code.BUILD_COMPILE)]


def test_an_error_member_is_about_the_object_it_stands_in() -> None:
    (statement,) = read(
        '{\n\t"Path": "a.io/b",\n\t"Version": "v1.0.0",\n'
        '\t"Error": "reading https://proxy.example/a.io/b/@v/v1.0.0.zip: 502 Bad Gateway"\n}\n'
    )
    assert (statement.code, statement.lines) == (Code.PROXY_SERVER_ERROR, (4, 4))
    assert (statement.subject.module, statement.subject.version) == ("a.io/b", "v1.0.0")


def test_json_events_hold_lines_of_go() -> None:
    assert codes(
        '{"ImportPath":"a.io/app","Action":"build-output","Output":"main.go:4:2: '
        'no required module provides package a.io/b\\n"}\n'
        '{"ImportPath":"a.io/app","Action":"build-fail"}\n'
    ) == [(Role.FAULT, Code.MODULE_PACKAGE_MISSING), (Role.FAILED, Code.BUILD_COMPILE)]


def test_one_line_that_quotes_many_is_unfolded() -> None:
    (statement,) = read(
        'level=error msg="exit status 1: stderr: go: a.io/b@v1.0.0: Get '
        '\\"https://proxy.example/a.io/b/@v/v1.0.0.mod\\": EOF\\n"'
    )
    assert (statement.code, statement.subject.module) == (Code.NET_RESET, "a.io/b")


def test_a_frame_before_each_line_comes_off() -> None:
    (statement,) = read(
        "nix> go: a.io/b@v1.0.0: git fetch in /c: exit status 128:\n"
        "nix> \tfatal: unable to access 'https://a.io/b/': Could not resolve host: a.io\n"
    )
    assert (statement.code, statement.lines) == (Code.DNS_NXDOMAIN, (1, 2))


def test_a_block_without_end_is_kept_in_bounds() -> None:
    (statement,) = read("go: errors parsing go.mod:\n" + "\tgo.mod:3: unknown directive: x\n" * 1000)
    assert statement.lines == (1, 1001)
    assert statement.text.count("\n") < MOST_LINES


def test_unknown_words_of_go_that_tell_of_trouble_are_kept() -> None:
    (statement,) = read("go: the flux capacitor failed\n")
    assert (statement.code, statement.text) == (Code.UNKNOWN, "go: the flux capacitor failed")
