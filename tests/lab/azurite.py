"""Azurite, Microsoft's emulator of Azure Blob Storage, where somebody runs it beside the tests.

PYTEST_AZURITE names its address; CONTRIBUTING.md says how to have it.
"""

import base64
import hashlib
import hmac
import os
import urllib.request
from email.utils import formatdate

ADDRESS = os.environ.get("PYTEST_AZURITE", "")

# The account that Azurite has by itself, with the key that its manual gives.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def new_container() -> str:
    """The name of a new container, asked for with a signature (Azure's "Authorize with Shared Key")."""
    name = f"c{os.urandom(6).hex()}"
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
    named = "".join(f"{key}:{value}\n" for key, value in headers.items())
    empty = "\n" * 12  # the headers that count, of which this request has none
    signed = f"PUT{empty}{named}/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    digest = hmac.new(base64.b64decode(KEY), signed.encode(), hashlib.sha256).digest()
    headers |= {"Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}", "Content-Length": "0"}
    url = f"{ADDRESS}/{ACCOUNT}/{name}?restype=container"
    urllib.request.urlopen(urllib.request.Request(url, headers=headers, method="PUT"), timeout=30).close()
    return name
