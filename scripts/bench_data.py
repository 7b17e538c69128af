"""What the benchmarks fill a database with, and the crowd that asks: examples/load. Python's standard library only."""

import base64
import contextlib
import hashlib
import hmac
import os
import random
import secrets
import sqlite3
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from measure import ROOT, Server

EXAMPLES = ROOT / "target/release/examples"
# An app that everybody may use.
HOST = "app.bench.test"
APP = f"""{{"id":1,"name":"Bench","icon":"","host":"{HOST}","path":"/","who":{{"everyone":true}},"rules":[],"order":0}}"""
ENV = {"LATCHKEY_TRUSTED_PROXIES": "127.0.0.1", "LATCHKEY_PUBLIC_URL": "http://door.bench.test"}

FIRST = """Anna Marlow Beatriz Çağla Dávid Élodie Fatima Günther Håkon Ingrid José Kim Łukasz Māra Nguyễn Olga Pía Quentin Renée
Søren Thị Ülkü Vojtěch Wanjiru Ximena Yusuf Zoë Ágnes Björn Chloé Dmitri Eszter Finn Grace Hüseyin Irina Jürgen Katarzyna Lars
Mia Niamh Oskar Paul Rita Štěpán Tomás Ursula Viktor Walter Žofia""".split()
LAST = """Kowalska Müller Schäfer García O’Brien Nowak Søndergaard Yılmaz Dvořák Kovács Lindström Fernández Weiß Öztürk Petrov
Ibrahim Tanaka Nguyen Smith Jones Großmann Jørgensen Łopatka Molnár Novák Popescu Rossi Silva Šimková Takács van_der_Berg Wójcik
Becker Castro Dubois Eriksson Fischer Hansen Ivanova Keller Laurent Meyer Nikolaidis Okafor Quinn Romero Svensson Turan Ulrich
Zimmermann""".split()


class Sqlite:
    def __init__(self, data):
        self.connection = sqlite3.connect(Path(data) / "latchkey.db")

    def value(self, sql):
        return self.connection.execute(sql).fetchone()[0]

    def insert(self, table, columns, rows):
        self.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})", rows)

    def add_app(self):
        self.connection.execute("UPDATE settings SET version = version + 1, body = json_set(body, '$.apps', json_array(json(?)))", (APP,))

    def end(self):
        self.connection.commit()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()


class Postgres:
    def __init__(self, url):
        self.url = url

    def value(self, sql):
        return psql(self.url, sql)

    def insert(self, table, columns, rows):
        def text(value):
            if value is None:
                return "\\N"
            return f"\\\\x{value.hex()}" if isinstance(value, bytes) else str(value)

        lines = "".join("\t".join(map(text, row)) + "\n" for row in rows)
        psql(self.url, f"COPY {table} ({columns}) FROM STDIN;\n{lines}\\.\n")

    def add_app(self):
        psql(self.url, f"UPDATE settings SET version = version + 1, body = jsonb_set(body::jsonb, '{{apps}}', '[{APP}]')::text;")

    def end(self):
        pass


def psql(url, text):
    """What it answers to these statements."""
    program = os.environ.get("LATCHKEY_TEST_PSQL") or _find_psql()
    command = [program, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", url]
    return subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout.strip()


def _find_psql():
    """Debian keeps PostgreSQL's programs off PATH; scripts/lib.sh knows where."""
    answer = subprocess.run(["bash", "-c", ". scripts/lib.sh && find_postgres_bin"], cwd=ROOT, check=True, capture_output=True, text=True)
    return f"{answer.stdout.strip()}/psql"


def settle(url):
    """As PostgreSQL itself does within minutes of such a change. Its own clean-up may be at work just now and hold it up."""
    for _ in range(3):
        psql(url, "VACUUM ANALYZE;")
        time.sleep(0.5)
    psql(url, "CHECKPOINT;")


MEMBER_COLUMNS = "id, plex_id, plex_username, plex_name, email, email_key, username, tier, permissions, avatar, created_at, updated_at"


def members(count):
    """The same ones at every run. The server writes the keys under which they are found when it starts."""
    chance = random.Random(4)
    now = 1_789_000_000
    for number in range(2, count + 2):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}".replace("_", " ")
        by_plex, joined = chance.random() < 0.8, now - chance.randrange(3 * 365 * 86400)
        email = f"Member-{number}@example.org"
        yield (
            number,
            4_000_000 + number if by_plex else None,
            f"plex.{number}" if by_plex else None,
            name if by_plex else None,
            email,
            email.lower(),
            None if by_plex else name,
            chance.choice(("home", "friend")) if by_plex else "local",
            32,
            f"https://plex.tv/users/{number:016x}/avatar" if by_plex else None,
            joined,
            joined + chance.randrange(86400 * 30),
        )


def cookie(secret):
    """A session's cookie, and what is stored of its id."""
    number = secrets.token_bytes(16)
    value = base64.urlsafe_b64encode(number).rstrip(b"=")
    signature = hmac.new(hashlib.sha512(secret).digest()[:32], value, hashlib.sha256).digest()
    return f"latchkey.sid={base64.b64encode(signature).decode()}{value.decode()}", hashlib.sha256(number).digest()


class Filled:
    """What is in a database, and what its clients hold."""

    def __init__(self, data, url=None):
        self.data, self.url = data, url
        self.env = {**ENV, "LATCHKEY_DATABASE_URL": url} if url else ENV
        with Server(data=data, env=self.env) as server:
            self.owner = server.set_up()
        self.cookies, self.tokens = [], []

    def fill(self, people, tokens=0, sessions=0):
        """Members, login tokens and sessions of theirs, by turns."""
        now = int(time.time())
        store = Postgres(self.url) if self.url else Sqlite(self.data)
        store.insert("users", MEMBER_COLUMNS, members(people))
        self.tokens = [str(uuid.uuid4()) for _ in range(tokens)]
        store.insert(
            "login_tokens",
            "user_id, name, token_hash, created_at, created_by",
            (
                (2 + number % people, f"Device {number}", hashlib.sha256(value.encode()).digest(), now, 1)
                for number, value in enumerate(self.tokens)
            ),
        )
        secret = bytes.fromhex(store.value("SELECT value FROM install WHERE name = 'session_secret'"))
        made = [cookie(secret) for _ in range(sessions)]
        self.cookies = [text for text, _ in made]
        store.insert(
            "sessions",
            "id_hash, user_id, method, address, agent, created_at, last_seen_at",
            ((digest, 2 + number % people, "password", "192.0.2.7", "", now, now) for number, (_, digest) in enumerate(made)),
        )
        store.add_app()
        store.end()
        return self

    def start(self):
        """A server on it."""
        return Server(data=self.data, env=self.env)


def filled(stack, url=None, **amounts):
    """A filled database in a folder of its own, or at that PostgreSQL."""
    data = stack.enter_context(tempfile.TemporaryDirectory(prefix="latchkey-bench-"))
    return Filled(data, url).fill(**amounts)


@contextlib.contextmanager
def database_of_its_own(around):
    """The URL of a new database in that PostgreSQL, gone at the end."""
    name = f"bench_{os.getpid()}"
    psql(around, f"CREATE DATABASE {name};")
    try:
        yield urlsplit(around)._replace(path=f"/{name}").geturl()
    finally:
        psql(around, f"DROP DATABASE IF EXISTS {name} WITH (FORCE);")


def build_examples():
    build = ["cargo", "build", "--quiet", "--release", "-p", "latchkey", "--example", "bare_axum", "--example", "load"]
    subprocess.run(build, cwd=ROOT, check=True)


def bare_axum(env=None):
    """The yardstick, to be started with `with`: server/examples/bare_axum.rs."""
    server = Server(EXAMPLES / "bare_axum", words=())
    server.env.update(BARE_LISTEN=server.env["LATCHKEY_LISTEN"], **(env or {}))
    return server


def get(path, header=None):
    """A request to ask over and over; `{}` in the header is a line of a file."""
    more = f"{header}\r\n" if header else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{more}\r\n"


def post(path, body):
    """The same with a JSON body, in which `{}` is a login token."""
    length = len(body.replace("{}", str(uuid.UUID(int=0))))
    return f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"


def from_browser(about):
    """What a reverse proxy passes on of a browser that looks at a page of the app."""
    return (
        f"{about}X-Forwarded-For: 192.0.2.7\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nCookie: {}"
    )


FORWARD_AUTH = "/api/v1/gateway/forward-auth"
FORWARDED = (
    f"X-Forwarded-Method: GET\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: {HOST}\r\nX-Forwarded-Uri: /library/sections?page=2\r\n"
)


class Measured:
    """Requests a second, 50th and 99th percentile in milliseconds, the server's CPU in milliseconds a request."""

    def __init__(self, rate, median, p99, cpu):
        self.rate, self.median, self.p99, self.cpu = rate, median, p99, cpu


def load(target, connections, seconds, request, lines, status=200):
    """Asks that over and over, with lines of the file `lines` taken at random. Any other status ends the program."""
    before = target.cpu_ns()
    command = [EXAMPLES / "load", f"127.0.0.1:{target.port}", str(connections), str(seconds), str(status), request, lines]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    rate, median, p99, other = map(int, answer)
    if other:
        raise SystemExit(f"{request.splitlines()[0]}: {other} answers were not {status}")
    return Measured(rate, median / 1000, p99 / 1000, (target.cpu_ns() - before) / max(1, rate * seconds) / 1e6)
