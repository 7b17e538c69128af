"""Two instances on one PostgreSQL behind nginx, with the lines that docs/instances.md shows."""

import os
import re
import secrets
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
import requests

from conftest import ATTIC, ROOT, approved_pin, free_address, wait_for
from instance import OWNER, Instance, set_up

THREADS = 8
#: Each instance is restarted so often.
ROUNDS = 3


@pytest.fixture
def pair(database, plex, tmp_path):
    """Two that were started on the empty database at the same moment."""
    key = secrets.token_hex(32)
    both = [Instance(tmp_path / name, database[0], key, plex) for name in ("first", "second")]
    started = []
    try:
        for one in both:
            one.launch()
            started.append(one)
        for one in both:
            one.ready()
        yield both
    finally:
        for one in started:
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
    libraries = {"LD_LIBRARY_PATH": os.environ["LATCHKEY_TEST_SERVER_LIBRARIES"]}
    process = subprocess.Popen(words, env={**os.environ, **libraries}, stdin=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/healthz", process)
    except BaseException:
        process.kill()
        raise
    return process, f"http://{address}/api/v1"


def ask_gateway(instance, question):
    """As nginx in front of it does, which says how the browser came."""
    return instance.ask("GET", "/gateway/forward-auth", **question, **{"X-Forwarded-Proto": "http"})[0]


def eventually(expected, ask, seconds=10):
    """For what other instances learn within a second or so."""
    until = time.monotonic() + seconds
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


def test_plex_is_asked_by_one_of_them(pair, database, plex):
    client_identifier = pair[0].ask("GET", "/settings/public")[1].json()["plexClientIdentifier"]
    set_up(pair[0], approved_pin(plex, client_identifier, "attic-owner"), ATTIC)
    for one in pair:
        one.stop()
    # As if nobody had looked for long. plex.tv takes its time, so both look while one asks.
    database[1]("UPDATE membership_check SET started_at = 0, finished_at = NULL, lease_until_ms = 0")
    before = asked_for_people(plex)
    plex.order("switches", faults=[{"path": "/api/users", "latencyMs": 8000, "answer": "normal"}])
    for one in pair:
        one.launch()
    for one in pair:
        one.ready()
    # They look twenty seconds after their start.
    eventually("t", lambda: database[1]("SELECT finished_at IS NOT NULL FROM membership_check"), seconds=60)
    assert database[1]("SELECT problem = '' AND good_at IS NOT NULL FROM membership_check") == "t"
    assert asked_for_people(plex) == before + 1


def asked_for_people(plex):
    return sum(request["path"] == "/api/users" for request in plex.log())


def test_a_rolling_restart_fails_no_request(pair, tmp_path):
    owner = set_up(pair[0])
    eventually(True, lambda: pair[1].ask("GET", "/settings/public")[1].json()["initialized"])
    token = pair[0].ask("POST", "/user/1/settings/tokens", {"name": "Script"}, Cookie=owner)[1].json()["token"]
    app = {"name": "TV", "host": "tv.home.test"}
    assert pair[0].ask("POST", "/settings/apps", app, Cookie=owner)[0] == 201
    question = {"X-Forwarded-Method": "GET", "X-Forwarded-Host": app["host"], "X-Forwarded-Uri": "/", "X-Login-Token": token}
    eventually(200, lambda: ask_gateway(pair[1], question))
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
                    count("at the gateway", requests.get(f"{url}/gateway/forward-auth", headers=question, timeout=20), 200)
                    count("signed in", browser.post(f"{url}/auth/token", json={"token": token}, timeout=20), 200)
                    count("by cookie", browser.get(f"{url}/auth/me", timeout=20), 200)
                    count("signed out", browser.post(f"{url}/auth/logout", timeout=20), 200, 204)
                    browser.cookies.clear()
                except requests.RequestException as error:
                    failed.append(repr(error))

    def change():
        while not done.is_set():
            title = {"applicationTitle": f"Round {counts['settings changed']}"}
            try:
                answer = requests.post(f"{url}/settings/main", json=title, headers={"Cookie": owner}, timeout=20)
                count("settings changed", answer, 200)
            except requests.RequestException as error:
                failed.append(repr(error))

    threads = [threading.Thread(target=use) for _ in range(THREADS)] + [threading.Thread(target=change)]
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
