"""schemathesis against a running Latchkey, as each kind of caller, on SQLite and PostgreSQL: calls made of the OpenAPI
document, right ones and wrong ones, and every answer compared with what the document promises. Wants
LATCHKEY_TEST_POSTGRES_URL (scripts/with-postgres). What is told to schemathesis: schemathesis_hooks.py, schemathesis.toml."""

import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, Latchkey, Plex

HERE = Path(__file__).parent
# The login token is an administrator's. Who they are: schemathesis_hooks.py.
CALLERS = ["anonymous", "member", "manager", "administrator", "owner", "API key", "login token"]
# In a run of one caller on one database. Far fewer: schemathesis found no way in, which it does not call a failure.
FEWEST_CASES = 1500


def postgres_database():
    """A database of its own in the cluster of this run."""
    url = os.environ.get("LATCHKEY_TEST_POSTGRES_URL")
    assert url, "no PostgreSQL: run this with scripts/with-postgres"
    find = "source scripts/lib.sh && find_postgres_bin"
    programs = subprocess.run(["bash", "-c", find], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    name = f"schemathesis_{uuid.uuid4().hex}"
    subprocess.run([f"{programs}/psql", "-q", "-c", f"create database {name}", url], check=True)
    return urlsplit(url)._replace(path=f"/{name}").geturl()


class Household:
    """A Latchkey, and the file in which schemathesis finds who is calling."""

    def __init__(self, plex, folder, database):
        self.folder = folder
        folder.mkdir()
        # Each call comes from an address of its own: schemathesis_hooks.py.
        more = {"LATCHKEY_TRUSTED_PROXIES": "127.0.0.1"}
        if database:
            more["LATCHKEY_DATABASE_URL"] = database
        self.latchkey = Latchkey(plex, folder / "data", more)

    def __enter__(self):
        latchkey = self.latchkey.__enter__()
        self.state = {
            "api": latchkey.api,
            "plex": latchkey.plex.url,
            "clientIdentifier": latchkey.client_identifier,
            "key": latchkey.new_api_key(),
        }
        return self

    def __exit__(self, *why):
        self.latchkey.__exit__(*why)

    def start(self, caller):
        """schemathesis as this caller."""
        state = self.folder / "state.json"
        state.write_text(json.dumps({**self.state, "caller": caller}), encoding="utf-8")
        words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
        words += [f"{self.latchkey.api}/openapi.json", "--checks", "all", "--workers", "1"]
        words += ["--no-color"]
        env = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "LATCHKEY_SCHEMATHESIS_STATE": str(state),
        }
        log = open(self.folder / f"{caller}.log", "w+", encoding="utf-8")
        return Run(self, subprocess.Popen(words, env=env, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT), log, state)


class Run:
    """A run under way."""

    def __init__(self, household, process, log, state):
        self.household, self.process, self.log, self.state = household, process, log, state

    def end(self):
        """Its exit code, and what it said."""
        try:
            code = self.process.wait(timeout=600)
        finally:
            self.process.kill()
        # A new API key may have been made.
        self.household.state["key"] = json.loads(self.state.read_text(encoding="utf-8"))["key"]
        self.log.seek(0)
        said = self.log.read()
        self.log.close()
        return code, said


def count(engine, cases):
    """For the totals of `make test`."""
    with (ROOT / "target/test/said").open("a") as said:
        said.write(f"schemathesis cases\t{engine}\t{cases}\n")


@pytest.fixture(scope="module")
def households(stub_url, tmp_path_factory):
    """One on each database."""
    plex = Plex(stub_url)
    plex.order("reset")
    folder = tmp_path_factory.mktemp("schemathesis")
    with (
        Household(plex, folder / "sqlite", None) as on_sqlite,
        Household(plex, folder / "postgres", postgres_database()) as on_postgres,
    ):
        yield {"SQLite": on_sqlite, "PostgreSQL": on_postgres}


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_as_the_document_says(households, caller):
    runs = {engine: household.start(caller) for engine, household in households.items()}
    failed = []
    for engine, run in runs.items():
        code, said = run.end()
        cases = re.search(r"(\d+) generated", said)
        if code != 0 or not cases or int(cases[1]) < FEWEST_CASES:
            failed.append(f"== {caller} on {engine}: exit code {code}\n{said}")
        else:
            count(engine, int(cases[1]))
    assert not failed, "\n".join(failed)
