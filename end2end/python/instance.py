"""A Latchkey on PostgreSQL, one of several or alone."""

import os
import subprocess

import requests

from conftest import SETUP_CODE, free_address, wait_for

OWNER = {"email": "owner@home.test", "password": "correct horse battery staple"}


class Instance:
    """One of several. Its address stays when it is restarted."""

    def __init__(self, folder, database, key, plex):
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
            "LATCHKEY_PLEX_API_URL": plex.url,
            "LATCHKEY_PLEX_PIN_URLS": plex.url,
            "LATCHKEY_PLEX_APP_URL": plex.url,
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


def set_up(instance, owner=OWNER, machine_id=None):
    """The owner's session, as a header."""
    status, answer = instance.ask("POST", "/setup/owner", {"setupCode": SETUP_CODE, **owner})
    assert status == 201, answer.text
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    if machine_id:
        assert instance.ask("POST", "/settings/plex", {"machineId": machine_id}, Cookie=cookies)[0] == 200
    assert instance.ask("POST", "/settings/initialize", {}, Cookie=cookies)[0] == 200
    return cookies
