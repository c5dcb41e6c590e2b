"""The requests of one run: recorded, looked at, exported."""
