"""Exit statuses of gomend's own. A wrapped command's own status goes before all of them."""

FINE = 0
PROBLEM = 1
USAGE = 2
UNDETERMINED = 3
STALLED = 124  # wrapping: ended by gomend, since nothing moved
FAILED = 125  # wrapping: gomend itself failed
CANNOT_RUN = 126  # wrapping: the command is there and cannot be run
NOT_FOUND = 127  # wrapping: there is no such command
INTERRUPTED = 130
