"""How a connection that fails, breaks or stays silent is worded: by Go, by Windows, by curl and git, by Node and "
"Python."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.wordings.wording import Wording

_DIAL = r"dial tcp[46]? (?P<host>\[?[\w.:%-]{1,255}\]?:\d{1,5})[^\n]{0,120}?: "

HTTP_PROXY: Final[tuple[Wording, ...]] = (
    Wording(
        Code.NET_HTTP_PROXY,
        "proxyconnect tcp",
        "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
        "Go net/http: transport.go",
        re.compile(
            r"proxyconnect tcp: (?:dial tcp[46]?:? (?:lookup (?P<name>[^\s:]{1,255})"
            r"|(?P<host>\[?[\w.:-]{1,255}\]?:\d{1,5})))?"
        ),
    ),
    Wording(
        Code.NET_HTTP_PROXY,
        "socks connect",
        "socks connect tcp 127.0.0.1:1080->proxy.golang.org:443: unknown error host unreachable",
        "Go net/http: socks_bundle.go",
        re.compile(r"socks connect tcp (?P<host>[\w.:\[\]-]{1,255})->"),
    ),
    Wording(
        Code.NET_HTTP_PROXY,
        "Proxy Authentication Required",
        "Proxy Authentication Required",
        "Go net/http: the bare reason phrase of the answer to CONNECT; 407 elsewhere",
    ),
    Wording(
        Code.NET_HTTP_PROXY, "407 ", "Received HTTP code 407 from proxy after CONNECT", "curl", re.compile(r"\b407\b")
    ),
    Wording(
        Code.NET_HTTP_PROXY,
        "CONNECT",
        "CONNECT tunnel failed, response 502",
        "curl 7.83 and newer, older: Received HTTP code N from proxy after CONNECT",
        re.compile(r"CONNECT tunnel failed|from proxy after CONNECT|Proxy CONNECT aborted|establish a tunnel"),
    ),
    Wording(
        Code.NET_HTTP_PROXY,
        "esolve proxy",
        "Could not resolve proxy: proxy.corp.example",
        "curl: CURLE_COULDNT_RESOLVE_PROXY",
        re.compile(r"[Rr]esolve proxy(?: name)?:? '?(?P<host>[\w.-]{1,255})"),
    ),
    Wording(Code.NET_HTTP_PROXY, "annot connect to proxy", "Cannot connect to proxy.", "Python: urllib3"),
    Wording(
        Code.NET_HTTP_PROXY,
        "proxy URL",
        'proxy URL scheme "ftp" not supported',
        "Go net/http",
        re.compile(r"unknown proxy scheme|proxy URL scheme \""),
    ),
    Wording(
        Code.NET_HTTP_PROXY,
        "invalid proxy address",
        'invalid proxy address "::bad": parse "http://::bad": invalid port ":bad" after host',
        "Go net/http: httpproxy",
    ),
)

TABLE: Final[tuple[Wording, ...]] = (
    *HTTP_PROXY,
    Wording(
        Code.NET_HTTP2,
        "stream error: stream ID",
        "stream error: stream ID 15; INTERNAL_ERROR; received from peer",
        "Go net/http: h2_bundle.go",
    ),
    Wording(
        Code.NET_HTTP2,
        "http2: ",
        "http2: server sent GOAWAY and closed the connection; LastStreamID=1999, ErrCode=NO_ERROR",
        "Go net/http: h2_bundle.go",
        re.compile(
            r"http2: [^\n]{0,200}(?:GOAWAY|stream closed|client conn|connection lost|timeout awaiting|frame|ALPN|retry)"
        ),
    ),
    Wording(Code.NET_HTTP2, "connection error: ", "connection error: PROTOCOL_ERROR", "Go net/http: h2_bundle.go"),
    Wording(
        Code.NET_HTTP2,
        "HTTP/2",
        "RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)",
        "curl: CURLE_HTTP2, CURLE_HTTP2_STREAM",
        re.compile(r"HTTP/2 (?:stream|framing|connection|error)|in the HTTP/?2 framing layer"),
    ),
    Wording(
        Code.NET_HTTP2,
        "HTTP2 framing layer",
        "fatal: unable to access 'https://h/': Error in the HTTP2 framing layer",
        "curl",
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "Client.Timeout",
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "Go net/http: client.go",
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "timeout awaiting response headers",
        "net/http: timeout awaiting response headers",
        "Go",
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "refused",
        "dial tcp 127.0.0.1:3000: connect: connection refused",
        "Go net on Unix",
        re.compile(_DIAL + r"[^\n]{0,80}[Cc]onnection refused"),
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "efused",
        "fatal: unable to access 'https://git.example.com/a/': Failed to connect to git.example.com port 443 after 2 "
        "ms: "
        "Connection refused",
        "C library: ECONNREFUSED, through curl, ssh, Python",
        re.compile(
            r"(?:(?:connect to(?: host)?|port) (?P<host>[\w.-]{1,255}),? port \d{1,5}[^\n]{0,80}: )?"
            r"(?:[Cc]onnection refused|actively refused|ECONNREFUSED)"
        ),
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "ECONNREFUSED",
        "connect ECONNREFUSED 127.0.0.1:4873",
        "Node",
        re.compile(r"ECONNREFUSED(?: (?P<host>[\w.:]{1,255}))?"),
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "actively refused",
        "dial tcp 127.0.0.1:3000: connectex: No connection could be made because the target machine actively refused "
        "it.",
        "Windows: WSAECONNREFUSED",
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "积极拒绝",
        "dial tcp 127.0.0.1:3000: connectex: 由于目标计算机积极拒绝，无法连接。",
        "Windows, Chinese",
    ),
    Wording(
        Code.NET_CONNECT_REFUSED, "拒绝连接", "connect to host git.example.com port 22: 拒绝连接", "C library, Chinese"
    ),
    Wording(Code.NET_CONNECT_REFUSED, "连接被拒绝", "connect to host git.example.com port 22: 连接被拒绝", "Chinese"),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "forbidden by its access permissions",
        "dial tcp 1.2.3.4:443: connectex: An attempt was made to access a socket in a way forbidden by its access "
        "permissions.",
        "Windows: WSAEACCES, a local firewall",
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "访问权限不允许的方式",
        "dial tcp 1.2.3.4:443: connectex: 以一种访问权限不允许的方式做了一个访问套接字的尝试。",
        "Windows, Chinese",
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "operation not permitted",
        "dial tcp 1.2.3.4:443: connect: operation not permitted",
        "Linux: a local packet filter",
        re.compile(r"(?:connect|socket|sendto): operation not permitted"),
    ),
    Wording(
        Code.NET_UNREACHABLE,
        "unreachable",
        "dial tcp [2404:6800:4005::201b]:443: connect: network is unreachable",
        "C library: ENETUNREACH, EHOSTUNREACH",
        re.compile(
            r"(?i)(?:network is unreachable|host is unreachable|unreachable (?:network|host)|ENETUNREACH|EHOSTUNREACH)"
        ),
    ),
    Wording(Code.NET_UNREACHABLE, "o route to host", "dial tcp 10.1.2.3:443: connect: no route to host", "C library"),
    Wording(Code.NET_UNREACHABLE, "EHOSTUNREACH", "connect EHOSTUNREACH 10.1.2.3:443", "Node"),
    Wording(Code.NET_UNREACHABLE, "ENETUNREACH", "connect ENETUNREACH 10.1.2.3:443", "Node"),
    Wording(
        Code.NET_UNREACHABLE,
        "annot assign requested address",
        "dial tcp 142.250.1.1:443: connect: cannot assign requested address",
        "C library: EADDRNOTAVAIL",
    ),
    Wording(
        Code.NET_UNREACHABLE, "network is down", "dial tcp 1.2.3.4:443: connect: network is down", "C library: ENETDOWN"
    ),
    Wording(
        Code.NET_UNREACHABLE, "网络不可达", "connect to host git.example.com port 22: 网络不可达", "C library, Chinese"
    ),
    Wording(
        Code.NET_UNREACHABLE, "没有到主机的路由", "connect to host git.example.com port 22: 没有到主机的路由", "Chinese"
    ),
    Wording(
        Code.NET_UNREACHABLE,
        "一个无法连接的",
        "dial tcp 1.2.3.4:443: connectex: 向一个无法连接的网络尝试了一个套接字操作。",
        "Windows, Chinese",
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "wsarecv: ",
        "read tcp 10.0.0.2:5000->1.2.3.4:443: wsarecv: A connection attempt failed because the connected party did "
        "not properly "
        "respond after a period of time",
        "Windows: WSAETIMEDOUT on a connection that exists",
        re.compile(r"wsarecv: (?:A connection attempt failed|由于连接方在一段时间后没有正确答复)"),
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "did not properly respond",
        "dial tcp 142.251.43.17:443: connectex: A connection attempt failed because the connected party did not "
        "properly respond",
        "Windows: WSAETIMEDOUT",
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "没有正确答复",
        "dial tcp 142.251.43.17:443: connectex: 由于连接方在一段时间后没有正确答复或连接的主机没有反应，连接尝试失败。",
        "Windows, Chinese",
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "dial tcp",
        "dial tcp 216.239.37.1:443: i/o timeout",
        "Go net",
        re.compile(
            r"dial tcp[46]? (?P<host>\[?[\w.:%-]{1,255}\]?:\d{1,5})[^\n]{0,80}: (?:i/o timeout|connect: (?:connection"
            r"|operation) timed out)"
        ),
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "dial tcp: i/o timeout",
        "Get https://registry.example.com:5000/v2/: dial tcp: i/o timeout",
        "Go net up to 1.5: the address is not named",
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "dial tcp",
        "dial tcp: operation was canceled",
        "Go net",
        re.compile(r"dial tcp[^\n]{0,300}: (?:operation was canceled|context deadline exceeded)"),
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "imeout",
        "read tcp 10.0.0.2:50144->142.250.66.81:443: i/o timeout",
        "Go net",
        re.compile(
            r"(?:read|write) tcp[46]? [^\s]{1,300}: (?:i/o timeout|(?:read|write): (?:connection|operation) timed out)"
        ),
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "connection timed out",
        "read tcp 10.0.0.2:50144->142.250.66.81:443: read: connection timed out",
        "Go net",
        re.compile(r"(?:read|write): (?:connection|operation) timed out"),
    ),
    Wording(
        Code.NET_RESET,
        "onnection reset",
        "read tcp 10.0.0.2:50144->142.250.66.81:443: read: connection reset by peer",
        "C library: ECONNRESET",
        re.compile(r"[Cc]onnection (?:was )?reset"),
    ),
    Wording(Code.NET_RESET, "连接被对方重设", "read: 连接被对方重设", "C library, Chinese"),
    Wording(
        Code.NET_RESET,
        "forcibly closed",
        "read tcp 10.0.0.2:5000->1.2.3.4:443: wsarecv: An existing connection was forcibly closed by the remote host.",
        "Windows: WSAECONNRESET",
    ),
    Wording(
        Code.NET_RESET,
        "远程主机强迫关闭",
        "read tcp 10.0.0.2:5000->1.2.3.4:443: wsarecv: 远程主机强迫关闭了一个现有的连接。",
        "Windows, Chinese",
    ),
    Wording(
        Code.NET_RESET,
        "established connection was aborted",
        "wsarecv: An established connection was aborted by the software in your host machine.",
        "Windows: WSAECONNABORTED",
    ),
    Wording(
        Code.NET_RESET,
        "中的软件中止了一个已建立的连接",
        "wsarecv: 你的主机中的软件中止了一个已建立的连接。",
        "Windows, Chinese",
    ),
    Wording(Code.NET_RESET, "ECONNRESET", "read ECONNRESET", "Node"),
    Wording(Code.NET_RESET, "socket hang up", "socket hang up", "Node"),
    Wording(Code.NET_RESET, "software caused connection abort", "read: software caused connection abort", "C library"),
    Wording(
        Code.NET_RESET, "roken pipe", "write tcp 10.0.0.2:5000->1.2.3.4:443: write: broken pipe", "C library: EPIPE"
    ),
    Wording(
        Code.NET_RESET,
        "server closed idle connection",
        "http: server closed idle connection",
        "Go net/http: transport.go",
    ),
    Wording(
        Code.NET_RESET,
        "transport connection broken",
        "net/http: HTTP/1.x transport connection broken: EOF",
        "Go net/http",
    ),
    Wording(Code.NET_RESET, "mpty reply from server", "Empty reply from server", "curl: CURLE_GOT_NOTHING"),
    Wording(
        Code.NET_RESET,
        "RPC failed",
        "error: RPC failed; curl 56 GnuTLS recv error (-9): Error decoding the received TLS packet.",
        "git with curl",
        re.compile(r"RPC failed; (?:curl (?:16|18|55|56)|result=(?:18|55|56))"),
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "RPC failed",
        "error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec transferred the last 60 seconds",
        "git with curl",
        re.compile(r"RPC failed; curl 28"),
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "Operation too slow",
        "Operation too slow. Less than 1000 bytes/sec transferred",
        "curl",
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "onnect",
        "fatal: unable to access 'https://github.com/a/b/': Failed to connect to github.com port 443: Connection "
        "timed out",
        "curl, ssh",
        re.compile(
            r"(?:[Cc]onnect to(?: host)? (?P<host>[\w.-]{1,255}) port \d{1,5}[^\n]{0,60}: "
            r"(?:Connection timed out|Operation timed out|Timed out|连接超时)|Connection timed out after"
            r"|Connection timeout after"
            r"|ETIMEDOUT|ConnectTimeoutError|Failed to connect to [^\n]{1,200}(?:Timed out|time[d]? ?out))"
        ),
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "Couldn't connect to server",
        "Failed to connect to github.com port 443 after 21068 ms: Couldn't connect to server",
        "curl 7.84 and newer, which drop the reason; after more than about 9 s nobody answered",
        re.compile(
            r"Failed to connect to (?P<host>[\w.-]{1,255}) port \d{1,5}(?: via [^\s]{1,255})? after (?:9\d{3}"
            r"|\d{5,7}) ms: Couldn't connect"
        ),
    ),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "Could not connect to server",
        "Failed to connect to github.com port 443 after 75002 ms: Could not connect to server",
        "curl 8.10 and newer",
        re.compile(
            r"Failed to connect to (?P<host>[\w.-]{1,255}) port \d{1,5} after (?:9\d{3}|\d{5,7}) ms: Could not connect"
        ),
    ),
    Wording(
        Code.NET_CONNECT_REFUSED,
        "connect to server",
        "Failed to connect to 127.0.0.1 port 3000 after 0 ms: Couldn't connect to server",
        "curl 7.84 and newer; at once: refused",
        re.compile(
            r"Failed to connect to (?P<host>[\w.-]{1,255}) port \d{1,5}[^\n]{0,40} ms: Could(?:n't"
            r"| not) connect to server"
        ),
    ),
    Wording(Code.NET_CONNECT_TIMEOUT, "连接超时", "connect to host github.com port 22: 连接超时", "C library, Chinese"),
    Wording(Code.NET_CONNECT_TIMEOUT, "ETIMEDOUT", "connect ETIMEDOUT 104.16.0.35:443", "Node"),
    Wording(
        Code.NET_CONNECT_TIMEOUT,
        "onnection timed out",
        "connect to host github.com port 22: Connection timed out",
        "ssh",
    ),
    Wording(Code.NET_CONNECT_TIMEOUT, "connect: operation timed out", "connect: operation timed out", "macOS"),
    Wording(Code.NET_RESPONSE_TIMEOUT, "ead timed out", "Read timed out. (read timeout=15)", "Python: urllib3"),
    Wording(Code.NET_RESPONSE_TIMEOUT, "ESOCKETTIMEDOUT", "network timeout at https://h/p: ESOCKETTIMEDOUT", "Node"),
    Wording(Code.NET_RESPONSE_TIMEOUT, "network timeout at", "network timeout at: https://registry.npmjs.org/a", "npm"),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "peration timed out",
        "Operation timed out after 10001 milliseconds with 0 bytes",
        "curl",
    ),
    Wording(Code.NET_RESPONSE_TIMEOUT, "context deadline exceeded", "context deadline exceeded", "Go"),
    Wording(
        Code.NET_RESET,
        "hung up unexpectedly",
        "fatal: the remote end hung up unexpectedly",
        "git",
        follows=True,
    ),
    Wording(Code.NET_RESET, "early EOF", "fatal: early EOF", "git"),
    Wording(
        Code.NET_RESET,
        "unexpected disconnect",
        "fetch-pack: unexpected disconnect while reading sideband packet",
        "git",
    ),
    Wording(Code.NET_RESET, "意外挂断", "致命错误：远端意外挂断了", "git, Chinese", follows=True),
    Wording(Code.NET_RESET, "onnection closed by", "Connection closed by 140.82.121.3 port 22", "ssh"),
    Wording(Code.NET_RESET, "ransfer closed with", "transfer closed with 1234 bytes remaining to read", "curl"),
    Wording(
        Code.NET_RESET, "losed connection without response", "Remote end closed connection without response", "Python"
    ),
    Wording(Code.NET_RESET, "IncompleteRead", "IncompleteRead(12 bytes read, 30 more expected)", "Python"),
    Wording(
        Code.NET_RESET,
        "EOF",
        'Get "https://proxy.golang.org/a/@v/list": EOF',
        "Go net/http",
        re.compile(r"(?:^|: |\")(?:unexpected )?EOF\)?\s{0,20}$", re.MULTILINE),
    ),
    Wording(
        Code.NET_RESPONSE_TIMEOUT,
        "imeout",
        "i/o timeout",
        "Go net; also in other words",
        re.compile(r"i/o timeout|[Tt]imeout exceeded|timeout awaiting"),
    ),
)
