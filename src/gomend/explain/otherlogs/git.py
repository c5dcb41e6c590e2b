"""What git and ssh say when a fetch fails, on their own or inside go's errors."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gomend.causes import Code, Subject
from gomend.explain.otherlogs.rules import Match, Rule, Strength, best_match, host_of, url_in, with_address
from gomend.explain.otherlogs.transport import TRANSPORT

_HOST = r"(?P<host>\[[0-9a-f:.]{2,45}\]|[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}\.?)"
_URL = r"['‘“«„\"](?P<url>[^'’”»\"\s]{1,2048})['’”»\"]"

_SSH: Final = (
    Rule.of(
        Code.DNS_TIMEOUT,
        rf"ssh: could not resolve hostname {_HOST}: (?:temporary failure|域名解析暂时失败)",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.DNS_NXDOMAIN,
        rf"ssh: could not resolve hostname {_HOST}",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.NET_CONNECT_REFUSED,
        rf"ssh: connect to host {_HOST} port (?P<port>\d+): (?:connection refused|拒绝连接|連線被拒絕)",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.NET_UNREACHABLE,
        rf"ssh: connect to host {_HOST} port (?P<port>\d+): (?:no route to host|network is unreachable|"
        rf"没有到主机的路由|网络不可达)",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.NET_CONNECT_TIMEOUT,
        rf"ssh: connect to host {_HOST} port (?P<port>\d+): ",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.AUTH_SSH,
        rf"(?:[\w.-]{{1,64}}@{_HOST}: )?permission denied \((?:[\w-]+,?){{1,8}}\)|host key verification failed|"
        rf"remote host identification has changed|"
        r"no .{0,24}host key is known for|too many authentication failures|unable to negotiate with|"
        r"no matching (?:host key|key exchange|cipher)|"
        r"load key .{1,256}: |bad owner or permissions on|permissions .{1,16} for .{1,256} are too open|"
        r"sign_and_send_pubkey|"
        r"permission denied, please try again|could not open a connection to your authentication agent|"
        r"unprotected private key file|"
        r"the authenticity of host '(?P<url>[^' ]{1,253})",
    ),
    Rule.of(
        Code.NET_RESET,
        r"kex_exchange_identification|ssh_exchange_identification|ssh_dispatch_run_fatal",
    ),
    Rule.of(Code.VCS_TOOL_MISSING, r"cannot run ssh: |ssh: (?:command )?not found"),
)

_ACCESS: Final = (
    Rule.of(
        Code.AUTH_CREDENTIALS,
        rf"could not read (?:username|password) for {_URL}|could not read (?:username|password)\b|"
        rf"authentication failed for {_URL}|"
        r"authentication failed\b|http basic: access denied|invalid (?:username or (?:password|token)|"
        r"credentials)|terminal prompts disabled|"
        r"support for password authentication was removed|write access to repository not granted|"
        r"remote: permission to .{1,256} denied|"
        r"saml sso|enforced sso|unable to read askpass|invalid username or password|requires? authentication|"
        r"password authentication is not supported|"
        r"TF400813|TF401019: .{0,200}not authorized|(?:returned error|http(?: code)?)[ :=]{1,3}(?:401|403)\b|"
        r"remote: (?:unauthorized|forbidden)|could not find git credentials|no anonymous (?:write )?access|"
        r"access denied\b|not authorized|"
        r"unable to update url base from redirection|不能更新重定向的 url base|"
        r"鉴权失败|身份验证失败|身份驗證失敗|認證失敗|authentifizierung fehlgeschlagen|échec d'authentification|"
        r"autenticación falló|"
        r"autenticazione non riuscita|autenticação falhou|uwierzytelnienie nie powiodło się|xác thực gặp lỗi|"
        r"kimlik doğrulaması başarısız",
    ),
    Rule.of(
        Code.VCS_NOT_FOUND,
        rf"repository not found|repository {_URL} (?:not found|does not exist)|repository (?:does not exist|"
        rf"unavailable)|"
        rf"{_URL} does not appear to be a git repository|(?:returned error|http(?: code)?)[ :=]{{1,3}}(?:404|410)\b|"
        r"project you were looking for could not be found|TF401019|cannot find repository|no such repository|"
        r"not a valid repository name|"
        rf"(?P<url>https?://\S{{1,1024}}) not valid: |not found: did you run git update-server-info|"
        rf"could not determine hash algorithm|"
        rf"仓库 {_URL} (?:未找到|不存在)|版本庫 .{{1,1024}} (?:未找到|不存在)|"
        rf"repository .{{1,1024}} nicht gefunden|repository .{{1,1024}} existiert nicht|"
        r"dépôt .{1,1024} (?:non trouvé|n'existe pas)|repositorio .{1,1024} no (?:encontrado|existe)|"
        r"репозиторий .{1,1024} не (?:найден|существует)|"
        r"repository .{1,1024} non trovato|repositório .{1,1024} inexistente",
    ),
    # Over ssh the same text also hides a failed login, so what ssh itself says decides when it says anything.
    Rule.of(
        Code.VCS_NOT_FOUND,
        r"could not read from remote repository|无法读取远程仓库|無法讀取遠端版本庫|"
        r"konnte nicht vom remote-repository lesen|"
        r"impossible de lire le dépôt distant|no se pudo leer del repositorio remoto|"
        r"не удалось прочитать из внешнего репозитория",
        Strength.CONSEQUENCE,
    ),
    Rule.of(
        Code.VCS_UNKNOWN_REVISION,
        r"couldn't find remote ref|no such remote ref|remote branch .{1,256} not found|"
        r"unknown revision or path not in the working tree|"
        r"\bbad revision\b|reference is not a tree|not our ref|bad object|invalid object name|unadvertised object|"
        r"pathspec .{1,256} did not match|"
        r"无法找到远程引用|没有这样的远程引用|远程分支 .{1,256} 在上游 .{1,256} 未发现|坏的版本|無法找到遠端引用|"
        r"沒有這樣的遠端引用|遠端分支 .{1,256} 未發現|"
        r"konnte remote-referenz .{1,256} nicht finden|remote-branch .{1,256} nicht im|référence distante|"
        r"no se pudo encontrar ref remota",
    ),
)

_LOCAL: Final = (
    Rule.of(
        Code.VCS_LOCAL_GIT,
        r"dubious ownership|unsafe repository|可疑的所有权|所有權可疑",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.DISK_PERMISSION,
        r"(?:could not|cannot|unable to|can't|couldn't) (?:create|open|write|mkdir|lock|stat|unlink|rename|"
        r"copy)[^:]{0,300}.{0,300}: permission denied|"
        r"insufficient permission for adding an object|(?:cannot|could not) (?:mkdir|create|"
        r"open) .{1,300}permission denied|"
        r"(?:不能|无法)(?:创建|打开|写入).{1,300}权限不够",
        Strength.OVERRIDING,
    ),
    Rule.of(
        Code.VCS_TOOL_MISSING,
        r"git: (?:command )?not found|'git' is not recognized|exec: \"(?:git|hg|svn|bzr|"
        r"fossil)\": executable file not found|"
        r"(?:hg|svn|bzr|fossil): (?:command )?not found|找不到命令.{0,8}git",
    ),
    Rule.of(
        Code.VCS_LOCAL_GIT,
        r"not a git repository \(or any|\.lock'?: file exists|unable to create .{1,300}\.lock|"
        r"is not a git command|unable to find remote helper|"
        r"transport .{1,32} not allowed|protocol .{1,32} is not supported|bad (?:numeric )?config|unknown option|"
        r"usage: git |cannot lock ref|"
        r"object file .{1,300} is empty|loose object .{1,300} corrupt|git-lfs|filename too long|"
        r"unable to checkout working tree|"
        r"cannot fork|resource temporarily unavailable|shallow file has changed|unknown object format|"
        r"safe\.directory|out of memory|"
        r"不是 git 仓库|传输 .{1,40} 不允许|无法为 .{1,40} 找到远程助手|unsupported ssl backend",
    ),
    Rule.of(
        Code.NET_RESET,
        r"early eof|hung up (?:unexpectedly|upon initial contact)|index-pack failed|invalid index-pack output|"
        r"rpc failed; curl 56|unexpected eof|"
        r"过早的文件结束符|远端意外挂断了|過早的檔案結束符|遠端意外掛斷了|zu frühes dateiende|"
        r"gegenseite hat unerwartet abgebrochen|fin de fichier prématurée|"
        r"l'hôte distant a fermé la connexion|el remoto se colgó|eof temprano|eof prematuro|неожиданный конец файла|"
        r"bytes of body are still expected",
        Strength.CONSEQUENCE,
    ),
)

_RULES: Final = _LOCAL + _SSH + TRANSPORT + _ACCESS
_RPC_FAILED: Final = Rule.of(
    Code.NET_RESET, r"rpc (?:failed|失败|失敗|fehlgeschlagen|falló|falhou)|échec rpc", Strength.CONSEQUENCE
)
_CLASSIFY: Final = (*_RULES, _RPC_FAILED)

_REMOTE_ADDRESS = re.compile(
    r"(?:unable to access|无法访问|無法存取|konnte nicht auf|impossible d'accéder à|no es posible acceder a|"
    r"repository|remote add .{0,40}origin(?: --)?|ls-remote|git clone|cloning into|fetch)\b[^\n]{0,200}",
    re.IGNORECASE,
)
_CONNECT_TO = re.compile(
    r"(?:failed to connect to|connect to host) (?P<host>[\w.:\[\]-]{1,253}) port (?P<port>\d{1,5})", re.IGNORECASE
)
_IS_GIT = re.compile(
    r"^\s*(?:remote: |(?:fatal|error|致命错误|错误|致命錯誤|錯誤|schwerwiegend|fehler|fatal|erreur|Ошибка|"
    r"fatal)\s?[:：])|"
    r"^\s*(?:ssh: |git@|\S{1,64}@\S{1,253}: permission denied|host key verification|kex_exchange|cloning into|"
    r"permission denied \((?:publickey|password|keyboard|gssapi)|sign_and_send_pubkey|rpc failed; curl|"
    r"正克隆到|正複製到)",
    re.IGNORECASE,
)


def looks_like_git(text: str) -> bool:
    """Whether a line begins as git's or ssh's own complaints do."""
    return _IS_GIT.match(text) is not None and "dial tcp" not in text  # those are words of a Go program


def _address(lines: Sequence[str]) -> str:
    for text in lines:
        if _REMOTE_ADDRESS.search(text):
            url = url_in(text)
            if url:
                return url
    for text in lines:
        url = url_in(text)
        if url and "go.dev/doc" not in url and "docs.github.com" not in url:
            return url
    for text in lines:
        host = host_of(text)
        if host:
            return f"ssh://{host}"
    return ""


def _forward_proxy(text: str, url: str) -> str:
    """The host that curl dialled in place of the one it was asked for: the user's forward proxy; "" for none."""
    dialled = _CONNECT_TO.search(text)
    if not dialled or not url.startswith("http"):
        return ""
    name = dialled["host"].lower().strip("[]")
    # Old versions of curl name the address they dialled, not the host; a proxy seldom listens at a web server's port.
    if dialled["port"] in ("443", "80") and re.fullmatch(r"[0-9a-f:.]+", name):
        return ""
    asked = host_of(url)
    if name in (asked, asked.rpartition(":")[0].strip("[]")):
        return ""
    return f"{name}:{dialled['port']}"


def match_git(lines: Sequence[str]) -> Match | None:
    """The wording that decides why git failed, with the index of its line; None when none is known."""
    found = best_match(_CLASSIFY, lines)
    if found is None:
        return None
    url = _address(lines)
    through = _forward_proxy(lines[found.index], url)
    if through:
        return replace(found, code=Code.NET_HTTP_PROXY, subject=Subject(host=through, url=url))
    return replace(found, subject=with_address(found.subject, url))


def classify_git(lines: Sequence[str]) -> tuple[Code, Subject] | None:
    """Why git failed, from the lines it wrote to standard error (indented or not, any of git's languages).

    The subject has the host, and the URL where the lines name it. None when no known wording is there; an exit status
    of 128 alone says nothing.
    """
    found = match_git(lines)
    return (found.code, found.subject) if found else None
