# fmt: off
# ruff: noqa: E501
"""Other package clients: npm, pip, git, curl, wget."""

from typing import Any

from tests.lab.local.case import ZH, Case, root

_PACKAGE = {"package.json": '{"name": "web", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0"}}'}
_FEW = {"npm_config_fetch_retries": "0", "npm_config_update_notifier": "false", "npm_config_audit": "false"}
_ONE = {**_FEW, "npm_config_fetch_retries": "1", "npm_config_fetch_retry_mintimeout": "100", "npm_config_fetch_retry_maxtimeout": "200"}


def _npm(code: str, name: str, fault: str, registry: str = "", *, act: dict[str, Any] | None = None, host: str | None = None, command: str = "npm install", also: list[str] | None = None, **env: str) -> Case:
    web = {"faults": [{"host": "registry.npmjs.org", "path": "", **act}]} if act else {}
    where = {"npm_config_registry": registry} if registry else {}
    return Case(code, name, fault, command, [root(code, host=host, also=also)], _PACKAGE, {**_ONE, **where, **env}, client="npm", web=web)


def _pip(code: str, name: str, fault: str, index: str = "", *, act: dict[str, Any] | None = None, host: str | None = None, command: str = "pip install --retries 1 requests==2.32.3", also: list[str] | None = None, env: dict[str, str] | None = None) -> Case:
    web = {"faults": [{"host": "pypi.org", "path": "", **act}]} if act else {}
    where = {"PIP_INDEX_URL": index} if index else {}
    return Case(code, name, fault, command, [root(code, host=host, also=also)], {}, {"PIP_CONFIG_FILE": "/dev/null", **where, **(env or {})}, client="pip", web=web)


def _tool(code: str, name: str, fault: str, command: str, host: str | None = None, *, client: str = "curl", also: list[str] | None = None, env: dict[str, str] | None = None, web: dict[str, Any] | None = None) -> Case:
    return Case(code, name, fault, command, [root(code, host=host, also=also)], {}, env or {}, client=client, web=web or {})


CASES = [
    _npm("dns.nxdomain", "npm-registry-unknown", "the registry's name does not resolve", "https://npm.gone.example/", host="npm.gone.example"),
    _npm("dns.nxdomain", "npm-ci-lockless-unknown", "the registry's name does not resolve; npm view", "https://registry.old-corp.example/npm/", host="registry.old-corp.example", command="npm view left-pad version"),
    _npm("net.connect_refused", "npm-registry-refused", "nothing listens at the registry", "https://nexus.corp.example/repository/npm/", also=None),
    _npm("net.reset", "npm-registry-reset", "the registry cuts the connection", "https://reset.corp.example/"),
    _npm("tls.unknown_authority", "npm-self-signed", "the registry's certificate is self-signed", "https://selfsigned.corp.example/"),
    _npm("tls.expired", "npm-expired", "the registry's certificate has expired", "https://expired.corp.example/"),
    _npm("tls.hostname_mismatch", "npm-wrong-name", "the registry shows a certificate for another name", "https://wrongname.corp.example/", also=None),
    _npm("proxy.not_found", "npm-404", "the registry does not know the package", act={"status": 404, "type": "application/json", "body": '{"error":"Not found"}'}),
    _npm("proxy.unauthorized", "npm-401", "the registry wants a login", act={"status": 401, "type": "application/json", "body": '{"error":"Unauthorized"}', "headers": {"WWW-Authenticate": "Bearer"}}, also=["auth.credentials"]),
    _npm("proxy.unauthorized", "npm-403", "the registry forbids the package", act={"status": 403, "type": "application/json", "body": '{"error":"Forbidden"}'}, also=["auth.credentials"]),
    _npm("proxy.rate_limited", "npm-429", "the registry asks for patience", act={"status": 429, "body": "Too Many Requests"}),
    _npm("proxy.server_error", "npm-503", "the registry is down", act={"status": 503, "body": "Service Unavailable"}),
    _npm("proxy.server_error", "npm-502-view", "the registry's front answers 502", act={"status": 502, "type": "text/html", "body": "<html><h1>502 Bad Gateway</h1></html>"}, command="npm view left-pad dist-tags --json"),
    _npm("net.http_proxy", "npm-proxy-407", "the forward proxy wants a login", "https://registry.npmjs.org/", host=None, HTTPS_PROXY="http://proxy.corp.example:3128"),
    _pip("dns.nxdomain", "pip-index-unknown", "the index's name does not resolve", "https://pypi.gone.example/simple", host="pypi.gone.example"),
    _pip("net.connect_refused", "pip-index-refused", "nothing listens at the index", "https://nexus.corp.example/repository/pypi/simple", host="nexus.corp.example"),
    _pip("net.connect_timeout", "pip-index-silent", "the index does not answer", "https://blackhole.corp.example/simple", host="blackhole.corp.example", command="pip install --retries 1 --timeout 2 requests==2.32.3"),
    _pip("net.reset", "pip-index-reset", "the index cuts the connection", "https://reset.corp.example/simple"),
    _pip("net.response_timeout", "pip-read-timeout", "the index accepts and stays silent", "http://hang.corp.example/simple", command="pip install --retries 1 --timeout 2 --trusted-host hang.corp.example requests==2.32.3"),
    _pip("tls.unknown_authority", "pip-self-signed", "the index's certificate is self-signed", "https://selfsigned.corp.example/simple", host="selfsigned.corp.example"),
    _pip("tls.expired", "pip-expired", "the index's certificate has expired", "https://expired.corp.example/simple", host="expired.corp.example"),
    _pip("tls.hostname_mismatch", "pip-wrong-name", "the index shows a certificate for another name", "https://wrongname.corp.example/simple", host="wrongname.corp.example"),
    _pip("proxy.not_found", "pip-unknown-package", "the index does not know the package", command="pip install reqeusts-typo", also=["module.no_matching_version"]),
    _pip("module.no_matching_version", "pip-no-such-version", "the index has the package, not the version", act={"status": 200, "type": "text/html", "body": '<!DOCTYPE html><html><body><a href="https://files.pythonhosted.org/packages/requests-2.31.0-py3-none-any.whl">requests-2.31.0-py3-none-any.whl</a></body></html>'}, also=["proxy.not_found"]),
    _pip("proxy.unauthorized", "pip-401", "the index wants a login", act={"status": 401, "body": "Unauthorized", "headers": {"WWW-Authenticate": 'Basic realm="x"'}}, command="pip install --no-input requests==2.32.3", also=["auth.credentials", "proxy.not_found", "module.no_matching_version"]),
    _pip("proxy.server_error", "pip-503", "the index is down", act={"status": 503, "body": "down"}, also=["proxy.not_found", "module.no_matching_version"]),
    _pip("net.http_proxy", "pip-proxy-407", "the forward proxy wants a login", env={"HTTPS_PROXY": "http://proxy.corp.example:3128"}),
    _pip("net.http_proxy", "pip-proxy-unknown", "the forward proxy's name does not resolve", env={"HTTPS_PROXY": "http://proxy.gone.example:3128"}, also=["dns.nxdomain"]),
    _tool("dns.nxdomain", "curl-toolchain-host", "the download host does not resolve", "curl -fsSLO https://dl.gone.example/go1.25.5.linux-amd64.tar.gz", "dl.gone.example"),
    _tool("net.connect_refused", "curl-refused", "nothing listens at the download host", "curl -fsSL https://down.corp.example/go.tar.gz -o go.tar.gz", "down.corp.example", also=["net.unreachable", "net.connect_timeout"]),
    _tool("net.connect_timeout", "curl-timeout", "the download host does not answer", "curl -fSL --connect-timeout 2 --retry 1 --retry-delay 1 https://slow.example.com/go.tar.gz -o go.tar.gz", "slow.example.com"),
    _tool("tls.unknown_authority", "curl-self-signed", "the download host's certificate is self-signed", "curl -fsSL https://selfsigned.corp.example/install.sh"),
    _tool("tls.expired", "curl-expired", "the download host's certificate has expired", "curl -fL https://expired.corp.example/install.sh", None),
    _tool("tls.hostname_mismatch", "curl-wrong-name", "the download host shows a certificate for another name", "curl -sS https://wrongname.corp.example/install.sh", "wrongname.corp.example"),
    _tool("tls.handshake", "curl-plain-port", "the port speaks plain HTTP", "curl -sSL https://plain.corp.example/install.sh", None),
    _tool("proxy.not_found", "curl-404", "the file is not there", "curl -fsSL https://download.example.com/go1.99.linux-amd64.tar.gz", None, also=["unknown"]),
    _tool("proxy.not_found", "curl-proxy-list", "a look at the module proxy by hand", "curl -fsS https://proxy.golang.org/github.com/acme/nope/@v/list", None),
    _tool("net.reset", "curl-reset", "the connection is cut in the handshake", "curl -fsSL https://reset.corp.example/install.sh", None, also=["tls.handshake"]),
    _tool("net.http_proxy", "curl-proxy-407", "the forward proxy wants a login", "curl -fsSL -x http://proxy.corp.example:3128 https://proxy.golang.org/rsc.io/quote/@v/list", None),
    _tool("dns.nxdomain", "wget-unknown", "the download host does not resolve", "wget -nv https://dl.gone.example/go1.25.5.linux-amd64.tar.gz", "dl.gone.example", client="wget"),
    _tool("dns.nxdomain", "wget-unknown-zh", "the download host does not resolve, Chinese messages", "wget https://dl.gone.example/go1.25.5.linux-amd64.tar.gz", "dl.gone.example", client="wget", env=ZH),
    _tool("net.connect_refused", "wget-refused-zh", "nothing listens at the download host, Chinese messages", "wget -t 1 https://down.corp.example/go.tar.gz", "down.corp.example", client="wget", env=ZH),
    _tool("proxy.server_error", "wget-502", "the server answers 502", "wget -q -S -t 1 https://download.example.com/go.tar.gz", None, client="wget", web={"faults": [{"host": "download.example.com", "path": "", "status": 502, "body": "bad gateway"}]}, also=["unknown"]),
    _tool("tls.unknown_authority", "wget-self-signed", "the download host's certificate is self-signed", "wget -t 1 https://selfsigned.corp.example/go.tar.gz", "selfsigned.corp.example", client="wget"),
    _tool("dns.nxdomain", "git-clone-unknown-host", "the git host does not resolve", "git clone https://git.gone.example/team/lib.git", "git.gone.example", client="git"),
    _tool("dns.nxdomain", "git-clone-unknown-host-zh", "the git host does not resolve, Chinese messages", "git clone https://git.gone.example/team/lib.git", "git.gone.example", client="git", env=ZH),
    _tool("net.connect_refused", "git-clone-refused-zh", "nothing listens at the git host, Chinese messages", "git clone https://down.corp.example/team/lib.git", "down.corp.example", client="git", env=ZH, also=["net.unreachable", "net.connect_timeout"]),
    _tool("net.connect_refused", "git-fetch-refused", "nothing listens at the git host", "git ls-remote https://down.corp.example/team/lib.git", "down.corp.example", client="git", also=["net.unreachable", "net.connect_timeout"]),
    _tool("tls.unknown_authority", "git-clone-self-signed", "the git host's certificate is self-signed", "git clone https://selfsigned.corp.example/team/lib.git", "selfsigned.corp.example", client="git"),
    _tool("net.http_proxy", "git-proxy-407", "the forward proxy wants a login", "git -c http.proxy=http://proxy.corp.example:3128 clone https://github.com/acme/public.git", None, client="git"),
    _tool("net.http_proxy", "git-proxy-refused", "the forward proxy does not listen", "git -c http.proxy=http://down.corp.example:3128 clone https://github.com/acme/public.git", None, client="git", also=["net.connect_refused", "net.unreachable"]),
    _tool("net.reset", "git-clone-reset", "the git host cuts the connection", "git clone https://reset.corp.example/team/lib.git", None, client="git", also=["tls.handshake"]),
    _tool("dns.server_failure", "git-clone-servfail", "the resolver answers with a failure", "git clone https://broken.corp.example/team/lib.git", "broken.corp.example", client="git", also=["dns.nxdomain", "dns.timeout"]),
    _npm("dns.timeout", "npm-eai-again", "the resolver does not answer", "https://lost.corp.example/", host="lost.corp.example", also=None),
    _pip("dns.timeout", "pip-resolver-silent", "the resolver does not answer", "https://lost.corp.example/simple", host="lost.corp.example", also=None),
    _tool("dns.timeout", "curl-resolver-silent", "the resolver does not answer", "curl -fsSL --connect-timeout 3 https://lost.corp.example/go.tar.gz", None, also=["dns.nxdomain", "net.connect_timeout"]),
    _tool("net.unreachable", "curl-no-route", "there is no route to the host", "curl -fsSL https://far.corp.example/go.tar.gz", "far.corp.example", also=["net.connect_refused", "net.connect_timeout"]),
    _tool("net.unreachable", "git-clone-no-route", "there is no route to the git host", "git clone https://far.corp.example/team/lib.git", "far.corp.example", client="git", also=["net.connect_refused", "net.connect_timeout"]),
]
