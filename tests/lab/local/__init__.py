"""A small closed internet in namespaces of its own, in which real clients meet provoked faults and write real logs.

`python -m tests.lab.local [--show] [CODE | CODE/NAME …]` makes the case folders again. It needs root, util-linux,
git, openssh-server, npm, pip, curl, wget, mercurial and the source of the locale zh_CN (`localedef`); the versions of
go come through `tests.lab.gobin`.
"""
