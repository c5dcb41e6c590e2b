"""A collector on loopback: takes OTLP over HTTP and decodes it as OpenTelemetry's own messages."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_IDS = ("traceId", "spanId", "parentSpanId")


def decode(body: bytes) -> ExportTraceServiceRequest:
    """One request of the JSON encoding, whose ids are hex where protobuf has base64. An unknown key is an error."""

    def in_base64(node: dict[str, Any]) -> dict[str, Any]:
        return {
            key: base64.b64encode(bytes.fromhex(value)).decode() if key in _IDS else value
            for key, value in node.items()
        }

    words = json.dumps(json.loads(body, object_hook=in_base64))
    return json_format.Parse(words, ExportTraceServiceRequest())


class Collector:
    """Answers POST with `status` and `answer`; keeps path, headers and body of each request."""

    def __init__(self, status: int = 200, answer: bytes = b"{}", **headers: str) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.got.append((self.path, dict(self.headers), body))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> "Collector":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
