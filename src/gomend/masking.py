"""Takes secrets out of text, before anything is shown or stored."""

import re
from collections.abc import Callable
from typing import NamedTuple

MASK = "***"

# A reference to a variable is no secret, and masking it would break a command that is meant to be copied.
_REFERENCE = r"\$(?:\{[A-Z_][A-Z0-9_]*\}|\([^()\s]*\)|[A-Z_][A-Z0-9_]*)"
_VALUE = rf"(?!{_REFERENCE}(?![^\s\"'@,;&)]))(?:\"[^\"\n]{{1,4096}}\"|'[^'\n]{{1,4096}}'|[^\s\"',;&]{{1,4096}})"
_NAMED = (
    r"(?:token|secret|passw(?:or)?d|passwd|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|"
    r"credentials?|auth[_-]?key|_auth|session[_-]?(?:id|key)|signature)"
)


class _Rule(NamedTuple):
    needles: tuple[str, ...]  # lower case; the pattern can match only where one of them occurs
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


def _userinfo(match: re.Match[str]) -> str:
    name, colon, password = match["userinfo"].partition(":")
    if (not colon and name in ("git", "hg", "svn", "ssh")) or re.fullmatch(_REFERENCE, password or name):
        return match[0]
    return f"{match['before']}{MASK}@"


def _key_body(match: re.Match[str]) -> str:
    body: str = match[0]
    return body if body == body.lower() or body == body.upper() or not re.search(r"\d", body) else MASK


_RULES = (
    _Rule(
        ("private key",),
        re.compile(
            r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----"
            r"(?!\*\*\*).*?(?:-----END (?P=kind)-----|\Z)",
            re.DOTALL,
        ),
        rf"-----BEGIN \g<kind>-----{MASK}",
    ),
    _Rule(
        ("@",),
        re.compile(r"(?P<before>://)(?P<userinfo>[^\s/?#\"'<>@]{1,4096}(?:@[^\s/?#\"'<>@]{1,4096}){0,8})@"),
        _userinfo,
    ),
    _Rule(
        (
            "@",
        ),  # a password with a slash in it, as go shows it when the URL does not parse; host:port/path@version is none
        re.compile(
            r"(?P<before>://)(?P<userinfo>[^\s/?#\"'<>@:]{1,256}:(?!\d{1,5}/)[^\s\"'<>@]{1,1024})@(?!v\d|v/|latest)"
        ),
        _userinfo,
    ),
    _Rule(
        ("@",),
        re.compile(
            r"(?P<before>(?<![\w/.%:+-]))(?P<userinfo>[\w.%+-]{1,64}:[^\s:@/\"'<>]{1,256})@"
            r"(?=[A-Za-z0-9][A-Za-z0-9-]{0,62}(?::\d|\.[A-Za-z0-9]))(?!v\d+\.)"
        ),
        _userinfo,
    ),
    _Rule(("%40",), re.compile(r"(?i)(%3A%2F%2F)[^\s%&\"'/]{1,256}(?:%3A[^\s&\"'/]{1,1024}?)?%40"), rf"\1{MASK}%40"),
    _Rule(
        ("=",),
        re.compile(
            r"(?i)([?&;](?:[\w.-]{0,48}?(?:token|secret|passw|pwd|key|sig|auth|cred|jwt|session)[\w.-]{0,32}|code|sas)=)"
            r"[^&;\s\"'#]{1,8192}"
        ),
        rf"\1{MASK}",
    ),
    _Rule(
        (
            "authorization",
            "cookie",
            "private-token",
            "job-token",
            "deploy-token",
            "x-api-key",
            "x-auth-token",
            "x-jfrog-art-api",
            "x-vault-token",
            "x-goog-iam",
        ),
        re.compile(
            r"(?i)\b((?:proxy-|x-)?authorization|(?:set-)?cookie2?|(?:private|job|deploy)-token|x-api-key|x-auth-token|"
            r"x-jfrog-art-api|x-vault-token|x-goog-iam-authorization-token)"
            r"([\"'\\]{0,3}[ \t]{0,3}[:=][ \t]{0,3}[\"'\\]{0,3}\[?)(?![ \t])[^\"'\n\\]{1,8192}"
        ),
        rf"\1\2{MASK}",
    ),
    _Rule(
        ("bearer ", "basic ", "token ", "negotiate "),
        re.compile(
            r"(?i)\b(bearer|basic|token|negotiate)[ \t]{1,3}(?=[\w.+/~-]{0,200}[\d+/=])[\w.+/~-]{16,8192}={0,2}"
        ),
        rf"\1 {MASK}",
    ),
    _Rule(
        ("token", "secret", "passw", "passphrase", "key", "credential", "_auth", "session", "signature"),
        re.compile(rf"(?i)({_NAMED}(?:s|_?id|_?value|_?base64)?[\"']?[ \t]{{0,3}}=[ \t]{{0,3}}){_VALUE}"),
        rf"\1{MASK}",
    ),
    _Rule(
        ("token", "secret", "passw", "passphrase", "key", "credential", "_auth", "session", "signature"),
        re.compile(rf"(?i)({_NAMED}(?:s|_?id|_?value|_?base64)?(?:[\"']:[ \t]{{0,3}}\"))[^\"\n]{{1,4096}}"),
        rf"\1{MASK}",
    ),
    _Rule(
        ("token", "secret", "passw", "key"),  # NAME_TOKEN: value of YAML and CI listings; prose has no digits there
        re.compile(
            rf"(?i)({_NAMED}(?:s|_?id|_?value)?:[ \t]{{1,3}})(?!{_REFERENCE})"
            r"(?=[\w.+/~!@#%^*=-]{0,200}\d)[\w.+/~!@#$%^*=-]{6,4096}(?![\w/])"
        ),
        rf"\1{MASK}",
    ),
    _Rule(
        ("-u", "user"),
        re.compile(r"((?:\s|^)(?:-u|-U|--user|--proxy-user)[ =][\"']?)(?!\$)[^\s:\"'/]{1,128}:[^\s\"']{1,512}"),
        rf"\1{MASK}",
    ),
    _Rule(
        ("--",),
        re.compile(rf"(--(?:[a-z-]{{0,32}}-)?(?:password|passwd|token|secret|api-key|auth-token)[ ]){_VALUE}"),
        rf"\1{MASK}",
    ),
    _Rule(
        ("machine",),
        re.compile(
            r"\b(machine[ \t]{1,8}\S{1,256}\s{1,16})"
            r"(?:(?:login|account|password)\s{1,16}\S{1,1024}"
            r"(?:\s{1,16}(?=(?:login|account|password)\s)|(?=\s|$))){1,4}",
        ),
        rf"\1login {MASK} password {MASK}",
    ),
    _Rule(
        ("password", "login "),
        re.compile(
            r"(?m)^([ \t]{0,16}(?:login[ \t]{1,8}\S{1,256}[ \t]{1,8})?(?:password)[ \t]{1,8})"
            r"(?!for\b)\S{1,1024}[ \t]{0,8}$"
        ),
        rf"\1{MASK}",
    ),
    _Rule(
        (
            "gh",
            "github_pat_",
            "gl",
            "akia",
            "asia",
            "xox",
            "npm_",
            "pypi-",
            "aiza",
            "ya29.",
            "eyj",
            "sk-",
            "dckr_pat_",
            "hvs.",
            "atatt",
            "akcp",
            "sg.",
            "v1.",
            "cmvmd",
            "atbb",
            "dop_v1_",
            "rubygems_",
            "gomend_",
        ),
        re.compile(
            r"(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_\w{20,255}|gl(?:pat|ptt|dt|rt|cbt|soat|ft|agent|imt)-[\w.-]{16,255}|"
            r"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])|xox[abeoprs]-[\w-]{10,255}|npm_[A-Za-z0-9]{30,64}|pypi-[\w-]{40,1024}|AIza[\w-]{35}|"
            r"ya29\.[\w-]{20,1024}|eyJ[\w-]{8,4096}\.[\w-]{4,8192}\.[\w-]{0,4096}|sk-[\w-]{20,255}|dckr_pat_[\w-]{20,64}|"
            r"hvs\.[\w-]{20,255}|ATATT[\w=-]{20,512}|ATBB\w{20,64}|AKCp[A-Za-z0-9]{40,128}|cmVmd[A-Za-z0-9]{40,128}|"
            r"SG\.[\w-]{16,64}\.[\w-]{16,64}|v1\.[0-9a-f]{40}(?![0-9a-f])|dop_v1_[0-9a-f]{64}|rubygems_[0-9a-f]{48}|"
            r"gomend_[0-9a-f]{8}_[a-z2-7]{16,52})"
        ),
        MASK,
    ),
)
# The body of a private key met on lines of its own, its frame cut off.
_KEY_BODY = re.compile(r"(?m)^(?:[A-Za-z0-9+/]{60,76}={0,2})$")


def mask(text: str) -> str:
    """The text with every secret replaced by `***`; equal text when there is none.

    Masked are: user and password in URLs, secrets in query strings, headers (Authorization, Cookie, tokens),
    assignments and options named after a secret, netrc entries, private keys, and tokens of known shapes.
    Masking twice changes nothing more.
    """
    lowered = text.lower()
    for rule in _RULES:
        for needle in rule.needles:
            if needle in lowered:
                text = rule.pattern.sub(rule.replacement, text)
                break
    if len(text) >= 60:
        text = _KEY_BODY.sub(_key_body, text)
    return text
