"""How git and ssh word credentials that are missing or refused."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

_FOR = r"[^\n]{0,40}'(?P<url>https?://[^'\n]{1,1000})'"

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.AUTH_CREDENTIALS,
        "could not read ",
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "git: prompt.c",
        re.compile(r"could not read (?:Username|Password)(?: for '(?P<url>https?://[^'\n]{1,1000})')?"),
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "无法读取",
        "fatal: 无法读取 Username for 'https://github.com': terminal prompts disabled",
        "git, Chinese",
        re.compile(r"无法读取[^\n]{0,20}(?:Username|Password|用户名|密码)"),
    ),
    Wording(Code.AUTH_CREDENTIALS, "terminal prompts disabled", "terminal prompts disabled", "git: prompt.c"),
    Wording(Code.AUTH_CREDENTIALS, "终端提示", "终端提示被禁用", "git, Chinese"),
    Wording(
        Code.AUTH_CREDENTIALS,
        "Authentication failed",
        "fatal: Authentication failed for 'https://git.example.com/a/b.git/'",
        "git: http.c",
        re.compile(r"Authentication failed(?: for" + _FOR + r")?"),
    ),
    Wording(Code.AUTH_CREDENTIALS, "鉴权失败", "fatal: 'https://git.example.com/a/b.git/' 鉴权失败", "git, Chinese"),
    Wording(
        Code.AUTH_CREDENTIALS, "身份验证失败", "fatal: 'https://git.example.com/a/b.git/' 身份验证失败", "git, Chinese"
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "Access denied",
        "remote: HTTP Basic: Access denied",
        "GitLab",
        re.compile(r"HTTP Basic: Access denied"),
    ),
    Wording(Code.AUTH_CREDENTIALS, "Invalid username or", "remote: Invalid username or password.", "GitHub"),
    Wording(Code.AUTH_CREDENTIALS, "nvalid credentials", "remote: Invalid credentials", "Bitbucket"),
    Wording(
        Code.AUTH_CREDENTIALS, "Password authentication", "remote: Password authentication is not supported", "GitHub"
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "Support for password authentication was removed",
        "remote: Support for password authentication was removed on August 13, 2021.",
        "GitHub",
    ),
    Wording(
        Code.AUTH_CREDENTIALS, "SAML SSO", "remote: The 'a' organization has enabled or enforced SAML SSO.", "GitHub"
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "not granted",
        "remote: Write access to repository not granted.",
        "GitHub",
        re.compile(r"access to repository not granted|Resource not accessible"),
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "requested URL returned error: 40",
        "fatal: unable to access 'https://git.example.com/a/': The requested URL returned error: 403",
        "curl through git",
        re.compile(r"requested URL returned error: 40[13]\b"),
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "Invalid token",
        "remote: Invalid token",
        "Gitea, Azure DevOps",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.AUTH_CREDENTIALS,
        "credential fill' failed",
        "'git credential fill' failed (url=https://git.example.com): exit status 128",
        "go's GOAUTH=git",
    ),
    Wording(
        Code.AUTH_SSH,
        "ermission denied (",
        "git@github.com: Permission denied (publickey).",
        "ssh",
        re.compile(
            r"(?:(?:[\w.-]{1,100}@)?(?P<host>[\w.-]{1,255}): )?[Pp]ermission denied \((?:publickey|password|keyboard"
            r"|gssapi)"
        ),
    ),
    Wording(Code.AUTH_SSH, "ost key verification failed", "Host key verification failed.", "ssh"),
    Wording(
        Code.AUTH_SSH,
        "Too many authentication failures",
        "Received disconnect: Too many authentication failures",
        "ssh",
    ),
    Wording(
        Code.AUTH_SSH, "No supported authentication methods", "No supported authentication methods available", "PuTTY"
    ),
    Wording(Code.AUTH_SSH, "UNPROTECTED PRIVATE KEY", "WARNING: UNPROTECTED PRIVATE KEY FILE!", "ssh"),
    Wording(
        Code.AUTH_SSH, "HOST IDENTIFICATION HAS CHANGED", "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!", "ssh"
    ),
    Wording(
        Code.AUTH_SSH,
        "ssh",
        "error: cannot run ssh: No such file or directory",
        "git: no ssh program",
        re.compile(
            r"cannot run ssh: |unable to fork[^\n]{0,20}ssh|ssh: command not found|ssh_askpass"
            r"|ssh_exchange_identification|kex_exchange"
        ),
    ),
    Wording(
        Code.AUTH_SSH,
        "ould not read from remote repository",
        "fatal: Could not read from remote repository.",
        "git: the ssh side ended; ssh's own words stand before, when shown",
        certainty=Certainty.LIKELY,
        follows=True,
    ),
    Wording(
        Code.AUTH_SSH,
        "无法读取远程仓库",
        "致命错误：无法读取远程仓库。",
        "git, Chinese",
        certainty=Certainty.LIKELY,
        follows=True,
    ),
)
