"""docs/backup.md with a PostgreSQL: its two commands, as they stand there."""

import os
import re
import secrets
import shlex
import subprocess
from pathlib import Path

from conftest import ROOT
from instance import Instance, set_up

PAGE = (ROOT / "docs/backup.md").read_text(encoding="utf-8")


def run(program, url, file):
    """The command of the page, with another database and another file."""
    (command,) = re.findall(rf"^ *({program} (?:.*\\\n)*.*)$", PAGE, re.MULTILINE)
    place = ("--host=", "--username=", "--dbname=", "--file=")
    words = [word for word in shlex.split(command.replace("\\\n", " "))[1:] if not word.startswith(place)]
    assert words[-1] == {"pg_dump": "latchkey", "pg_restore": "/backups/latchkey.dump"}[program], command
    where = {"pg_dump": [f"--file={file}", url], "pg_restore": [f"--dbname={url}", str(file)]}[program]
    folder = Path(os.environ["LATCHKEY_TEST_PSQL"]).parent
    done = subprocess.run([folder / program, *words[:-1], *where], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_dump_comes_back_in_a_new_database(new_database, plex, tmp_path):
    (old, _), (new, ask) = new_database(), new_database()
    key = secrets.token_hex(32)
    first = Instance(tmp_path / "first", old, key, plex)
    first.launch()
    try:
        first.ready()
        owner = set_up(first)
        made = first.ask("POST", "/user/1/settings/tokens", {"name": "Wall"}, Cookie=owner)[1].json()
        # While it runs.
        run("pg_dump", old, tmp_path / "dump")
        assert first.ask("POST", "/settings/main", {"applicationTitle": "Later"}, Cookie=owner)[0] == 200
        first.stop()
    finally:
        first.process.kill()
        first.process.wait()

    run("pg_restore", new, tmp_path / "dump")
    second = Instance(tmp_path / "second", new, key, plex)
    second.launch()
    try:
        second.ready()
        token = {"X-Login-Token": made["token"]}
        assert second.ask("GET", "/auth/me", Cookie=owner)[0] == 200
        assert second.ask("GET", "/auth/me", **token)[0] == 200
        assert second.ask("GET", "/settings/public")[1].json()["applicationTitle"] != "Later"
        # And it goes on from there.
        assert second.ask("DELETE", f"/user/1/settings/tokens/{made['id']}", Cookie=owner)[0] == 204
        assert second.ask("GET", "/auth/me", **token)[0] in (401, 403)
        assert ask("SELECT COUNT(*) FROM users") == "1"
    finally:
        second.process.kill()
        second.process.wait()
