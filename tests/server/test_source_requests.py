"""What becomes of requests to sources is counted and logged, also where a source never says anything."""

from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Act, Upstream, silent, status
from tests.server.serving import lab, serving

ONE = Module("example.com/m", "v1.0.0")
PATH = f"/{ONE.path}/@v/v1.0.0.mod"


@pytest.mark.parametrize(
    ("act", "code", "said"), [(silent, "net.response_timeout", ""), (status(500), "proxy.server_error", "500")]
)
def test_by_its_cause(tmp_path: Path, act: Act, code: str, said: str) -> None:
    found = lab([ONE])
    found.broken = {"*.mod": act}
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, "--timeout", "1") as server:
        assert server.get(PATH).status in (502, 504)
        line = f'gomend_upstream_requests_total{{code="{code}",purpose="mod",source="{upstream.url}",status="{said}"}}'
        assert server.metric(line) >= 1
        assert server.has_logged(f'"code":"{code}"') and server.has_logged('"event":"source"')
