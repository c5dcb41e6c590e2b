"""What go would send with a request to an https source: the entry's own user, netrc, GOAUTH. Applied by whoever asks in
go's place.
"""
