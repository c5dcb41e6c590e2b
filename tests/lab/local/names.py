"""The host names of the closed internet, and the addresses they have there (documentation and private ranges)."""

WEB = {
    "proxy.golang.org": "203.0.113.10",
    "sum.golang.org": "203.0.113.11",
    "goproxy.cn": "203.0.113.12",
    "github.com": "203.0.113.20",
    "codeload.github.com": "203.0.113.20",
    "raw.githubusercontent.com": "203.0.113.20",
    "gitlab.com": "203.0.113.21",
    "bitbucket.org": "203.0.113.22",
    "dev.azure.com": "203.0.113.23",
    "gitee.com": "203.0.113.24",
    "rsc.io": "203.0.113.30",
    "gopkg.in": "203.0.113.31",
    "go.uber.org": "203.0.113.32",
    "example.com": "203.0.113.33",
    "registry.npmjs.org": "203.0.113.40",
    "pypi.org": "203.0.113.41",
    "files.pythonhosted.org": "203.0.113.42",
    "download.example.com": "203.0.113.50",
    "git.corp.example": "10.20.0.15",
    "gitlab.corp.example": "10.20.0.16",
    "go.corp.example": "10.20.0.17",
    "goproxy.corp.example": "10.20.0.18",
    "npm.corp.example": "10.20.0.19",
    "pypi.corp.example": "10.20.0.20",
    "proxy.corp.example": "10.20.0.21",
    "expired.corp.example": "10.20.0.22",
    "selfsigned.corp.example": "10.20.0.23",
    "wrongname.corp.example": "10.20.0.24",
    "reset.corp.example": "10.20.0.25",
    "hang.corp.example": "10.20.0.26",
    "plain.corp.example": "10.20.0.27",
}
REFUSING = {"down.corp.example": "10.20.0.30", "nexus.corp.example": "10.20.0.31"}
SILENT = {"blackhole.corp.example": "10.20.0.40", "slow.example.com": "203.0.113.99"}
UNROUTED = {"far.corp.example": "192.0.2.77"}
NAMES = {**WEB, **REFUSING, **SILENT, **UNROUTED}
SERVFAIL = {"broken.corp.example"}
UNANSWERED = {"lost.corp.example"}
SSH = ("203.0.113.20", "203.0.113.21", "10.20.0.15", "10.20.0.16")
RESOLVER = "10.20.0.2"
