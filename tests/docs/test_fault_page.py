"""The page of faults shows what the tests of the server provoke, and every row is another one."""

from tests.server.faulttable import PAGE, page, whole_table


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(whole_table()), "python -m tests.server.faulttable writes it anew"


def test_every_row_is_another_fault_and_there_are_no_fewer_than_157() -> None:
    rows = whole_table()
    assert len(set(rows)) == len(rows) >= 157
