"""What go would send with a request to an https source: the entry's own user, netrc, GOAUTH. Applied by the door, since
go itself speaks plain http to it.
"""
