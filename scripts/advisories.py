#!/usr/bin/env python3
"""Makes a database as RustSec's of a table as advisories.toml: `scripts/advisories.py FOLDER [TABLE]`. cargo-deny reads nothing
else than a git repository with a file for each advisory."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def text(advisory):
    """An advisory as it stands in the database: TOML, then a title. JSON's strings and lists are TOML's."""
    lines = ["[advisory]"]
    lines += [f"{name} = {json.dumps(advisory[name])}" for name in ("id", "package", "date")]
    # Holes have no such line.
    if advisory["kind"] != "vulnerability":
        lines.append(f"informational = {json.dumps(advisory['kind'])}")
    lines += ["", "[versions]"]
    lines += [f"{name} = {json.dumps(advisory[name])}" for name in ("patched", "unaffected")]
    return "```toml\n" + "\n".join(lines) + f"\n```\n\n# {advisory['summary']}\n"


def commit(folder, message):
    """Makes a repository of the folder, if it is none yet, with all that is in it now."""
    # Called by a hook of git's, the caller's repository would be meant.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ("-c", "user.name=latchkey", "-c", "user.email=latchkey@localhost", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", message)):
        subprocess.run(["git", "-C", folder, *words], check=True, env=clean, timeout=60)


def write(folder, table):
    for advisory in table["advisories"]:
        crate = folder / "crates" / advisory["package"]
        crate.mkdir(parents=True, exist_ok=True)
        (crate / f"{advisory['id']}.md").write_text(text(advisory), encoding="utf-8")
    commit(folder, "As of " + table["as_of"])


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    write(Path(sys.argv[1]), tomllib.loads(Path(sys.argv[2] if len(sys.argv) == 3 else ROOT / "advisories.toml").read_text(encoding="utf-8")))
