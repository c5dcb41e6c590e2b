# fmt: off
# ruff: noqa: E501
"""Makes cases of wrapped logs out of the recorded ones: `python -m tests.lab.wrapped`. Needs no client: only the case folders that are there."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import noise
from tests.lab.quoting import QUOTING
from tests.lab.wrappers import WRAPPERS, Run, github_job, prompt_session

CASES = Path(__file__).parents[1] / "cases"
_TELLS_THE_END = {"codebuild", "kaniko", "buildah", "journal", "nix", "ansible", "heroku", "goreleaser", "golangci", "bazel", "netlify", "typescript", "gitlab", "gitlab-timestamps", "jenkins", "jenkins-freestyle", "travis", "teamcity", "github-actions", "azure", "circleci", "buildkit", "docker-legacy", "cloud-build", "prompt", "make"}
_TELLS_SUCCESS = {"journal", "gitlab", "gitlab-timestamps", "jenkins", "jenkins-freestyle", "travis", "teamcity"}
_PLACES = {
    "buildkit": {"/home/dev/go": "/go", "/home/dev/app": "/src"}, "docker-legacy": {"/home/dev/go": "/go", "/home/dev/app": "/src"}, "compose": {"/home/dev/go": "/go", "/home/dev/app": "/src"},
    "gitlab": {"/home/dev/go": "/go", "/home/dev/app": "/builds/acme/shop"}, "github-actions": {"/home/dev/go": "/home/runner/go", "/home/dev/app": "/home/runner/work/shop/shop"},
    "gh-run-view": {"/home/dev/go": "/home/runner/go", "/home/dev/app": "/home/runner/work/shop/shop"}, "azure": {"/home/dev/go": "/home/vsts/go", "/home/dev/app": "/home/vsts/work/1/s"},
    "jenkins": {"/home/dev/app": "/var/jenkins/workspace/shop_main", "/home/dev/go": "/var/jenkins/go"}, "circleci": {"/home/dev/app": "/home/circleci/project", "/home/dev/go": "/home/circleci/go"},
}

SINGLE: list[tuple[str, str]] = [
    ("github-actions", "auth.credentials/github-private-download"), ("github-actions", "module.package_missing/not-required-test-go121"), ("github-actions", "proxy.server_error/ci-loop-third-time"),
    ("github-actions", "toolchain.too_old/own-gomod"), ("github-actions", "build.compile/test-fails-network-words"), ("github-actions", "checksum.gosum_mismatch/edited-gosum-build"), ("github-actions", "dns.timeout/get-latest"),
    ("github-actions", "vcs.local_git/dubious-stamping-v-go122"), ("github-actions", "progress.download/noisy-passing-tests"), ("github-actions", "disk.full/download-many"),
    ("gh-run-view", "vcs.unknown_revision/tag-missing-download"), ("gh-run-view", "auth.ssh/publickey-build-go122"), ("gh-run-view", "proxy.not_found/server-block-quotes-git"), ("gh-run-view", "build.compile/after-download"), ("gh-run-view", "net.connect_timeout/hidden-behind-pipe-direct"),
    ("gitlab", "auth.credentials/gitlab-job-token-refused"), ("gitlab", "mode.vendor/version-changed"), ("gitlab", "module.path_mismatch/sirupsen-get"), ("gitlab", "progress.download/plain-build"), ("gitlab", "net.connect_timeout/download"), ("gitlab", "auth.ssh/hostkey-changed"), ("gitlab", "module.retracted/get-retracted"),
    ("gitlab-timestamps", "vcs.not_found/corp-git-404"), ("gitlab-timestamps", "proxy.server_error/ci-loop-gives-up"), ("gitlab-timestamps", "build.compile/test-fails"),
    ("jenkins", "disk.permission/foreign-cache"), ("jenkins", "env.invalid/no-gopath-no-home"), ("jenkins", "tls.unknown_authority/git-https-self-signed"), ("jenkins", "progress.download/get-update"), ("jenkins", "dns.nxdomain/git-https-host-unknown-zh"),
    ("jenkins-freestyle", "mode.no_module/git-config-found"), ("jenkins-freestyle", "net.connect_refused/ssh-port-closed"), ("jenkins-freestyle", "module.replace_missing/sibling-not-checked-out"),
    ("drone", "vcs.tool_missing/no-git-download"), ("drone", "module.gomod_invalid/merge-markers"), ("drone", "dns.server_failure/servfail-download"),
    ("azure", "auth.credentials/github-bad-token"), ("azure", "module.ambiguous_import/genproto"), ("azure", "net.http_proxy/407"),
    ("travis", "module.invalid_version/v2-without-suffix"), ("travis", "vcs.no_go_import/page-404-build"), ("travis", "progress.download/plain-tidy-go121"), ("travis", "dns.nxdomain/two-modules-two-causes"),
    ("circleci", "module.replace_missing/docker-copy-gomod-only"), ("circleci", "toolchain.too_old/install-tools"), ("circleci", "net.unreachable/network"),
    ("buildkit", "vcs.tool_missing/no-git-build-go121"), ("buildkit", "module.replace_missing/sibling-build-go121"), ("buildkit", "dns.nxdomain/proxy-download"), ("buildkit", "auth.credentials/github-private-go121-tidy"), ("buildkit", "disk.full/get-x"), ("buildkit", "toolchain.too_old/own-gomod-download-go121"), ("buildkit", "net.connect_refused/npm-registry-refused"), ("buildkit", "tls.unknown_authority/pip-self-signed"), ("buildkit", "progress.download/x-download-ok"), ("buildkit", "dns.nxdomain/curl-toolchain-host"),
    ("docker-legacy", "auth.credentials/github-private-download"), ("docker-legacy", "net.reset/before-answer"), ("docker-legacy", "progress.download/plain-build"), ("docker-legacy", "dns.timeout/pip-resolver-silent"),
    ("compose", "disk.permission/read-only-cache-build-go122"), ("compose", "build.compile/run-program-panics"),
    ("kubectl", "dns.timeout/silent-resolver-download"), ("kubectl", "disk.full/inodes"), ("kubectl", "module.no_matching_version/above-latest"),
    ("docker-json", "net.response_timeout/git-low-speed"), ("docker-json", "mode.workspace/listed-folder-missing"), ("docker-json", "tls.expired/git-https-expired"),
    ("json-lines", "vcs.disallowed/govcs-off-get"), ("json-lines", "net.connect_refused/several-of-a-get"), ("json-lines", "auth.ssh/git-clone-publickey-zh"),
    ("teamcity", "mode.readonly/updates-needed-download"), ("teamcity", "vcs.not_found/ssh-gitlab-unseen"), ("teamcity", "progress.download/package-called-errors"),
    ("cloud-build", "vcs.unknown_revision/branch-missing-get"), ("cloud-build", "module.gomod_invalid/bad-go-version"),
    ("buildkite", "auth.ssh/key-file-permissions"), ("buildkite", "module.package_missing/renamed-package-get"),
    ("make", "mode.workspace/not-listed-build"), ("make", "build.compile/linker-undefined"), ("make", "proxy.not_found/unknown-version-server-block"), ("make", "net.http2/internal-error"),
    ("prompt", "module.package_missing/not-in-std"), ("prompt", "vcs.no_go_import/login-page-of-sso"), ("prompt", "unknown/internal-package"), ("prompt", "tls.hostname_mismatch/git-https-wrong-name"),
    ("zsh", "mode.no_module/get-outside-go121"), ("zsh", "dns.nxdomain/typo-build"), ("zsh", "env.invalid/goflags-unknown"),
    ("issue", "net.connect_timeout/install-latest"), ("issue", "dns.nxdomain/default-list-tidy"), ("issue", "auth.credentials/github-private-proxy-then-direct"), ("issue", "module.path_mismatch/indirect-build"), ("issue", "net.reset/truncated-zip"), ("issue", "unknown/build-constraints"),
    ("issue-indented", "vcs.local_git/dubious-stamping"), ("issue-indented", "proxy.not_found/both-404"), ("issue-indented", "module.invalid_version/pseudo-wrong-time"),
    ("html", "tls.expired/npm-expired"), ("html", "net.connect_refused/download"), ("html", "module.path_mismatch/lint-get-go124"),
    ("crlf", "checksum.missing/vet-21"), ("crlf", "auth.ssh/publickey-download"), ("crlf", "mode.vendor/new-requirement-go121"),
    ("utf16", "net.unreachable/no-route"), ("utf16", "module.ambiguous_import/cloud-metadata-test"), ("utf16", "proxy.off/off-download"),
    ("terminal-80", "auth.credentials/github-private-download"), ("terminal-80", "dns.nxdomain/direct-meta-get"), ("terminal-80", "net.connect_timeout/direct-meta"), ("terminal-80", "module.replace_missing/directory-without-gomod"), ("terminal-120", "proxy.server_error/ci-loop-gives-up"), ("terminal-120", "disk.full/build-many-go121"), ("terminal-120", "vcs.not_found/github-signed-in-unseen"),
    ("powershell", "module.gomod_invalid/unknown-directive-go121"), ("powershell", "progress.download/plain-build"), ("powershell", "dns.nxdomain/proxy-download"),
    ("issue-go-env", "net.http_proxy/tls-to-proxy"), ("issue-go-env", "disk.permission/gopath-not-writable-get"), ("issue-go-env", "tls.unknown_authority/git-https-self-signed"), ("issue-zh", "net.connect_timeout/download"), ("issue-zh", "module.no_matching_version/v3-of-v1-module"), ("issue-zh", "dns.timeout/silent-resolver-download"), ("issue-zh", "auth.credentials/github-private-zh-test"),
    ("buildkit-tail", "net.connect_timeout/download"), ("buildkit-tail", "auth.credentials/github-private-go121-tidy"), ("buildkit-tail", "build.compile/dependency-does-not-compile"), ("buildkit-tail", "proxy.not_found/npm-404"), ("makepkg", "net.reset/in-handshake"), ("makepkg", "module.package_missing/not-required-build"), ("service-log", "net.response_timeout/pip-read-timeout"), ("service-log", "vcs.unknown_revision/proxy-then-direct"), ("mail", "net.connect_refused/localhost-athens"), ("mail", "mode.readonly/updates-needed-download"),
    ("golangci", "auth.credentials/github-private-download"), ("golangci", "dns.nxdomain/proxy-download"), ("golangci", "mode.vendor/version-changed"), ("golangci", "toolchain.too_old/own-gomod"),
    ("goreleaser", "net.connect_timeout/download"), ("goreleaser", "module.path_mismatch/sirupsen-get"), ("goreleaser", "module.replace_missing/sibling-not-checked-out"),
    ("renovate", "auth.credentials/github-private-download"), ("renovate", "vcs.unknown_revision/private-tag-build-go121"), ("renovate", "toolchain.too_old/get-dependency"), ("renovate", "module.ambiguous_import/genproto-tidy-go121"),
    ("dependabot", "auth.ssh/hostkey-unknown-get"), ("dependabot", "proxy.not_found/unknown-version-server-block"),
    ("bazel", "auth.credentials/github-private-download"), ("bazel", "net.reset/before-answer"),
    ("heroku", "module.package_missing/not-required-build"), ("heroku", "vcs.not_found/corp-git-404"), ("netlify", "module.invalid_version/v2-without-suffix"), ("netlify", "proxy.server_error/ci-loop-third-time"),
    ("codebuild", "net.connect_timeout/download"), ("codebuild", "auth.credentials/github-bad-token"), ("codebuild", "build.compile/test-build-failed"), ("ansible", "disk.full/get-x"), ("ansible", "auth.ssh/publickey-download"), ("ansible", "net.unreachable/network"),
    ("kaniko", "tls.unknown_authority/git-https-self-signed"), ("kaniko", "dns.server_failure/servfail-download"), ("buildah", "disk.permission/read-only-cache"), ("buildah", "dns.timeout/silent-resolver-download"), ("buildah", "module.gomod_invalid/no-module-line"),
    ("journal", "env.invalid/no-home-build"), ("journal", "progress.download/get-update"), ("journal", "vcs.local_git/dubious-stamping-v-go122"), ("nix", "checksum.gosum_mismatch/written-go113"), ("nix", "net.http_proxy/407"), ("tekton", "vcs.disallowed/redirect-to-insecure"), ("tekton", "mode.workspace/older-go-line"),
    ("logfmt", "proxy.not_found/both-404"), ("logfmt", "disk.full/inodes"), ("logfmt", "vcs.not_found/go-zh-corp-404"), ("gopls", "mode.workspace/broken-gowork"), ("gopls", "net.connect_refused/download"), ("gopls", "module.gomod_invalid/merge-markers"),
    ("typescript", "auth.ssh/key-file-permissions"), ("typescript", "progress.download/plain-build"), ("typescript", "module.package_missing/tidy-removed-package"), ("progress-bars", "vcs.tool_missing/no-git-download"), ("progress-bars", "build.compile/after-download"), ("progress-bars", "auth.credentials/git-submodule-private"),
    ("gitlab", "progress.download/noisy-passing-tests"), ("buildkit", "progress.download/noisy-passing-tests"), ("terminal-80", "progress.download/noisy-passing-tests"), ("json-lines", "progress.download/noisy-passing-tests"), ("jenkins", "proxy.server_error/ci-loop-third-time"), ("gitlab", "proxy.server_error/ci-loop-third-time"), ("github-actions", "progress.download/optional-step-fails"), ("gitlab", "progress.download/optional-step-fails"), ("teamcity", "progress.download/probe-with-curl"),
    ("travis", "dns.nxdomain/second-command-mended"), ("docker-legacy", "proxy.not_found/fallback-after-404-x"), ("jenkins", "proxy.server_error/fallback-after-502-pipe-x"), ("azure", "proxy.not_found/private-falls-to-direct-x"), ("journal", "progress.download/netdns-trace"), ("gitlab", "progress.download/npm-then-go"), ("gitlab", "net.connect_refused/first-of-three-commands"), ("travis", "module.retracted/get-deprecated-all"), ("github-actions", "module.retracted/get-retracted-go121"), ("kubectl", "progress.download/grep-over-old-log"), ("cloud-build", "progress.download/program-says-refused"),
    ("tekton", "build.compile/vet-printf"), ("tekton", "dns.nxdomain/pip-index-unknown"), ("tekton", "auth.credentials/github-private-download"), ("tekton", "proxy.bad_response/html-zip-build"),
    ("service-log", "checksum.gosum_mismatch/edited-gosum-build"), ("service-log", "auth.credentials/gitlab-403-not-allowed"), ("service-log", "module.gomod_invalid/dependency-broken"),
    ("mail", "dns.server_failure/servfail-download"), ("mail", "tls.expired/pip-expired"), ("mail", "dns.timeout/test-pipe-direct"),
    ("powershell", "checksum.sumdb_unreachable/supported-503"), ("powershell", "tls.unknown_authority/pip-self-signed"), ("powershell", "dns.nxdomain/second-proxy-after-404"), ("powershell", "net.http2/protocol-error-x"), ("powershell", "vcs.unknown_revision/tag-missing-download"),
    ("windows-powershell", "dns.timeout/silent-resolver-download"), ("windows-powershell", "net.connect_timeout/hidden-behind-pipe-direct"), ("windows-zh-utf16", "dns.timeout/get-latest"), ("windows", "dns.timeout/one-zone-build"), ("windows", "dns.nxdomain/proxy-download"),
    ("golangci", "mode.readonly/updates-needed-download"), ("golangci", "module.package_missing/not-in-std"), ("goreleaser", "mode.vendor/new-requirement-go121"), ("goreleaser", "vcs.unknown_revision/tag-missing-download"), ("bazel", "module.no_matching_version/above-latest"),
    ("heroku", "checksum.sumdb_mismatch/install"), ("heroku", "auth.credentials/github-private-download"), ("ansible", "net.reset/eof"), ("ansible", "toolchain.unavailable/path-only"), ("nix", "net.connect_refused/download"), ("nix", "net.connect_timeout/download"), ("gopls", "net.connect_refused/ssh-port-closed"), ("gopls", "proxy.not_found/both-of-two"),
    ("html", "disk.permission/gocache-not-writable"), ("html", "net.connect_timeout/ssh-port-filtered"), ("issue-indented", "proxy.unauthorized/npm-401"), ("issue-indented", "tls.unknown_authority/npm-self-signed"), ("terminal-80", "proxy.server_error/ci-loop-gives-up"), ("issue-go-env", "dns.nxdomain/wget-unknown-zh"), ("compose", "checksum.sumdb_mismatch/get"), ("zsh", "disk.permission/output-not-writable"), ("kubectl", "toolchain.too_old/indirect-tidy"),
    ("windows", "net.connect_refused/download"), ("windows", "net.connect_timeout/direct-meta"), ("windows", "vcs.tool_missing/no-git-get-go124"), ("windows", "disk.full/inodes"), ("windows", "module.replace_missing/sibling-not-checked-out"),
    ("windows-zh", "net.connect_refused/list-json"), ("windows-zh", "net.connect_timeout/download"), ("windows-zh", "net.reset/before-answer"), ("windows-zh", "disk.permission/foreign-cache"), ("windows-zh", "net.unreachable/network"),
    ("windows-powershell", "net.connect_timeout/install-latest"), ("windows-powershell", "auth.credentials/gitlab-403-not-allowed"), ("windows-zh-utf16", "net.connect_refused/localhost-athens"), ("windows-zh-utf16", "net.reset/reset-in-zip"),
]
"""Wrapper and case that it is put around; `*` takes the first case of a code."""


def _find(name: str) -> Path | None:
    code, case = name.split("/")
    folders = sorted(CASES.glob(f"{code}/[!_]*")) if case == "*" else [CASES / name]
    plain = [f for f in folders if (f / "log").exists() and _about(f)["wrapper"] == "none" and json.loads((f / "expected.json").read_text())["outcome"] == "failed"] if case == "*" else folders
    return plain[0] if plain and (plain[0] / "log").exists() else None


def _about(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text())


def _run(folder: Path, places: dict[str, str]) -> Run:
    about = _about(folder)
    text = (folder / "log").read_text()
    for here, there in places.items():
        text = text.replace(here, there)
    return Run(about["command"], text, about.get("exit_status", json.loads((folder / "expected.json").read_text())["exit_status"] or 0))


@dataclass(frozen=True)
class Folder:
    """A case folder as it is to be: `name` is code/case."""

    name: str
    log: bytes
    expected: str
    about: str

    def write(self, cases: Path) -> None:
        """Writes the three files below `cases`."""
        folder = cases / self.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log").write_bytes(self.log)
        (folder / "expected.json").write_text(self.expected)
        (folder / "case.toml").write_text(self.about)


def _folder(code: str, name: str, log: bytes, expected: dict[str, Any], about: dict[str, Any]) -> Folder:
    expected.pop("harmless", None)
    flat = {key: about[key] for key in ("client", "client_version", "command", "exit_status", "fault", "made_by", "wrapper", "base") if about.get(key) is not None}
    lines = [f"{key} = {value if isinstance(value, int) else json.dumps(value, ensure_ascii=False)}" for key, value in flat.items()]
    if about.get("settings"):
        lines += ["", "[settings]", *(f"{key} = {json.dumps(value)}" for key, value in about["settings"].items())]
    return Folder(f"{code}/{name}", log, json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "\n".join(lines) + "\n")


def _single(wrapper: str, base: str) -> Folder | None:
    folder = _find(base)
    if folder is None:
        return None
    run = _run(folder, _PLACES.get(wrapper, {}))
    expected = json.loads((folder / "expected.json").read_text())
    if (expected["outcome"] == "failed" and wrapper in _TELLS_THE_END) or wrapper in _TELLS_SUCCESS:
        expected["exit_status"] = None
    about = {**_about(folder), "made_by": "python -m tests.lab.wrapped", "wrapper": wrapper, "base": f"{folder.parent.name}/{folder.name}"}
    if wrapper.startswith("windows"):
        about["fault"] += "; Windows' own texts put in from the documentation of its error codes"
    return _folder(folder.parent.name, f"{wrapper}-{folder.name}", (WRAPPERS | QUOTING)[wrapper](run), expected, about)


def _scene(
    code: str, name: str, wrapper: str, log: bytes, roots: list[dict[str, Any]], fault: str, bases: list[str], *, outcome: str = "", status: int | None = None, warnings: list[str] | None = None) -> Folder:
    first = _about(CASES / bases[0])
    expected: dict[str, Any] = {"exit_status": status, "outcome": outcome or ("failed" if roots else "ok"), "roots": roots, **({"warnings": warnings} if warnings else {})}
    return _folder(code, name, log, expected, {**first, "exit_status": None, "settings": None, "fault": fault, "wrapper": wrapper, "made_by": "python -m tests.lab.wrapped", "base": ", ".join(bases)})


def _roots(base: str) -> list[dict[str, Any]]:
    roots: list[dict[str, Any]] = json.loads((CASES / base / "expected.json").read_text())["roots"]
    return roots


def _scenes() -> Iterator[Folder]:
    places = _PLACES["github-actions"]

    def run(base: str) -> Run:
        return _run(CASES / base, places)

    ok, tests = run("progress.download/plain-build"), run("progress.download/noisy-passing-tests")
    private, refused, x_ok = run("auth.credentials/github-private-download"), run("net.connect_refused/first-of-three-commands"), run("progress.download/x-download-ok")
    # several steps in one job
    yield _scene("auth.credentials", "job-npm-tests-then-go", "github-actions", github_job([noise.apt(), noise.npm(), tests, private]), _roots("auth.credentials/github-private-download"), "noise of apt, npm and passing tests, then the failure", ["auth.credentials/github-private-download", "progress.download/noisy-passing-tests"])
    yield _scene("disk.full", "job-long-noise", "github-actions", github_job([noise.apt(600), noise.npm(300), noise.tests(900), run("disk.full/download-many")]), _roots("disk.full/download-many"), "a long job, then the failure", ["disk.full/download-many"])
    yield _scene("toolchain.too_old", "job-alarming-names", "github-actions", github_job([noise.alarming_tests(250), run("toolchain.too_old/install-tools")]), _roots("toolchain.too_old/install-tools"), "passing tests with alarming names and outputs, then the failure", ["toolchain.too_old/install-tools"])
    yield _scene("build.compile", "job-downloads-then-compiler", "github-actions", github_job([noise.apt(80), x_ok, noise.downloads(180), run("build.compile/after-download")]), _roots("build.compile/after-download"), "all modules arrive, then the compiler fails", ["build.compile/after-download", "progress.download/x-download-ok"])
    yield _scene("progress.download", "job-long-green", "github-actions", github_job([noise.apt(400), noise.npm(200), noise.downloads(150), noise.alarming_tests(400), ok]), [], "a long green job full of alarming words", ["progress.download/plain-build"], status=0)
    yield _scene("proxy.not_found", "job-fallback-then-tests-fail", "github-actions", github_job([run("proxy.not_found/fallback-after-404-x"), run("build.compile/test-fails")]), _roots("build.compile/test-fails"), "404s that the second proxy made good, then a failing test", ["proxy.not_found/fallback-after-404-x", "build.compile/test-fails"])
    # one after the other in a terminal
    yield _scene("auth.credentials", "session-fixed-after-two-tries", "prompt", prompt_session([private, private, ok]), [], "the same command twice with a failure, then a build that has all", ["auth.credentials/github-private-download", "progress.download/plain-build"], status=0)
    yield _scene("net.connect_refused", "session-build-after-failed-download", "prompt", prompt_session([x_ok, refused]), _roots("net.connect_refused/first-of-three-commands"), "a good download, then three commands that meet a refusing proxy", ["net.connect_refused/first-of-three-commands"], status=1)
    yield _scene("vcs.unknown_revision", "session-get-after-list", "prompt", prompt_session([run("module.retracted/list-u-retracted"), run("vcs.unknown_revision/branch-missing-get")]), _roots("vcs.unknown_revision/branch-missing-get"), "a look at updates, then a branch that does not exist", ["vcs.unknown_revision/branch-missing-get"])
    # cut off
    for name, base, keep in (("x-download", "progress.download/x-download-ok", 3), ("tidy", "progress.download/plain-tidy-go121", 4), ("ssh-x", "vcs.unknown_revision/commit-missing-x", 9), ("build-v", "disk.full/build-many-go121", 3)):
        part = run(base)
        yield _scene("progress.download", f"cut-off-{name}", "none", ("".join(line + "\n" for line in part.lines[:keep])).encode(), [], "the log ends before the command does", [base], outcome="undetermined")
    whole = WRAPPERS["gitlab"](run("auth.credentials/gitlab-job-token-refused"))
    yield _scene("progress.download", "cut-off-gitlab-job", "gitlab", whole[: whole.index(b"go: gitlab")], [], "the job's log was cut off before the command wrote anything", ["auth.credentials/gitlab-job-token-refused"], outcome="undetermined")


def folders() -> Iterator[Folder]:
    """All wrapped cases; those whose base is not there are left out."""
    yield from filter(None, (_single(wrapper, base) for wrapper, base in SINGLE))
    yield from _scenes()


def main() -> None:
    """Writes all wrapped cases and tells which bases are not there."""
    for folder in folders():
        folder.write(CASES)
    for _, base in SINGLE:
        if _find(base) is None:
            print("no such base:", base)


if __name__ == "__main__":
    main()
