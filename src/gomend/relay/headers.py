"""Which headers pass the door. Pure."""

# Of go's requests, what goes on to the source.
ASKED_BY_GO = ("User-Agent", "Accept-Encoding")
# Of an answer, what stays: headers of one connection (RFC 9110 §7.6.1).
OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade"}
)
