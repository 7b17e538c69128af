"""Starts the release server on data of its own, for scripts/size and the benchmarks. Python's standard library only."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP_CODE = "measured-set-up"
OWNER = {"email": "owner@example.org", "password": "correct horse battery staple"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that listens on a port; `with Server(…) as server`."""

    def __init__(self, program=os.environ.get("LATCHKEY_BIN", ROOT / "target/release/latchkey"), words=("serve",), data=None, env=None):
        if not Path(program).exists():
            raise SystemExit(f"{program} is missing: run make build")
        self.command = [str(program), *words]
        self.port = free_port()
        self.own_data = data is None
        self.data = data or tempfile.mkdtemp(prefix="latchkey-measure-")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
        self.env = {
            **clean,
            "LATCHKEY_LISTEN": f"127.0.0.1:{self.port}",
            "LATCHKEY_DATA_DIR": self.data,
            "LATCHKEY_SETUP_CODE": SETUP_CODE,
            "LATCHKEY_LOG": "warn",
            **(env or {}),
        }

    def __enter__(self):
        self.log = tempfile.TemporaryFile("w+")
        started = time.perf_counter()
        self.process = subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        while True:
            try:
                self.first_status = self.get("/healthz")[0]
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - started > 20:
                    self.log.seek(0)
                    text = self.log.read()
                    self.__exit__()
                    raise SystemExit(f"{self.command[0]} did not start:\n{text}") from None
                time.sleep(0.001)
        self.start_ms = (time.perf_counter() - started) * 1000
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()
        if self.own_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and raw body of one request on a connection of its own."""
        connection = self.connect()
        headers = dict(headers or {})
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.ask("GET", path, headers=headers)

    def set_up(self):
        """Makes the local owner and ends the set-up. Answers the session cookie, or None if that did not work."""
        status, headers, body = self.ask("POST", "/api/v1/setup/owner", {"setupCode": SETUP_CODE, **OWNER})
        if status not in (200, 201):
            print(f"latchkey: set-up over REST answered {status}: {body[:200]!r}")
            return None
        cookies = "; ".join(re.match(r"[^;]*", value).group() for value in headers.get_all("Set-Cookie", []))
        status, _, body = self.ask("POST", "/api/v1/settings/initialize", {}, {"Cookie": cookies})
        if status >= 300:
            print(f"latchkey: the end of the set-up answered {status}: {body[:200]!r}")
            return None
        return cookies

    def resident_kb(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))

    def cpu_ns(self):
        """CPU time of all its threads, finer than the 10 ms ticks of /proc/…/stat."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir())
