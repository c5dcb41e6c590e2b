"""What a house is to do, by what its server was told."""

from gomend.server.house import Wishes
from gomend.server.plan import Upstream, credentials_in, database_of, databases_of
from gomend.server.told import Told


def wishes_of(told: Told, sources: Upstream, *, is_alone: bool) -> Wishes:
    """As of `Wishes`. Raises ServeError."""
    database = database_of(told.go)
    return Wishes(
        sources,
        database,
        told.go,
        told.environment,
        told.timeout,
        told.instance,
        is_alone,
        told.fresh,
        told.allow_hosts,
        told.per_host,
        told.clones,
        told.clone_size,
        told.clones_size,
        credentials_in(told.credentials),
        databases_of(told.sumdbs, database),
    )
