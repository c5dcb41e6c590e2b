"""The rules of Go modules, pure: no I/O, no clock, no environment. Each rule names its source in cmd/go or x/mod.

Go's strings are bytes. Where text can hold bytes that are no UTF-8 (settings, file names), it comes in and goes out as
`str` with surrogate escapes, as `os.environ` and `os.fsdecode` give it.
"""
