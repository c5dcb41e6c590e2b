"""How a local disk that is full or closed is worded; go may dress it as a URL read error."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.wordings.wording import Wording

_PATH = r"(?P<file>(?:[A-Za-z]:)?[^\s:'\"]{1,1000})"

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.DISK_FULL,
        "o space left on device",
        "write /root/go/pkg/mod/cache/download/rsc.io/quote/@v/v1.zip123.tmp: no space left on device",
        "C library: ENOSPC",
        re.compile(
            r"(?:(?:write|mkdir|open|create|close|copy_file_range|rename) " + _PATH + r": )?[Nn]o space left on device"
        ),
    ),
    Wording(
        Code.DISK_FULL,
        "quota exceeded",
        "write /home/dev/go/pkg/mod/cache/x.tmp: disk quota exceeded",
        "C library: EDQUOT",
        re.compile(r"(?:(?:write|mkdir|open|create) " + _PATH + r": )?[Dd]isk quota exceeded"),
    ),
    Wording(
        Code.DISK_FULL,
        "not enough space on the disk",
        "write C:\\go\\x.tmp: There is not enough space on the disk.",
        "Windows",
    ),
    Wording(Code.DISK_FULL, "磁盘空间不足", "write C:\\go\\x.tmp: 磁盘空间不足。", "Windows, Chinese"),
    Wording(Code.DISK_FULL, "设备上没有空间", "write /root/go/x.tmp: 设备上没有空间", "C library, Chinese"),
    Wording(Code.DISK_FULL, "ENOSPC", "ENOSPC: no space left on device, write", "Node"),
    Wording(
        Code.DISK_FULL,
        "file too large",
        "write /root/go/pkg/mod/x.tmp: file too large",
        "C library: EFBIG, a limit of the process or file system",
        re.compile(r"write " + _PATH + r": file too large"),
    ),
    Wording(
        Code.DISK_PERMISSION,
        "ead-only file system",
        "mkdir /go/pkg/mod/cache: read-only file system",
        "C library: EROFS",
        re.compile(
            r"(?:(?:mkdir|open|create|write|rename|unlinkat|remove|chmod) " + _PATH + r": )?[Rr]ead-only file system"
        ),
    ),
    Wording(
        Code.DISK_PERMISSION,
        "ermission denied",
        "could not create module cache: mkdir /go/pkg/mod: permission denied",
        "C library: EACCES on a local path",
        re.compile(
            r"(?:mkdir|open|create|write|rename|unlinkat|remove|chmod|chdir|stat|lstat|readdirent|copy|lock|RLock"
            r"|Lock|rm|"
            r"cannot (?:create|remove|open)[a-z ]{0,20}) '?" + _PATH + r"'?: [Pp]ermission denied"
        ),
    ),
    Wording(
        Code.DISK_PERMISSION,
        "Access is denied",
        "open C:\\Users\\dev\\go\\pkg\\mod\\cache\\lock: Access is denied.",
        "Windows: ERROR_ACCESS_DENIED",
        re.compile(r"(?:[a-zA-Z]{2,20}) (?P<file>(?:[A-Za-z]:)?\\?[^\n:]{1,1000}): Access is denied"),
    ),
    Wording(
        Code.DISK_PERMISSION,
        "拒绝访问",
        "open C:\\Users\\dev\\go\\pkg\\mod\\cache\\lock: 拒绝访问。",
        "Windows, Chinese",
    ),
    Wording(
        Code.DISK_PERMISSION,
        "operation not permitted",
        "open /go/pkg/mod/cache/lock: operation not permitted",
        "C library: EPERM on a local path",
        re.compile(r"(?:mkdir|open|create|write|rename|unlinkat|chmod) " + _PATH + r": operation not permitted"),
    ),
    Wording(
        Code.DISK_PERMISSION,
        "could not create module cache",
        'could not create module cache: "/go/pkg/mod" is not a directory',
        "modfetch/cache.go",
    ),
    Wording(
        Code.DISK_PERMISSION,
        "failed to initialize build cache",
        "failed to initialize build cache at /.cache/go-build: mkdir /.cache: permission denied",
        "cache/default.go",
    ),
    Wording(
        Code.DISK_PERMISSION,
        "failed to create cache directory",
        "failed to create cache directory: mkdir /x: not a directory",
        "modfetch/cache.go",
    ),
)
