"""Two instances on one PostgreSQL behind nginx, with the lines that docs/instances.md shows."""

import os
import re
import secrets
import signal
import subprocess
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
import requests

from conftest import ROOT, SETUP_CODE, free_address, wait_for

OWNER = {"email": "owner@home.test", "password": "correct horse battery staple"}
THREADS = 8
#: Each instance is restarted so often.
ROUNDS = 3


class Instance:
    """One of several. Its address stays when it is restarted."""

    def __init__(self, folder, database, key):
        self.address = free_address()
        self.log = folder / "log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
        self.env = {
            **clean,
            "LATCHKEY_LISTEN": self.address,
            "LATCHKEY_DATA_DIR": str(folder / "data"),
            "LATCHKEY_DATABASE_URL": database,
            "LATCHKEY_ENCRYPTION_KEY": key,
            "LATCHKEY_SETUP_CODE": SETUP_CODE,
            "LATCHKEY_TRUSTED_PROXIES": "127.0.0.1",
            # Nobody is there: nothing of this needs plex.tv.
            "LATCHKEY_PLEX_API_URL": "http://127.0.0.1:9",
            "LATCHKEY_LOG": "warn",
        }
        folder.mkdir()

    def launch(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [os.environ["LATCHKEY_BIN"], "serve"], env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def ready(self):
        assert wait_for(f"http://{self.address}/readyz", self.process).status_code == 200

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0, self.log.read_text()

    def ask(self, method, path, body=None, **headers):
        answer = requests.request(method, f"http://{self.address}/api/v1{path}", json=body, headers=headers, timeout=10)
        return answer.status_code, answer


@pytest.fixture
def database():
    """An empty one, and a way to ask it."""
    server = os.environ["LATCHKEY_TEST_POSTGRES_URL"]
    name = f"instances_{secrets.token_hex(6)}"

    def psql(url, text):
        words = [os.environ["LATCHKEY_TEST_PSQL"], "-XqtA", "-v", "ON_ERROR_STOP=1", url, "-c", text]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    psql(server, f"CREATE DATABASE {name}")
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    try:
        yield url, lambda text: psql(url, text)
    finally:
        psql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def pair(database, tmp_path):
    """Two that were started on the empty database at the same moment."""
    key = secrets.token_hex(32)
    both = [Instance(tmp_path / name, database[0], key) for name in ("first", "second")]
    for one in both:
        one.launch()
    try:
        for one in both:
            one.ready()
        yield both
    finally:
        for one in both:
            one.process.kill()
            one.process.wait()


def in_front(pair, folder):
    """nginx in front of them, as the documentation says."""
    text = (ROOT / "docs/instances.md").read_text()
    (lines,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    address = free_address()
    for shown, real in (
        ("10.0.0.11:5056", pair[0].address),
        ("10.0.0.12:5056", pair[1].address),
        ("listen 443 ssl;", f"listen {address};"),
    ):
        assert shown in lines, f"docs/instances.md does not say {shown}"
        lines = lines.replace(shown, real)
    # Certificates are none of this.
    lines = re.sub(r"^ *ssl_certificate.*\n", "", lines, flags=re.MULTILINE)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 256; }}\nhttp {{\naccess_log off;\n{temporary}\n{lines}\n}}\n"
    )
    words = [os.environ["LATCHKEY_TEST_NGINX"], "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    libraries = {"LD_LIBRARY_PATH": os.environ["LATCHKEY_TEST_PROXY_LIBRARIES"]}
    process = subprocess.Popen(words, env={**os.environ, **libraries}, stdin=subprocess.DEVNULL)
    wait_for(f"http://{address}/healthz", process)
    return process, f"http://{address}/api/v1"


def set_up(instance):
    """The owner's session, as a header."""
    status, answer = instance.ask("POST", "/setup/owner", {"setupCode": SETUP_CODE, **OWNER})
    assert status == 201, answer.text
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    assert instance.ask("POST", "/settings/initialize", {}, Cookie=cookies)[0] == 200
    return cookies


def eventually(expected, ask):
    """For what other instances learn within a second or so."""
    until = time.monotonic() + 10
    while (found := ask()) != expected:
        assert time.monotonic() < until, f"{found} instead of {expected}"
        time.sleep(0.05)


def test_migrations_run_once_however_many_start(pair, database):
    migrations = len(list((ROOT / "migrations/postgres").glob("*.sql")))
    assert database[1]("SELECT COUNT(*), COUNT(DISTINCT version) FROM _sqlx_migrations") == f"{migrations}|{migrations}"
    assert database[1]("SELECT COUNT(*) FROM install WHERE name = 'client_identifier'") == "1"
    asked = [one.ask("GET", "/settings/public")[1].json()["plexClientIdentifier"] for one in pair]
    assert asked[0] == asked[1]


def test_what_one_knows_the_other_knows(pair):
    first, second = pair
    owner = set_up(first)
    # Signed in on one, used on the other, ended there, refused here.
    eventually(200, lambda: second.ask("GET", "/auth/me", Cookie=owner)[0])
    made = second.ask("POST", "/user/1/settings/tokens", {"name": "Wall"}, Cookie=owner)[1].json()
    header = {"X-Login-Token": made["token"]}
    assert first.ask("GET", "/auth/me", **header)[0] == 200
    status, answer = first.ask("POST", "/auth/token", {"token": made["token"]})
    assert status == 200
    wall = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    assert second.ask("GET", "/auth/me", Cookie=wall)[0] == 200
    assert first.ask("DELETE", f"/user/1/settings/tokens/{made['id']}", Cookie=owner)[0] == 204
    for one in pair:
        assert one.ask("GET", "/auth/me", Cookie=wall)[0] == 403
        assert one.ask("GET", "/auth/me", **header)[0] in (401, 403)
    # A setting is known to the other within a second or so.
    assert first.ask("POST", "/settings/main", {"applicationTitle": "Both"}, Cookie=owner)[0] == 200
    eventually("Both", lambda: second.ask("GET", "/settings/public")[1].json()["applicationTitle"])
    # Wrong passwords count wherever they were tried.
    found = Counter(pair[number % 2].ask("POST", "/auth/local", {**OWNER, "password": "wrong"})[0] for number in range(24))
    assert found[429] > 0 and found[403] < 20, found
    assert second.ask("POST", "/auth/logout", Cookie=owner)[0] in (200, 204)
    assert first.ask("GET", "/auth/me", Cookie=owner)[0] == 403


def test_a_rolling_restart_fails_no_request(pair, tmp_path):
    owner = set_up(pair[0])
    eventually(True, lambda: pair[1].ask("GET", "/settings/public")[1].json()["initialized"])
    token = pair[0].ask("POST", "/user/1/settings/tokens", {"name": "Script"}, Cookie=owner)[1].json()["token"]
    nginx, url = in_front(pair, tmp_path)
    counts, failed, done = Counter(), [], threading.Event()

    def count(what, answer, *expected):
        counts[what] += 1
        if answer.status_code not in expected:
            failed.append(f"{what}: {answer.status_code} {answer.text[:200]}")

    def use():
        with requests.Session() as browser:
            browser.trust_env = False
            while not done.is_set():
                try:
                    count("by header", requests.get(f"{url}/auth/me", headers={"X-Login-Token": token}, timeout=20), 200)
                    count("signed in", browser.post(f"{url}/auth/token", json={"token": token}, timeout=20), 200)
                    count("by cookie", browser.get(f"{url}/auth/me", timeout=20), 200)
                    count("signed out", browser.post(f"{url}/auth/logout", timeout=20), 200, 204)
                    browser.cookies.clear()
                except requests.RequestException as error:
                    failed.append(repr(error))

    threads = [threading.Thread(target=use) for _ in range(THREADS)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(ROUNDS):
            for one in pair:
                before = sum(counts.values())
                one.stop()
                # With one alone, then with both again.
                eventually(True, lambda: sum(counts.values()) >= before + 50)
                one.launch()
                one.ready()
                before = sum(counts.values())
                eventually(True, lambda: sum(counts.values()) >= before + 50)
    finally:
        done.set()
        for thread in threads:
            thread.join(30)
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(timeout=10)
    total = sum(counts.values())
    assert not failed, f"{len(failed)} of {total}: {Counter(failed).most_common(5)}"
    with (ROOT / "target/test/said").open("a") as said:
        for what, many in counts.items():
            said.write(f"requests during a rolling restart, none failed\t{what}\t{many}\n")
