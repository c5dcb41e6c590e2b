"""Steps from the bytes of a log to its logical lines, one module a step."""
