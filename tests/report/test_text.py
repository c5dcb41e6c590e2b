"""The screens at 80 columns, line by line."""

import re
from textwrap import dedent

import pytest
from tests.report.examples import CAREFUL, CUT_OFF, FAILED, GO_LINE, MANUAL, NOISY, RETRACTED, ROOT, SAFE, WARNED, run

from gomend.causes import Cause, Certainty, Code, Evidence, Fix, Level, Outcome, Subject, Verdict
from gomend.report import model, render
from gomend.report.layout import columns, wrap
from gomend.report.model import Exchanges, Setting
from gomend.texts import text


def screen(expected: str, lang: str = "en", host: str = "goproxy.corp.example") -> str:
    """The expected screen; «key» stands for a text of the catalogs, wrapped to where it stands."""
    lines = []
    for line in dedent(expected).removeprefix("\n").split("\n"):
        before, _, key = line.rstrip("»").partition("«")
        if not key:
            lines.append(line)
            continue
        words = text(lang, key, host=host)
        indent = 2 if before.startswith(("✗", "!")) else columns(before)
        first, *rest = wrap(before[indent:] + words, 80 - indent)
        lines += [before[:indent] + first, *(" " * indent + one for one in rest)]
    return "\n".join(lines)


def test_a_failure_says_what_failed_why_on_what_evidence_and_what_to_do_now() -> None:
    assert render(run(FAILED)) == screen(
        """
        ✗ go build failed: «codes.proxy.server_error/headline»
          cause     proxy.server_error, certain · github.com/go-chi/chi/v5@v5.2.1
          evidence  go, line 1   reading
                    https://goproxy.corp.example/github.com/go-chi/chi/v5/@v/v5.2.1.mod:
                                 502 Bad Gateway
                    probe        502 again, 3 of 3, in 31 ms; DNS, TCP and TLS are fine
                    probe        proxy.golang.org has this version (200, 112 ms)
                    GOPROXY      https://goproxy.corp.example,https://proxy.golang.org
          fix       «fixes.move_on_public/title»
          more      gomend explain proxy.server_error
          next      gomend fix 1
        """
    )


def test_the_same_failure_in_chinese_leaves_codes_commands_and_the_words_of_go_as_they_are() -> None:
    assert render(run(FAILED, lang="zh"), lang="zh") == screen(
        """
        ✗ go build 失败：«codes.proxy.server_error/headline»
          原因      proxy.server_error，确定 · github.com/go-chi/chi/v5@v5.2.1
          证据      go 第 1 行   reading
                    https://goproxy.corp.example/github.com/go-chi/chi/v5/@v/v5.2.1.mod:
                                 502 Bad Gateway
                    探测         502 again, 3 of 3, in 31 ms; DNS, TCP and TLS are fine
                    探测         proxy.golang.org has this version (200, 112 ms)
                    GOPROXY      https://goproxy.corp.example,https://proxy.golang.org
          解决      «fixes.move_on_public/title»
          详情      gomend explain proxy.server_error
          下一步    gomend fix 1
        """,
        "zh",
    )


def test_harmless_noise_takes_two_lines() -> None:
    assert render(run(NOISY, command=("go", "mod", "tidy"), exit_status=0)) == screen(
        """
        ✓ go mod tidy succeeded in 8.4 s. The 41 lines on stderr are harmless:
          38 progress · 2 not at one source, the next had it · 1 net.http2, then fine
        """
    )


def test_a_run_without_a_red_line_says_nothing() -> None:
    assert render(run(Verdict(Outcome.OK), exit_status=0)) == ""


def test_a_saved_download_is_told() -> None:
    told = render(run(Verdict(Outcome.OK), exit_status=0, exchanges=Exchanges(rescued=2)))
    assert told == screen(
        """
        ✓ go build succeeded in 8.4 s.
          2 downloads that failed at first and came at a later try
        """
    )


def test_a_warning_follows_success_and_ends_with_what_to_read() -> None:
    assert render(run(WARNED, command=("go", "get", "example.com/old"), exit_status=0)) == screen(
        """
        ✓ go get succeeded in 8.4 s. The 3 lines on stderr are harmless:
          3 progress
        ! It worked, but this will bite later:
          cause     module.retracted, certain · example.com/old@v1.0.0
                    line 3   warning: example.com/old@v1.0.0: retracted by module
                             author: broken
          next      gomend explain module.retracted
        """
    )


def test_a_log_that_was_cut_off_is_not_judged() -> None:
    lines = render(model.explanation("build.log", CUT_OFF, "en")).splitlines()
    assert lines[0] == "! build.log does not show whether the command succeeded"
    assert lines[1] == "  seen      proxy.server_error, certain · github.com/go-chi/chi/v5@v5.2.1"
    assert lines[-1] == "  next      run it again with gomend in front: gomend go …"


def test_a_log_without_a_failure_is_told_so() -> None:
    assert render(model.explanation("-", Verdict(Outcome.OK), "en")) == "✓ standard input shows no failure.\n"
    assert render(model.explanation("-", Verdict(Outcome.OK), "zh"), lang="zh") == "✓ 标准输入中没有失败。\n"


def test_a_failure_without_a_known_cause_is_called_that() -> None:
    assert render(run(Verdict(Outcome.FAILED), command=("make", "all"), exit_status=2)) == screen(
        """
        ✗ make all failed with exit status 2, and nothing in its output says why
          next      gomend explain unknown
        """
    )


def test_of_a_run_that_is_not_recorded_the_first_safe_command_is_what_to_run_next() -> None:
    verdict = Verdict(Outcome.FAILED, roots=(ROOT,), fixes=(CAREFUL, SAFE))
    for document in (run(verdict, recorded=False), model.explanation("build.log", verdict, "en")):
        lines = render(document).splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("  fix "))
        assert lines[at].startswith("  fix       With care: ")
        assert "            go env -w GOPROXY=https://a.example" in lines[at:]
        assert any(line.startswith("  first     ") for line in lines[at:])
        assert lines[-1] == f"  next      {SAFE.commands[0]}"


def test_where_gomend_can_do_it_that_is_what_to_run_next_and_its_commands_are_told_by_gomend_fix() -> None:
    lines = render(run(Verdict(Outcome.FAILED, roots=(ROOT,), fixes=(MANUAL, CAREFUL, SAFE)))).splitlines()
    assert lines[-1] == f"  next      gomend fix {CAREFUL.id}"
    assert "            go env -w GOPROXY=https://a.example" not in lines


@pytest.mark.parametrize("fix", [CAREFUL, MANUAL, Fix(1, Level.SAFE, "run_again", {}, ())])
def test_what_is_not_safe_or_no_command_is_never_the_next_command_of_a_page_that_is_sent_on(fix: Fix) -> None:
    verdict = Verdict(Outcome.FAILED, roots=(ROOT,), fixes=(fix,))
    assert "**next** `gomend explain proxy.server_error`" in render(run(verdict), "markdown")


def test_a_command_that_held_a_secret_is_masked_and_not_offered() -> None:
    held = Fix(1, Level.SAFE, "run_again", {}, ("GOPROXY=https://me:hunter2@proxy.example go build",))
    said = render(run(Verdict(Outcome.FAILED, roots=(ROOT,), fixes=(held,))))
    assert "hunter2" not in said
    assert "GOPROXY=https://***@proxy.example go build" in said
    assert said.splitlines()[-1] == "  next      gomend explain proxy.server_error"


def test_many_causes_and_long_words_stay_within_twenty_lines_and_keep_the_last() -> None:
    long = Evidence("probe", "word " * 200)
    roots = tuple(
        Cause(code, Certainty.LIKELY, Subject(host="h.example"), (n, n), "tail " * 300, (long, long, long, long))
        for n, code in enumerate(Code, start=1)
    )
    lines = render(run(Verdict(Outcome.FAILED, roots=roots, warnings=(RETRACTED,), fixes=(SAFE,)))).splitlines()
    assert len(lines) <= 20
    assert lines[-1] == "  next      gomend fix 1"
    assert any(line.startswith("  evidence") for line in lines)


def test_where_everything_is_long_the_evidence_gives_way_but_one_line_of_it_stays() -> None:
    long = "w" * 39
    roots = tuple(
        Cause(code, Certainty.LIKELY, Subject(module=f"{long} {long} {long} {long} {long}"), (n, n), "word " * 70)
        for n, code in enumerate((Code.NET_RESET, Code.DNS_TIMEOUT, Code.AUTH_SSH, Code.DISK_FULL, Code.UNKNOWN), 1)
    )
    careful = Fix(1, Level.CAREFUL, "move_on", {}, ("go env -w A=b", "go env -w C=d"))
    verdict = Verdict(Outcome.FAILED, roots=roots, fixes=(careful, SAFE))
    lines = render(run(verdict, recorded=False), width=60).splitlines()
    assert len(lines) == 20
    assert sum(line.startswith("  evidence") for line in lines) == 1
    assert lines[-1] == f"  next      {SAFE.commands[0]}"


def test_evidence_without_room_is_left_out_whole() -> None:
    probes = tuple(Evidence("probe", f"{n} " + "word " * 50) for n in range(3))
    cause = Cause(Code.NET_RESET, Certainty.LIKELY, Subject(host="h.example"), (1, 1), "x", probes)
    lines = render(run(Verdict(Outcome.FAILED, roots=(cause,), fixes=(SAFE,)))).splitlines()
    assert len(lines) <= 20
    shown = [line for line in lines if line.strip().startswith("probe")]
    assert len(shown) == 2
    assert sum(line.strip().startswith("word") for line in lines) == 2 * 4


def test_of_a_long_text_the_start_and_the_end_are_shown() -> None:
    cause = Cause(Code.UNKNOWN, Certainty.UNSURE, Subject(), (7, 9), "first " + "between " * 100 + "last")
    said = render(run(Verdict(Outcome.FAILED, roots=(cause,))))
    assert "first" in said
    assert "…" in said
    assert "last\n" in said


def test_no_line_but_an_address_or_a_command_is_wider_than_the_screen() -> None:
    for lang in ("en", "zh"):
        for verdict in (FAILED, NOISY, WARNED):
            for width in (60, 80, 140):
                for line in render(run(verdict, lang=lang), lang=lang, width=width).splitlines():
                    assert columns(line) <= min(width, 100) or re.search(r"https://|  next |下一步", line), line


def test_without_unicode_the_symbols_are_spelled() -> None:
    failed = render(run(FAILED), unicode=False)
    assert failed.startswith("x go build failed")
    assert failed.isascii()
    assert render(run(NOISY, exit_status=0), unicode=False).startswith("ok go build succeeded")


def test_colour_only_repeats() -> None:
    for document in (run(FAILED), run(WARNED, exit_status=0), run(NOISY, exit_status=0)):
        painted = render(document, color=True)
        assert "\x1b[" in painted
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(document)


def test_red_means_fatal_and_nothing_else() -> None:
    assert "\x1b[31" in render(run(FAILED), color=True)
    assert "\x1b[31" not in render(run(WARNED, exit_status=0), color=True)
    assert "\x1b[31" not in render(model.explanation("a.log", CUT_OFF, "en"), color=True)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("go", "build", "./..."), "go build"),
        (("go", "-C", "examples/service", "mod", "download"), "go mod download"),
        (("/usr/local/go/bin/go", "mod", "tidy", "-x"), "go mod tidy"),
        (("go1.26.8", "test", "-run", "X"), "go1.26.8 test"),
        ((r"C:\Go\bin\go.exe", "vet"), "go vet"),
        (("go",), "go"),
        (("go", "-version"), "go"),
        (("make", "all"), "make all"),
        (("sh", "-c", "go build ./... && " + "x" * 80), "sh -c 'go build ./... && xxxxxxxxxxxxxx…"),
    ],
)
def test_a_command_is_called_by_what_a_person_would_call_it(command: tuple[str, ...], name: str) -> None:
    assert render(run(Verdict(Outcome.FAILED), command=command)).startswith(f"✗ {name} failed")


def test_the_line_of_go_is_shown_once_even_if_the_evidence_repeats_it() -> None:
    assert render(run(FAILED)).count("502 Bad Gateway") == 1
    assert GO_LINE.endswith("502 Bad Gateway")


def test_the_page_of_a_code_has_every_part() -> None:
    page = model.code_page(Code.PROXY_SERVER_ERROR, "en", (SAFE, MANUAL))
    lines = render(page).splitlines()
    assert lines[0] == f"proxy.server_error    {text('en', 'codes.proxy.server_error/title')}"
    starts = [line.split("  ")[0] for line in lines if not line.startswith(" ")]
    assert starts == ["proxy.server_error", "you see", "go does", "check", "fix", "not this"]
    assert any(line.startswith("fix       safe    ") for line in lines)
    assert f"                  {SAFE.commands[0]}" in lines


def test_the_page_of_every_code_fits_in_both_languages() -> None:
    for lang in ("en", "zh"):
        for code in Code:
            lines = render(model.code_page(code, lang), lang=lang).splitlines()
            assert len(lines) >= 6
            assert all(columns(line) <= 80 for line in lines if not line.startswith(("you see", "现象"))), code


def test_the_list_of_codes_names_each_and_says_how_to_read_on() -> None:
    lines = render(model.code_list("en")).splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [*Code, "next"]
    assert lines[-1].endswith("gomend explain CODE")


def test_settings_stand_in_columns_with_their_origin() -> None:
    document = model.setting_list(
        [Setting("color", "", "default"), Setting("lang", "zh", "environment", "GOMEND_LANG")]
    )
    assert render(document) == screen(
        """
        color  –     default
        lang   zh    environment GOMEND_LANG
        """
    )


def test_an_input_that_cannot_be_read_is_named() -> None:
    document = model.input_error("x.log", "No such file or directory")
    assert render(document) == "✗ x.log cannot be read: No such file or directory\n"


GIT_BLOCK = """go: github.com/acme/private@v1.2.3: invalid version: git ls-remote -q --end-of-options https://github.com/acme/private in /home/dev/go/pkg/mod/cache/vcs/47f6: exit status 128:
\tfatal: could not read Username for 'https://github.com': terminal prompts disabled
Confirm the import path was entered correctly.
If this is a private repository, see https://go.dev/doc/faq#git_https for additional information."""  # noqa: E501


def test_of_a_long_quotation_the_lines_that_say_what_is_wrong_are_shown() -> None:
    subject = Subject(module="github.com/acme/private", version="v1.2.3", host="github.com")
    cause = Cause(Code.AUTH_CREDENTIALS, Certainty.CERTAIN, subject, (1, 4), GIT_BLOCK)
    assert render(run(Verdict(Outcome.FAILED, roots=(cause,)))) == screen(
        """
        ✗ go build failed: «codes.auth.credentials/headline»
          cause     auth.credentials, certain · github.com/acme/private@v1.2.3
          evidence  go, line 1   fatal: could not read Username for
                                 'https://github.com': terminal prompts disabled
          next      gomend explain auth.credentials
        """,
        host="github.com",
    )


def test_an_address_too_long_for_its_column_stands_further_left_and_whole() -> None:
    for length, left in ((50, 25), (60, 12), (77, 2), (200, 2)):
        address = "https://" + "x" * (length - 8)
        cause = Cause(Code.UNKNOWN, Certainty.UNSURE, Subject(), (1, 1), f"reading {address} failed")
        lines = render(run(Verdict(Outcome.FAILED, roots=(cause,)))).splitlines()
        assert " " * left + address in [line.removesuffix(" failed") for line in lines]
    cause = Cause(Code.UNKNOWN, Certainty.UNSURE, Subject(), (1, 1), "https://" + "y" * 60)
    lines = render(run(Verdict(Outcome.FAILED, roots=(cause,)))).splitlines()
    at = lines.index("  evidence  go, line 1")
    assert lines[at + 1] == " " * 12 + "https://" + "y" * 60


def test_how_often_a_line_was_said_is_told_in_the_readers_language() -> None:
    cause = Cause(Code.UNKNOWN, Certainty.UNSURE, Subject(), (1, 1), "x", (Evidence("output", "15 lines say so"),))
    said = render(run(Verdict(Outcome.FAILED, roots=(cause,)), lang="zh"), lang="zh")
    assert "输出         15 行都这样说" in said


def test_a_short_quotation_keeps_its_lines() -> None:
    mismatch = "verifying example.com/m@v1.2.3: checksum mismatch\n\tdownloaded: h1:AAAA=\n\tgo.sum:     h1:BBBB="
    cause = Cause(Code.CHECKSUM_GOSUM_MISMATCH, Certainty.CERTAIN, Subject(module="example.com/m"), (1, 3), mismatch)
    lines = render(run(Verdict(Outcome.FAILED, roots=(cause,)))).splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("  evidence"))
    assert [line[25:] for line in lines[at : at + 3]] == [
        "verifying example.com/m@v1.2.3: checksum mismatch",
        "downloaded: h1:AAAA=",
        "go.sum: h1:BBBB=",
    ]


def test_an_undetermined_log_without_any_cause_asks_for_the_run_alone() -> None:
    assert render(model.explanation("a.log", Verdict(Outcome.UNDETERMINED), "en")) == screen(
        """
        ! a.log does not show whether the command succeeded
          next      run it again with gomend in front: gomend go …
        """
    )
