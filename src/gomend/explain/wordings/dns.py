"""How a name that cannot be resolved is worded."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.wordings.wording import Wording

_LOOKUP = r"lookup (?P<host>[^\s:]{1,255})(?: on [^\s]{1,100})?: "

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.DNS_TIMEOUT,
        "i/o timeout",
        "dial tcp: lookup goproxy.cn on 10.0.0.2:53: read udp 10.0.0.9:41004->10.0.0.2:53: i/o timeout",
        "Go net: dnsclient_unix.go",
        re.compile(_LOOKUP + r"(?:(?:read|dial|write) (?:udp|tcp) [^\s]{1,200}: )?i/o timeout"),
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "lookup ",
        "dial tcp: lookup goproxy.cn: Temporary failure in name resolution",
        "Go net with the system's resolver",
        re.compile(
            _LOOKUP + r"(?:Temporary failure in name resolution|Try again|operation was canceled|context deadline)"
        ),
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "lookup ",
        "dial tcp: lookup goproxy.cn: getaddrinfow: This is usually a temporary error during hostname resolution and "
        "means "
        "that the local server did not receive a response from an authoritative server.",
        "Windows WSATRY_AGAIN, English and Chinese",
        re.compile(
            _LOOKUP + r"(?:getaddrinfow: )?(?:This is usually a temporary error|A temporary error|"
            r"这是在主机名解析时通常出现的暂时错误)"
        ),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "no such host",
        "dial tcp: lookup goproxy.invalid on 127.0.0.53:53: no such host",
        "Go net: errNoSuchHost",
        re.compile(_LOOKUP + r"no such host"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "lookup ",
        "dial tcp: lookup goproxy.invalid: getaddrinfow: 不知道这样的主机。",
        "Windows WSAHOST_NOT_FOUND and WSANO_DATA, English and Chinese",
        re.compile(
            _LOOKUP + r"(?:getaddrinfow: )?(?:No such host is known|不知道这样的主机|The requested name is valid"
            r"|请求的名称有效"
            r"|Name or service not known|No address associated with hostname|nodename nor servname provided)"
        ),
    ),
    Wording(
        Code.NET_UNREACHABLE,
        "lookup ",
        "dial tcp: lookup goproxy.cn on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable",
        "C library: ENETUNREACH, EHOSTUNREACH on the way to the resolver: no network at all",
        re.compile(
            _LOOKUP + r"(?:dial|read|write) (?:udp|tcp) [^\s]{1,200}: (?:connect|read|write|recvfrom): "
            r"(?:network is unreachable|no route to host)"
        ),
    ),
    Wording(
        Code.DNS_SERVER_FAILURE,
        "lookup ",
        "dial tcp: lookup goproxy.cn on 10.0.0.2:53: server misbehaving",
        "Go net: errServerMisbehaving, errServerTemporarilyMisbehaving, errLameReferral, errCannotUnmarshalDNSMessage",
        re.compile(
            _LOOKUP
            + r"(?:server misbehaving|cannot unmarshal DNS message|lame referral|invalid DNS response|no answer "
            r"from DNS"
            r"|(?:read|dial|write) (?:udp|tcp) [^\s]{1,200}: (?:connect|read|write|recvfrom): "
            r"|(?:getaddrinfow: )?(?:A non-recoverable error|在数据库查找中出现一个不可恢复的错误)|dnsquery: )"
        ),
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "Resolving timed out",
        "curl: (28) Resolving timed out after 5000 milliseconds",
        "curl: CURLE_OPERATION_TIMEDOUT while resolving",
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "emporary failure in name resolution",
        "ssh: Could not resolve hostname git.example.com: Temporary failure in name resolution",
        "C library: EAI_AGAIN",
        re.compile(
            r"(?:hostname |host |for "
            r"|address )?'?(?P<host>[\w.-]{1,255}\.[\w-]{1,63})?'?[:)]? ?\S{0,40} ?[Tt]emporary failure in name"
        ),
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "域名解析暂时失败",
        "ssh: Could not resolve hostname git.example.com: 域名解析暂时失败",
        "C library, Chinese",
    ),
    Wording(
        Code.DNS_TIMEOUT,
        "EAI_AGAIN",
        "request to https://registry.npmjs.org/left-pad failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org",
        "Node",
        re.compile(r"EAI_AGAIN(?: (?P<host>[\w.-]{1,255}))?"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "ENOTFOUND",
        "request to https://registry.invalid/left-pad failed, reason: getaddrinfo ENOTFOUND registry.invalid",
        "Node",
        re.compile(r"ENOTFOUND(?: (?P<host>[\w.-]{1,255}))?"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "ame or service not known",
        "ssh: Could not resolve hostname git.invalid: Name or service not known",
        "C library: EAI_NONAME",
        re.compile(r"(?:hostname '?(?P<host>[\w.-]{1,255})'?: )?[Nn]ame or service not known"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "未知的名称或服务",
        "ssh: Could not resolve hostname git.invalid: 未知的名称或服务",
        "C library, Chinese",
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "nodename nor servname",
        "ssh: Could not resolve hostname git.invalid: nodename nor servname provided, or not known",
        "macOS: EAI_NONAME",
        re.compile(r"(?:hostname (?P<host>[\w.-]{1,255}): )?nodename nor servname"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "No address associated with hostname",
        "ssh: Could not resolve hostname git.invalid: No address associated with hostname",
        "C library: EAI_NODATA",
        re.compile(r"(?:hostname (?P<host>[\w.-]{1,255}): )?No address associated with hostname"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "No such host is known",
        "ssh: Could not resolve hostname git.invalid: No such host is known.",
        "Windows: WSAHOST_NOT_FOUND",
        re.compile(r"(?:hostname (?P<host>[\w.-]{1,255}): )?No such host is known"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "不知道这样的主机",
        "ssh: Could not resolve hostname git.invalid: 不知道这样的主机。",
        "Windows, Chinese",
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        "Could not resolve",
        "fatal: unable to access 'https://git.invalid/a/b/': Could not resolve host: git.invalid",
        "curl: CURLE_COULDNT_RESOLVE_HOST, and git through it; not its proxy's name",
        re.compile(r"Could not resolve host(?:name)?:? '?(?P<host>[^\s;'(]{1,255})"),
    ),
    Wording(
        Code.DNS_NXDOMAIN,
        ": no such host",
        "ssh: connect: git.invalid: no such host",
        "Go programs that drop the word lookup",
    ),
    Wording(
        Code.DNS_SERVER_FAILURE,
        "server misbehaving",
        "server misbehaving",
        "Go net: errServerMisbehaving",
    ),
)
