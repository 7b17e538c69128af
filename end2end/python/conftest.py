"""The stand-in plex.tv for a test run: the one PLEX_STUB_URL names, or a fresh one on a free port."""

import os
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
PLEX_HOSTS = {"plex.tv", "clients.plex.tv"}


class Plex(requests.Session):
    """A session in which plex.tv and clients.plex.tv are the stand-in, and nothing else exists."""

    def __init__(self, url):
        super().__init__()
        self.url = url
        self.trust_env = False  # A proxy in the environment would see the requests.
        self.asked = []

    def request(self, method, url, **kwargs):
        parts = urlsplit(url)
        assert parts.scheme == "https" and parts.netloc in PLEX_HOSTS, f"a request left for {url}"
        self.asked.append((method, parts.path))
        return super().request(method, self.url + url.removeprefix(f"https://{parts.netloc}"), **kwargs)

    def order(self, path, **order):
        """An order to the stand-in itself, see the documentation of plex-stub."""
        answer = requests.post(f"{self.url}/_stub/{path}", json=order, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def log(self):
        """What plex.tv was asked so far."""
        return requests.get(f"{self.url}/_stub/log", timeout=5).json()


@pytest.fixture(scope="session")
def stub_url():
    """The address of a running stand-in."""
    given = os.environ.get("PLEX_STUB_URL")
    if given:
        yield given.rstrip("/")
        return
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = [target / profile / "plex-stub" for profile in ("release", "debug")]
    # The newest, so that an old release build does not hide what was just built.
    program = max((path for path in built if path.exists()), key=lambda path: path.stat().st_mtime, default=None)
    assert program, "no plex-stub: run `cargo build -p plex-stub`"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [program], env={**os.environ, "PLEX_STUB_LISTEN": listen, "PLEX_STUB_WORLD": ""}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://{listen}/_stub/log", process)
        yield f"http://{listen}"
    finally:
        process.terminate()
        process.wait(timeout=5)


def wait_for(url, process):
    """Returns as soon as the URL answers."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        assert process.poll() is None, f"plex-stub ended with {process.returncode}"
        try:
            return requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.02)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def plex(stub_url):
    """A healthy plex.tv in which nothing has happened yet."""
    session = Plex(stub_url)
    session.order("reset")
    return session
