"""A server is ready where its store works and its list of sources leads somewhere."""

from pathlib import Path

from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import free_port, lab, serving

QUOTE = Module("example.com/quote", "v1.0.0")
PATH = "/example.com/quote/@v/v1.0.0.info"


def test_without_a_source_it_is_not_ready_and_finds_out_by_itself_that_one_is_back(
    tmp_path: Path,
) -> None:
    found, port = lab([QUOTE]), free_port()
    with serving(tmp_path, f"http://127.0.0.1:{port}", gosumdb=found.sums.key) as server:
        assert server.get("/-/readyz").body == b"ready\n"  # nothing is known against it
        assert server.get(PATH).status == 502
        ready = server.get("/-/readyz")
        assert (ready.status, ready.text) == (503, f"127.0.0.1:{port}: connection refused\n")
        with Upstream(found, address=("127.0.0.1", port)):
            assert server.settles("/-/readyz", 200)


def test_it_is_ready_where_the_list_leads_past_what_cannot_be_reached(tmp_path: Path) -> None:
    found, gone = lab([QUOTE]), free_port()
    with Upstream(found) as upstream:
        for name, sources, status in (
            ("past", f"http://127.0.0.1:{gone}|{upstream.url}", 200),
            ("to-direct", f"http://127.0.0.1:{gone}|direct", 200),
            ("stops", f"http://127.0.0.1:{gone},{upstream.url}", 503),  # "," passes a missing file, not a fault
        ):
            with serving(tmp_path / name, sources, gosumdb="off") as server:
                server.get("/nothing.invalid/x/@v/v1.0.0.info")
                assert server.get("/-/readyz").status == status, name
