"""The spans that a server sends: decoded as a collector decodes them."""

from pathlib import Path

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.lab import upstream as acts
from tests.lab.certificates import Authority
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import lab, serving
from tests.server.spansent import facts_of, in_order, sent
from tests.trace.collector import Collector

QUOTE = Module("example.com/quote", "v1.0.0")
SECRET = Module("corp.example/secret", "v1.0.0")
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_one_request_is_one_span_and_what_was_asked_of_the_source_lies_below_it(tmp_path: Path) -> None:
    found = lab([QUOTE])
    authority = Authority.new()
    certificates = authority.write(tmp_path / "ca.pem")
    with Collector() as collector, Upstream(found, tls=authority.server("localhost")) as upstream:
        source = f"https://localhost:{upstream.port}"
        options = ("--otlp", collector.url, "--sampling", "1")
        with serving(tmp_path, source, *options, SSL_CERT_FILE=str(certificates)) as server:
            path = "/example.com/quote/@v/v1.0.0.zip"
            for _ in range(2):
                assert server.get(path, traceparent=f"00-{TRACE}-{PARENT}-01").body == QUOTE.zip
                server.keep(path)
        spans = sent(collector)  # the server has ended: what was left was sent
    plain = [one for one in spans if one.trace_id.hex() != TRACE]
    assert len(plain) == 2 and {facts_of(one.attributes)["gomend.result"] for one in plain} <= {"miss", "hit"}
    spans = [one for one in spans if one not in plain]
    first, second = in_order([one for one in spans if one.kind == Span.SPAN_KIND_SERVER])
    for span, result in ((first, "miss"), (second, "hit")):
        assert (span.name, span.parent_span_id.hex()) == ("GET /{module}/@v/{version}.zip", PARENT)
        facts = facts_of(span.attributes)
        assert facts == facts | {
            "http.request.method": "GET",
            "http.route": "/{module}/@v/{version}.zip",
            "http.response.status_code": 200,
            "http.response.body.size": len(QUOTE.zip),
            "url.path": path,
            "url.scheme": "http",
            "server.address": "127.0.0.1",
            "server.port": server.port,
            "client.address": "127.0.0.1",
            "gomend.module": "example.com/quote",
            "gomend.version": "v1.0.0",
            "gomend.result": result,
        }
        assert span.status.code == Status.STATUS_CODE_UNSET
    (asked,) = (one for one in spans if one.kind == Span.SPAN_KIND_CLIENT)
    assert (asked.name, asked.parent_span_id) == ("GET zip", first.span_id)
    facts = facts_of(asked.attributes)
    assert facts == facts | {
        "url.full": f"{source}{path}",
        "server.address": "localhost",
        "server.port": upstream.port,
        "network.peer.address": "127.0.0.1",
        "http.response.status_code": 200,
        "http.response.body.size": len(QUOTE.zip),
    }
    phases = [one for one in spans if one.parent_span_id == asked.span_id]
    assert [one.name for one in in_order(phases)] == [
        *("dns", "connect", "tls", "wait", "transfer"),
    ]
    for one in phases:
        assert one.kind == Span.SPAN_KIND_INTERNAL
        assert asked.start_time_unix_nano <= one.start_time_unix_nano <= one.end_time_unix_nano
    assert first.start_time_unix_nano <= asked.start_time_unix_nano <= asked.end_time_unix_nano
    assert [headers["traceparent"] for headers in found.headers] == [f"00-{TRACE}-{asked.span_id.hex()}-01"]
    assert len(spans) == 8


def test_a_failure_is_told_and_a_request_without_a_parent_begins_a_trace(tmp_path: Path) -> None:
    found = lab([QUOTE])
    found.broken["*.info"] = acts.status(500, "out of order")
    with Collector() as collector, Upstream(found) as upstream:
        with serving(tmp_path, upstream.url, "--sampling", "1", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as server:
            got = server.get("/example.com/quote/@v/v1.0.0.info")
            assert got.status == 502
        spans = sent(collector)
    (span,) = (one for one in spans if one.kind == Span.SPAN_KIND_SERVER)
    assert not span.parent_span_id and span.status.code == Status.STATUS_CODE_ERROR
    facts = facts_of(span.attributes)
    assert (facts["http.response.status_code"], facts["error.type"]) == (502, got.headers["x-gomend-code"])
    asked = [one for one in spans if one.kind == Span.SPAN_KIND_CLIENT]
    assert asked and {one.status.code for one in asked} == {Status.STATUS_CODE_ERROR}
    assert {facts_of(one.attributes)["error.type"] for one in asked} == {"500"}
    given = {headers["traceparent"] for headers in found.headers}
    assert given == {f"00-{span.trace_id.hex()}-{one.span_id.hex()}-01" for one in asked}


def test_who_decides_about_a_trace_is_its_parent_else_the_share(tmp_path: Path) -> None:
    found = lab([QUOTE])
    with Collector() as collector, Upstream(found) as upstream:
        with serving(tmp_path / "a", upstream.url, "--otlp", collector.url, "--sampling", "0") as server:
            assert server.get("/example.com/quote/@v/v1.0.0.mod").status == 200
            assert server.get("/example.com/quote/@v/list", traceparent=f"00-{TRACE}-{PARENT}-01").status == 200
        assert {span.trace_id.hex() for span in sent(collector)} == {TRACE}
        collector.got.clear()
        with serving(tmp_path / "b", upstream.url, "--otlp", collector.url, "--sampling", "1") as server:
            assert server.get("/example.com/quote/@v/list", traceparent=f"00-{TRACE}-{PARENT}-00").status == 200
        assert not collector.got
        assert found.headers[-1]["traceparent"].startswith(f"00-{TRACE}-") and found.headers[-1][
            "traceparent"
        ].endswith("-00")


def test_private_names_are_not_sent(tmp_path: Path) -> None:
    found = lab([QUOTE, SECRET])
    with Collector() as collector, Upstream(found) as upstream:
        private = {"GOPRIVATE": "corp.example/*", "GONOPROXY": "none"}
        with serving(tmp_path, upstream.url, "--otlp", collector.url, "--sampling", "1", **private) as server:
            server.get("/corp.example/secret/@v/v1.0.0.zip")
            server.get("/corp.example/secret/@v/v9.9.9.zip")
        spans = sent(collector)
    assert len([one for one in spans if one.kind == Span.SPAN_KIND_SERVER]) == 2
    assert [one for one in spans if one.kind == Span.SPAN_KIND_CLIENT]
    bodies = b"".join(body for _, _, body in collector.got)
    assert b"corp.example" not in bodies and b"v9.9.9" not in bodies and b"private-1" in bodies


def test_a_collector_that_takes_nothing_holds_up_nobody_and_is_told_of(tmp_path: Path) -> None:
    with Collector(503) as collector, Upstream(lab([QUOTE])) as upstream:
        with serving(tmp_path, upstream.url, "--otlp", collector.url, "--sampling", "1") as server:
            assert server.get("/example.com/quote/@v/v1.0.0.zip").body == QUOTE.zip
        assert server.process.returncode == 0
        assert '"event":"spans"' in server.log.read_text() and "503" in server.log.read_text()
        assert collector.got


def test_no_spans_without_a_collector_and_no_server_with_a_wrong_one(tmp_path: Path) -> None:
    with Upstream(lab([QUOTE])) as upstream, serving(tmp_path / "a", upstream.url, "--sampling", "1") as server:
        assert "gomend_span_posts_failed_total" not in server.get("/-/metrics").text
    for number, (option, value) in enumerate((("--otlp", "ftp://x"), ("--sampling", "2"), ("--sampling", "much"))):
        folder = tmp_path / str(number)
        with serving(folder, "https://proxy.example", option, value, wait=False) as server:
            assert server.process.wait(60) == 2
        assert f"{option} takes" in server.log.read_text()
