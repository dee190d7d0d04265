"""Addresses and certificates that cannot be used are refused in a line; TLS is spoken where they can."""

import http.client
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("aiortc", reason="the extra `server` is not installed")

from tests.server.conftest import ROOT, free_port, furnish
from vultus.errors import OptionRefused
from vultus.server.run import Address, listen


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    files = str(tmp_path / "c.pem"), str(tmp_path / "k.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (Address("127.0.0.1", 99_999), "cannot listen"),
        (Address("256.1.1.1", 0), "cannot listen"),
        (Address("a..b", 0), "cannot listen"),
        (Address("127.0.0.1", 0, "/nowhere.pem", "/nowhere.key"), "two PEM files"),
        (Address("127.0.0.1", 0, __file__, __file__), "two PEM files"),
        (Address("127.0.0.1", 0, None, "/nowhere.key"), "--tls-cert"),
    ],
)
def test_what_cannot_be_is_refused(address: Address, words: str) -> None:
    with pytest.raises(OptionRefused, match=words):
        listen(address)


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OptionRefused, match="in use"):
            listen(Address("127.0.0.1", other.getsockname()[1]))


def test_others_come_in_over_tls_with_the_key_that_was_shown(
    portrait_file: Path, tmp_path: Path, certificate: tuple[str, str]
) -> None:
    furnish(tmp_path, portrait_file)
    port = free_port()
    command = [sys.executable, "-m", "vultus", "serve", "--host", "0.0.0.0", "--port", str(port), "--workers", "1"]
    command += ["--data", str(tmp_path), "--tls-cert", certificate[0], "--tls-key", certificate[1]]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        key = process.stderr.readline().split("once: ")[1].strip()
        assert f"?key={key}" in process.stderr.readline()
        assert asked(port, certificate[0], "/v1/about", {}) == (401, None)
        assert asked(port, certificate[0], "/v1/about", {"X-API-Key": key}) == (200, None)
        status, cookie = asked(port, certificate[0], f"/?key={key}", {})
        assert status == 303
        assert cookie is not None
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
    finally:
        process.terminate()
        process.communicate(timeout=30)


def asked(port: int, certificate: str, path: str, headers: dict[str, str]) -> tuple[int, str | None]:
    """Status and cookie; the certificate is the only one that is trusted."""
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    until = time.monotonic() + 60
    while True:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Set-Cookie")
        except ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.2)
        finally:
            connection.close()
