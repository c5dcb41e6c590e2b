"""Running commands: which go it is, its streams and signals, its settings, and the record of a run."""
