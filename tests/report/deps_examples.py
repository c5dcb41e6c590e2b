"""A build list as a document."""

from gomend.deps.model import Dependency, Health, Role, Sums, Told
from gomend.report.deps import deps

DEPS = deps(
    Health(
        ("example.com/app",),
        "1.21",
        "1.26.8",
        [
            Dependency(
                "golang.org/x/net",
                "v0.30.0",
                Role.DIRECT,
                (("example.com/app", ""), ("golang.org/x/net", "v0.30.0")),
                {"v0.30.0": [("example.com/app", "")]},
                newest="v0.31.0",
                newest_told=Told.ONLINE,
                retracted="broken",
                sums=Sums.BOTH,
                zip_bytes=1024,
                licence="LICENSE",
            )
        ],
        unread=(("example.com/lib", "v1.0.0"),),
        online=True,
    )
)
