"""The certificate authorities that are trusted come from the places that go reads."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.upstream import Upstream

from gomend.net.roots import certificates, client_context

Place = Callable[[Path, bytes], dict[str, str]]


def file(folder: Path, pem: bytes) -> dict[str, str]:
    (folder / "ca.pem").write_bytes(pem)
    return {"SSL_CERT_FILE": str(folder / "ca.pem"), "SSL_CERT_DIR": str(folder / "none")}


def in_folder(folder: Path, pem: bytes) -> dict[str, str]:
    (folder / "certs").mkdir()
    (folder / "certs" / "any.name").write_bytes(pem)
    return {"SSL_CERT_FILE": str(folder / "none"), "SSL_CERT_DIR": f"{folder / 'other'}:{folder / 'certs'}"}


def by_a_link(folder: Path, pem: bytes) -> dict[str, str]:
    given = file(folder, pem)
    (folder / "certs").mkdir()
    (folder / "certs" / "linked").symlink_to(folder / "ca.pem")
    return given | {"SSL_CERT_FILE": str(folder / "none"), "SSL_CERT_DIR": str(folder / "certs")}


def by_a_link_within_the_folder(folder: Path, pem: bytes) -> dict[str, str]:
    """Only the link is a name in the folder: what it leads to lies deeper, and is named by no slash."""
    (folder / "certs").mkdir()
    (folder / "certs" / "a").symlink_to("b")
    (folder / "certs" / "b").symlink_to(folder / "ca.pem")
    return file(folder, pem) | {"SSL_CERT_FILE": str(folder / "none"), "SSL_CERT_DIR": str(folder / "certs")}


def below_a_folder(folder: Path, pem: bytes) -> dict[str, str]:
    (folder / "certs" / "deeper").mkdir(parents=True)
    (folder / "certs" / "deeper" / "ca.pem").write_bytes(pem)
    return {"SSL_CERT_FILE": str(folder / "none"), "SSL_CERT_DIR": str(folder / "certs")}


def among_rubbish(folder: Path, pem: bytes) -> dict[str, str]:
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    return file(folder, b"\xff# words\n" + broken + pem.replace(b"\n", b"\r\n") + broken)


def with_pem_headers(folder: Path, pem: bytes) -> dict[str, str]:
    """go passes over a block that has headers."""
    return file(folder, pem.replace(b"CERTIFICATE-----\n", b"CERTIFICATE-----\nName: value\n\n", 1))


def trusted_form(folder: Path, pem: bytes) -> dict[str, str]:
    """OpenSSL's own kind of block, which go does not know."""
    return file(folder, pem.replace(b" CERTIFICATE", b" TRUSTED CERTIFICATE"))


def empty_file(folder: Path, _: bytes) -> dict[str, str]:
    return file(folder, b"")


PLACES: list[Place] = [
    file,
    in_folder,
    by_a_link,
    by_a_link_within_the_folder,
    below_a_folder,
    among_rubbish,
    with_pem_headers,
    trusted_form,
    empty_file,
]


@pytest.mark.parametrize("place", PLACES)
def test_roots_are_found_where_go_finds_them(oracle: Path, tmp_path: Path, place: Place) -> None:
    authority = Authority.new()
    environment = place(tmp_path, authority.pem) | {"PATH": os.environ["PATH"]}
    with Upstream(lambda exchange: exchange.send(200), tls=authority.server("localhost")) as server:
        url = f"https://localhost:{server.port}/"
        asked = subprocess.run([oracle, "get", url], env=environment, check=True, capture_output=True, text=True)
    found = authority.pem.strip().replace(b"\r", b"") in [
        block.replace(b"\r", b"") for block in certificates(environment)
    ]
    assert found == (asked.stdout == "ok\n")
    trusted = client_context(environment).cert_store_stats()["x509_ca"]
    assert trusted == int(found)


def test_a_root_is_loaded_once(tmp_path: Path) -> None:
    authority = Authority.new()
    environment = file(tmp_path, authority.pem * 3) | {"SSL_CERT_DIR": str(tmp_path)}
    assert len(certificates(environment)) == 1
