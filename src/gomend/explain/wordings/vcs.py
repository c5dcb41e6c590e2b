"""How repositories, import pages and version control tools that fail are worded."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

_REPOSITORY = r"'?(?P<url>(?:https?|ssh|git)://[^'\s]{1,1000}|[\w.-]{1,100}@[^'\s]{1,1000})?"

MERCURIAL: Final[tuple[Wording, ...]] = (
    Wording(Code.VCS_NOT_FOUND, "HTTP Error 404", "abort: HTTP Error 404: Not Found", "hg"),
    Wording(Code.VCS_NOT_FOUND, "no repository found", "abort: no repository found at https://a.io/b", "hg"),
    Wording(
        Code.AUTH_CREDENTIALS,
        "abort: ",
        "abort: http authorization required for https://a.io/b",
        "hg",
        re.compile(r"abort: (?:http authorization required|authorization failed|HTTP Error 40[13])"),
    ),
    Wording(Code.VCS_UNKNOWN_REVISION, "abort: unknown revision", "abort: unknown revision 'v9'", "hg"),
)

GIT: Final[tuple[Wording, ...]] = (
    Wording(
        Code.VCS_LOCAL_GIT,
        "dubious ownership",
        "fatal: detected dubious ownership in repository at '/src'",
        "git since 2.35.2",
        re.compile(r"dubious ownership(?: in repository at '(?P<file>[^'\n]{1,500})')?"),
    ),
    Wording(Code.VCS_LOCAL_GIT, "可疑的所有权", "fatal: 检测到仓库 '/src' 中存在可疑的所有权", "git, Chinese"),
    Wording(
        Code.VCS_LOCAL_GIT,
        "unsafe repository",
        "fatal: unsafe repository ('/src' is owned by someone else)",
        "git 2.35",
    ),
    Wording(Code.VCS_NOT_FOUND, "epository not found", "remote: Repository not found.", "GitHub, Bitbucket"),
    Wording(
        Code.VCS_NOT_FOUND,
        "not found",
        "fatal: repository 'https://github.com/a/b/' not found",
        "git: http.c, remote-curl.c",
        re.compile(
            r"repository " + _REPOSITORY + r"[^\n]{0,20} not found|project you were looking for could not be found"
        ),
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "requested URL returned error: 404",
        "The requested URL returned error: 404",
        "curl through git",
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "requested URL returned error: 410",
        "The requested URL returned error: 410",
        "curl through git",
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "could not be found or you don't have permission",
        "remote: The project you were looking for could not be found or you don't have permission to view it.",
        "GitLab",
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "does not exist",
        "fatal: repository 'https://git.example.com/a.git' does not exist",
        "git, Azure DevOps",
        re.compile(r"repository [^\n]{0,500}does not exist"),
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "does not appear to be a git repository",
        "fatal: '/srv/a' does not appear to be a git repository",
        "git",
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "未找到",
        "致命错误：仓库 'https://github.com/a/b/' 未找到",
        "git, Chinese",
        re.compile(r"(?:仓库|版本库) ?'(?P<url>[^'\n]{1,500})' ?未找到"),
    ),
    Wording(Code.VCS_NOT_FOUND, "似乎不是一个 git 仓库", "致命错误：'/srv/a' 似乎不是一个 git 仓库", "git, Chinese"),
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "couldn't find remote ref",
        "fatal: couldn't find remote ref refs/tags/v9.9.9",
        "git: fetch",
        re.compile(r"couldn't find remote ref (?:refs/(?:tags|heads)/)?(?P<version>[^\s]{1,200})?"),
    ),
    Wording(
        Code.VCS_UNKNOWN_REVISION, "无法找到远程引用", "致命错误：无法找到远程引用 refs/tags/v9.9.9", "git, Chinese"
    ),
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "Remote branch",
        "fatal: Remote branch v9.9.9 not found in upstream origin",
        "git clone -b",
        re.compile(r"Remote branch (?P<version>[^\s]{1,200}) not found"),
    ),
    Wording(Code.VCS_UNKNOWN_REVISION, "未发现", "警告：远程分支 v9.9.9 在上游 origin 未发现", "git, Chinese"),
    Wording(Code.VCS_UNKNOWN_REVISION, "not our ref", "fatal: remote error: upload-pack: not our ref 0123abc", "git"),
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "did not match any",
        "error: pathspec 'v9' did not match any file(s) known to git",
        "git",
    ),
    Wording(Code.VCS_UNKNOWN_REVISION, "bad revision", "fatal: bad revision 'v9.9.9'", "git log"),
    Wording(
        Code.VCS_UNKNOWN_REVISION, "reference is not a tree", "fatal: reference is not a tree: 0123abc", "git checkout"
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "not a git repository",
        "fatal: not a git repository (or any of the parent directories): .git",
        "git",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "git",
        "git: 'remote-https' is not a git command. See 'git --help'.",
        "git",
        re.compile(
            r"is not a git command|Unable to find remote helper for|bad config (?:line|file)|unable to read config"
            r"|index\.lock"
            r"|fatal: transport '\w{1,20}' not allowed|unknown option: |unknown switch|cannot lock ref|object "
            r"file [^\n]{1,300} is empty|bad object"
        ),
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "nable to find remote helper",
        "fatal: Unable to find remote helper for 'https'",
        "git",
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "shallow",
        "fatal: shallow file has changed since we read it",
        "git",
        re.compile("shallow file has changed"),
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "unknown option: --end-of-options",
        "unknown option: --end-of-options",
        "a git older than 2.24",
    ),
)

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.VCS_TOOL_MISSING,
        "executable file not found in",
        'unable to resolve git version: failed to execute git version: exec: "git": executable file not found in $PATH',
        "os/exec",
        re.compile(r"exec: \"?(?P<file>git|hg|svn|bzr|fossil|ssh)(?:\.exe)?\"?: executable file not found"),
    ),
    Wording(
        Code.VCS_TOOL_MISSING,
        "missing ",
        "missing Git command. See https://go.dev/s/gogetcmd",
        "vcs/vcs.go",
        re.compile(r"missing (?:Git|Mercurial|Subversion|Bazaar|Fossil) command"),
    ),
    Wording(
        Code.VCS_TOOL_MISSING,
        "command not found",
        "git: command not found",
        "shells",
        re.compile(r"\b(?:git|hg|svn|bzr|fossil): (?:command )?not found"),
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "failed to execute git version: exit status",
        "unable to resolve git version: failed to execute git version: exit status 128",
        "modfetch/codehost since Go 1.27",
    ),
    Wording(
        Code.VCS_DISALLOWED,
        "GOVCS disallows",
        "GOVCS disallows using hg for public example.com/a; see 'go help vcs'",
        "vcs/vcs.go",
        re.compile(r"GOVCS disallows using \w{1,20} for (?:public|private) (?P<module>[^\s;]{1,500})"),
    ),
    Wording(Code.VCS_DISALLOWED, "in GOVCS", 'malformed entry in GOVCS (missing colon): "git"', "vcs/vcs.go"),
    Wording(
        Code.VCS_DISALLOWED,
        "insecure",
        "insecure protocol",
        "go get up to Go 1.16; redirects of an import page",
        re.compile(r"insecure protocol|insecure URL: |redirected[^\n]{0,500} to insecure URL|lookup disabled"),
    ),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "go-import",
        "parse https://example.com/a?go-get=1: no go-import meta tags ()",
        "vcs/vcs.go",
        re.compile(r"no go-import meta tag|disagree about go-import|meta tag[s]? match|meta tags do not match"),
    ),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "meta tag",
        "multiple meta tags match import path",
        "vcs/vcs.go",
        re.compile(r"meta tags (?:match|do not match)|meta tag [^\n]{1,500} did not match"),
    ),
    Wording(Code.VCS_NO_GO_IMPORT, "unknown vcs", 'https://example.com/a: unknown vcs "cvs"', "vcs/vcs.go"),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "invalid repo root",
        'https://example.com/a: invalid repo root "x": no scheme',
        "vcs/vcs.go",
    ),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "XML syntax error",
        "parsing example.com/a: XML syntax error on line 1",
        "vcs/discovery.go",
    ),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "does not begin with hostname",
        "import path does not begin with hostname",
        "vcs/vcs.go",
    ),
    Wording(
        Code.VCS_NO_GO_IMPORT,
        "version control suffix",
        "invalid version control suffix in github.com/ path",
        "vcs/vcs.go",
    ),
    Wording(
        Code.VCS_NOT_FOUND,
        "protocol found for repository",
        "no secure protocol found for repository",
        "vcs/vcs.go: git's own words are hidden, the host may also not resolve",
        certainty=Certainty.UNSURE,
    ),
    *GIT,
    *MERCURIAL,
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "unknown revision",
        "unknown revision v9.9.9",
        "modfetch/codehost",
        re.compile(r"unknown revision (?P<version>[^\s:]{1,200})?"),
    ),
    Wording(Code.VCS_UNKNOWN_REVISION, "ambiguous revision", "ambiguous revision abc", "modfetch/codehost"),
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "no commits",
        "no commits",
        "modfetch/codehost",
        re.compile(r"(?:^|: )no commits$", re.M),
    ),
    Wording(
        Code.VCS_UNKNOWN_REVISION,
        "revision does not exist locally",
        "revision does not exist locally: v1",
        "modfetch/codehost",
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        "VCS status",
        "error obtaining VCS status: exit status 128\n\tUse -buildvcs=false to disable VCS stamping.",
        "load/pkg.go",
    ),
    Wording(
        Code.VCS_LOCAL_GIT, "multiple VCS detected", "multiple VCS detected: git in /a, and hg in /a/b", "vcs/vcs.go"
    ),
    Wording(
        Code.VCS_LOCAL_GIT,
        " is in repository ",
        'main module is in repository "/a" but current directory is in repository "/b"',
        "load/pkg.go",
    ),
)
