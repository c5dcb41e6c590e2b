"""HTTP to module sources, with every phase of a request timed and every fault named by its code."""
