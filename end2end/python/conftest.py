"""The stand-in plex.tv for a test run: the one PLEX_STUB_URL names, or a fresh one on a free port. And a Latchkey for
each test that asks for one: the program that LATCHKEY_BIN names, or the newest that was built."""

import contextlib
import os
import re
import secrets
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
    program, listen = built("plex-stub"), free_address()
    process = subprocess.Popen(
        [program], env={**os.environ, "PLEX_STUB_LISTEN": listen, "PLEX_STUB_WORLD": ""}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://{listen}/_stub/log", process)
        yield f"http://{listen}"
    finally:
        process.terminate()
        process.wait(timeout=5)


def built(name):
    """The newest of that name, so that an old release build does not hide what was just built."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    there = [target / profile / name for profile in ("release", "debug")]
    program = max((path for path in there if path.exists()), key=lambda path: path.stat().st_mtime, default=None)
    assert program, f"no {name}: run `cargo build -p {name}`"
    return program


def free_address():
    """Where nobody listens on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def wait_for(url, process):
    """Returns as soon as the URL answers."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        assert process.poll() is None, f"{process.args[0]} ended with {process.returncode}"
        try:
            return requests.get(url, timeout=1)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.02)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def plex(stub_url):
    """A healthy plex.tv in which nothing has happened yet."""
    session = Plex(stub_url)
    session.order("reset")
    return session


def approved_pin(plex, client_identifier, account):
    """A PIN that this account has approved, as programs send it."""
    headers = {"X-Plex-Client-Identifier": client_identifier, "Accept": "application/json"}
    made = plex.post("https://plex.tv/api/v2/pins?strong=true", headers=headers, timeout=5).json()
    plex.order("approve", code=made["code"], account=account)
    return {"pinId": made["id"], "code": made["code"]}


@pytest.fixture
def new_database():
    """Makes empty ones on PostgreSQL: their address, and a way to ask them."""
    server = os.environ["LATCHKEY_TEST_POSTGRES_URL"]
    made = []

    def psql(url, text):
        words = [os.environ["LATCHKEY_TEST_PSQL"], "-XqtA", "-v", "ON_ERROR_STOP=1", url, "-c", text]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    def make():
        name = f"python_{secrets.token_hex(6)}"
        psql(server, f"CREATE DATABASE {name}")
        made.append(name)
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        return url, lambda text: psql(url, text)

    try:
        yield make
    finally:
        # The cluster goes with the run: one that stays is no harm.
        with contextlib.suppress(subprocess.CalledProcessError):
            for name in made:
                psql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database(new_database):
    """One of them."""
    return new_database()


SETUP_CODE = "python-clients"
ATTIC = "5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357"


class Latchkey:
    """A running Latchkey whose household is that of the stand-in; `attic-owner` owns it."""

    def __init__(self, plex, folder, more=None):
        self.plex = plex
        self.address = free_address()
        self.api = f"http://{self.address}/api/v1"
        self.program = os.environ.get("LATCHKEY_BIN") or built("latchkey")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
        self.env = {
            **clean,
            "LATCHKEY_LISTEN": self.address,
            "LATCHKEY_DATA_DIR": str(folder),
            "LATCHKEY_SETUP_CODE": SETUP_CODE,
            "LATCHKEY_PLEX_PIN_URLS": plex.url,
            "LATCHKEY_PLEX_API_URL": plex.url,
            "LATCHKEY_PLEX_APP_URL": plex.url,
            "LATCHKEY_LOG": "warn",
            **(more or {}),
        }

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "serve"], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.owner = requests.Session()
        self.owner.trust_env = False
        try:
            self.set_up()
        except BaseException:
            self.process.kill()
            raise
        return self

    def set_up(self):
        wait_for(f"http://{self.address}/healthz", self.process)
        public = self.owner.get(f"{self.api}/settings/public", timeout=5).json()
        self.client_identifier = public["plexClientIdentifier"]
        self.as_owner("POST", "/setup/owner", {"setupCode": SETUP_CODE, **self.pin("attic-owner")}, 201)
        self.as_owner("POST", "/settings/plex", {"machineId": ATTIC})
        self.as_owner("POST", "/settings/initialize")

    def __exit__(self, *_):
        self.owner.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        finally:
            self.process.kill()

    def pin(self, account):
        """A PIN that this account has approved, as programs send it."""
        return approved_pin(self.plex, self.client_identifier, account)

    def as_owner(self, method, path, body=None, expected=200):
        """What the owner is answered: their browser, and from the first API key on a program with that."""
        answer = self.owner.request(method, self.api + path, json=body, timeout=10)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def new_api_key(self):
        """The API key, which only the answer that makes it shows."""
        key = self.as_owner("POST", "/settings/main/regenerate")["apiKey"]
        assert re.fullmatch(r"[0-9a-f]{64}", key)
        self.owner.headers["X-Api-Key"] = key
        return key


@pytest.fixture
def latchkey(plex, tmp_path):
    """A Latchkey that is set up, with its owner and nobody else."""
    with Latchkey(plex, tmp_path / "data") as running:
        yield running
