"""A team's module proxy: the same sources as the relay's, kept in a store and handed out to many."""
