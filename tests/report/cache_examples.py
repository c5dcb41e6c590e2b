"""Looks at a module cache, as documents."""

from gomend.mend.cacheclean import Cleaned
from gomend.mend.cacherepair import Repaired
from gomend.modcache.check import Checked
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.sizes import Kept, Sizes
from gomend.report.cachecheck import cache_check
from gomend.report.cacherepair import repair_done
from gomend.report.cachesize import cache_size, clean_done

_NET = [
    Kept("golang.org/x/net", "v0.30.0", 10_000_000, 1_700_000_000, has_sources=True),
    Kept("golang.org/x/net", "v0.29.0", 9_000_000, 1_600_000_000, has_sources=True),
]
_SIZES = Sizes(by_access=True, versions=_NET, clones=4096, own=8192)
SIZES = cache_size("/home/dev/go/pkg/mod", _SIZES, 1_700_100_000)
CLEANED = clean_done(
    "/home/dev/go/pkg/mod",
    _SIZES,
    Cleaned(removed=_NET[:1], in_use=_NET[1:], failed={("example.com/lib", "v1.0.0"): "Permission denied"}),
    8192,
    "gomend cache clean --older 90d",
)
REPAIRED = repair_done(
    "/home/dev/go/pkg/mod",
    Repaired(
        mended=[("golang.org/x/net", "v0.30.0")],
        aside=["cache/vcs/0123"],
        failed={("example.com/lib", "v1.0.0"): "zip_mismatch"},
        left=[Fault(Kind.UNREADABLE, Notices.BUILD, "example.com/other@v1.0.0", detail="Permission denied")],
        mends=["3c1f"],
        quarantine=["/home/dev/go/pkg/mod/cache/gomend/repair-0a1b2c3d"],
    ),
)
CHECKED = cache_check(
    "/home/dev/go/pkg/mod",
    ["/home/dev/app/go.sum"],
    Checked(
        faults=[
            Fault(
                Kind.FOLDER_ALTERED,
                Notices.VERIFY,
                "golang.org/x/net@v0.30.0",
                "golang.org/x/net",
                "v0.30.0",
                source="zip",
                files=("html/parse.go",),
            )
        ],
        versions=3,
        by_record=2,
        by_hash=1,
        bytes=1024,
        missing=[("example.com/lib", "v1.0.0")],
    ),
    1.25,
)
