"""What libcurl, OpenSSL, GnuTLS, Schannel, the C library and the Windows sockets say: words that many clients share.

Translations are those that glibc and git carry in their own message catalogs, cut to the part that is needed.
"""

from typing import Final

from gomend.causes import Code
from gomend.explain.otherlogs.rules import Rule, Strength

_HOST = r"(?P<host>\[[0-9a-f:.]{2,45}\]|[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}\.?)"
_PORT = r"(?P<port>\d{1,5})"
_STATUS = r"(?:returned error|http(?: code)?|http error|error|status(?: code)?|awaiting response.{0,4})[ :=]{1,3}"

DNS: Final = (
    Rule.of(
        Code.NET_HTTP_PROXY,
        rf"could(?: not|n't) resolve proxy:? {_HOST}",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.DNS_TIMEOUT,
        rf"could not resolve host: {_HOST} \(timeout|resolving timed out after|\bEAI_AGAIN\b(?: {_HOST})?|"
        r"errno -3\]|errno 11002\]",
    ),
    Rule.of(
        Code.DNS_TIMEOUT,
        rf"(?:could not resolve host(?:name)?:? {_HOST}.{{0,8}}|"
        rf"getaddrinfo.{{0,80}})?(?:temporary failure in name resolution|"
        r"域名解析暂时失败|解析名稱時發生暫時性錯誤|temporärer fehler bei der namensauflösung|"
        r"échec temporaire dans la résolution|"
        r"fallo temporal en la resolución|временный сбой в разрешении имен|名前解決に一時的に失敗|"
        r"name resolution에서 일시적인 실패|"
        r"falha temporári[oa] na resolução)",
    ),
    Rule.of(
        Code.DNS_SERVER_FAILURE,
        r"non-recoverable failure in name resolution|\[errno -4\]|域名解析中出现不可修复的失败|\bEAI_FAIL\b|"
        r"\bSERVFAIL\b|"
        r"\bESERVFAIL\b|\bEREFUSED\b",
    ),
    Rule.of(
        Code.DNS_NXDOMAIN,
        rf"could(?: not|n't) resolve host(?:name)?:? [\"']?{_HOST}",
    ),
    Rule.of(
        Code.DNS_NXDOMAIN,
        rf"getaddrinfo(?: \w+)? (?:ENOTFOUND|ENODATA)(?: {_HOST})?|\bENOTFOUND\b",
    ),
    Rule.of(
        Code.DNS_NXDOMAIN,
        rf"unable to resolve host address [‘'“\"`]{_HOST}|unable to look up {_HOST} \(port",
    ),
    Rule.of(
        Code.DNS_NXDOMAIN,
        r"name or service not known|nodename nor servname provided|no address associated with hostname|"
        r"getaddrinfo failed|errno (?:-2|-5|1100[14])\]|"
        r"name does not resolve|\bno such host\b|不知道这样的主机|未知的名称或服务|無法識別這台主機|"
        r"名稱或服務未知|der name oder der dienst ist nicht bekannt|"
        r"nom ou service inconnu|nombre o servicio desconocido|неизвестное имя или служба|"
        r"名前またはサービスが不明|이름 혹은 서비스를 알 수 없|"
        r"nome ou serviço desconhecido|этот хост неизвестен|hôte inconnu|host desconocido|そのようなホストは不明|"
        r"der angegebene host ist unbekannt|"
        r"无法解析(?:主机|的主机|域名|远程名称)",
    ),
)

PROXY: Final = (
    Rule.of(
        Code.NET_HTTP_PROXY,
        r"received http code \d{3} from proxy|connect tunnel failed|proxy connect aborted|http code \d{3} from proxy|"
        r"proxy authentication required|\b407\b.{0,40}(?:proxy|tunnel)|tunnel connection failed|"
        r"cannot connect to proxy|"
        r"unable to connect to proxy|proxyerror|tunneling socket could not be established|unsupported proxy|"
        r"socks[45]?[ _-].{0,40}"
        r"(?:fail|refus|unreach|reject|error)|can't complete socks|unable to receive initial socks|"
        r"failed to connect to proxy|"
        r"\bERR_INVALID_PROXY\b|proxy tunneling failed|\bvia (?:proxy )?[\w.-]{1,253} port \d",
        Strength.OVERRIDING,
    ),
)

CONNECT: Final = (
    Rule.of(
        Code.NET_CONNECT_REFUSED,
        rf"(?:(?:connect to|host) {_HOST} port {_PORT}.{{0,40}})?(?:connection refused|\bECONNREFUSED\b|"
        rf"actively refused|errno 111\b|winerror 10061|"
        r"由于目标计算机积极拒绝|無法連線，因為目標電腦拒絕連線|拒绝连接|连接被拒绝|連線被拒絕|"
        r"verbindungsaufbau abgelehnt|connexion refusée|"
        r"conexión rehusada|в соединении отказано|接続を拒否されました|연결이 거부됨|conexão recusada)",
    ),
    Rule.of(
        Code.NET_CONNECT_TIMEOUT,
        rf"connect to {_HOST} port {_PORT}.{{0,40}}(?:timed out|timeout)|"
        rf"connection timed out after \d+ milliseconds|connection timeout after \d|"
        r"connect(?:ion)? timed? ?out\b(?!.{0,40}reading)|(?<!read )\bETIMEDOUT\b|connect timeout=|connecttimeouterror|"
        r"\bUND_ERR_CONNECT_TIMEOUT\b|"
        r"operation timed out$|winerror 10060|did not properly respond after a period|"
        r"由于连接方在一段时间后没有正确答复|連線嘗試失敗，因為連線對象|连接超时|連線超過時間|"
        r"die wartezeit für die verbindung ist abgelaufen|"
        r"expiration du délai d'attente|expiró el tiempo de conexión|время ожидания соединения истекло|"
        r"接続がタイムアウト|연결 시간 초과|"
        r"tempo esgotado para conexão",
    ),
    Rule.of(
        Code.NET_UNREACHABLE,
        rf"(?:(?:connect to|host) {_HOST} port {_PORT}.{{0,40}})?(?:no route to host|network is unreachable|"
        rf"\bENETUNREACH\b|\bEHOSTUNREACH\b|"
        r"\bEADDRNOTAVAIL\b|cannot assign requested address|host is unreachable|bad access|network is down|"
        r"network unreachable|winerror 10051|winerror 10065|"
        r"没有到主机的路由|网络不可达|向一个无法连接的网络尝试|无法访问网络|無法接觸網路|找不到通往該主機的路由|"
        r"keine route zum zielrechner|"
        r"das netzwerk ist nicht erreichbar|le réseau n'est pas accessible|la red es inaccesible|сеть недоступна|"
        r"нет маршрута до узла|"
        r"ネットワークに届きません|ホストへの経路がありません|네트워크가 접근 불가능)",
    ),
    # curl since 7.85 does not say why; a refusal comes at once, silence takes the system's own limit of 20 s and more.
    Rule.of(
        Code.NET_CONNECT_TIMEOUT,
        rf"failed to connect to {_HOST} port {_PORT} after \d{{5,9}} ms",
        Strength.GENERAL,
    ),
    Rule.of(
        Code.NET_CONNECT_REFUSED,
        rf"failed to connect to {_HOST} port {_PORT}|couldn't connect to server|could not connect to server",
        Strength.GENERAL,
    ),
    Rule.of(
        Code.NET_CONNECT_REFUSED,
        r"newconnectionerror|failed to establish a new connection",
        Strength.CONSEQUENCE,
    ),
)

TLS: Final = (
    Rule.of(
        Code.TLS_EXPIRED,
        r"certificate has expired|certificate is not yet valid|\bCERT_HAS_EXPIRED\b|\bCERT_NOT_YET_VALID\b|"
        r"SEC_E_CERT_EXPIRED|"
        r"certificate (?:is )?expired|has expired\b.{0,20}certificate|issued certificate (?:has expired|"
        r"not yet valid)|证书已过期",
    ),
    Rule.of(
        Code.TLS_HOSTNAME_MISMATCH,
        r"(?:no alternative certificate subject name matches|"
        r"certificate subject name.{0,120}does not match).{0,24}target (?:host|hostname|ip)?"
        rf"[^'‘\"]{{0,24}}(?:['‘\"]{_HOST})?|\bERR_TLS_CERT_ALTNAME_INVALID\b|"
        rf"does not match certificate's altnames|hostname mismatch|"
        r"hostname.{0,100}doesn't match|certificate is not valid for|SEC_E_WRONG_PRINCIPAL|"
        r"no certificate subject alternative name matches|"
        r"certificate common name.{0,120}doesn't match|certificate's owner does not match|"
        rf"{_HOST} certificate error: certificate is for ",
    ),
    Rule.of(
        Code.TLS_UNKNOWN_AUTHORITY,
        r"self[- ]signed certificate|unable to get (?:local )?issuer certificate|"
        r"unable to verify the first certificate|"
        r"\b(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?\b|UNABLE_TO_(?:GET_ISSUER_CERT|"
        r"VERIFY_LEAF_SIGNATURE)\w*|SEC_E_UNTRUSTED_ROOT|CERT_TRUST_IS_(?:UN|PARTIAL_CHAIN)|"
        r"server certificate verification failed|peer certificate cannot be authenticated|the certificate issuer|"
        r"issued by an unknown|"
        r"certificate signed by unknown|invalid certificate chain|certificate is not trusted|"
        r"doesn't have a known issuer|"
        r"error (?:setting certificate (?:verify locations|file)|adding trust anchors|reading ca cert file)|"
        r"problem with the ssl ca cert|"
        r"unable to locally verify the issuer|ssl certificate problem|不受信任的颁发机构|证书链.{0,24}不受信任",
    ),
    Rule.of(
        Code.TLS_UNKNOWN_AUTHORITY,
        r"certificate[ _]verify[ _]failed|certificate verification failed|cannot verify .{0,120}certificate",
        Strength.GENERAL,
    ),
    Rule.of(
        Code.TLS_HANDSHAKE,
        r"gnutls_handshake\(\) failed|ssl connection timeout|wrong version number|\btlsv1\d? alert|sslv3 alert|"
        r"alert handshake failure|"
        r"unsupported protocol|unsafe legacy renegotiation|dh key too small|no protocols available|"
        r"handshake (?:operation )?timed out|"
        r"failed to receive handshake|schannel: |CRYPT_E_(?:NO_REVOCATION_CHECK|REVOCATION_OFFLINE)|tls handshake|"
        r"unexpected_eof_while_reading|"
        r"unable to establish ssl connection|\bERR_SSL_\w+|\bEPROTO\b|"
        rf"unknown ssl protocol error in connection to {_HOST}|error:[0-9A-F]{{8}}:[\w ]{{1,40}} routines|"
        r"ssl routines:|handshake failure|"
        r"client network socket disconnected before secure tls connection",
    ),
)

TRANSFER: Final = (
    Rule.of(
        Code.NET_HTTP2,
        r"http/2 stream \d+ was not closed cleanly|error in the http2 framing layer|http/2 framing|\bNGHTTP2_\w+|"
        r"ERR_HTTP2_\w+|curl 92\b|curl 16\b",
    ),
    Rule.of(
        Code.NET_RESET,
        r"connection reset by peer|connection was reset|connection reset\b|\bECONNRESET\b|\bEPIPE\b|"
        r"ssl_error_syscall|empty reply from server|"
        r"connection aborted|errno 104\b|winerror 10054|forcibly closed|remotedisconnected|gnutls recv error|"
        r"ssl_read:|"
        r"transfer closed with|broken pipe|send failure|recv failure|socket hang up|connection closed (?:by|"
        r"unexpectedly)|incompleteread|incomplete read|"
        r"unexpected disconnect while reading sideband|curl 18\b|\bERR_STREAM_PREMATURE_CLOSE\b|premature close|"
        r"强迫关闭了一个现有的连接|遠端主機已強制關閉|连接被对方重[设置]|連線被對方重設|断开的管道|"
        r"verbindung wurde vom kommunikationspartner zurückgesetzt|"
        r"соединение разорвано другой стороной|接続が相手からリセット|conexión reinicializada|"
        r"connexion ré-initialisée|상대편이 연결을 끊음",
    ),
    Rule.of(
        Code.NET_RESPONSE_TIMEOUT,
        r"\bread ETIMEDOUT\b|operation timed out after \d+|operation too slow|read timed out|read timeout=|"
        r"readtimeouterror|"
        r"\bESOCKETTIMEDOUT\b|curl 28\b|"
        r"\bERR_SOCKET_TIMEOUT\b|socket timeout|network timeout at|\bUND_ERR_(?:HEADERS|BODY)_TIMEOUT\b|"
        r"idle timeout|rpc_timeout|"
        r"network read timed out|request timed out",
    ),
)

HTTP: Final = (
    Rule.of(
        Code.PROXY_RATE_LIMITED,
        rf"{_STATUS}429\b|"
        r"429 too many requests|rate limited by|\bE429\b",
    ),
    Rule.of(
        Code.PROXY_SERVER_ERROR,
        r"(?:returned error|http(?: code)?|http error|error|status(?: code)?|"
        r"awaiting response.{0,4})[ :=]{1,3}5\d\d\b|"
        r"\b5\d\d (?:internal server error|bad gateway|service unavailable|service temporarily unavailable|"
        r"gateway time-?out|server error)|\bE5\d\d\b|too many 5\d\d error",
    ),
)

DISK: Final = (
    Rule.of(
        Code.DISK_FULL,
        r"no space left on device|disk quota exceeded|\bENOSPC\b|not enough (?:space|free space)|"
        r"there is not enough space on the disk|"
        r"设备上没有空间|磁盘空间不足|超出磁盘限额|裝置上已無多餘空間|auf dem gerät ist kein speicherplatz|"
        r"aucun espace disponible|"
        r"no queda espacio en|на устройстве не осталось|デバイスに空き領域がありません|장치에 남은 공간이 없음|"
        r"não há espaço disponível",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.DISK_PERMISSION,
        r"read-only file system|\bEROFS\b|只读文件系统|唯讀的檔案系統|das dateisystem ist nur lesbar|"
        r"accessible en lecture seulement|"
        r"sistema de ficheros de sólo lectura|файловая система доступна только для чтения",
        Strength.OVERRIDING,
    ),
)

TRANSPORT: Final = PROXY + DNS + CONNECT + TLS + TRANSFER + HTTP + DISK
